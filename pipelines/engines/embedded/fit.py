"""Whether a graph can read what an earlier one stored."""

import hashlib

from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api
from apache_beam.runners.pipeline_context import PipelineContext

from pipelines.engines.embedded.graph import PAR_DO, SDF_PROCESS, Graph, is_stable, par_do_payload
from pipelines.engines.embedded.store import Store
from wirewatch.errors import StateRefusedError

Slots = dict[tuple[str, str], str]
"""{(transform's unique name, slot): how what is kept there is encoded}"""


def slots_of(graph: Graph) -> Slots:
    """Return what each transform of the graph keeps: `state:<id>`, `source` or `held`."""
    coders = _Coders(graph.components)
    slots: Slots = {}
    for stage in graph.stages:
        for name, transform in stage.descriptor.transforms.items():
            if transform.spec.urn == SDF_PROCESS:
                slots[name, "source"] = coders.of_input(transform)
            elif transform.spec.urn == PAR_DO:
                if is_stable(transform):
                    slots[name, "held"] = coders.of_input(transform)
                for state, spec in par_do_payload(transform).state_specs.items():
                    slots[name, f"state:{state}"] = f"{coders.of_key(transform)}: {coders.of_state(spec)}"
    return slots


def check_fits(store: Store, slots: Slots, where: str) -> None:
    """Raise StateRefusedError if the graph can't read something stored; else record what the graph keeps."""
    stored = store.slots()
    for slot in sorted(store.used_slots()):
        if slots.get(slot) != stored.get(slot):
            raise StateRefusedError(_why(slot, stored.get(slot), slots.get(slot), where))
    if stored != slots:
        store.write_slots(slots)


def _why(slot: tuple[str, str], stored: str | None, wanted: str | None, where: str) -> str:
    transform, kept = slot
    what = f"{where} holds {kept} of transform {transform!r}"
    change = (
        "the pipeline has no such transform any more" if wanted is None else f"was {stored}, now {wanted}"
    )
    return (
        f"{what} ({change}): run `wirewatch state migrate` to rename or drop it, or `wirewatch state reset`"
    )


class _Coders:
    """Writes coders out, so that two can be compared and a person sees what changed."""

    def __init__(self, components: runner_api.Components) -> None:
        self._components = components
        self._context = PipelineContext(components)

    def of_input(self, transform: runner_api.PTransform) -> str:
        """Write the coder of a transform's one input."""
        return self._text(self._input_coder(transform))

    def of_key(self, transform: runner_api.PTransform) -> str:
        """Write the coder of the key of a keyed transform's input."""
        return self._text(self._components.coders[self._input_coder(transform)].component_coder_ids[0])

    def of_state(self, spec: runner_api.StateSpec) -> str:
        """Write kind and coder of a state."""
        kind = spec.WhichOneof("spec")
        body = getattr(spec, kind)
        return f"{kind}({self._text(body.element_coder_id if kind == 'bag_spec' else body.coder_id)})"

    def _input_coder(self, transform: runner_api.PTransform) -> str:
        (pcollection,) = transform.inputs.values()
        return str(self._components.pcollections[pcollection].coder_id)

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
