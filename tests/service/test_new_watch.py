"""`wirewatch watches new`: the watch that is written for what an analyst types, and what is said of it."""

import re

import pytest

from tests.service.desk import Desk
from wirewatch.service.new_watch import append_watch, write_watch
from wirewatch.watches.parse import load_watches


def test_new(desk):
    said = desk.run("watches", "new", "Iran and oil")
    assert 'when: >\n    actor:Iran AND "oil"\n' in said
    desk.run("watches", "new", "Iran and oil", "--append")
    desk.run("watches", "test")
    twice = desk.run("watches", "new", "Iran and oil", "--append", code=2)
    assert "/watches.yaml: has a watch 'iran-and-oil' already" in twice
    desk.run("watches", "new", "and", code=2)
    assert "nothing joins tanker" in desk.run("watches", "new", "actor:Iran AND oil tanker", code=2)


@pytest.mark.parametrize("about", ["coup or mutiny in Iran", "flooding in Iran, landslides in Georgia"])
def test_a_new_watch_that_mixes_and_with_or_is_clear_and_passes_its_tests(desk, about):
    desk.run("watches", "new", about, "--append")
    assert "warning" not in desk.run("watches", "check")
    desk.run("watches", "test")


COMMAS = {
    # what is said: (its condition, before what a comma or semicolon is said to be an AND)
    "kettles, Iran": ("kettle* AND actor:Iran", ["Iran"]),
    "Iran, oil": ('actor:Iran AND "oil"', ["oil"]),
    "Iran; oil": ('actor:Iran AND "oil"', ["oil"]),
    "Iran, NATO, oil": ('(actor:Iran OR actor:NATO) AND "oil"', ["oil"]),
    "Iran, kettles, oil": ('actor:Iran AND (kettle* OR "oil")', ["kettles"]),
    "oil in Iran, kettles": ('"oil" AND actor:Iran AND kettle*', ["kettles"]),
    "Iran, and oil": ('actor:Iran AND "oil"', ["oil"]),
    "Iran, NATO": ("actor:Iran OR actor:NATO", []),
    "oil in Iran, NATO": ('"oil" AND (actor:Iran OR actor:NATO)', []),
    "Iran or oil": ('actor:Iran OR "oil"', []),
    "Iran, or oil": ('actor:Iran OR "oil"', []),
    "oil in Iran, or kettles": ('("oil" AND actor:Iran) OR kettle*', []),
    "oil in Iran, kettles of NATO": ('("oil" AND actor:Iran) OR (kettle* AND actor:NATO)', []),
}


@pytest.mark.parametrize("about", COMMAS)
def test_a_comma_is_no_or_between_an_actor_and_words(desk, about):
    when, further = COMMAS[about]
    said = desk.run("watches", "new", about)
    assert f"when: >\n    {when}\n" in said
    assert re.findall(r"# The comma or semicolon before (\S+) was read as AND", said) == [
        f'"{one}"' for one in further
    ]


def test_a_group_is_met_by_its_members(desk):
    test = '{text: "%s", expect: %s}'
    tests = ", ".join((test % ("Iran sells oil.", "alert"), test % ("NATO buys oil.", "none")))
    desk.write(f"- {{id: a, name: A, when: 'actor:\"Gulf states\"+members', tests: [{tests}]}}\n")
    assert "2 tests passed" in desk.run("watches", "test")
    assert "all right" in desk.run("watches", "check")
    desk.write("- {id: a, name: A, when: 'actor:\"Gulf states\"'}\n")
    assert 'how a text names Gulf states: write actor:"Gulf states"+members' in desk.run("watches", "check")


