"""Whether a graph can read what an earlier one stored."""

import hashlib
from collections.abc import Iterator

from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api
from apache_beam.runners.pipeline_context import PipelineContext

from pipelines.engines.embedded.graph import PAR_DO, Graph, Stage, par_do_payload
from pipelines.engines.embedded.store import Slot, Slots, Store
from wirewatch.errors import START_OVER, StateRefusedError


def slots_of(graph: Graph) -> Slots:
    """Return what the graph keeps."""
    coders = Coders(graph.components)
    slots: Slots = {}
    for stage in graph.stages:
        slots |= {(name, "impulse"): Slot("impulse") for name in stage.impulses}
        slots |= {(name, "source"): coders.of_port(stage, port) for name, port in stage.sources.items()}
        for name, transform in stage.descriptor.transforms.items():
            if transform.spec.urn == PAR_DO:
                for state, spec in par_do_payload(transform).state_specs.items():
                    slots[name, f"state:{state}"] = coders.of_state(transform, spec)
    for name, target in graph.stable_targets().items():
        slots[name, "held"] = coders.of_port(graph.stages[target.stage], target.transform)
    return slots


def check_fits(store: Store, slots: Slots, where: str) -> None:
    """Raise StateRefusedError if the graph can't read something stored; else record what the graph keeps."""
    stored = store.slots()
    for slot in sorted(store.used_slots()):
        if not _same(slots.get(slot), stored.get(slot)):
            raise StateRefusedError(_why(slot, stored.get(slot), slots.get(slot), where))
    if stored != slots:  # a pickled coder's bytes may differ: then the newest stand
        store.write_slots(slots)


def _same(one: Slot | None, other: Slot | None) -> bool:
    return one is not None and other is not None and one.fingerprint == other.fingerprint


def _why(slot: tuple[str, str], stored: Slot | None, wanted: Slot | None, where: str) -> str:
    transform, kept = slot
    change, coders = "no longer has such a transform", ""
    if stored is not None and wanted is not None:
        change, coders = "stores it differently", f" (was {stored.fingerprint}, now {wanted.fingerprint})"
    return (  # the way out first: coders are long
        f"{where} holds {kept} of transform {transform!r}, and this pipeline {change}: "
        f"run `wirewatch state migrate` to rename or drop it, or {START_OVER}{coders}"
    )


class Coders:
    """Writes coders out, so that two can be compared and a person sees what changed."""

    def __init__(self, components: runner_api.Components) -> None:
        self._components = components
        self._context = PipelineContext(components)

    def of_port(self, stage: Stage, port: str) -> Slot:
        """Describe the elements that a stage is sent."""
        payload = stage.descriptor.transforms[port].spec.payload
        coder_id = fn_api.RemoteGrpcPort.FromString(payload).coder_id
        proto = runner_api.MessageWithComponents(coder=self._components.coders[coder_id])
        for part in self._parts(coder_id):
            proto.components.coders[part].CopyFrom(self._components.coders[part])
        return Slot(self._text(coder_id), proto.SerializeToString(deterministic=True))

    def of_state(self, transform: runner_api.PTransform, spec: runner_api.StateSpec) -> Slot:
        """Describe a state's key and values."""
        keyed = self._components.coders[self._input_coder(transform)]
        kind = spec.WhichOneof("spec")
        body = getattr(spec, kind)
        value = body.element_coder_id if kind == "bag_spec" else body.coder_id
        return Slot(f"{kind}({self._text(keyed.component_coder_ids[0])} -> {self._text(value)})")

    def of_input(self, transform: runner_api.PTransform) -> str:
        """Describe the elements that a step takes."""
        return self._text(self._input_coder(transform))

    def _input_coder(self, transform: runner_api.PTransform) -> str:
        (pcollection,) = transform.inputs.values()
        return str(self._components.pcollections[pcollection].coder_id)

    def _parts(self, coder_id: str) -> Iterator[str]:
        for part in self._components.coders[coder_id].component_coder_ids:
            yield part
            yield from self._parts(part)

    def _text(self, coder_id: str) -> str:
        coder = self._components.coders[coder_id]
        if coder.spec.urn == python_urns.PICKLED_CODER:
            # The pickle's bytes may differ from run to run for the same coder: its class counts.
            kind = type(self._context.coders[coder_id])
            return f"{kind.__module__}.{kind.__qualname__}"
        name = coder.spec.urn.removeprefix("beam:coder:")
        if coder.spec.payload:
            name += f"#{hashlib.sha256(coder.spec.payload).hexdigest()[:12]}"
        parts = ", ".join(self._text(part) for part in coder.component_coder_ids)
        return f"{name}({parts})" if parts else name
