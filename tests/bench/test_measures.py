"""The arithmetic behind the tables, and the articles they are measured on."""

import pytest

from bench.articles import Mix, Newsroom
from bench.backlog import quantiles
from bench.flink.growth import slope_of
from bench.latency import percentile
from bench.throughput import rate
from bench.work import Work
from wirewatch.records import ARTICLES
from wirewatch.resources import default_config_dir, default_seeds_dir


@pytest.fixture(scope="module")
def newsroom():
    return Newsroom(default_config_dir(), default_seeds_dir())


def test_rate_of_a_steady_writer():
    assert rate([10 * n for n in range(1001)]) == pytest.approx(100)


def test_bursts_are_not_flattered():
    # 1,000 at once at the end of each second: the work on the first thousand was done before the first stamp.
    assert rate([1000 * (n // 1000) for n in range(20_000)]) == pytest.approx(1000)


def test_what_warms_up_does_not_count():
    slow, fast = [100 * n for n in range(100)], [9900 + n for n in range(1, 1001)]
    assert rate(slow + fast, warm=100) == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize(("p", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100), (0, 1)])
def test_percentile_by_nearest_rank(p, expected):
    assert percentile(list(range(100, 0, -1)), p) == expected


def test_no_percentile_is_above_the_maximum():
    assert quantiles([4.0] * 60 + [18.0]) == "4 / 4 / 18 / 18 (n 61)"
    assert quantiles([]) == "-"


def test_same_seed_same_articles(newsroom):
    mix = Mix(watched=0.3, tellings=2)
    assert list(newsroom.articles(20, mix)) == list(newsroom.articles(20, mix))


def test_the_size_of_news(newsroom):
    sizes = [len(ARTICLES.encode(article)) for article in newsroom.articles(50, Mix(watched=0.05))]
    assert 3000 < sum(sizes) / len(sizes) < 4200


def test_each_watched_story_is_told_once(newsroom):
    work = Work(default_config_dir(), "t.")
    articles = newsroom.articles(100, Mix(watched=1.0, subjects=("NATO",)))
    written = [
        record for a in articles for record in work.handle(a.id.encode(), ARTICLES.encode(a), [("x", b"y")])
    ]
    assert sum(record.topic == "t.articles.tagged" for record in written) == 100
    nato = [record for record in written if record.topic == "t.alerts" and record.key == b"nato"]
    assert len(nato) >= 95
    assert all(record.headers == [("x", b"y")] for record in written)


def test_slope_of_what_grows_and_how_sure_it_is():
    seconds = [1000.0 + n for n in range(100)]
    assert slope_of(seconds, [5_000 + 7 * n for n in range(100)]) == pytest.approx((7, 0), abs=1e-6)
    ups_and_downs = slope_of(seconds, [5_000 + (100 if n % 2 else -100) for n in range(100)])
    assert abs(ups_and_downs.value) < 2 * ups_and_downs.error