PEOPLE = """\
{"id": "p:ann", "name": "Ann Onymous", "type": "person", "roles": [
{"title": "secretary general", "of": "Q7184", "from": "2014-10-01"},
{"title": "president", "of": "Q230", "from": "2010-01-01", "to": "2014-01-01"}],
"aliases": ["Ann Onymous", {"text": "Onymous", "needs": ["Tehran"]}]}
{"id": "p:bob", "name": "Bob Doe", "type": "person", "roles": [
{"title": "president", "of": "Q794", "from": "2020-01-01"}],
"aliases": ["Bob Doe", {"text": "Doe", "kind": "surname"}]}
""".replace("[\n", "[").replace(",\n", ", ")
MEANT = {
    # what is said: (its condition, what is said of it)
    "a surname that needs context": ("Onymous", 'actor:"Ann Onymous"', '"Onymous" matches any of them'),
    "one that the words around did not tell": (
        "Onymous kettles",
        '"Onymous" NEAR/5 kettle*',
        'actor:"Ann Onymous" for Ann Onymous (person)',
    ),
    "a title before a name": ("President Doe", 'actor:"Bob Doe"', ""),
    "a title and a word before a name": ("kettle president Bob Doe", 'kettle* AND actor:"Bob Doe"', ""),
    "a title alone": ("president", "president*", ""),
    "a title of another language": ("Kanzler Doe", '"Kanzler Doe"', 'Did you mean actor:"Bob Doe"?'),
    "an office": ("secretary general", 'actor:"Ann Onymous"', "is the last known holder of that office"),
    "a name misspelt": ("Goergia", '"Goergia"', "Did you mean actor:Georgia?"),
    "one that is like no other": (
        "Zorblatt",
        '"Zorblatt"',
        'is called "Zorblatt", so it is searched for as a word.\n',
    ),
    "small letters": ("nato oil", 'actor:NATO AND "oil"', ""),
    "small letters of a word": ("doe sightings", '"doe" NEAR/5 sighting*', ""),
    "German": ("Kessel bei der NATO", '"Kessel" AND actor:NATO', ""),
    "French": ("fuite des bouilloires", "fuite* NEAR/5 bouilloire*", ""),
}


@pytest.fixture(scope="module")
def of_people(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("people"))
    (desk.site.config / "actors" / "people.jsonl").write_text(PEOPLE, encoding="utf-8")
    return desk


@pytest.mark.parametrize(("about", "when", "told"), MEANT.values(), ids=MEANT)
def test_who_is_meant_by_what_an_analyst_types(of_people, about, when, told):
    of_people.write("[]")
    said = of_people.run("watches", "new", about)
    assert f"when: >\n    {when}\n" in said
    assert told in said
    assert ("Did you mean" in said) == ("Did you mean" in told)
    of_people.run("watches", "new", about, "--append")
    of_people.run("watches", "test")


STATES = {
    # name: (what is said, its condition)
    "whose name others bear": ("armed conflict in Georgia", 'topic:"armed conflict" AND actor:Georgia'),
    "of which something is": ("Georgia's oil", 'actor:Georgia AND "oil"'),
    "in a name": ("Georgia Tech", '"Georgia Tech"'),
}


@pytest.mark.parametrize(("about", "when"), STATES.values(), ids=STATES)
def test_a_new_watch_of_a_state_in_full_is_of_the_state(desk, about, when):
    said = desk.run("watches", "new", about)
    assert f"when: >\n    {when}\n" in said
    assert ("matches where the words around" in said) == ("actor:" in when)
    desk.run("watches", "new", about, "--append")
    desk.run("watches", "test")


def test_a_new_watch_of_a_name_that_nothing_has_is_refused(desk):
    before = desk.run("watches", "list")
    assert "(cyber crime), medtop:" in desk.run("watches", "new", "topic:cyber", "--append", code=2)
    assert "no actor 'Irun'" in desk.run("watches", "new", "actor:Irun", "--append", code=2)
    assert desk.run("watches", "list") == before


