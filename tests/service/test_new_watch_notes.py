"""`wirewatch watches new`: what the comments of the watch say of what was chosen, and of what is missing."""

import re

import pytest

from wirewatch.service.new_watch import write_watch


def test_new_says_how_many_a_group_has(desk):
    said = desk.run("watches", "new", "oil of the gulf states")
    assert '# actor:"Gulf states"+members matches any of its 1 member, and what belongs to them' in said
    assert '`wirewatch catalogue find "Gulf states"` lists them' in said


def test_new_says_for_which_words_it_took_a_topic(desk):
    said = desk.run("watches", "new", "kettle strikes in Iran")
    assert '# topic:"labor dispute" matches "strikes" in any wording' in said
    assert '#   The words alone: kettle* NEAR/5 strike*. Other topics: topic:"armed conflict"' in said


def test_new_says_why_it_asks_for_a_topic_beside_a_word(desk):
    said = desk.run("watches", "new", "tsunami")
    assert '# topic:"natural disaster" leaves out "tsunami" in other senses; only English' in said
    assert "#   The words alone: tsunami*\n" in said


def test_new_says_of_a_name_that_nobody_bears_how_it_becomes_an_actor(desk):
    said = desk.run("watches", "new", "Zork Zorblatt and migration")
    assert 'No actor in the catalogue is called "Zork Zorblatt"' in said
    assert 'wirewatch catalogue add "Zork Zorblatt" --type person' in said
    assert "catalogue add" not in desk.run("watches", "new", "Oil from Iran")


TOGETHER = {
    # what is said: how it is asked to stand together
    "Iran and oil": 'actor:Iran NEAR/30 "oil"',
    "kettle leaks in Iran": 'kettle* NEAR/5 ("leak" OR "leaks") NEAR/30 actor:Iran',
    "lang:en AND (oil OR gas) AND title:Iran": '("oil" OR "gas") NEAR/30 title:"Iran"',
    "Iran": "",
    "Iran or oil": "",
    "earthquake": "",
    "hurricane in Iran": "hurricane* NEAR/30 actor:Iran",
    "lang:en AND oil": "",
}


@pytest.mark.parametrize("about", TOGETHER)
def test_a_new_watch_shows_how_its_own_parts_are_asked_to_stand_together(desk, about):
    said = desk.run("watches", "new", about)
    shown = re.findall(r"# To ask that they occur together, .* apart: (.*)", said)
    assert shown == [TOGETHER[about]] * bool(TOGETHER[about])
    desk.write(f"- {{id: a, name: A, when: '{''.join(shown) or 'oil'}'}}\n")
    desk.run("watches", "check")


NEAR_TOPICS = {
    "a word in the names of two": ("cyber", 'topic:"cyber crime", topic:"cyber warfare"'),
    "a strong phrase of one": ("Iran and oil", 'topic:"energy and resource"'),
    "a word in many phrases of one": ("Iran and trade", 'topic:"economic policy"'),
}


@pytest.mark.parametrize(("about", "near"), NEAR_TOPICS.values(), ids=NEAR_TOPICS)
def test_a_new_watch_says_which_topics_are_near(desk, about, near):
    said = desk.run("watches", "new", about)
    assert re.search(
        rf"\n  # By subject, whether or not it says \S.*: {re.escape(near)}.*\n  when: >\n", said
    )
    assert "By subject" not in desk.run("watches", "new", "Iran and NATO, or diplomacy")


def test_a_new_watch_says_when_a_name_is_several_actors(desk):
    path = desk.site.config / "actors" / "people.jsonl"
    one = (
        '{"id": "%s", "name": "%s Doe", "type": "person",'
        ' "aliases": ["%s Doe", {"text": "Doe", "kind": "surname"}]}'
    )
    path.write_text("\n".join(one % (name.lower(), name, name) for name in ("Ann", "Bob")), encoding="utf-8")
    try:
        said = desk.run("watches", "new", "Doe and NATO, or Doe and kettles")
        assert said.count('  # "Doe" is a name of 2 actors') == 1
        meant = [f'  #   actor:"{name} Doe" for {name} Doe (person)\n' for name in ("Ann", "Bob")]
        assert "".join((*meant, "  when: >\n")) in said
        assert "is a name of" not in desk.run("watches", "new", "Bob Doe and a doe")
        desk.run("watches", "new", "Doe and kettles", "--append")
        desk.run("watches", "test", "doe-and-kettles")
    finally:
        path.unlink()


def test_a_new_watch_of_two_words_with_capitals_says_what_to_write_of_german_nouns(desk):
    said = desk.run("watches", "new", "Kessel Streik")
    assert "#   Of German nouns write: Kessel* NEAR/5 Streik* OR Kesselstreik*\n" in said
    desk.write("- {id: a, name: A, when: 'Kessel* NEAR/5 Streik* OR Kesselstreik*'}\n")
    assert "all right" in desk.run("watches", "check")
    assert "German" not in desk.run("watches", "new", "Zork and NATO")


SPELT = {
    "earthqauke": "earthquake",
    "eletion in Iran": "election",
    "econmic sanction": "economic",
    "refugess": "refugees",
    "kettle acquisitions": "",
    "lithium": "",
    "Erdbebn in der NATO": "",
}


@pytest.mark.parametrize(("about", "meant"), SPELT.items(), ids=SPELT)
def test_a_new_watch_says_which_word_is_meant_by_a_misspelt_one(desk, about, meant):
    said = write_watch(desk.site.config, about)
    assert re.findall(r"is searched for as typed\. Did you mean \"(\w+)\"\?", said) == [meant] * bool(meant)


@pytest.mark.parametrize("about", ["H5N1", "GDP of Iran", "F-35", "B-52 kettles", "Erdbeben in der NATO"])
def test_a_new_watch_does_not_take_the_name_of_a_thing_for_an_actor(desk, about):
    assert "catalogue add" not in write_watch(desk.site.config, about)


def test_a_new_watch_says_how_to_ask_for_either_of_what_and_joins(desk):
    said = write_watch(desk.site.config, "kettles in Iran and NATO")
    assert 'The "and" before "NATO" was read as AND; write OR to match either.' in said
    assert "write OR" not in write_watch(desk.site.config, "Iran and oil")


def test_a_new_watch_says_when_a_word_alone_does_not_tell_its_topic(desk):
    assert "alone does not" not in write_watch(desk.site.config, "protests in Iran")
    said = write_watch(desk.site.config, "protests")
    assert '"protests" alone does not tell that, so it matches too: title:protest*' in said
    said = write_watch(desk.site.config, "strikes")
    assert 'For any headline with it write (topic:"labor dispute" OR title:strike*) instead.' in said


def test_a_new_watch_of_one_sort_says_which_topic_is_near(desk):
    said = desk.run("watches", "new", "steel tariffs")
    assert 'whether or not it says "steel tariffs": topic:"manufacturing and engineering"' in said
