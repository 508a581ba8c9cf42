"""watches.yaml: what is taken, and what a user is told of what is not."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.watches.world import CATALOGUE, TOPICS
from wirewatch.errors import ConfigError
from wirewatch.tagging import Actor, Catalogue, Role, Topic, TopicRules
from wirewatch.watches.check import Sent, check_watches
from wirewatch.watches.compile import load_watch_set
from wirewatch.watches.names import Names
from wirewatch.watches.parse import load_watches

CHECKOUT = Path(__file__).parents[2]


def load(tmp_path, text):
    path = tmp_path / "watches.yaml"
    path.write_text(text, encoding="utf-8")
    return load_watch_set(path, CATALOGUE, TOPICS)


def one(when, more=""):
    return f"- id: w\n  name: W\n  when: {when}\n{more}"


def of_day(published):
    return one("actor:Iran", f"  tests: [{{text: a, expect: none, published: {published}}}]\n")


def test_the_default_watches():
    watches = load_watches(CHECKOUT / "config" / "watches.yaml")
    assert [(w.id, w.severity, w.when) for w in watches] == [
        ("nato", "medium", "actor:NATO"),
        ("iran", "medium", "actor:Iran"),
        ("nato-iran", "high", "actor:NATO AND actor:Iran"),
    ]


def test_defaults(tmp_path):
    (watch,) = load(tmp_path, one("actor:Iran")).watches
    assert watch.severity == "medium"
    assert watch.per_story.window == timedelta(hours=72)
    assert watch.per_story.update_at == (3, 10)


def test_only_what_decides_makes_a_version(tmp_path):
    def version(text):
        return load(tmp_path, text).watches[0].version

    base = version(one("actor:Iran"))
    assert version(one("actor:Iran", "  severity: high\n  labels: {desk: gulf}\n")) == base
    assert version(one("actor:NATO")) != base
    assert version(one("actor:Iran", "  per_story: {window: 24h}\n")) != base
    assert version(one("actor:Iran", "  per_story: {update_at: [5]}\n")) != base
    assert version(one("actor:Iran", "  only: {tiers: [1]}\n")) != base
    assert version(one("actor:Iran", "  volume: {at_least: 3, within: 2h}\n")) != base
    assert version(one("actor:Iran", "  spike: {times: 3, over: 14d}\n")) != base


REFUSED = {
    "not a list": ("watches: {}\n", "must be a list of watches"),
    "not a watch": ("- nato\n", "watch number 1: must be a watch"),
    "no id": ("- {name: W, when: actor:Iran}\n", ":1:3: watch number 1: id: is missing"),
    "bad id": (
        "- {id: 'A b', name: W, when: actor:Iran}\n",
        "'A b': id: must be at most 64 lower-case letters",
    ),
    "bad label": (one("actor:Iran", "  labels: {a b: c}\n"), "labels: 'a b' is not a valid label name"),
    "one language, no list": (
        one("actor:Iran", "  only: {languages: en}\n"),
        "only.languages: must be a list",
    ),
    "an address for a source": (one("source:https://www.example.com/a AND x"), "write example.com"),
    "an address among sources": (
        one("actor:Iran", "  only: {sources: ['-https://example.com/a']}\n"),
        "only.sources: .* write example.com",
    ),
    "misspelt setting": (
        one("actor:Iran", "  severty: high\n"),
        ":4:3: watch 'w': severty: no such setting",
    ),
    "misspelt and so missing": (
        "- {id: w, name: W, wen: actor:Iran}\n",
        ":1:20: watch 'w': wen: no such setting; there are id, name, severity, when, only, volume, ",
    ),
    "bad severity": (one("actor:Iran", "  severity: urgent\n"), ":4:3: watch 'w': severity: .*'high'"),
    "same id twice": (one("actor:Iran") + one("actor:NATO"), ":4:3: watch 'w': id: a second watch"),
    "no condition": ("- {id: w, name: W}\n", "when: is missing"),
    "empty condition": (one('""'), "when: must not be empty"),
    "as it was written before": (
        one("{actor: Iran}"),
        ":3:3: watch 'w': when: must be text in the watch language",
    ),
    "no text": (one("2020"), "when: must be text; put a number, yes or no in quotes"),
    "of the language": (
        one("actor:Iran OR NOT actor:NATO"),
        ":3:23: watch 'w': would be met by nearly every",
    ),
    "unknown actor": (
        one("actor:NATO AND actor:Irann"),
        ":3:24: watch 'w': no actor 'Irann' is known; did you mean 'Iran'",
    ),
    "a country's other code": (
        one("country:UK AND oil"),
        ":3:9: watch 'w': country: takes the source's country as two letters .*, such as FR, not 'UK'",
    ),
    "a language's name": (one("lang:German AND oil"), "such as en, not 'German'; write lang:de"),
    "unknown topic": (one("topic:sprt"), ":3:9: watch 'w': no topic 'sprt' is known; did you mean 'sport'"),
    "ambiguous actor": (one("actor:Georgia"), r"names 2 actors; .*: ge \(Georgia, country\), us-ga"),
    "no language": (one("actor:Iran AND lang:english"), "such as en, not 'english'"),
    "no code of two letters": (one("actor:Iran AND lang:zz"), "such as en, not 'zz'"),
    "bad window": (one("actor:Iran", "  per_story: {window: 3 days}\n"), "per_story.window: write a dur"),
    "endless window": (one("actor:Iran", "  per_story: {window: 15d}\n"), "at most 14d"),
    "falling steps": (one("actor:Iran", "  per_story: {update_at: [10, 3]}\n"), "must rise"),
    "step of one": (one("actor:Iran", "  per_story: {update_at: [1]}\n"), "must be at least 2"),
    "volume and spike": (
        one("actor:Iran", "  volume: {at_least: 3, within: 2h}\n  spike: {times: 3, over: 14d}\n"),
        "a volume or a spike, not both",
    ),
    "volume of one": (one("actor:Iran", "  volume: {at_least: 1, within: 2h}\n"), "volume.at_least: .* 2"),
    "volume of no time": (one("actor:Iran", "  volume: {at_least: 3}\n"), "volume.within: is missing"),
    "more sources than are told apart": (
        one("actor:Iran", "  volume: {at_least: 501, within: 2h}\n"),
        "volume: at most 500 sources",
    ),
    "a spike down": (one("actor:Iran", "  spike: {times: 0.5, over: 14d}\n"), "spike.times: .*than 1"),
    "a spike of no number": (
        one("actor:Iran", "  spike: {times: .nan, over: 14d}\n"),
        ":4:11: watch 'w': spike.times: must be a number, not .inf or .nan",
    ),
    "a volume of endless many": (
        one("actor:Iran", "  volume: {at_least: .inf, within: 2h}\n"),
        "volume.at_least: must be a number, not .inf or .nan",
    ),
    "a day that no calendar has": (
        one("actor:Iran", "  tests:\n    - {text: a, expect: none, published: 2020-02-30}\n"),
        ":5:42: not valid YAML: '2020-02-30' is no day",
    ),
    "a day in quotes that no calendar has": (of_day("'2020-02-30'"), "published: write a date such as"),
    "a day in words": (
        of_day("yesterday"),
        ":4:35: watch 'w': .*published: write a date such as 20",
    ),
    "a day and its time": (of_day("2020-01-09T10:00:00Z"), "published: write a date .* without a time"),
    "a year alone": (of_day("2020"), "published: write a date"),
    "a day in digits": (of_day("20200109"), "published: write a date"),
    "an old spike": (one("actor:Iran", "  spike: {times: 3, over: 30d}\n"), "spike.over: .*at most 14d"),
    "only of no language": (
        one("actor:Iran", "  only: {languages: [english]}\n"),
        "only.languages: 'english' is not",
    ),
    "source in and out": (
        one("actor:Iran", "  only: {sources: [a.example, -A.example]}\n"),
        "only.sources: 'a.example' is both",
    ),
    "nothing": (
        "",
        "watches.yaml: is empty: `wirewatch watches new` drafts a watch; write .. to watch nothing",
    ),
    "comments alone": ("# - id: w\n", "watches.yaml: is empty"),
    "broken YAML": ("- id: [\n", "not valid YAML"),
    "deep YAML": ("[" * 3000 + "]" * 3000, "nested too deep to be read"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "watches.yaml"))
    assert "\n" not in str(caught.value)


YAMLS_QUOTES = {
    "two words": ('"oil tanker"', "nothing joins tanker", True),
    "a word with a mark": ("'U.S.'", "in quotes", True),
    "small letters": ("'oil and gas'", "put it in quotes to search for the word", True),
    "a name of two words": ("'actor:White House'", "put a name of several words in quotes", True),
    "an operator": ("'oil AND of'", "put of in quotes", True),
    "typeset quotes": ("'“oil tanker”'", "use straight quotes", True),
    "marks of the language": ("'oil AND =gas'", "= goes before quotes", True),
    "a sign of another language": ("'oil & gas'", "did you mean AND", False),
    "a parenthesis": ("'(oil OR gas'", "never closed", False),
    "a word of what was written": ("'actor:quotes'", "'quotes'", False),
    "an unknown actor": ("'actor:Irann'", "did you mean 'Iran'", False),
    "a NOT alone": ("'oil OR NOT gas'", "nearly every article", False),
    "quotes that are the language's": ("'\"oil\" tanker'", "nothing joins tanker", False),
    "no quotes": ("oil tanker", "nothing joins tanker", False),
}


@pytest.mark.parametrize(("when", "what", "explained"), YAMLS_QUOTES.values(), ids=YAMLS_QUOTES)
def test_quotes_that_yaml_takes_are_explained_where_quotes_are_asked_for(tmp_path, when, what, explained):
    with pytest.raises(ConfigError, match=what) as refused:
        load(tmp_path, one(when))
    assert ("the quotes round the whole are YAML's" in str(refused.value)) is explained


WHERE = {
    "plain": ("actor:Iran AND actor:Irann", (3, 24)),
    "in single quotes": ("'\"it''s\" AND actor:Irann'", (3, 22)),
    "in double quotes": ('"\\"oil\\" AND actor:Irann"', (3, 22)),
    "folded": (">\n    actor:Iran\n    AND\n      actor:Irann", (6, 7)),
    "folded, with blank lines": (">-\n\n    actor:Iran\n\n    AND actor:Irann", (7, 9)),
    "literal": ("|\n    actor:Iran AND\n    (x OR actor:Irann)", (5, 11)),
    "plain over two lines": ("actor:Iran AND\n    actor:Irann", (4, 5)),
    "the same name before": ("(actor:Iran OR Irann) AND actor:Irann", (3, 35)),
}


@pytest.mark.parametrize(("when", "place"), WHERE.values(), ids=WHERE)
def test_line_column_and_caret(tmp_path, when, place):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"- id: w\n  name: W\n  when: {when}\n")
    line, column = place
    assert f"watches.yaml:{line}:{column}: watch 'w': no actor 'Irann'" in str(caught.value)
    shown, carets = caught.value.excerpt.splitlines()
    assert shown[carets.index("^") :].startswith("actor:Irann")
    assert carets.strip() == "^" * len("actor:Irann")


def test_an_excerpt_of_a_long_line_is_cut(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, one("x" * 150 + " OR " + "actor:Irann" + " OR y" * 100))
    shown, carets = caught.value.excerpt.splitlines()
    assert len(shown) <= 162
    assert shown[carets.index("^") :].startswith("actor:Irann")


def test_an_office_is_no_actor_but_has_holders():
    held = Actor(id="p", name="Ali Khamenei", type="person", roles=(Role("supreme leader", "ir"),))
    with pytest.raises(
        ValueError, match=r'is an office; write who holds it .actor:"Ali Khamenei". or the words'
    ):
        Names(Catalogue([held]), TOPICS).actors("Supreme Leader", members=False)


def test_a_part_of_several_topics_is_told_what_it_almost_is():
    topics = ("sport", "sports honor", "sports coaching")
    names = Names(CATALOGUE, TopicRules(tuple(Topic(f"a:{n}", name) for n, name in enumerate(topics))))
    said = "did you mean 'sport'? Else write the code of one: a:1 (sports honor), a:2 (sports coaching)"
    with pytest.raises(ValueError, match=re.escape(f"'sports' names 2 topics; {said}")):
        names.topic("sports")
    assert names.topic("honor") == "a:1"


def test_a_part_of_several_topics_that_is_almost_none():
    rules = TopicRules(
        (Topic("a:1", "media"), Topic("a:2", "medical staff"), Topic("a:3", "medical research"))
    )
    with pytest.raises(ValueError, match="names 2 topics; write the code of one: a:2"):
        Names(CATALOGUE, rules).topic("medical")


def test_no_watch_on_purpose_is_a_warning(tmp_path):
    assert load(tmp_path, "[]").watches == ()
    [found] = check_watches(tmp_path / "watches.yaml", CATALOGUE, TOPICS)
    assert (found.warning, found.what) == (True, "it contains no watches, so nothing is watched")
    (tmp_path / "watches.yaml").write_text("")
    [found] = check_watches(tmp_path / "watches.yaml", CATALOGUE, TOPICS)
    assert not found.warning


def test_all_that_a_watch_has_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "watches.yaml"
    path.write_text("""\
