"""A job over its life: stopped and resumed, made wider, given more partitions."""

import time
from collections import defaultdict

import pytest

from tests.acceptance.generated import generate
from tests.flink.site import wait_until
from wirewatch.errors import StateRefusedError

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]
NEXT_VERSION = """
import apache_beam as beam
from pipelines.engines.flink import graph
from wirewatch.service.cli.app import main

def monitor(records, *arguments, before=graph.monitor):
    before(records, *arguments)
    records.pipeline | "a step more" >> beam.Create([1], reshuffle=False)

graph.monitor = monitor
main()
"""
"""A version of the program whose graph has another step."""


def opened_per_story(topics, load):
    """Return for each expected (watch, story) the ids under which it was opened."""
    story_of = {
        (watch, article): story
        for watch, stories in load.expected.items()
        for story, ids in stories.items()
        for article in ids
    }
    found = defaultdict(set)
    for alert in topics.alerts():
        if alert.status == "opened":
            found[alert.watch, story_of.get((alert.watch, alert.article))].add(alert.id)
    return found


def assert_each_story_once(topics, load):
    found = opened_per_story(topics, load)
    wanted = {(watch, story) for watch, stories in load.expected.items() for story in stories}
    assert {key for key in found if key[0] in load.expected} == wanted
    assert {len(ids) for ids in found.values()} == {1}


def told_all(topics, load):
    found = opened_per_story(topics, load)
    return sum(len(stories) for stories in load.expected.values()) <= sum(
        key[0] in load.expected for key in found
    )


def test_stopped_resumed_and_made_wider_it_forgets_nothing_and_tells_nothing_twice(stream):
    flink, load = stream(partitions=4), generate(120)
    third = len(load.articles) // 3
    flink.produce(load.articles[:third])
    flink.submit()
    wait_until(lambda: flink.topics.count("articles.tagged") >= third, "the first third")
    stopped = flink.flink("stop")
    before = {alert.id for alert in flink.topics.alerts()}
    flink.produce(load.articles[third : 2 * third])
    flink.submit()
    wait_until(lambda: flink.topics.count("articles.tagged") >= 2 * third, "the second third")
    (job,) = flink.running()
    assert flink.rest.began_with(job) in stopped.splitlines()
    flink.flink("upgrade", "--parallelism", "2")
    flink.produce(load.articles[2 * third :])
    wait_until(lambda: told_all(flink.topics, load), "every story")
    flink.flink("stop")
    assert_each_story_once(flink.topics, load)
    assert flink.topics.count("articles.tagged") == len(load.articles)  # nothing was read again
    assert before


def read_half(flink, load):
    """Submit the job and wait until it has read half of the articles; return how many those are."""
    half = len(load.articles) // 2
    flink.produce(load.articles[:half])
    flink.submit()
    wait_until(lambda: flink.topics.count("articles.tagged") >= half, "the first half")
    return half


def test_a_job_that_was_cancelled_goes_on_at_its_last_checkpoint(stream):
    flink, load = stream(), generate(60)
    half = read_half(flink, load)
    (job,) = flink.running()

    def checkpoints():
        return flink.rest.checkpoints(job)["counts"]["completed"]

    before = checkpoints()
    wait_until(lambda: checkpoints() >= before + 2, "a checkpoint of all of it")
    flink.cancel()
    wait_until(lambda: not flink.running(), "its end")
    flink.produce(load.articles[half:])
    flink.submit()
    wait_until(lambda: told_all(flink.topics, load), "every story")
    flink.flink("stop")
    assert_each_story_once(flink.topics, load)
    assert flink.topics.count("articles.tagged") == len(load.articles)  # nothing was read again


def test_a_submission_that_was_cut_off_ends_as_one_job(stream):
    flink, load = stream(), generate(20)
    flink.produce(load.articles)
    flink.submit_cut_off()
    flink.submit()
    (job,) = flink.running()
    flink.submit()  # finds it
    assert flink.running() == [job]
    wait_until(lambda: told_all(flink.topics, load), "every story")
    flink.flink("stop")
    assert_each_story_once(flink.topics, load)


def test_several_partitions_group_articles_into_the_same_stories(stream):
    load = generate(400)
    one, many = stream(), stream(partitions=8)
    for each in (one, many):
        each.produce(load.articles)
    with one.embedded():
        many.submit(parallelism=2, workers=2)
        for each in (one, many):
            wait_until(lambda each=each: each.topics.count("articles.tagged") >= len(load.articles), "tagged")
            wait_until(lambda each=each: told_all(each.topics, load), "every story")
        many.flink("stop")
    for topics in (one.topics, many.topics):
        assert_each_story_once(topics, load)


def test_a_new_partition_is_read(stream):
    flink, load = stream(partitions=1), generate(60)
    flink.produce(load.articles[:20])
    flink.submit()
    wait_until(lambda: flink.topics.count("articles.tagged") >= 20, "the first articles")
    flink.add_partitions(3)
    flink.produce(load.articles[20:])
    wait_until(lambda: flink.topics.count("articles.tagged") >= len(load.articles), "the new partitions")
    wait_until(lambda: told_all(flink.topics, load), "every story")
    assert_each_story_once(flink.topics, load)


def test_a_watch_that_is_added_is_in_force_while_the_job_runs(site, stream):
    flink, stories = stream(), iter(generate(200, copies=1).articles)
    flink.submit()
    flink.produce([next(stories)])
    wait_until(lambda: flink.topics.count("articles.tagged"), "the first article")
    watches = site.config / "watches.yaml"
    before = watches.read_text()
    try:
        watches.write_text(f"{before}\n- {{id: council, name: The council, when: council}}\n")

        def told():
            flink.produce([next(stories)])  # one in two is about the council
            time.sleep(1)
            return any(alert.watch == "council" for alert in flink.topics.alerts())

        wait_until(told, "an alert of the new watch", timeout=90)
    finally:
        watches.write_text(before)


def test_an_upgrade_that_cannot_take_the_state_stops_nothing(stream):
    flink, load = stream(), generate(40)
    half = read_half(flink, load)
    (before,) = flink.running()
    code, said = flink.upgrade_by(NEXT_VERSION)
    assert code == StateRefusedError.exit_code
    assert "The job keeps running" in said
    assert flink.running() == [before]
    flink.produce(load.articles[half:])
    wait_until(lambda: told_all(flink.topics, load), "every story")
    assert_each_story_once(flink.topics, load)
    assert flink.rest.checkpoints(before)["counts"]["restored"] == 0
