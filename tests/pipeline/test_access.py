"""What the steps of one process share of Kafka, and what they do not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.kafka.protocols import DeliveryFailedError

pytestmark = pytest.mark.kafka


def test_a_bundle_hears_of_its_own_failures_whoever_flushes_meanwhile(access):
    """Two bundles at once, as Flink runs them: the one whose record is lost must be the one that fails."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        one.submit(lambda: access.shared_writer().send("no-such-topic", key=b"k", value=b"lost")).result()
        other.submit(lambda: access.shared_writer().flush(30)).result()
        with pytest.raises(DeliveryFailedError, match="1 records not delivered"):
            one.submit(lambda: access.shared_writer().flush(30)).result()


def test_the_sinks_of_a_bundle_have_one_writer(access):
    assert access.shared_writer() is access.shared_writer()


def test_the_writer_of_a_thread_that_ended_is_closed_and_nobody_elses(access):
    """A later thread may have its number: it would hear of failures that are not its own."""
    writers = []
    for _ in range(3):
        with ThreadPoolExecutor(1) as thread:
            writers.append(thread.submit(access.shared_writer).result())
        assert [writer in access._writers.values() for writer in writers] == [
            *[False] * (len(writers) - 1),
            True,
        ]
