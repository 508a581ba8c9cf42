"""The parsing processes: what ends one, what does not, and that none of it costs another feed a poll."""

import asyncio
import os
import signal
import subprocess
import sys

import msgspec
import pytest

from connectors.feeds.parse.worker import UNFORESEEN, Reply, Request
from connectors.feeds.parser import ParseError, ParserPool
from tests.feeds.server import item, rss

WORKER = [sys.executable, "-m", "connectors.feeds.parse.worker"]
STAND_IN = """
import time
from connectors.feeds.parse import worker
worker.LIMIT_SECONDS = 0.2
worker.answer = lambda request: {answer}
worker.main()
"""


def frame():
    request = msgspec.msgpack.encode(Request(rss(item("A")), "http://x/", ""))
    return len(request).to_bytes(4) + request


def run(command, said):
    return subprocess.run(command, input=said, capture_output=True, timeout=60, check=False)


def test_a_hostile_document_costs_only_its_own_poll():
    async def go():
        pool = ParserPool(1, limit=0.01)  # less than any process needs to start
        slow = b"<rss version='2.0'><channel><item><title>" + b"<" * 1_000_000
        with pytest.raises(ParseError, match="too much time"):
            await pool.parse(slow, url="http://x/", content_type="")
        pool.limit = 60
        found = await pool.parse(rss(item("A")), url="http://x/", content_type="")
        await pool.close()
        return found.entries[0].title

    assert asyncio.run(go()) == "A"


def test_a_parsing_process_that_stops_is_replaced():
    async def go():
        pool = ParserPool(1)
        await pool.parse(rss(item("A")), url="http://x/", content_type="")
        process = pool._idle[0]
        os.kill(process.pid, signal.SIGSTOP)
        pool.limit = 1
        with pytest.raises(ParseError):
            await pool.parse(rss(item("A")), url="http://x/", content_type="")
        assert process.returncode == -signal.SIGKILL
        pool.limit = 60
        found = await pool.parse(rss(item("B")), url="http://x/", content_type="")
        await pool.close()
        return found.entries[0].title

    assert asyncio.run(go()) == "B"


def test_an_idle_process_that_somebody_ended_costs_no_feed_its_poll():
    async def go():
        pool = ParserPool(1)
        await pool.parse(rss(item("A")), url="http://x/", content_type="")
        process = pool._idle[0]
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        found = await pool.parse(rss(item("B")), url="http://x/", content_type="")
        await pool.close()
        return found.entries[0].title

    assert asyncio.run(go()) == "B"


@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        pytest.param("time.sleep(1) or worker.Reply(problem='late')", 0, id="waiting for a busy machine"),
        pytest.param("sum(0 for _ in iter(int, 1))", -signal.SIGPROF, id="working without end"),
    ],
)
def test_only_the_work_of_a_document_is_limited(answer, ends):
    done = run([sys.executable, "-c", STAND_IN.format(answer=answer)], frame())
    assert (done.returncode, done.stderr) == (ends, b"")
    assert bool(done.stdout) == (ends == 0)


def test_an_answer_that_cannot_be_sent_ends_nothing():
    stand_in = STAND_IN.format(answer="worker.Reply(problem=chr(0xD83D))")
    done = run([sys.executable, "-c", stand_in], frame())
    assert (done.returncode, done.stderr) == (0, b"")
    assert msgspec.msgpack.decode(done.stdout[4:], type=Reply).problem.startswith(UNFORESEEN)


@pytest.mark.parametrize("cut", [2, 4, 20])
def test_an_owner_that_dies_while_it_asks_leaves_no_traceback(cut):
    done = run(WORKER, frame()[:cut])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_owner_that_dies_before_the_answer_leaves_no_traceback():
    process = subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    process.stdin.write(frame())
    process.stdin.close()
    assert (process.wait(60), process.stderr.read()) == (0, b"")
    process.stderr.close()
