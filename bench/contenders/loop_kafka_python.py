"""A plain loop on kafka-python."""

import time

from kafka import KafkaConsumer, KafkaProducer

from bench.contenders import BATCH, COMMIT_SECONDS, Task


def main(task: Task) -> None:
    consumer = KafkaConsumer(
        task.articles,
        bootstrap_servers=task.servers,
        group_id=task.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=BATCH,
        max_partition_fetch_bytes=4 << 20,
    )
    producer = KafkaProducer(
        bootstrap_servers=task.servers, acks="all", enable_idempotence=True, linger_ms=5, batch_size=256 << 10
    )
    handle = task.work().handle
    commit_at = time.monotonic() + COMMIT_SECONDS
    while True:
        for messages in consumer.poll(timeout_ms=50).values():
            for message in messages:
                for topic, key, value, headers in handle(message.key, message.value, message.headers):
                    producer.send(topic, key=key, value=value, headers=headers)
        if time.monotonic() >= commit_at:
            producer.flush()
            consumer.commit()
            commit_at = time.monotonic() + COMMIT_SECONDS


if __name__ == "__main__":
    main(Task.from_arguments())
