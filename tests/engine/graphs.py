"""Small pipelines for the tests: a counting source, state, a sink with stable input."""

import os
import threading
from pathlib import Path

import apache_beam as beam
from apache_beam.coders import VarIntCoder
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.portability import common_urns
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec
from apache_beam.utils.timestamp import Duration

END = 1 << 60


class Tracker(OffsetRestrictionTracker):
    def is_bounded(self):
        return False

    def try_split(self, fraction):
        return super().try_split(0) if fraction == 0 else None


class Offsets(RestrictionProvider):
    def initial_restriction(self, element):
        return OffsetRange(0, END)

    def create_tracker(self, restriction):
        return Tracker(restriction)

    def restriction_size(self, element, restriction):
        return 1


OFFSETS = Offsets()


class Count(beam.DoFn):
    """Yields (partition, offset) pairs in batches, as fast as asked, up to `limit` (then waits, or ends)."""

    def __init__(self, limit=None, batch=10, delay=0.01, ends=False):
        self.limit, self.batch, self.delay, self.ends = limit, batch, delay, ends

    def available(self, partition):
        return END if self.limit is None else self.limit

    @beam.DoFn.unbounded_per_element()
    def process(self, partition, tracker=beam.DoFn.RestrictionParam(OFFSETS)):
        at = tracker.current_restriction().start
        until = min(at + self.batch, self.available(partition))
        for offset in range(at, until):
            if not tracker.try_claim(offset):
                return
            yield (partition, offset)
        if self.ends and until >= self.available(partition):
            tracker.try_claim(END)
            return
        tracker.defer_remainder(Duration(micros=int(self.delay * 1e6)))


class First(beam.DoFn):
    """Lets the first of each key through and numbers it: keyed state, read and appended."""

    SEEN = BagStateSpec("seen", VarIntCoder())

    def process(self, pair, seen=beam.DoFn.StateParam(SEEN)):
        if not list(seen.read()):
            seen.add(1)
            yield pair


class Total(beam.DoFn):
    """Counts per key in a single value, and yields the running count."""

    TOTAL = ReadModifyWriteStateSpec("total", VarIntCoder())

    def process(self, pair, total=beam.DoFn.StateParam(TOTAL)):
        count = (total.read() or 0) + 1
        total.write(count)
        yield f"{pair[0]}:{count}"


class StableParDo(beam.ParDo):
    """A ParDo that asks for stable input, as Beam's protos define it (the Python SDK has no decorator)."""

    def to_runner_api_parameter(self, context, **extra):
        urn, payload = super().to_runner_api_parameter(context, **extra)
        payload.requires_stable_input = True
        context.add_requirement(common_urns.requirements.REQUIRES_STABLE_INPUT.urn)
        return urn, payload


class AppendLines(beam.DoFn):
    """Appends a bundle's lines to a file in one fsynced write, each ended by a bundle mark."""

    def __init__(self, path):
        self.path = str(path)

    def start_bundle(self):
        self.lines = []

    def process(self, line):
        self.lines.append(line)

    def finish_bundle(self):
        fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(fd, "".join(f"{line}\n" for line in [*self.lines, "--"]).encode())
            os.fsync(fd)
        finally:
            os.close(fd)


def lines(path: Path) -> list[str]:
    """The lines sunk so far, in order, but for bundles sent again, which must be the same to the byte."""
    seen = set()
    told = []
    for bundle in bundles(path):
        if bundle not in seen:
            again = set(told) & set(bundle)
            assert not again, f"sent again in another bundle: {sorted(again)[:3]}"
            seen.add(bundle)
            told += bundle
    return told


def bundles(path: Path) -> list[tuple[str, ...]]:
    """The bundles sunk so far."""
    found, current = [], []
    for line in path.read_text().splitlines() if path.exists() else ():
        if line == "--":
            found.append(tuple(current))
            current = []
        else:
            current.append(line)
    return found


def counting(pipeline, *, partitions=("a",), source=None, sink=None, step=None):
    """partitions → source → optional step → text → optional stable sink."""
    read = (
        pipeline
        | "partitions" >> beam.Create(list(partitions), reshuffle=False)
        | "count" >> beam.ParDo(source or Count()).with_output_types(tuple[str, int])
    )
    if step is not None:
        read = read | "step" >> beam.ParDo(step).with_output_types(str)
    else:
        read = read | "text" >> beam.MapTuple(lambda key, at: f"{key}{at}").with_output_types(str)
    if sink is not None:
        read | "sink" >> StableParDo(AppendLines(sink))
    return read


class Until(threading.Thread):
    """Sets an event once a condition holds or the time is up; `met` says which."""

    def __init__(self, stop, condition, timeout=60.0):
        super().__init__(daemon=True)
        self.stop, self.condition, self.timeout, self.met = stop, condition, timeout, False
        self.start()

    def run(self):
        waited = threading.Event()
        for _ in range(int(self.timeout / 0.005)):
            if self.condition():
                self.met = True
                break
            waited.wait(0.005)
        self.stop.set()
