"""Copies and templates: the same words about another place, another day, are another event."""

import msgspec
import pytest

from tests.watches.cells import Cells
from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import fingerprint
from wirewatch.watches.likeness.opening import headline_range, lead_of
from wirewatch.watches.likeness.particulars import Particulars
from wirewatch.watches.likeness.similarity import SETTLED_AFTER, Comparison, Kind
from wirewatch.watches.likeness.terms import Weighted

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
BOILERPLATE = (
    "The centre has measured earthquakes all over the world since 1978, at more than a thousand stations.",
    "Its first figures are made by machine, and may be corrected when seismologists have looked at them.",
)


def print_of(title, *paragraphs):
    item = article(title, *paragraphs)
    return fingerprint(item, tag(item))


def likeness(one, other, *, apart=0):
    return Comparison(print_of(*one), lambda _: 1.0).likeness(print_of(*other), apart=apart)


def coup(place):
    return f"Army seizes power in {place}", f"The army said on Thursday that it had seized power in {place}."


def warplanes(n, count):
    text = f"The ministry told the news on {DAYS[n]} that {count} warplanes had been seen near the island."
    return article(f"Island reports {count} warplanes", text, id_=f"day{n}", at=24 * n)


def quake(place):
    return f"Magnitude 5.1 quake hits {place}", f"A quake hit {place} on Monday.", *BOILERPLATE


def shaken(where):
    return f"Quake shakes {where} Vallonia", f"A quake shook {where} Vallonia on Monday, the centre said."


def retitled(title):
    return (
        title,
        "Vallonia will send two batteries by spring, its chancellor said on Tuesday after talks in Basra.",
        *BOILERPLATE,
    )


def closed(place):
    text = f"{place} harbour was closed on Tuesday by a strike of dockers who want nine percent more."
    return f"{place} harbour closed by strike", text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(coup("Iran"), coup("Georgia"), id="an actor"),
        pytest.param(coup("Vallonia"), coup("Trebizond"), id="a place that nobody knows"),
        pytest.param(coup("Iran"), coup("Trebizond"), id="one of each"),
        pytest.param(shaken("northern"), shaken("south-eastern"), id="a bearing"),
        pytest.param(quake("Crete"), quake("Mindanao"), id="below the same boilerplate"),
        pytest.param(closed("Vallonia"), closed("Trebizond"), id="names that begin the sentences"),
        pytest.param(
            ("Vallonia dockers strike over pay",), ("Trebizond dockers strike over pay",), id="alone"
        ),
    ],
)
def test_the_same_words_about_another_place_are_another_event(one, other):
    assert likeness(one, other) is None


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param(coup("Vallonia")[0], "LIMA, Nov 3 (Reuters) - " + coup("Vallonia")[1], id="dateline"),
        pytest.param("UPDATE 2-" + coup("Vallonia")[0], coup("Vallonia")[1], id="how-manieth"),
        pytest.param(*coup("Valonia"), id="spelling"),
        pytest.param(*coup("Vallónia"), id="accent"),
        pytest.param("Soldiers take over", coup("Vallonia")[1] + " Trebizond closed its border.", id="more"),
    ],
)
def test_a_copy_is_a_copy(title, lead):
    assert likeness(coup("Vallonia"), (title, lead)).kind >= Kind.NEAR_COPY


def test_the_same_lead_below_another_headline_is_the_same():
    one, other = retitled("Chancellor goes to Trebizond"), retitled("What the Hague thinks of it")
    assert likeness(one, other).kind is Kind.CONTAINED


def test_a_copy_below_another_byline():
    title, lead = coup("Vallonia")
    mine, theirs = (
        (title, "By Ada Roe, Courier", lead),
        (title, "By Tom Hask, Globe", lead + " Calm reigned."),
    )
    assert likeness(mine, theirs).kind is Kind.NEAR_COPY


def test_what_comes_daily_in_the_same_words_is_told_daily():
    counts = (12, 9, 9, 14, 153, 17)
    assert Cells().told(*(warplanes(n, count) for n, count in enumerate(counts))) == ["opened"] * 6


def blast(dead, day="Monday"):
    text = f"A blast at a mill killed at least {dead} in Vallonia on {day}, its mayor said."
    return f"Blast kills at least {dead}", f"{text} Windows broke in houses a mile away from the flames."