NEW = {
    "a name and a word": ("Iran and oil", 'actor:Iran AND "oil"'),
    "words in a row": ("kettle leaks in the Arctic", 'kettle* NEAR/5 ("leak" OR "leaks") AND "Arctic"'),
    "what else a headline calls it": (
        "bird flu in Iran",
        '("bird flu*" OR "avian flu*" OR "avian influenza*" OR H5N*) AND actor:Iran',
    ),
    "what a headline calls it, in capitals": (
        "H5N1 in Iran",
        '("bird flu*" OR "avian flu*" OR "avian influenza*" OR H5N*) AND actor:Iran',
    ),
    "a word of more than one topic": (
        "bombing in Iran",
        'bomb* AND (topic:"act of terror" OR topic:"armed conflict") AND actor:Iran',
    ),
    "words that often go together": ("swine fever in trade wars", '"swine fever*" AND "trade war*"'),
    "a name that nobody bears": ("Zork Zorblatt kettles", '"Zork Zorblatt" NEAR/5 kettle*'),
    "a word, and a name behind it": ("kettles Zork Zorblatt", 'kettle* AND "Zork Zorblatt"'),
    "a topic, and a name behind it": ("sanctions Zorblatt", 'topic:"economic sanction" AND "Zorblatt"'),
    "either": ("NATO or tankers", "actor:NATO OR tanker*"),
    "a topic": ("diplomacy of Iran", "topic:diplomacy AND actor:Iran"),
    "a topic in the singular": ("human right", 'topic:"human rights" OR title:"human right*"'),
    "a part of a topic's name that tells of it": (
        "Iran and sanctions",
        'actor:Iran AND topic:"economic sanction"',
    ),
    "a part that does not": ("nuclear", "nuclear*"),
    "a word that most phrases of a topic have": ("strikes in Iran", 'topic:"labor dispute" AND actor:Iran'),
    "what a topic is called": ("coup in Iran", 'topic:"coup d\'etat" AND actor:Iran'),
    "one that does not tell the topic": (
        "Iran protest",
        "actor:Iran AND (topic:demonstration OR title:protest*)",
    ),
    "one that is a word of other topics too": ("strikes", 'topic:"labor dispute"'),
    "one among words that say which": (
        "copper kettle strikes",
        'copper* NEAR/5 kettle* AND topic:"labor dispute" OR copper* NEAR/5 kettle* NEAR/5 strike*',
    ),
    "more words than a topic is called by": ("election fraud", "election* NEAR/5 fraud*"),
    "what says which election": (
        "presidential election in Iran",
        "presidential* AND topic:election AND actor:Iran",
    ),
    "what says what of it": ("coup kettles in Iran", 'kettle* AND topic:"coup d\'etat" AND actor:Iran'),
    "a topic's word in a phrase against it": ("outbreak of violence", "outbreak* NEAR/5 violen*"),
    "a topic's name with a little word in it": ("prisoners of war", 'topic:"prisoners of war"'),
    "words that `of` joins": ("state of emergency in Iran", "state* NEAR/5 emergency* AND actor:Iran"),
    "either of two behind `of`": ("leakage of kettles or urns", 'leakage* AND (kettle* OR "urn" OR "urns")'),
    "what is as much another topic's": ("migrants in Iran", "migrant* AND actor:Iran"),
    "what two topics are called": (
        "cyber attacks on Iran",
        '(topic:"cyber crime" OR topic:"cyber warfare") AND actor:Iran',
    ),
    "what a wider topic is called, and another's name": (
        "war in Iran",
        'topic:"armed conflict" AND actor:Iran',
    ),
    "a kind of what a topic has, with other senses": (
        "landslides in Iran",
        'landslide* AND topic:"natural disaster" AND actor:Iran',
    ),
    "one that headlines have several words for": (
        "earthquake",
        '(earthquake* OR quake* OR tremor*) AND topic:"natural disaster"',
    ),
    "a topic's word in a phrase that speaks against it": (
        "protest votes",
        'protest* NEAR/5 ("vote" OR "votes")',
    ),
    "one among other words": ("flood insurance", "flood* NEAR/5 insurance*"),
    "what headlines have several words for": (
        "plane crash",
        "(plane* OR airliner* OR aircraft* OR jet*) NEAR/5 crash*",
    ),
    "what goes before a topic": ("kettle sanctions", 'kettle* AND topic:"economic sanction"'),
    "what comes after it": ("coup attempt in Iran", 'topic:"coup d\'etat" AND actor:Iran'),
    "one sort of what a topic has": ("steel tariffs", "steel* NEAR/5 tariff*"),
    "one sort of it, with a topic's word behind that is no topic of it": (
        "drone strikes in Iran",
        "drone* NEAR/5 strike* AND actor:Iran",
    ),
    "one sort of what its last word is a topic of": (
        "port strikes",
        '("port" OR "ports") AND topic:"labor dispute"',
    ),
    "a topic's word in a phrase of others": ("trade war", '"trade war"'),
    "a word of the topic's name before it": (
        "labor strikes in Iran",
        '(topic:"labor dispute" OR labor* NEAR/5 strike*) AND actor:Iran',
    ),
    "one topic of two": ("elections and strikes", "topic:election AND strike*"),
    "either of two words, and a topic": (
        "cyber attacks on hospitals or energy",
        '(topic:"cyber crime" OR topic:"cyber warfare") AND (hospital* OR energy*)',
    ),
    "either of two names": ("Iran or NATO and oil", '(actor:Iran OR actor:NATO) AND "oil"'),
    "a topic or a word": (
        "coup or mutiny in Iran",
        '(topic:"coup d\'etat" OR mutiny*) AND actor:Iran',
    ),
    "a group": (
        "coup in the Gulf states",
        'topic:"coup d\'etat" AND (actor:"Gulf states"+members OR "Gulf state*")',
    ),
    "a group in small letters, or an actor": (
        "oil of a gulf state or NATO",
        '"oil" AND (actor:"Gulf states"+members OR "Gulf state*" OR actor:NATO)',
    ),
    "a list": ("oil in Iran, NATO and Georgia", '"oil" AND (actor:Iran OR actor:NATO OR actor:Georgia)'),
    "two things, parted by a comma": (
        "kettles in Iran, leakage in Georgia",
        "kettle* AND actor:Iran OR leakage* AND actor:Georgia",
    ),
    "two things, parted by or": (
        "kettles in Iran or leakage in Georgia",
        "kettle* AND actor:Iran OR leakage* AND actor:Georgia",
    ),
    "the language itself": (
        "title:(oil OR gas) NOT actor:Iran",
        '(title:"oil" OR title:"gas") AND NOT actor:Iran',
    ),
    "the singular of plurals": (
        "crashes, boxes, losses, companies, crisis, virus, gas",
        'crash* OR "box" OR "boxes" OR "loss" OR "losses" OR compan* OR crisis* OR virus* OR "gas"',
    ),
    "what is not wanted": ("kettles not political", "kettle* AND NOT political*"),
    "actors that are not": (
        "kettles, but not in Iran or NATO",
        "kettle* AND NOT (actor:Iran OR actor:NATO)",
    ),
    "neither of two": ("kettles not Iran and NATO", "kettle* AND NOT (actor:Iran OR actor:NATO)"),
    "a topic that is not": ("oil except sanctions", '"oil" AND NOT topic:"economic sanction"'),
    "not twice": ("oil not Iran, not NATO", '"oil" AND NOT (actor:Iran OR actor:NATO)'),
    "either of two, and what is not": (
        "NATO or tankers not Iran",
        "(actor:NATO OR tanker*) AND NOT actor:Iran",
    ),
    "without": ("protests without kettles", "(topic:demonstration OR title:protest*) AND NOT kettle*"),
    "other than": (
        "strikes other than kettle strikes",
        'topic:"labor dispute" AND NOT (kettle* AND topic:"labor dispute" OR kettle* NEAR/5 strike*)',
    ),
    "apart from": ("kettles apart from those of NATO", "kettle* AND NOT (those* AND actor:NATO)"),
    "but no": ("kettles but no oil", 'kettle* AND NOT "oil"'),
    "no, behind a comma": ("kettles, no oil", 'kettle* AND NOT "oil"'),
    "no, in a phrase": ("kettle no deal", 'kettle* NEAR/5 "no" NEAR/5 ("deal" OR "deals")'),
    "a minus": ("kettles -Iran -oil", 'kettle* AND NOT (actor:Iran OR "oil")'),
    "in parentheses": ("kettles (not in Iran)", "kettle* AND NOT actor:Iran"),
    "neither nor": ("kettles not Iran nor NATO", "kettle* AND NOT (actor:Iran OR actor:NATO)"),
    "outside a state": ("kettles outside Iran", "kettle* AND NOT actor:Iran"),
    "outside what is none": ("kettles outside schools", "kettle* AND topic:school"),
    "outside what a state has": ("kettles outside Iran's embassy", "kettle* AND actor:Iran AND embassy*"),
    "of, and a no": ("vote of no confidence", '("vote" OR "votes") NEAR/5 "no confidence*"'),
    "without, in a phrase of a topic": ("people without power", '"people without*" NEAR/5 power*'),
    "ohne": ("Kessel ohne NATO", '"Kessel" AND NOT actor:NATO'),
    "words in quotes": ('"kettle strikes" in Iran', '"kettle strikes" AND actor:Iran'),
    "typographic ones": ("\u201cnot in my name\u201d", '"not in my name"'),
    "single ones": ("'trade war', workers' kettles", '"trade war" OR worker* NEAR/5 kettle*'),
    "one that never ends": ('"oil of Iran', '"oil" AND actor:Iran'),
    "a request": ("Tell me when there is news about kettles in Iran", "kettle* AND actor:Iran"),
    "a question": ("what is happening in Iran?", "actor:Iran"),
    "all in capitals": ("COUP IN IRAN", 'topic:"coup d\'etat" AND actor:Iran'),
    "an acronym that is a little word": ("IT kettles", '"IT" NEAR/5 kettle*'),
    "off and over": ("piracy off Iran, drones over NATO", "piracy* AND actor:Iran OR drone* AND actor:NATO"),
    "letters and signs": ("M&A and 9/11", '"M&A" AND "9/11"'),
    "an Indian script": ("\u0939\u093f\u0902\u0926\u0940", '"\u0939\u093f\u0902\u0926\u0940"'),
    "the same twice": ("Iran Iran", "actor:Iran"),
    "a year": ("2024", '"2024"'),
    "not in German": ("Kessel, aber nicht Iran", '"Kessel" AND NOT actor:Iran'),
    "a not that belongs to a verb": ("do not kettle", '"do not" NEAR/5 kettle*'),
    "a not in a word": ("not-for-profit kettles", '"not-for-profit" NEAR/5 kettle*'),
    "near somewhere": ("drone kettles near Iran", "drone* NEAR/5 kettle* AND actor:Iran"),
    "between two": (
        "kettles between Iran and NATO",
        "kettle* AND actor:Iran AND actor:NATO",
    ),
    "blanks": ("  oil   spill  ", '"oil spill*"'),
    "a plural that begins with a capital": ("Kettles and Monsoons", 'Kettle* AND "Monsoons"'),
}


