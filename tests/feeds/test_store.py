"""feeds.db under many threads: what waits together is written together, wholly or not at all."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from connectors.feeds.state import FeedState
from connectors.feeds.store import FeedStore, open_database
from connectors.feeds.store.feeds import NewRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    store = FeedStore(open_database(tmp_path / "feeds.db"))
    yield store
    store.close()


def record(n, topic="articles"):
    return [NewRecord(topic, f"key{n}", b"{}", "trace")]


def test_what_many_threads_write_is_all_there_in_fewer_transactions(store):
    commits = []
    store._db.set_trace_callback(
        lambda statement: commits.append(statement) if statement == "COMMIT" else None
    )
    held = threading.Event()

    def write(n):
        held.wait(10)
        store.record(f"http://{n}/", FeedState(next_at=NOW), records=record(n))

    with ThreadPoolExecutor(40) as pool:
        done = [pool.submit(write, n) for n in range(40)]
        with store._lock:
            held.set()
            while len(store._waiting) < 40:
                threading.Event().wait(0.01)
        for each in done:
            each.result()
    assert len(store.states()) == store.backlog() == 40
    assert len(commits) == 1


def test_a_write_that_fails_fails_for_all_of_them_and_writes_nothing(store):
    started = threading.Event()

    def write(n, topic):
        started.wait(10)
        store.record(f"http://{n}/", FeedState(next_at=NOW), records=record(n, topic))

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(write, 0, "articles"), pool.submit(write, 1, "no such topic")]
        with store._lock:
            started.set()
            while len(store._waiting) < 2:
                threading.Event().wait(0.01)
        for each in done:
            with pytest.raises(sqlite3.IntegrityError):
                each.result()
    assert (store.states(), store.backlog()) == ({}, 0)
    store.record("http://2/", FeedState(next_at=NOW), records=record(2))
    assert store.backlog() == 1
