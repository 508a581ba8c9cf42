"""feeds.db under many threads: what waits together is written together, each wholly or not at all."""

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


BAD = [
    pytest.param({"records": record(1, "no such topic")}, "IntegrityError", id="the database refuses it"),
    pytest.param({"records": [("articles",)]}, "ProgrammingError", id="it is no record"),
    pytest.param({"detail": "\udce9"}, "UnicodeEncodeError", id="it is no text"),
]


@pytest.mark.parametrize(("bad", "error"), BAD)
def test_a_write_that_fails_fails_alone(store, bad, error):
    """The others that wait with it are written, and whoever asked for it learns of it."""

    def write(n, records=(), **fields):
        store.record(f"http://{n}/", FeedState(next_at=NOW, **fields), records=iter(records))

    with ThreadPoolExecutor(3) as pool, store._lock:
        good = [pool.submit(write, n, record(n)) for n in (0, 2)]
        failing = pool.submit(write, 1, **bad)
        while len(store._waiting) < 3 and not failing.done():
            threading.Event().wait(0.01)
    for each in good:
        each.result()
    assert type(failing.exception()).__name__ == error
    assert (set(store.states()), store.backlog()) == ({"http://0/", "http://2/"}, 2)