@pytest.mark.parametrize(
    "about",
    ["kettles not in Iran, or NATO", "NATO, not Iran", "oil except sanctions", "protests without violence"],
)
def test_a_new_watch_that_leaves_out_says_so_and_passes_its_tests(desk, about):
    desk.run("watches", "new", about, "--append")
    desk.run("watches", "test")
    assert "warning" not in desk.run("watches", "check")
    assert " is left out, whatever else it says." in desk.run("watches", "new", about)
    text = write_watch(desk.site.config, about)
    desk.write(re.sub(r" AND NOT .*", "", text))
    desk.run("watches", "test", code=1)


@pytest.mark.parametrize("about", ["not Iran", "nicht NATO", "everything except sport"])
def test_a_new_watch_of_only_what_to_leave_out_is_refused(desk, about):
    assert 'say first what to find: "oil, not Iran"' in desk.run("watches", "new", about, code=2)


OWN_WORDS = (
    "Iran protest",
    "M&A and 9/11",
    "Protests in Georgia",
    "Iran Iran",
    "bombing",
    "copper kettle strikes",
    "human right",
    "outbreak of violence",
    "strikes",
    "terrorism",
    "vote of no confidence",
    "war, not Iran",
)


def test_a_new_watch_is_met_by_what_was_typed_or_says_what_is_missing(desk):
    drafts = [write_watch(desk.site.config, about) for about in OWN_WORDS]
    for text in drafts:
        said = re.search(r'- \{text: "(.*)", expect: alert\}', text)[1]
        assert ": " not in said or re.search("alone does not tell that|matches where the words around", text)
    desk.write("".join(drafts))
    desk.run("watches", "test")


