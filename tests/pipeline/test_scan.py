"""`scan` over the seeds tells exactly what expected.yaml lists."""

from collections import Counter

import yaml

from connectors.seeds.folder import read_articles
from pipelines.scan import scan
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
    alerts = scan(default_config_dir(), articles)
    told = Counter(
        (alert.watch, listed[files[alert.article]]["story"]) for alert in alerts if alert.status == "opened"
    )
    meets = {(alert.watch, files[alert.article]) for alert in alerts}
    assert told == {(watch, entry["story"]): 1 for entry in listed.values() for watch in entry["watches"]}
    assert all(watch in listed[file]["watches"] for watch, file in meets)
    assert [alert.time for alert in alerts] == sorted(alert.time for alert in alerts)


def test_the_same_seeds_give_the_same_ids():
    articles = read_articles([default_seeds_dir()], undated=utc_now()).articles
    first, again = (scan(default_config_dir(), given) for given in (articles, reversed(articles)))
    assert [alert.id for alert in first] == [alert.id for alert in again]
