"""Jobs on TaskManagers of their own, which are killed, lose a worker as it starts, or are two."""

import contextlib
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from kafka.partitioner.default import murmur2

from tests.acceptance.generated import generate
from tests.flink.site import Stream, wait_until
from tests.flink.test_job import assert_each_story_once, told_all

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

BACKLOG = 5000
"""Articles that nobody watches: more than one bundle of a read."""
CHECKPOINT_SECONDS = 30
TRIES = 6


def test_a_killed_task_manager_opens_no_story_twice(own_site):
    site = own_site(slots=2)
    flink, load = Stream(site, partitions=2), generate(600, copies=4)
    flink.submit(parallelism=2)
    rng, pieces = random.Random(3), 6
    size = len(load.articles) // pieces + 1
    for piece in range(pieces):
        flink.produce(load.articles[piece * size : (piece + 1) * size])
        wanted = (piece + rng.random()) * size
        wait_until(lambda wanted=wanted: flink.topics.count("articles.tagged") >= wanted, f"piece {piece}")
        if 0 < piece < 5:
            site.process("TaskManagerRunner").kill()
    wait_until(lambda: told_all(flink.topics, load), "every story")
    flink.flink("stop")
    assert_each_story_once(flink.topics, load)
    assert flink.topics.count("articles.tagged") > len(load.articles)  # something was read again


def partition(article):
    """Return which of two partitions an article comes to."""
    return (murmur2(article.id.encode()) & 0x7FFFFFFF) % 2


def pairs(load):
    """Return two articles of each story that is on both partitions: the one on 0, the one on 1."""
    by_id = {article.id: article for article in load.articles}
    stories = [[by_id[one] for one in ids] for ids in load.expected["nato"].values()]
    found = [{partition(article): article for article in story} for story in stories]
    return [(both[0], both[1]) for both in found if len(both) == 2]


def test_read_in_another_order_after_a_kill_a_story_keeps_its_id(own_site):
    """The article on 0 opens a story before the one on 1 is sent; both come after the last checkpoint.

    The TaskManager is killed, and both are read again: on 0 a backlog stands before it now, and the article
    on 1 comes first. What the first had opened must not have left.
    """
    load = generate(12_000)
    watched = {one for stories in load.expected.values() for ids in stories.values() for one in ids}
    backlog = [one for one in load.articles if one.id not in watched and partition(one) == 0][:BACKLOG]
    assert len(backlog) == BACKLOG
    flink = Stream(own_site(slots=2), partitions=2)
    flink.submit(parallelism=2, checkpoint_interval=CHECKPOINT_SECONDS)
    tried = []
    for first, second in pairs(load)[:TRIES]:
        tried.append((first, second))
        read_again(flink, backlog, first, second, stories=len(tried))
        if opened_by(flink, second):
            break
    else:
        pytest.fail(f"after none of {TRIES} kills were the two read in another order: nothing is shown")
    flink.flink("stop")
    assert [len({alert.id for alert in opened_by(flink, *pair)}) for pair in tried] == [1] * len(tried)


def read_again(flink, backlog, first, second, *, stories):
    """Have `first` open a story, the last of so many, then send `second`, then kill the TaskManager.

    Returns once the story's alert is there, and all has been read again unless a checkpoint came between.
    """
    (job,) = flink.running()

    def checkpoint(kind):
        return (flink.rest.checkpoints(job)["latest"][kind] or {"id": 0})["id"]

    before = checkpoint("completed")
    wait_until(lambda: checkpoint("completed") > before, "a checkpoint")
    before, tagged = checkpoint("completed"), flink.topics.count("articles.tagged")
    restored = flink.rest.checkpoints(job)["counts"]["restored"]
    flink.produce([*backlog, first])
    opened = f'wirewatch_stories_open{{watch="nato"}} {stories}.0'
    wait_until(lambda: opened in flink.site.metrics(), "the first article opens the story")
    flink.produce([second])
    all_of_it = tagged + len(backlog) + 2
    wait_until(lambda: flink.topics.count("articles.tagged") >= all_of_it, "the second article")
    flink.site.process("TaskManagerRunner").kill()
    wait_until(lambda: flink.rest.checkpoints(job)["counts"]["restored"] > restored, "the job goes on")
    if checkpoint("restored") == before:
        again = all_of_it + len(backlog) + 2
        wait_until(lambda: flink.topics.count("articles.tagged") >= again, "both articles again")
    wait_until(lambda: opened_by(flink, first, second), "the story's alert")


def opened_by(flink, *articles):
    """Return the alerts by which these articles opened a story."""
    ids = {article.id for article in articles}
    return [alert for alert in flink.topics.alerts() if alert.status == "opened" and alert.article in ids]


def workers(site):
    """Return the ids that their TaskManagers gave the pool's workers, by process."""
    found = {}
    for process in site.process("worker-pool").children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if words := process.cmdline():  # a zombie has none
                found[process] = words[words.index("wirewatch.service.flink.worker") + 2]
    return found


def test_a_worker_that_dies_before_it_has_called_is_started_again(own_site):
    """Its TaskManager waits for its call, for ever if it is told of no error."""
    flink = Stream(site := own_site(slots=1), partitions=1)

    def kill_first():
        wait_until(lambda: workers(site), "a worker")
        first = min(workers(site), key=psutil.Process.create_time)
        first.kill()
        return first

    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill_first)
        flink.submit()
        assert killed.result() not in workers(site)
    flink.produce(generate(1).articles)
    wait_until(lambda: flink.topics.count("articles.tagged"), "a tagged article")
    (job,) = flink.running()
    assert "does not start, it exited before it connected" in flink.rest.failure(job)


def test_two_task_managers_share_a_job_and_leave_no_worker_behind(own_site):
    """Both give their workers the same ids, in one pool: those of a job that has ended must end, no others.

    Each has two workers for its articles and one or two for the alerts' sink: which subtask gets which worker
    is up to the runner.
    """
    site = own_site(task_managers=2, slots=2, workers=2)
    flink, load = Stream(site, partitions=8), generate(200)
    half = len(load.articles) // 2
    flink.produce(load.articles[:half])
    flink.submit(parallelism=4)
    wait_until(lambda: flink.topics.count("articles.tagged") >= half, "the first half")
    before = workers(site)
    assert max(Counter(before.values()).values()) == 2
    flink.flink("upgrade")
    wait_until(lambda: not before.keys() & workers(site), "the end of the old job's workers", timeout=60)
    flink.produce(load.articles[half:])
    wait_until(lambda: told_all(flink.topics, load), "every story")
    assert max(Counter(workers(site).values()).values()) == 2
    flink.flink("stop")
    wait_until(lambda: not workers(site), "the end of the new job's workers", timeout=60)
    assert_each_story_once(flink.topics, load)
    assert flink.topics.count("articles.tagged") == len(load.articles)  # nothing was read again
