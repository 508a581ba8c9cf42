"""Bytewax, without a recovery store: it commits nothing, which the others do."""

from collections.abc import Iterator
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.testing import cluster_main

from bench.contenders import BATCH, LIBRDKAFKA_READER, LIBRDKAFKA_WRITER, Task


def main(task: Task) -> None:
    work = task.work()

    def handle(message: Any) -> Iterator[KafkaSinkMessage]:
        for topic, key, value, headers in work.handle(message.key, message.value, message.headers):
            yield KafkaSinkMessage(key, value, headers=headers, topic=topic)

    flow = Dataflow("bench")
    source = KafkaSource(
        [task.servers], [task.articles], tail=True, batch_size=BATCH, add_config=LIBRDKAFKA_READER
    )
    written = op.flat_map("work", op.input("articles", flow, source), handle)
    op.output("out", written, KafkaSink([task.servers], work.tagged_topic, add_config=LIBRDKAFKA_WRITER))
    cluster_main(flow, [], 0)


if __name__ == "__main__":
    main(Task.from_arguments())