WIDER = {
    # what is said: a wider condition, which its tests tell from what was written
    "steel tariffs": 'topic:"manufacturing and engineering"',
    "port strikes": 'topic:"labor dispute"',
    "kettle leaks": "leak*",
    "coup in Iran": 'topic:"coup d\'etat"',
    "Iran and oil": 'actor:Iran OR "oil"',
    "peace talks": '"peace talks"',  # narrower: only in these words
    "earthquake": 'topic:"natural disaster"',
    "hacking": 'topic:"cyber crime"',
}


@pytest.mark.parametrize("about", WIDER)
def test_the_tests_of_a_new_watch_fail_for_another_condition(desk, about):
    text = write_watch(desk.site.config, about)
    desk.write(text)
    desk.run("watches", "test")
    desk.write(re.sub(r"(?m)(?<=^  when: >\n    ).*", WIDER[about], text))
    desk.run("watches", "test", code=1)


@pytest.mark.parametrize("none", ["", "# mine\n[]\n", "[]  # none yet\n"])
def test_the_first_watch(desk, none):
    (desk.site.config / "watches.yaml").write_text(none)
    path, _ = append_watch(desk.site.config, write_watch(desk.site.config, "oil"))
    assert len(load_watches(path)) == 1
    assert ("# mine" in path.read_text()) == ("# mine" in none)


@pytest.mark.parametrize(("about", "when"), NEW.values(), ids=NEW)
def test_what_a_new_watch_looks_for(desk, about, when):
    path, line = append_watch(desk.site.config, write_watch(desk.site.config, about))
    watch = load_watches(path)[-1]
    assert str(watch.condition) == when
    assert path.read_text(encoding="utf-8").splitlines()[line - 1] == f"- id: {watch.id}"
