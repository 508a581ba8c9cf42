"""Both engines, the same graph, the same results."""

import contextlib
import re

import pytest

from connectors.seeds.folder import read_articles
from tests.acceptance.generated import generate
from tests.flink.site import wait_until
from wirewatch.part import utc_now
from wirewatch.resources import default_config_dir, default_seeds_dir

pytestmark = pytest.mark.timeout(900)
LAG = "wirewatch_lag_records{"
NOTHING_WAITS = f'{LAG}partition="0"}} 0.0'
DASHBOARD = default_config_dir() / "grafana" / "dashboards" / "pipeline.json"


def seeds():
    """Return the seed articles, in order of time."""
    files = sorted(default_seeds_dir().glob("*.txt"))
    return sorted(
        read_articles(files, undated=utc_now()).articles, key=lambda article: (article.time, article.id)
    )


def both_engines(stream, articles):
    """Run `articles` through each engine until both have told the same; return what each left."""
    ours, flink = stream(), stream()
    for each in (ours, flink):
        each.produce(articles)
    with ours.embedded():
        flink.submit()
        for each in (ours, flink):
            wait_until(lambda each=each: each.topics.count("articles.tagged") >= len(articles), "tagged")
        wait_until(ours.topics.told, "alerts on the embedded engine")
        with contextlib.suppress(AssertionError):  # what differs is said below
            wait_until(lambda: ours.topics.told() == flink.topics.told(), "the same alerts")
        wait_until(lambda: not untold(flink.site), "metrics of workers and of Flink")
        flink.flink("stop")
        wait_until(lambda: LAG not in flink.site.metrics(), "no lag told without a job: FlinkJobGone sees it")
    return ours.topics, flink.topics


def untold(site):
    """Return what the Pipeline dashboard asks of Flink, and the lag, as far as nobody tells them."""
    told = site.metrics()
    asked = set(re.findall(r"flink_\w+", DASHBOARD.read_text(encoding="utf-8")))
    assert len(asked) >= 5
    return [name for name in (*asked, NOTHING_WAITS) if name not in told]


def assert_alike(ours, flink):
    assert flink.told() == ours.told()
    assert flink.tagged() == ours.tagged()
    assert flink.count("dead-letters") == ours.count("dead-letters") == 0


def test_seeds_and_generated_articles_come_out_the_same_on_both_engines(stream):
    assert_alike(*both_engines(stream, [*seeds(), *generate(100).articles]))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_twenty_thousand_articles_come_out_the_same_on_both_engines(stream):
    articles = generate(10_000).articles[:20_000]
    assert len(articles) > 19_000
    assert_alike(*both_engines(stream, articles))
