"""Quix Streams."""

from collections.abc import Iterator
from typing import Any

from quixstreams import Application
from quixstreams.models import BytesSerializer
from quixstreams.models.serializers import SerializationContext

from bench.contenders import COMMIT_SECONDS, LIBRDKAFKA_READER, LIBRDKAFKA_WRITER, Task
from bench.work import Written


class _Value(BytesSerializer):
    """Writes a record's value: the rows that flow are whole records."""

    def __call__(self, value: Written, ctx: SerializationContext) -> bytes:  # noqa: ARG002  # the library passes it by name
        return value.value


def main(task: Task) -> None:
    app = Application(
        broker_address=task.servers,
        consumer_group=task.group,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        commit_interval=COMMIT_SECONDS,
        consumer_extra_config=LIBRDKAFKA_READER,
        producer_extra_config=LIBRDKAFKA_WRITER,
        loglevel="ERROR",
    )
    work = task.work()
    topics = {
        name: app.topic(name, value_serializer=_Value(), key_serializer="bytes")
        for name in (work.tagged_topic, work.alerts_topic)
    }

    def handle(value: bytes, key: bytes, _timestamp: int, headers: Any) -> Iterator[Written]:
        return work.handle(key, value, headers)

    articles = app.topic(task.articles, value_deserializer="bytes", key_deserializer="bytes")
    rows = app.dataframe(articles).apply(handle, expand=True, metadata=True)
    rows.to_topic(lambda row, *_: topics[row.topic], key=lambda row: row.key)
    app.run()


if __name__ == "__main__":
    main(Task.from_arguments())
