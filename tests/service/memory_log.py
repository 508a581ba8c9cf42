"""A log in memory behind the Reader and Writer protocols."""

from connectors.kafka.protocols import DeliveryFailedError, Record, TopicPartition


class MemoryLog:
    """Records by partition; `refuse` makes the next flushes fail."""

    def __init__(self):
        self.records = {}
        self.refuse = False

    def append(self, topic, key, value, headers=(), *, partition=0, at_ms=0):
        log = self.records.setdefault(TopicPartition(topic, partition), [])
        log.append(Record(topic, partition, len(log), key, value, tuple(headers), at_ms))
        return log[-1]

    def of(self, topic):
        return [record for at, log in self.records.items() if at.topic == topic for record in log]


class MemoryReader:
    def __init__(self, log):
        self.log = log
        self.at = {}

    def assign(self, offsets):
        self.at = dict(offsets)

    def poll(self, timeout, max_records):
        found = []
        for partition, offset in self.at.items():
            new = self.log.records.get(partition, [])[offset : offset + max_records]
            self.at[partition] += len(new)
            found += new
        return found

    def bounds(self, partitions):
        return {at: (0, len(self.log.records.get(at, []))) for at in partitions}

    def positions(self):
        return dict(self.at)

    def pause(self, partitions):
        raise NotImplementedError

    def resume(self, partitions):
        raise NotImplementedError

    def close(self):
        pass


class MemoryWriter:
    def __init__(self, log):
        self.log = log
        self.queued = []

    def send(self, topic, *, key, value, headers=()):
        if key is None and value is None:
            raise ValueError("Need at least one: key or value")  # as kafka-python does
        self.queued.append((topic, key, value, headers))

    def flush(self, timeout):
        queued, self.queued = self.queued, []
        if self.log.refuse:
            raise DeliveryFailedError("refused")
        for topic, key, value, headers in queued:
            self.log.append(topic, key, value, headers)

    def close(self):
        pass
