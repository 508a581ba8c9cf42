"""`backtest`: what articles of the past would have told, and what that comes to."""

from datetime import timedelta

import pytest

from pipelines.backtest import BATCH, backtest
from tests.acceptance.generated import START, article
from wirewatch.errors import WirewatchError
from wirewatch.snapshot import compile_watches
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.tally import MAX_BARS, bars, by_watch, difference

WATCHES = """\
- {id: quokka, name: Quokkas, when: quokka, per_story: {update_at: [3]}}
- {id: wombat, name: Wombats, when: wombat}
"""


@pytest.fixture
def told_with(tmp_path):
    """Return what tells articles with the watches given."""

    def told(articles, watches=WATCHES):
        file = tmp_path / "watches.yaml"
        file.write_text(watches)
        return backtest(compile_watches(file, Catalogue(()), TopicRules(())), iter(articles))

    return told


def animal(name, n, hours=0.0, *, source=None):
    """Return an article of its own story, by its number."""
    return article(
        title=f"{name} number{n}x",
        paragraphs=[f"A {name} met alpha{n}x and beta{n}y of delta{n}z at epsilon{n}w."],
        source=source or f"source{n}.example",
        url=f"https://{source or 'source'}{n}.example/{name}",
        time=START + timedelta(hours=hours),
    )


def test_a_story_counts_all_its_articles_told_or_not(told_with):
    copies = [animal("quokka", 1, n, source=f"paper{n}") for n in range(5)]
    told = told_with([*copies, animal("quokka", 2, 9), animal("emu", 3, 10)])
    assert [alert.step for alert in told.alerts] == ["opened", "sources:3", "opened"]
    assert told.articles == 7
    assert [tuple(one) for one in by_watch(told, ["wombat", "quokka"])] == [
        ("wombat", 0, 0, 0, 0, 0),
        ("quokka", 6, 2, 2, 1, 0),
    ]
    (noisy,) = told.noisiest(10)
    assert (noisy.title, noisy.articles, len(noisy.sources)) == (copies[0].title, 5, 5)
    assert noisy.first == START


def test_articles_are_read_lazily_and_once(told_with):
    told = told_with(animal("emu", n, n / 60) for n in range(2 * BATCH + 1))
    assert (told.articles, told.alerts, told.stories) == (2 * BATCH + 1, [], [])


def test_what_a_reader_raises_ends_it(told_with):
    def broken():
        yield animal("quokka", 1)
        raise WirewatchError("the broker is away")

    with pytest.raises(WirewatchError, match="the broker is away"):
        told_with(broken())


def test_one_run_leaves_nothing_to_the_next(told_with):
    first, again = (told_with([animal("quokka", 1)]) for _ in range(2))
    assert [alert.id for alert in first.alerts] == [alert.id for alert in again.alerts]
    assert len(again.alerts) == 1


def test_only_the_watches_asked_for(told_with):
    told = told_with([animal("quokka", 1), animal("wombat", 2)]).of(["wombat"])
    assert {alert.watch for alert in told.alerts} == {"wombat"} == {story.watch for story in told.stories}


def test_what_another_version_adds_and_drops(told_with):
    articles = [animal("quokka", 1), animal("wombat", 2), animal("emu", 3)]
    this = told_with(articles)
    other = told_with(articles, "- {id: quokka, name: Quokkas, when: quokka OR emu}\n")
    change = difference(this, other)
    assert [(alert.watch, alert.article) for alert in change.adds] == [("quokka", articles[2].id)]
    assert [(alert.watch, alert.article) for alert in change.drops] == [("wombat", articles[1].id)]
    assert change.kept == 1
    assert difference(this, this) == (2, [], [])


@pytest.mark.parametrize(
    ("hours", "drawn"),
    [
        pytest.param([], [], id="none"),
        pytest.param([1, 2], [(1, 2)], id="one day"),
        pytest.param([0, 72], [(1, 1), (1, 0), (1, 0), (1, 1)], id="quiet days are days"),
        pytest.param([0, 24 * MAX_BARS], [(7, 1), *[(7, 0)] * 7, (7, 1)], id="too many days: weeks"),
    ],
)
def test_alerts_by_day(told_with, hours, drawn):
    alerts = told_with([animal("quokka", n, hour) for n, hour in enumerate(hours)]).alerts
    assert [(bar.days, bar.alerts) for bar in bars(alerts)] == drawn
    assert sum(bar.alerts for bar in bars(alerts)) == len(hours)
