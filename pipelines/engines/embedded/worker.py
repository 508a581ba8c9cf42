"""Runs bundles: Beam's own operations, driven directly.

FnApiRunner's worker handler, data channel and bundle manager are left out: they sample each bundle from a
thread of its own that is joined at its end (2 ms and more), gather monitoring infos that nobody reads, and
keep something of every bundle.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.runners.common import SplitResultResidual
from apache_beam.runners.worker import statesampler
from apache_beam.runners.worker.bundle_processor import (
    BundleProcessor,
    DataInputOperation,
    DataOutputOperation,
    ExecutionContext,
)
from apache_beam.runners.worker.data_plane import ClosableOutputStream
from apache_beam.runners.worker.operations import DoOperation, Operation

from pipelines.engines.embedded.graph import Graph, Stage
from pipelines.engines.embedded.state import KeyedState

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Remainder:
    """What a splittable transform left for later: its element and restriction, and after how many seconds."""

    transform: str
    element: bytes
    delay: float


@dataclass(frozen=True)
class BundleResult:
    """The encoded elements of each output that has any, and the remainders."""

    outputs: dict[str, bytes]
    remainders: list[Remainder]


class _NoChannels:
    """Stands where Beam expects a data channel; elements are handed over directly."""

    def create_data_channel(self, _port: fn_api.RemoteGrpcPort) -> None:
        """Give an operation no channel."""


class _Processor(BundleProcessor):
    """Beam's holder of a stage's operations, except that the caller sets them up and so can undo it."""

    def create_execution_tree(
        self, descriptor: fn_api.ProcessBundleDescriptor
    ) -> OrderedDict[str, Operation]:
        """Keep the operations back: Beam's constructor would set them up."""
        self.tree = super().create_execution_tree(descriptor)
        return OrderedDict()


class StageWorker:
    """One stage's operations and DoFn instances, set up once and used for many bundles."""

    def __init__(self, stage: Stage, state: KeyedState) -> None:
        self._processor = _Processor(frozenset(), stage.descriptor, state, _NoChannels())
        self._processor.ops = self._processor.tree
        self._operations = list(self._processor.ops.values())  # each before those it feeds
        self._ready: list[Operation] = []
        self._set_up()
        self._inputs = {op.transform_id: op for op in self._operations if isinstance(op, DataInputOperation)}
        self._outputs = [op for op in self._operations if isinstance(op, DataOutputOperation)]
        for receiver in (receiver for op in self._operations for receiver in op.receivers):
            # No sampling of sizes: it encodes whole elements, batches of articles, in every bundle.
            receiver.opcounter.coder_impl = None

    def run(self, inputs: Mapping[str, Iterable[bytes]]) -> BundleResult:
        """Run one bundle over encoded elements by input. What a DoFn raises comes out; then only close it."""
        outputs: dict[str, bytes] = {}
        for sink in self._outputs:
            sink.set_output_stream(ClosableOutputStream(partial(outputs.__setitem__, sink.transform_id)))
        context = ExecutionContext()
        statesampler.set_current_tracker(self._processor.state_sampler)  # user metrics look for it
        for operation in reversed(self._operations):
            operation.execution_context = context
            operation.start()
        for name, chunks in inputs.items():
            for chunk in chunks:
                self._inputs[name].process_encoded(chunk)
        for operation in self._operations:
            operation.finish()
        remainders = [_remainder(operation, left) for operation, left in context.delayed_applications]
        self._processor.reset()
        return BundleResult({name: data for name, data in outputs.items() if data}, remainders)

    def close(self) -> None:
        """Tear down every DoFn; one that fails to is logged and does not keep the others."""
        while self._ready:
            operation = self._ready.pop()
            try:
                operation.teardown()
            except Exception:
                log.exception("teardown_failed", transform=str(operation.name_context.step_name))

    def _set_up(self) -> None:
        try:
            for operation in reversed(self._operations):
                operation.setup()
                self._ready.append(operation)
        except BaseException:
            self.close()
            raise


def _remainder(operation: DoOperation, left: SplitResultResidual) -> Remainder:
    transform, _, coder, _ = operation.input_info
    delay = left.deferred_timestamp.micros / 1e6 if left.deferred_timestamp else 0.0
    return Remainder(transform, coder.get_impl().encode_nested(left.residual_value), delay)


class Workers:
    """The stages' workers: set up when first needed, dropped when what they did was abandoned."""

    def __init__(self, graph: Graph, state: KeyedState) -> None:
        self._graph = graph
        self._state = state
        self._workers: dict[int, StageWorker] = {}
        self._touched: set[int] = set()

    def run(self, stage: int, inputs: Mapping[str, Iterable[bytes]]) -> BundleResult:
        """Run a bundle of a stage."""
        self._touched.add(stage)
        worker = self._workers.get(stage)
        if worker is None:
            worker = self._workers[stage] = StageWorker(self._graph.stages[stage], self._state)
        return worker.run(inputs)

    def committed(self) -> None:
        """Note that all that ran is on disk."""
        self._touched.clear()

    def drop_touched(self) -> None:
        """Close what has run since the commit: its DoFns may remember state that was abandoned."""
        for stage in self._touched:
            if worker := self._workers.pop(stage, None):
                worker.close()
        self._touched.clear()

    def close(self) -> None:
        """Close all."""
        while self._workers:
            self._workers.popitem()[1].close()
