"""watches.yaml: what is taken, and what a user is told of what is not."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.watches.world import CATALOGUE, TOPICS
from wirewatch.errors import ConfigError
from wirewatch.watches.compile import load_watch_set
from wirewatch.watches.model import AllOf, AnyOf, Not, Term
from wirewatch.watches.parse import load_watches

CHECKOUT = Path(__file__).parents[2]


def load(tmp_path, text):
    path = tmp_path / "watches.yaml"
    path.write_text(text, encoding="utf-8")
    return load_watch_set(path, CATALOGUE, TOPICS)


def one(when, more=""):
    return f"- id: w\n  name: W\n  when: {when}\n{more}"


def test_the_default_watches():
    watches = load_watches(CHECKOUT / "config" / "watches.yaml")
    assert [(w.id, w.severity) for w in watches] == [
        ("nato", "medium"),
        ("iran", "medium"),
        ("nato-iran", "high"),
    ]
    assert watches[2].when == AllOf((Term("actor", "NATO"), Term("actor", "Iran")))


def test_nesting(tmp_path):
    text = one(
        '{all: [{actor: Iran}, {any: [{phrase: "oil tanker*"}, {topic: sport}]}, {not: {actor: NATO}}]}'
    )
    (watch,) = load(tmp_path, text).watches
    assert watch.when == AllOf(
        (
            Term("actor", "Iran"),
            AnyOf((Term("phrase", "oil tanker*"), Term("topic", "sport"))),
            Not(Term("actor", "NATO")),
        )
    )


def test_defaults_and_an_empty_file(tmp_path):
    (watch,) = load(tmp_path, one("{actor: Iran}")).watches
    assert watch.severity == "medium"
    assert watch.per_story.window == timedelta(hours=72)
    assert watch.per_story.update_at == (3, 10)
    assert load(tmp_path, "# nothing yet\n").watches == ()


def test_only_what_decides_makes_a_version(tmp_path):
    def version(text):
        return load(tmp_path, text).watches[0].version

    base = version(one("{actor: Iran}"))
    assert version(one("{actor: Iran}", "  severity: high\n  labels: {desk: gulf}\n")) == base
    assert version(one("{actor: NATO}")) != base
    assert version(one("{actor: Iran}", "  per_story: {window: 24h}\n")) != base
    assert version(one("{actor: Iran}", "  per_story: {update_at: [5]}\n")) != base
    assert version(one("{actor: Iran}", "  only: {tiers: [1]}\n")) != base
    assert version(one("{actor: Iran}", "  volume: {at_least: 3, within: 2h}\n")) != base
    assert version(one("{actor: Iran}", "  spike: {times: 3, over: 14d}\n")) != base


REFUSED = {
    "not a list": ("watches: {}\n", "must be a list of watches"),
    "not a watch": ("- nato\n", "watch number 1: must be a watch"),
    "no id": ("- {name: W, when: {actor: Iran}}\n", ":1: watch number 1: id: Field required"),
    "bad id": ("- {id: 'A b', name: W, when: {actor: Iran}}\n", "'A b': id:"),
    "misspelt setting": (
        one("{actor: Iran}", "  severty: high\n"),
        ":4: watch 'w': severty: no such setting",
    ),
    "misspelt and so missing": (
        "- {id: w, name: W, wen: {actor: Iran}}\n",
        ":1: watch 'w': wen: no such setting; there are id, name, severity, when, only, volume, ",
    ),
    "bad severity": (one("{actor: Iran}", "  severity: urgent\n"), ":4: watch 'w': severity: .*'high'"),
    "same id twice": (one("{actor: Iran}") + one("{actor: NATO}"), ":4: watch 'w': id: a second watch"),
    "no condition": ("- {id: w, name: W}\n", "when: Field required"),
    "empty condition": (one("{}"), "when: must be one of actor, topic, phrase, any, all, not"),
    "two clauses in one": (one("{actor: Iran, topic: sport}"), "several go in a list under"),
    "unknown clause": (one("{actr: Iran}"), "no such clause: 'actr'"),
    "empty list": (one("{any: []}"), "when.any: must be a list with at least one"),
    "number for a phrase": (one("{phrase: 2020}"), 'put it in quotes: phrase: "2020"'),
    "nothing to look for": (one('{phrase: "…"}'), "no letter or digit"),
    "short prefix": (one('{phrase: "ab*"}'), "at least 3 letters"),
    "star within": (one('{phrase: "a*b c"}'), "at the end only"),
    "bare not": (one("{not: {actor: Iran}}"), "when: would be met by articles that have nothing"),
    "only nots": (one("{all: [{not: {actor: Iran}}]}"), "would be met by articles that have nothing"),
    "not as a way out": (one("{any: [{actor: Iran}, {not: {actor: NATO}}]}"), "would be met by articles"),
    "not of not": (one("{not: {not: {actor: Iran}}}"), "a `not` of a `not`"),
    "unknown actor": (
        one("{all: [{actor: NATO}, {actor: Irann}]}"),
        r":3: watch 'w': when.all\[1\].actor: no actor 'Irann' is known; did you mean 'Iran'",
    ),
    "unknown topic": (one("{topic: sprt}"), "no topic 'sprt' is known; did you mean 'sport'"),
    "ambiguous actor": (one("{actor: Georgia}"), r"names 2 actors; .*: ge \(Georgia, country\), us-ga"),
    "bad window": (one("{actor: Iran}", "  per_story: {window: 3 days}\n"), "per_story.window: write a dur"),
    "endless window": (one("{actor: Iran}", "  per_story: {window: 15d}\n"), "at most 14d"),
    "falling steps": (one("{actor: Iran}", "  per_story: {update_at: [10, 3]}\n"), "must rise"),
    "step of one": (one("{actor: Iran}", "  per_story: {update_at: [1]}\n"), "greater than or equal to 2"),
    "volume and spike": (
        one("{actor: Iran}", "  volume: {at_least: 3, within: 2h}\n  spike: {times: 3, over: 14d}\n"),
        "a volume or a spike, not both",
    ),
    "volume of one": (one("{actor: Iran}", "  volume: {at_least: 1, within: 2h}\n"), "volume.at_least: .* 2"),
    "volume of no time": (one("{actor: Iran}", "  volume: {at_least: 3}\n"), "volume.within: Field required"),
    "more sources than are told apart": (
        one("{actor: Iran}", "  volume: {at_least: 501, within: 2h}\n"),
        "volume: at most 500 sources",
    ),
    "a spike down": (one("{actor: Iran}", "  spike: {times: 0.5, over: 14d}\n"), "spike.times: .*than 1"),
    "an old spike": (one("{actor: Iran}", "  spike: {times: 3, over: 30d}\n"), "spike.over: .*at most 14d"),
    "no language": (
        one("{actor: Iran}", "  only: {languages: [english]}\n"),
        "only.languages: 'english' is no",
    ),
    "source in and out": (
        one("{actor: Iran}", "  only: {sources: [a.example, -A.example]}\n"),
        "only.sources: 'a.example' is both",
    ),
    "broken YAML": ("- id: [\n", "not valid YAML"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "watches.yaml"))
    assert "\n" not in str(caught.value)


def test_deep_nesting_is_refused_not_followed(tmp_path):
    with pytest.raises(ConfigError, match="nested more than"):
        load(tmp_path, one("{any: [" * 40 + "{actor: Iran}" + "]}" * 40))
