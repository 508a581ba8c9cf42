"""`scan` over the seeds tells exactly what expected.yaml lists."""

from collections import Counter
from datetime import timedelta

import yaml

from connectors.seeds.folder import read_articles
from pipelines.backtest.scan import scan
from tests.acceptance.generated import START, article
from tests.service.support import copy_shipped
from wirewatch.part import utc_now
from wirewatch.resources import default_config_dir, default_seeds_dir


def test_each_story_of_the_seeds_is_told_once_for_each_watch_it_meets():
    listed = yaml.safe_load((default_seeds_dir() / "expected.yaml").read_text(encoding="utf-8"))
    paths = sorted(default_seeds_dir().glob("*.txt"))
    assert [path.name for path in paths] == sorted(listed)
    files, articles = {}, []
    for path in paths:
        (item,) = read_articles([path], undated=utc_now()).articles
        files[item.id] = path.name
        articles.append(item)
    alerts = scan(default_config_dir(), articles).alerts
    told = Counter(
        (alert.watch, listed[files[alert.article]]["story"]) for alert in alerts if alert.status == "opened"
    )
    meets = {(alert.watch, files[alert.article]) for alert in alerts}
    assert told == {(watch, entry["story"]): 1 for entry in listed.values() for watch in entry["watches"]}
    assert all(watch in listed[file]["watches"] for watch, file in meets)
    assert [alert.time for alert in alerts] == sorted(alert.time for alert in alerts)


def test_the_same_seeds_give_the_same_ids():
    articles = read_articles([default_seeds_dir()], undated=utc_now()).articles
    first, again = (scan(default_config_dir(), given).alerts for given in (articles, reversed(articles)))
    assert [alert.id for alert in first] == [alert.id for alert in again]


def test_a_watch_with_a_volume_tells_of_one_burst(tmp_path):
    copy_shipped(tmp_path, "actors", "topics.yaml")
    volume = {"at_least": 3, "within": "2h"}
    watch = {"id": "quokka", "name": "Quokkas", "when": "quokka", "volume": volume}
    (tmp_path / "watches.yaml").write_text(yaml.safe_dump([watch]))
    # Two long before, ten in one hour, one long after.
    hours = [0, 5, *(20 + n / 10 for n in range(10)), 60]
    alerts = scan(tmp_path, [_quokka(n, hour) for n, hour in enumerate(hours)]).alerts
    assert [alert.status for alert in alerts] == ["opened", "closed"]
    (opened, _) = alerts
    assert [one.title for one in opened.incident.articles] == [f"Quokka number{n}x" for n in (4, 3, 2)]


def _quokka(n, hour):
    return article(
        title=f"Quokka number{n}x",
        paragraphs=[f"A quokka met alpha{n}x and beta{n}y of delta{n}z."],
        source=f"source{n}.example",
        url=f"https://source{n}.example/",
        time=START + timedelta(hours=hour),
    )
