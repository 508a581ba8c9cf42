"""What is on and what is off: a headline that turns what another says is another event."""

import msgspec
import pytest

from tests.watches.cells import Cells
from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import Fingerprint, fingerprint
from wirewatch.watches.likeness.similarity import Comparison, Kind
from wirewatch.watches.likeness.turns import turns_of

LEAD = "Iran and Iraq spoke of Basra and Mosul on Tuesday, officials said in the news."
LATER = "Officials of Iran and Iraq told the news of Mosul and Basra on Tuesday evening."


def turns(title):
    item = article(title)
    return turns_of(item, tag(item))


def print_of(title, *paragraphs):
    item = article(title, *paragraphs)
    return fingerprint(item, tag(item))


def likeness(one, other):
    return Comparison(one, lambda _: 1.0).belongs([(0, other)], 0)


@pytest.mark.parametrize(
    "title",
    [
        "US imposes sanctions on Iran",
        "US hits Iran with sanctions",
        "US slaps Iran with new sanctions",
        "US Imposes Sanctions On Iran",
        "Sanctions imposed on Iran",
        "US fails to lift sanctions on Iran",
        "US drops plan to lift sanctions on Iran",
        "US won’t lift sanctions on Iran",  # noqa: RUF001  # typographic apostrophe
        "US keeps sanctions in force",
        "US: sanctions not lifted",
    ],
)
def test_sanctions_are_on(title):
    assert turns(title) == ("+sanction",)


@pytest.mark.parametrize(
    "title",
    [
        "US lifts sanctions on Iran",
        "US LIFTS SANCTIONS ON IRAN",
        "UPDATE 2-US to lift Iran sanctions",
        "Iran sanctions lifted by US",
        "US sanctions on Iran lifted",
        "Sanctions imposed on Iran lifted",
        "US agrees to end sanctions on Iran",
        "US lifts sanctions imposed on Iran in 2018",
        "US lifts sanctions after it imposed some on Iraq",
        "US calls off sanctions",
        "US declares Iran sanctions over",
    ],
)
def test_sanctions_are_off(title):
    assert turns(title) == ("-sanction",)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Ports close over tariff row", ("-port",)),
        ("Iran to build plant in Basra", ("+plant",)),
        ("Iran drops plan to build factory in Basra", ("-plant",)),
        ("Iran scraps Basra plant plan", ("-basra", "-plan", "-plant")),
        ("Deliveries of 737 resume", ("+deliveri",)),
        ("Boeing ends halt of 737 delivery", ("+deliveri", "-halt")),
        ("Iran and Iraq truce collapses", ("-ceasefir",)),
        ("Prices jump as mine strike enters second week", ("+mine", "+strik")),
        ("Ban on wheat exports lifted", ("+export", "+wheat", "-ban")),
        ("Iran lifts wheat export ban", ("+export", "+wheat", "-ban")),
        ("Iran lifts ban", ("-ban",)),
        ("Wheat export ban lifted", ("+export", "+wheat", "-ban")),
        ("Iran ban not lifted", ("+ban",)),
        ("Iran delays wheat export ban", ("+export", "+wheat", "-ban")),
        ("Iran plans to shut at least two ports", ("-port",)),
        ("Alliance puts Iraq training on hold", ("-hold", "-train")),
        ("Training put on hold", ("-train",)),
        ("Iran denies truce has collapsed", ("+ceasefir",)),
        ("Flights to resume on Monday", ("+flight",)),
        ("Tsunami warning over in Iran", ("-tsunami", "-warn")),
        ("Iran ends closure of Basra border", ("+basra", "+bord", "-closur")),
        ("Unions plan strike", ("+strik",)),
        ("Shutdown drags on", ("+shutdown",)),
        ("Charges dropped", ("-charg",)),
        ("Talks fail to start", ("-talk",)),
        ("Truce takes effect", ("+ceasefir",)),
        ("Miners go on strike", ("+strik",)),
        ("Strike over, union says", ("-strik",)),
        ("Iran blocks Iraq", ("-iq",)),
        ("Iran opens the port of Basra", ("+basra", "+port")),
        ("West End strike brings the end of the show", ("-show",)),
    ],
)
def test_verbs_add_up(title, said):
    assert tuple(turn.replace("@", "") for turn in turns(title)) == said


@pytest.mark.parametrize(
    "title",
    [
        "Iran meets Iraq in Geneva",
        "No end in sight for Iran",
        "Miners to stay out until week's end",
        "Crowds at the end of the road in the West End",
        "Prague lifts rates to 5 percent",
        "Iran imposes sanctions, lifts sanctions",
        "Agrees to",
        "Iran agrees, Iraq refuses",
        "Tariff row over Basra",
        "Rocket lifts off",
        "Training on hold",
        "Iran and Iraq close to truce",
        "Over",
    ],
)
def test_what_is_neither_or_both_says_nothing(title):
    assert turns(title) == ()


def test_another_language_says_nothing():
    item = article("Iran ends strike")
    assert turns_of(item, msgspec.structs.replace(tag(item), language="de")) == ()


def test_a_turn_is_told_and_a_retelling_is_not():
    first = article("Iran and Iraq agree ceasefire", LEAD)
    turn = article("Iran and Iraq ceasefire collapses", LATER, at=3)
    again = article("Iraq and Iran sign truce", LATER, at=3, source="other.example")
    assert Cells().told(first, turn) == ["opened", "opened"]
    assert Cells().told(first, again) == ["opened", None]


def test_what_is_retold_without_a_word_of_it_leads_no_turn_into_its_story():
    first = article("Iran and Iraq agree ceasefire", LEAD)
    neutral = article("Iran and Iraq ceasefire: Basra and Mosul", LATER, at=1, source="other.example")
    turn = article("Iran and Iraq ceasefire collapses", LATER + " Nobody knew more.", at=3)
    assert Cells().told(first, neutral, turn) == ["opened", None, "opened"]
    assert Cells().told(neutral, turn) == ["opened", None]


def test_below_one_lead_a_headline_turns_nothing():
    more = "Nobody could say on Wednesday how long it was going to last, they added in the news."
    one, other = print_of("Iran keeps strike", LEAD, more), print_of("Iran ends strike", LEAD)
    assert likeness(one, other).kind is Kind.CONTAINED
    changed = print_of("Iran ends strike", LATER, more)
    assert likeness(one, changed) is None


def test_a_headline_that_says_one_more_thing_is_no_turn():
    one = print_of("Iran ends strike, opens port", LEAD)
    assert likeness(one, print_of("Strike ends, port to stay: Iran keeps port closed", LATER)) is not None


def test_a_print_kept_by_an_older_version_is_still_compared():
    one, turn = (
        print_of("Iran and Iraq agree ceasefire", LEAD),
        print_of("Iran and Iraq end ceasefire", LATER),
    )
    stored = msgspec.msgpack.encode(msgspec.to_builtins(one, builtin_types=(bytes,))[:-1])
    old = msgspec.msgpack.decode(stored, type=Fingerprint)
    assert old == msgspec.structs.replace(one, turns=())
    assert likeness(turn, one) is None
    assert likeness(turn, old).kind is Kind.RETOLD
