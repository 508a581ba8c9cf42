"""`backtest`: what articles of the past would have told, and what that comes to."""

from datetime import timedelta

import pytest

from pipelines.backtest.run import BATCH, backtest
from tests.acceptance.generated import START, article
from wirewatch.errors import WirewatchError
from wirewatch.service.backtest.counts import MAX_BARS, bars
from wirewatch.service.backtest.report import Report
from wirewatch.service.backtest.store import MAX_FAILURES, Told, ToldStore, Verdict
from wirewatch.snapshot import compile_watches
from wirewatch.tagging import Catalogue, Tagger, TopicRules
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.state import WatchState

WATCHES = """\
- {id: quokka, name: Quokkas, when: quokka, per_story: {update_at: [3]}}
- {id: wombat, name: Wombats, when: wombat}
"""


@pytest.fixture
def store():
    with ToldStore() as store:
        yield store


@pytest.fixture
def told_with(tmp_path, store):
    """Return what runs a backtest of articles with the watches given, and returns what was told."""

    def told(articles, watches=WATCHES, *, only=None, verdicts=()):
        file = tmp_path / "watches.yaml"
        file.write_text(watches)
        snapshot = compile_watches(file, Catalogue(()), TopicRules(()))
        found = store.version(only or [watch.id for watch in snapshot.watches.watches], verdicts)
        backtest(snapshot, iter(articles), found)
        return found

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
    assert [alert.step for alert in told.alerts()] == ["opened", "sources:3", "opened"]
    assert (told.articles, len(told)) == (7, 3)
    assert [tuple(one) for one in told.by_watch().values()] == [
        ("quokka", 6, 2, 2, 1, 0),
        ("wombat", 0, 0, 0, 0, 0),
    ]
    (noisy,) = told.noisiest(10)
    assert (noisy.title, noisy.articles, noisy.sources) == (copies[0].title, 5, 5)


def test_a_story_goes_on_over_batches(told_with, monkeypatch):
    monkeypatch.setattr("pipelines.backtest.run.BATCH", 2)
    told = told_with([animal("quokka", 1, n, source=f"paper{n}") for n in range(7)])
    assert [(alert.step, alert.story.articles) for alert in told.alerts()] == [
        ("opened", 1),
        ("sources:3", 3),
    ]
    assert told.by_watch()["quokka"].met == 7


def test_articles_are_read_lazily_and_once(told_with):
    told = told_with(animal("emu", n, n / 60) for n in range(2 * BATCH + 1))
    assert (told.articles, len(told), told.noisiest(10)) == (2 * BATCH + 1, 0, [])


def test_a_batch_is_told_before_the_next_is_read(told_with, monkeypatch):
    """So that memory holds one, however many articles there are and match."""
    monkeypatch.setattr("pipelines.backtest.run.BATCH", 10)
    untold, most = set(), 0

    def articles():
        nonlocal most
        for n in range(105):
            item = animal("quokka", n, n / 60)
            untold.add(item.id)
            most = max(most, len(untold))
            yield item

    def alert(self, told):
        untold.remove(told.article)
        works(self, told)

    works = Told.alert
    monkeypatch.setattr(Told, "alert", alert)
    assert (len(told_with(articles())), most, untold) == (105, 10, set())


def test_what_a_reader_raises_ends_it(told_with):
    def broken():
        yield animal("quokka", 1)
        raise WirewatchError("the broker is away")

    with pytest.raises(WirewatchError, match="the broker is away"):
        told_with(broken())


def test_one_run_leaves_nothing_to_the_next(told_with):
    first, again = (list(told_with([animal("quokka", 1)]).alerts()) for _ in range(2))
    assert [alert.id for alert in first] == [alert.id for alert in again]
    assert len(again) == 1


def test_only_the_watches_asked_for(told_with):
    told = told_with([animal("quokka", 1), animal("wombat", 2)], only=["wombat"])
    assert [alert.watch for alert in told.alerts()] == ["wombat"]
    assert [tuple(one) for one in told.by_watch().values()] == [("wombat", 1, 1, 1, 0, 0)]


def test_what_another_version_adds_and_drops(told_with):
    articles = [animal("quokka", 1), animal("wombat", 2), animal("emu", 3)]
    this = told_with(articles)
    other = told_with(articles, "- {id: quokka, name: Quokkas, when: quokka OR emu}\n")
    report = Report(this, other)
    assert [(alert.watch, alert.article) for alert in report.adds()] == [("quokka", articles[2].id)]
    assert [(alert.watch, alert.article) for alert in report.drops()] == [("wombat", articles[1].id)]
    assert report.difference == (1, 1, 1)
    assert [(ours.opened, theirs.opened) for ours, theirs in report.sides] == [(1, 2), (1, 0)]
    same = Report(this, this)
    assert (same.difference, [*same.adds(), *same.drops()]) == ((2, 0, 0), [])