@pytest.mark.parametrize(
    ("other", "apart", "same"),
    [
        pytest.param(blast(15, "Tuesday"), SETTLED_AFTER, True, id="within hours: a correction"),
        pytest.param(blast(15, "Tuesday"), SETTLED_AFTER + 1, False, id="the next day's"),
        pytest.param(blast(15), SETTLED_AFTER + 1, False, id="a day may say since when: a daily count"),
    ],
)
def test_other_numbers_of_the_same_event(other, apart, same):
    assert (likeness(blast(12), other, apart=apart) is not None) is same


def test_a_print_kept_by_an_older_version_lacks_marks_and_is_still_compared():
    today, tomorrow = (print_of(item.title, *item.paragraphs) for item in (warplanes(0, 9), warplanes(1, 9)))
    old = msgspec.structs.replace(today, terms=tuple(term for term in today.terms if term.weight))
    found = [
        Comparison(tomorrow, lambda _: 1.0).likeness(print_, apart=2 * SETTLED_AFTER)
        for print_ in (today, old)
    ]
    assert found[0] is None
    assert found[1].kind is Kind.NEAR_COPY


def test_what_is_named():
    terms = (
        Weighted("@ir", 6, strong=True),
        Weighted("basra", 4, strong=True),
        Weighted("valenc", 6, strong=False),
        Weighted("1,200", 4, strong=True),
        Weighted("48-hour", 4, strong=True),
        Weighted("fifteen", 4, strong=True),
        Weighted("strik", 5, strong=False),
        Weighted("seven", 3, strong=False),
        Weighted("north-eastern", 3, strong=False),
        Weighted("tuesday", 0, strong=False),
    )
    assert Particulars.of(terms)._asdict() == {
        "terms": {term.term for term in terms},
        "words": {"strik"},
        "title": {"strik"},
        "names": {"@ir", "basra", "valenc"},
        "titled": {"@ir", "valenc"},
        "bearings": {"northeast"},
        "numbers": {"1200", "48", "fifteen", "7"},
        "days": {"tuesday"},
    }


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("UPDATE 2-Quake hits Crete", "Quake hits Crete"),
        ("CORRECTED-UPDATE 1-Quake hits Crete", "Quake hits Crete"),
        ("Update of the rules", "Update of the rules"),
        ("Quake hits Crete - Daily Courier", "Quake hits Crete"),
        ("Quake hits Crete – The Times of Israel", "Quake hits Crete"),  # noqa: RUF001
        ("Quake hits Crete | Vallonia", "Quake hits Crete"),
        ("Quake hits island - Crete", "Quake hits island - Crete"),
        ("Quake - News at ten | Globe", "Quake - News at ten"),
        ("WRAPUP 3: Quake hits Crete", "Quake hits Crete"),
        ("", ""),
    ],
)
def test_where_a_headline_begins_and_ends(title, words):
    assert title[slice(*headline_range(title))] == words


@pytest.mark.parametrize(
    ("paragraphs", "words"),
    [
        (("Quake hits Crete.",), "Quake hits Crete."),
        (("", "US troops left."), "US troops left."),
        (("PARIS (AP) — Quake hits Crete.", "More."), "Quake hits Crete."),
        (("By Ada Roe", "Quake hits Crete."), "Quake hits Crete."),
        (("By Ada Roe", "ATHENS, Nov 3 (Reuters) - Quake hits Crete."), "Quake hits Crete."),
        (("By noon the town was empty.", "More."), "By noon the town was empty."),
        (("By Ada Roe",), "By Ada Roe"),
        (("© Ada Roe, AFP", "Listen", "Quake hits Crete."), "Quake hits Crete."),
        (("Tents on Crete, where a quake hit houses on Monday. EPA/Stringer", "Quake hit."), "Quake hit."),
        (("地震造成九人死亡。", "救援人员仍在搜寻。"), "地震造成九人死亡。"),
        (("Quake", "Crete"), "Quake"),
    ],
)
def test_where_a_lead_begins(paragraphs, words):
    item = article("Title", *paragraphs)
    assert lead_of(item).of(item) == words


def test_no_text_has_no_lead():
    assert lead_of(article("Title", "", " ")) is None