- id: w
  name: W
  when: actor:Iran oil
  only: {languages: [english], sources: shell.com}
  volume: {atleast: 3, within: 2h}
  spike: {times: three, over: 14d}
  tests:
    - {text: a, expect: alert}
    - {txt: a, expect: alert}
""")
    found = check_watches(path, CATALOGUE, TOPICS)
    assert [(each.line, each.what.partition(":")[0]) for each in found][1:] == [
        (4, "only.languages"),
        (4, "only.sources"),
        (5, "volume.atleast"),
        (6, "spike.times"),
        (9, "tests number 2.txt"),
    ]
    assert "in quotes" in found[0].what
    assert found[3].what == "volume.atleast: no such setting; there are at_least, distinct, within"
    assert "there are text, article, expect" in found[5].what
    assert not any(each.warning for each in found)


def test_the_file_of_a_test_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "config" / "watches.yaml"
    path.parent.mkdir()
    (tmp_path / "there.txt").touch()
    tests = (
        "  tests:\n    - {article: ../there.txt, expect: none}\n    - {expect: none, article: ../gone.txt}\n"
    )
    path.write_text(one("actor:Iran", tests))
    (found,) = check_watches(path, CATALOGUE, TOPICS)
    assert (found.line, found.column, found.warning) == (6, 22, True)
    assert found.what == "tests number 2.article: no such file: ../gone.txt"
    assert str(path.parent) in found.fix


def test_a_text_in_place_of_the_file_of_a_test_is_none_that_is_there(tmp_path):
    path = tmp_path / "watches.yaml"
    path.write_text(one("actor:Iran", f"  tests:\n    - {{expect: none, article: {'Iran said so ' * 30}}}\n"))
    (found,) = check_watches(path, CATALOGUE, TOPICS)
    assert found.what.startswith("tests number 1.article: no such file: Iran said so")


LIKELY_SLIPS = {
    "a word that all have": ("the", "nearly every article meets this"),
    "words that all have": ("(the OR actor:Iran) NOT oil", "nearly every article meets this"),
    "a language alone": ("lang:en NOT actor:Iran", "nearly every article meets this"),
    "a topic in another language": ("topic:sport AND lang:de", "in English articles alone"),
    "a topic that another language need not have": ("lang:de AND (topic:sport OR oil)", ""),
    "a topic in English": ("topic:sport AND lang:en", ""),
    "a name that is a word": ("US AND oil", "the word us meets this too"),
    "a name in quotes that is a word": ('"WHO" NEAR/9 title:oil', "the word who meets this too"),
    "a name as written": ('="US" AND oil', ""),
    "a name that is no word": ("NATO AND oil", ""),
    "near itself": ("oil NEAR/5 (gas OR oil)", "occurs here twice"),
    "twice": ("oil OR oil", "occurs here twice"),
    "or beside and": ("oil OR gas AND nato", "AND and NOT join before OR does"),
    "or beside what is left out": ("oil OR gas NOT nato", "AND and NOT join before OR does"),
    "within parentheses": ("nato AND (oil OR gas AND coal)", "AND and NOT join before OR does"),
    "one of several": ("2 OF (oil, gas OR coal AND nato)", "AND and NOT join before OR does"),
    "or and and, in parentheses": ("(oil OR gas) AND nato NOT (coal AND peat)", ""),
    "and beside or, in parentheses": ("(oil AND nato) OR gas", ""),
    "and in two of several": ("1 OF (oil AND nato, gas OR coal)", ""),
    "a common word beside another": ("oil AND the", ""),
    "a common word in a phrase": ('"the who"', ""),
    "a common word in the title": ("title:with", ""),
}


@pytest.mark.parametrize(("when", "said"), LIKELY_SLIPS.values(), ids=LIKELY_SLIPS)
def test_likely_slips_are_told(tmp_path, when, said):
    path = tmp_path / "watches.yaml"
    path.write_text(f"- id: w\n  name: W\n  when: >\n    {when}\n", encoding="utf-8")
    found = check_watches(path, CATALOGUE, TOPICS)
    assert all(one.warning for one in found)
    assert [said in one.what for one in found] == [True] * bool(said)
    assert all(one.fix for one in found)


def test_a_mixture_of_and_and_or_is_told_as_it_is_read(tmp_path):
    path = tmp_path / "watches.yaml"
    path.write_text("- {id: w, name: W, when: (oil) AND (gas) OR coal NOT nato}\n", encoding="utf-8")
    (found,) = check_watches(path, CATALOGUE, TOPICS)
    assert found.fix == "add parentheses; without them it means ((oil) AND (gas)) OR (coal NOT nato)"
    assert found.excerpt.splitlines()[1].count("^") == len("(oil) AND (gas) OR coal NOT nato")


def test_a_source_or_a_tag_that_no_feed_has_is_a_warning_with_the_nearest(tmp_path):
    path = tmp_path / "watches.yaml"
    when = "source:alfa.example OR tag:wier OR tag:Wire OR source:example.org"
    only = "only: {sources: [alpha.exmaple, -example.com]}"
    path.write_text(f"- {{id: a, name: A, when: '{when}', {only}}}\n")
    sent = Sent(["alpha.example", "news.example.com", "Example.org"], ["wire"])
    found = check_watches(path, CATALOGUE, TOPICS, sent)
    assert all(one.warning and one.line == 1 for one in found)
    assert [one.message.partition(" has the ")[2] for one in found] == [
        f"{what}? Else add it there; leave it if something else than the feeds sends it"
        for what in (
            "source alfa.example: did you mean alpha.example",
            "tag wier: did you mean wire",
            "source alpha.exmaple: did you mean alpha.example",
        )
    ]
    assert not check_watches(path, CATALOGUE, TOPICS)