@pytest.mark.parametrize(
    ("owner", "method", "reason"),
    [
        pytest.param(Tagger, "tag", "tag_failed", id="tag"),
        pytest.param(WatchSet, "match", "match_failed", id="match"),
        pytest.param(WatchState, "apply", "story_failed", id="stories"),
    ],
)
def test_an_article_that_no_step_can_take_is_counted_and_the_others_go_on(
    told_with, monkeypatch, owner, method, reason
):
    monkeypatch.setattr("pipelines.backtest.run.BATCH", 4)
    articles = [animal("quokka", n, 20 * n) for n in range(9)]
    works = getattr(owner, method)

    def fails(self, subject, *others):
        if getattr(subject, "article", subject).id == articles[6].id:
            raise ZeroDivisionError("as arranged")
        return works(self, subject, *others)

    monkeypatch.setattr(owner, method, fails)
    told = told_with(articles)
    assert [alert.article for alert in told.alerts()] == [one.id for one in articles if one != articles[6]]
    ((article_id, _, why, error),) = told.failures
    assert (article_id, why, error, told.failed_articles) == (articles[6].id, reason, "as arranged", 1)


def test_of_many_failures_the_first_are_named(told_with, monkeypatch):
    monkeypatch.setattr(Tagger, "tag", lambda *_: 1 / 0)
    told = told_with(animal("quokka", n) for n in range(MAX_FAILURES + 5))
    assert (told.failed_articles, len(told.failures), len(told)) == (MAX_FAILURES + 5, MAX_FAILURES, 0)


def test_a_full_disk_is_said(told_with, store):
    def articles():
        store._db.execute("PRAGMA max_page_count = 40")
        yield from (animal("quokka", n, n) for n in range(500))

    with pytest.raises(WirewatchError, match="temporary file cannot be written"):
        told_with(articles())


def test_a_disk_that_takes_no_more_is_said_also_of_a_judged_article(told_with, store):
    """All that is written of one that no watch meets is that it was read."""
    emu = animal("emu", 1)

    def articles():
        store._db.execute("PRAGMA query_only = ON")
        yield emu

    with pytest.raises(WirewatchError, match="temporary file cannot be written"):
        told_with(articles(), verdicts=[Verdict("quokka", emu.id, is_true=True)])


def test_how_right_a_watch_was(told_with):
    """Of what it tells; and of what was rightly told, what it does not meet any more."""
    articles = [animal("quokka", n, 20 * n) for n in range(4)]
    joins = animal("quokka", 3, 61, source="other")
    verdicts = [
        *(Verdict("quokka", articles[n].id, is_true) for n, is_true in enumerate((True, False, True))),
        Verdict("quokka", articles[0].id, is_true=False),  # an older word on the same
        Verdict("quokka", joins.id, is_true=True),  # in a story that another article opens now: not missed
        Verdict("quokka", "not read", is_true=True),
        Verdict("emu", articles[3].id, is_true=True),  # no watch of this version
    ]
    (judged,) = told_with([*articles, joins], verdicts=verdicts).judged()
    assert tuple(judged) == ("quokka", 2, 1, 0)
    assert judged.precision == 2 / 3
    narrower = "- {id: quokka, name: Quokkas, when: quokka NOT number0x}\n"
    (judged,) = told_with([*articles, joins], narrower, verdicts=verdicts).judged()
    assert tuple(judged) == ("quokka", 1, 1, 1)
    assert told_with(articles).judged() == []


@pytest.mark.parametrize(
    ("hours", "drawn"),
    [
        pytest.param([], [], id="none"),
        pytest.param([1, 2], [(1, 2)], id="one day"),
        pytest.param([0, 72], [(1, 1), (1, 0), (1, 0), (1, 1)], id="quiet days are days"),
        pytest.param([0, 24 * MAX_BARS], [(7, 1), *[(7, 0)] * 7, (7, 1)], id="too many days: weeks"),
        pytest.param([-24 * 365 * 60, -24 * 365 * 60 + 24], [(1, 1), (1, 1)], id="before 1970"),
    ],
)
def test_alerts_by_day(told_with, hours, drawn):
    told = told_with([animal("quokka", n, hour) for n, hour in enumerate(hours)])
    assert [(bar.days, bar.alerts) for bar in bars(told.by_day())] == drawn
    assert {alert.time.date() for alert in told.alerts()} == set(told.by_day())
