"""A plain loop on confluent-kafka."""

import time

from confluent_kafka import Consumer, Producer

from bench.contenders import BATCH, COMMIT_SECONDS, LIBRDKAFKA_READER, LIBRDKAFKA_WRITER, Task


def main(task: Task) -> None:
    servers = {"bootstrap.servers": task.servers}
    group = {"group.id": task.group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumer = Consumer({**servers, **group, **LIBRDKAFKA_READER})
    producer = Producer({**servers, **LIBRDKAFKA_WRITER})
    handle = task.work().handle
    consumer.subscribe([task.articles])
    commit_at = time.monotonic() + COMMIT_SECONDS
    while True:
        for message in consumer.consume(BATCH, 0.05):
            if message.error():
                raise SystemExit(str(message.error()))
            for topic, key, value, headers in handle(message.key(), message.value(), message.headers()):
                producer.produce(topic, value, key, headers=headers)
        producer.poll(0)
        if time.monotonic() >= commit_at:
            producer.flush()
            if any(p.offset >= 0 for p in consumer.position(consumer.assignment())):
                consumer.commit(asynchronous=False)
            commit_at = time.monotonic() + COMMIT_SECONDS


if __name__ == "__main__":
    main(Task.from_arguments())
