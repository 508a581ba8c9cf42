"""Records that no step was made for: each is set aside or passed over, and the articles behind it go on."""

from datetime import timedelta
from urllib.request import urlopen

import msgspec
import pytest
from confluent_kafka import Producer

from tests.acceptance.generated import START, article
from tests.acceptance.harness import Service, wait_until
from wirewatch.records import ARTICLES

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


def news(number: int, title: str, *paragraphs: str, **other):
    item = article(
        title=title,
        paragraphs=list(paragraphs) or [f"Delegates from item{number} met alpha{number}x and beta{number}y."],
        source="wire.example",
        url=f"https://wire.example/{number}",
        time=START + timedelta(minutes=number),
    )
    return msgspec.structs.replace(item, **other)


def article_record(number: int, subject: str) -> bytes:
    return ARTICLES.encode(news(number, f"{subject} gathers gamma{number}q in delta{number}r"))


HUGE = (2 << 20) - 900  # so that the article fits into a record
MANY_MENTIONS = "NATO met Iran. " * 17_000  # 255 KB
# What it is: (value, headers, reason under which it is set aside, or None when it is read)
POISON = {
    "nothing at all": (None, [], "undecodable"),
    "not JSON": (b"\xff\x00", [], "undecodable"),
    "objects 100,000 deep": (b'{"a":' * 100_000, [], "undecodable"),
    "half a surrogate pair": (article_record(50, "x").replace(b"gathers", rb"\ud800"), [], "undecodable"),
    "a header without a value": (
        article_record(51, "Nobody"),
        [("traceparent", None), ("other", None)],
        None,
    ),
    "a header that is no text": (article_record(52, "Nobody"), [("traceparent", b"\xff" * 40)], None),
    "a trace of a megabyte": (article_record(53, "NATO"), [("traceparent", b"01-" + b"a" * 1_000_000)], None),
    "a paragraph of one word": (ARTICLES.encode(news(54, "Nobody", "x" * HUGE)), [], None),
    "a title of one word": (ARTICLES.encode(news(55, "x" * HUGE)), [], "field_too_long"),
    "mentions without number": (ARTICLES.encode(news(56, "NATO", MANY_MENTIONS)), [], "too_large"),
    "the end of time": (
        article_record(57, "NATO").replace(b'"time":"2026-', b'"time":"9999-').replace(b"01-05", b"12-31"),
        [],
        "dated_ahead",
    ),
}


def dead_letters(service: Service) -> dict[str, float]:
    port = service.settings.ports.pipeline
    found: dict[str, float] = {}
    for line in urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60).read().decode().splitlines():
        if line.startswith("wirewatch_dead_letters_total{"):
            reason = line.split('reason="')[1].split('"')[0]
            found[reason] = found.get(reason, 0) + float(line.split()[-1])
    return {reason: count for reason, count in found.items() if count}  # every reason has a series, at 0


def test_nothing_that_is_in_the_topic_stops_the_pipeline(make_service, receiver):
    service = make_service()
    service.make_topics()
    producer = Producer(
        {"bootstrap.servers": service.settings.bootstrap_servers, "message.max.bytes": 2 << 20}
    )
    topic = service.settings.kafka.topic("articles")
    producer.produce(topic, article_record(1, "NATO"))
    for value, headers, _ in POISON.values():
        producer.produce(topic, value, key=b"k", headers=headers)
    producer.produce(topic, article_record(2, "NATO"))
    assert not producer.flush(20)
    service.start("pipeline", "notify")
    last = ARTICLES.decode(article_record(2, "NATO")).id
    wait_until(lambda: any(alert["article"] == last for _, alert in receiver.received), 150, service)

    found = dead_letters(service)
    assert found.keys() == {reason for _, _, reason in POISON.values() if reason}
    assert found["undecodable"] == sum(reason == "undecodable" for _, _, reason in POISON.values())
    told = {alert["article"] for _, alert in receiver.received}
    assert {ARTICLES.decode(article_record(n, "NATO")).id for n in (1, 2, 53)} <= told
    assert service.stop("pipeline") == 0
