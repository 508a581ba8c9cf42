"""Who does it to whom: a headline that names the same two the other way round is another event."""

import msgspec
import pytest

from tests.watches.cells import Cells
from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import Fingerprint, fingerprint
from wirewatch.watches.likeness.sides import sides_of
from wirewatch.watches.likeness.similarity import Comparison, Kind

STRIKES = "Missiles flew over Basra and Mosul on Tuesday, and sirens sounded, officials said in the news."
ANSWERS = "Sirens sounded on Tuesday evening; officials at Basra and Mosul told the news of missiles."


def sides(title):
    item = article(title)
    return sides_of(item, tag(item))


def print_of(title, text):
    item = article(title, text)
    return fingerprint(item, tag(item))


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Iran launches missile strikes on Iraq", ("ir", "iq")),
        ("Iran's strikes on Iraq kill 1,200", ("ir", "iq")),
        ("Russia expels ten German diplomats", ("ru", "de")),
        ("NATO warns Russia", ("nato", "ru")),
        ("Russia Strikes Targets In Ukraine After Attack", ("ru", "ua")),
        ("US imposes tariffs on Iranian steel", ("us", "ir")),
        ("İİ: Iran’s ẞẞ strikes hit Iraq port", ("ir", "iq")),  # noqa: RUF001  # longer in small letters
        ("UPDATE 2-Iran attacks Iraq", ("ir", "iq")),
        ("Iran strikes Iraq after Iraq strikes Iran", ("ir", "iq")),
    ],
)
def test_an_active_sentence_says_who_does_it(title, names):
    assert sides(title) == names


@pytest.mark.parametrize(
    "title",
    [
        "Iraq hit by Iranian strikes",
        "Iraq nuclear sites hit in Iran strikes",
        "German diplomats told to leave Russia",
        "Iraq buries its dead in Iran strikes",
        "Iraq vows revenge after Iran attacks",
        "Iraq evacuates plant as US bombers strike",
        "Strikes on Iraq bring Iran new allies",
        "Iraq: Iran strikes Basra",
        "Iraq and Iran trade blows",
        "Iraq, Iran exchange fire",
        "Iraq-Iran talks end",
        "Iraq says Iran attacked",
        "Iraq faces new US sanctions",
        "Iraq meets Iran in Geneva",
        "Iraq buys gas from Iran",
        "“Iraq” is no “Iran”",
        "Iran strikes Iraq, US says",
        "Iran strikes Basra",
        "Stoltenberg calls Merkel",
    ],
)
def test_what_may_be_the_other_way_round_says_nothing(title):
    assert sides(title) == ()


def test_another_language_says_nothing():
    item = article("Iran attacks Iraq")
    assert sides_of(item, msgspec.structs.replace(tag(item), language="de")) == ()


def test_an_answer_is_told_and_a_retelling_is_not():
    first = article("Iran strikes Iraq", STRIKES)
    answer = article("Iraq strikes Iran", ANSWERS, at=3, source="other.example")
    again = article("Iraq hit by Iranian missiles", ANSWERS, at=3, source="other.example")
    assert Cells().told(first, answer) == ["opened", "opened"]
    assert Cells().told(first, again) == ["opened", None]


def test_a_copy_below_another_headline_is_no_answer():
    text = (f"{STRIKES} Number {n} of the paragraphs that both have." for n in range(3))
    one = print_of("Iran offers Iraq gas", "\n".join(text))
    other = msgspec.structs.replace(one, text=1, sides=("iq", "ir"))
    assert Comparison(one, lambda _: 1.0).likeness(other, apart=0).kind is Kind.CONTAINED


def test_a_print_kept_by_an_older_version_is_still_compared():
    one, answer = print_of("Iran strikes Iraq", STRIKES), print_of("Iraq strikes Iran", ANSWERS)
    stored = msgspec.msgpack.encode(msgspec.to_builtins(one, builtin_types=(bytes,))[:-2])
    old = msgspec.msgpack.decode(stored, type=Fingerprint)
    assert old == msgspec.structs.replace(one, sides=())
    assert Comparison(answer, lambda _: 1.0).likeness(one, apart=0) is None
    assert Comparison(answer, lambda _: 1.0).likeness(old, apart=0).kind is Kind.RETOLD