COPIED_BODY = (
    "Traffic through the port fell by a third in the spring, and two of four cranes stood idle since.",
    "They will repair the quay before the rains, the owners say, and nobody is to lose work over it.",
    "A loan from the development bank was signed in June, of which half has been paid out to the builders.",
    "Fishermen have asked for a basin of their own, which the council is to talk about next month.",
    "Ships for the north will land their maize at Trebizond meanwhile, said Ruth Phiri, who runs the port.",
)
PORT = "Port of Kalembe shuts for repairs"
CLOSED = (
    "The port of Kalembe will be shut for three weeks from Monday, its owners said, for repairs to the quay."
)
MINISTER = "Minister Ada Banda shut the port of Kalembe for repairs."
BISHOP = "Bishop Daniel Tembo blessed the last ship before repairs."
NEXT_DAY = "The port of Kalembe is shut for three weeks, engineers announced on Tuesday, to mend the quay."
CAPTION = "Cranes at Kalembe, seen from the lighthouse above the town. [File: {}/AFP]"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param(
            (PORT, MINISTER, *COPIED_BODY), (PORT, BISHOP, *COPIED_BODY), 0, id="each desk's own lead"
        ),
        pytest.param(
            (PORT, CLOSED, *COPIED_BODY),
            (PORT, NEXT_DAY, *COPIED_BODY),
            SETTLED_AFTER + 1,
            id="the lead edited a day later",
        ),
        pytest.param(
            (PORT, "Photo: Getty Images", CLOSED, *COPIED_BODY),
            (PORT, "Written by Peter Jones | Daily Kalembe", CLOSED, *COPIED_BODY),
            0,
            id="a credit before the lead",
        ),
        pytest.param(
            (PORT, CAPTION.format("Tom Hask"), CLOSED, *COPIED_BODY[:2]),
            (PORT, CAPTION.format("Iris Vane"), CLOSED, *COPIED_BODY[:2]),
            0,
            id="a picture before the lead",
        ),
        pytest.param(
            ("Kalembe shuts port, Phiri says", CLOSED, *COPIED_BODY),
            ("Kalembe shuts port: ships to Trebizond", CLOSED, *COPIED_BODY),
            0,
            id="headlines that quote one text",
        ),
        pytest.param(
            (PORT, CLOSED, COPIED_BODY[0]),
            (PORT, f"LUSAKA, Nov 3 (Reuters) - {CLOSED}", COPIED_BODY[0], "Brent rose.", BISHOP * 2),
            0,
            id="a dateline before the lead",
        ),
    ],
)
def test_a_body_that_is_copied_is_one_event_whatever_stands_above(one, other, apart):
    assert likeness(one, other, apart=apart).kind is Kind.CONTAINED


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param(
            ("Shots are heard", "Soldiers fired.", *COPIED_BODY[:3]),
            ("Lorries are waiting", "Drivers sang.", *COPIED_BODY[:3]),
            0,
            id="with nothing in common",
        ),
        pytest.param(
            ("Quake recorded", "Residents of Basra fled.", *COPIED_BODY[:4]),
            ("Quake felt", "Lamps swayed in Trebizond.", *COPIED_BODY[:4]),
            0,
            id="few paragraphs",
        ),
        pytest.param(
            ("Quake recorded", "A quake of some strength hit Basra.", *COPIED_BODY),
            ("Quake recorded", "A quake of some strength hit Gdansk.", *COPIED_BODY),
            0,
            id="a form",
        ),
        pytest.param(
            ("Quake recorded", CLOSED, BISHOP * 2, MINISTER * 2, *COPIED_BODY),
            ("Quake felt", "Lamps swayed in Trebizond.", CAPTION, NEXT_DAY * 2, *COPIED_BODY),
            0,
            id="more than the lead is new",
        ),
        pytest.param(
            ("Dengue figures", "The ministry counted nine cases on Monday.", *COPIED_BODY),
            ("Dengue figures", "The ministry counted nine cases on Tuesday.", *COPIED_BODY),
            SETTLED_AFTER + 1,
            id="a form that is filled in daily",
        ),
        pytest.param(
            ("Port shuts in Kalembe", CLOSED, BISHOP),
            ("Miners vote in Trebizond", "Miners of Trebizond voted for a strike.", CLOSED, BISHOP),
            0,
            id="an item of a roundup",
        ),
        pytest.param(
            (PORT, CLOSED, *COPIED_BODY), ("What Phiri plans", *COPIED_BODY[:2]), 0, id="without the lead"
        ),
        pytest.param(
            ("Flood alert for Basra", *COPIED_BODY[:3]),
            ("Flood alert for Gdansk", *COPIED_BODY[:3]),
            0,
            id="titles",
        ),
    ],
)
def test_background_below_is_no_proof(one, other, apart):
    assert likeness(one, other, apart=apart) is None
