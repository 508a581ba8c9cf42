"""From Beam's pipeline to the stages the engine runs, and what of Beam it refuses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api
from apache_beam.runners.portability.fn_api_runner import translations
from apache_beam.runners.portability.fn_api_runner.translations import TransformContext
from apache_beam.runners.worker.bundle_processor import DATA_INPUT_URN, DATA_OUTPUT_URN

from pipelines.engines.embedded.errors import UnsupportedGraphError

PAR_DO = common_urns.primitives.PAR_DO.urn
SDF_PROCESS = common_urns.sdf_components.PROCESS_SIZED_ELEMENTS_AND_RESTRICTIONS.urn
_SUPPORTED = frozenset([PAR_DO, common_urns.primitives.IMPULSE.urn, common_urns.primitives.FLATTEN.urn])
_SUPPORTED_STATE = frozenset(["bag_spec", "read_modify_write_spec"])


@dataclass(frozen=True)
class Target:
    """An input of a stage: where encoded elements are sent."""

    stage: int
    transform: str


@dataclass(frozen=True)
class Stage:
    """Transforms that run in one bundle, handing on elements as objects.

    Transforms go by their unique names. Those of inputs and outputs hold ids of Beam, which change with the
    graph: they are never stored.
    """

    index: int
    descriptor: fn_api.ProcessBundleDescriptor
    impulses: tuple[str, ...]  # each is an input of its own name
    sources: dict[str, str]  # splittable process transform → input
    outputs: dict[str, tuple[Target, ...]]
    stable: str | None  # the transform that asked for stable input, if the stage starts with one
    label: str


@dataclass(frozen=True)
class Graph:
    """The stages, each after those that feed it, and the components their coders come from."""

    stages: tuple[Stage, ...]
    components: runner_api.Components

    def stable_targets(self) -> dict[str, Target]:
        """Return where the input of each stable-input transform goes."""
        targets = (
            target for stage in self.stages for targets in stage.outputs.values() for target in targets
        )
        return {stable: target for target in targets if (stable := self.stages[target.stage].stable)}


def par_do_payload(transform: runner_api.PTransform) -> runner_api.ParDoPayload:
    """Return the ParDoPayload of a transform that has one."""
    return runner_api.ParDoPayload.FromString(transform.spec.payload)


def root_stable_inputs(
    stages: Iterable[translations.Stage], _context: TransformContext
) -> Iterator[translations.Stage]:
    """Make every stage that asks for stable input begin at its own boundary (a translation phase)."""
    for stage in stages:
        if any(is_stable(transform) for transform in stage.transforms):
            stage.forced_root = True
        yield stage


def is_stable(transform: runner_api.PTransform) -> bool:
    """Say whether a transform asks for stable input."""
    return transform.spec.urn == PAR_DO and bool(par_do_payload(transform).requires_stable_input)


PHASES = (
    translations.expand_sdf,
    root_stable_inputs,
    translations.sink_flattens,
    translations.greedily_fuse,
    translations.impulse_to_input,
    translations.sort_stages,
    translations.populate_data_channel_coders,
)


def refuse_unsupported(pipeline: runner_api.Pipeline) -> None:
    """Raise UnsupportedGraphError for the first thing in the pipeline that the engine does not run."""
    for transform_id in pipeline.root_transform_ids:
        _check(pipeline.components, transform_id)


def _check(components: runner_api.Components, transform_id: str) -> None:
    transform = components.transforms[transform_id]
    if transform.spec.urn == PAR_DO:
        _check_par_do(transform)
    elif transform.subtransforms:
        for part in transform.subtransforms:
            _check(components, part)
    elif transform.spec.urn not in _SUPPORTED and not _is_pass_through(transform):
        _refuse(
            transform, f"{transform.spec.urn} (grouping: use stateful ParDo, and Create with reshuffle=False)"
        )


def _is_pass_through(transform: runner_api.PTransform) -> bool:
    return set(transform.outputs.values()) <= set(transform.inputs.values())


def _check_par_do(transform: runner_api.PTransform) -> None:
    payload = par_do_payload(transform)
    if payload.side_inputs:
        _refuse(transform, "side inputs")
    if payload.timer_family_specs:
        _refuse(transform, "timers")
    if payload.requests_finalization:
        _refuse(transform, "bundle finalizers")
    if payload.requires_time_sorted_input:
        _refuse(transform, "time-sorted input")
    for name, spec in payload.state_specs.items():
        if spec.WhichOneof("spec") not in _SUPPORTED_STATE:
            _refuse(
                transform, f"state {name!r} of kind {spec.WhichOneof('spec')} (bags and single values only)"
            )


def _refuse(transform: runner_api.PTransform, what: str) -> None:
    raise UnsupportedGraphError(f"{transform.unique_name!r}: the embedded engine does not run {what}")


def build_graph(context: TransformContext, stages: list[translations.Stage]) -> Graph:
    """Return the engine's graph from Beam's translated stages."""
    consumers: dict[bytes, list[Target]] = {}
    for index, stage in enumerate(stages):
        for transform in _inputs(stage):
            consumers.setdefault(transform.spec.payload, []).append(Target(index, transform.unique_name))
    return Graph(
        tuple(_stage(context, index, stage, consumers) for index, stage in enumerate(stages)),
        context.components,
    )


def _inputs(stage: translations.Stage) -> list[runner_api.PTransform]:
    return [transform for transform in stage.transforms if transform.spec.urn == DATA_INPUT_URN]


def _stage(
    context: TransformContext, index: int, stage: translations.Stage, consumers: dict[bytes, list[Target]]
) -> Stage:
    outputs = {
        transform.unique_name: tuple(consumers.get(transform.spec.payload, ()))
        for transform in stage.transforms
        if transform.spec.urn == DATA_OUTPUT_URN
    }
    assert all(target.stage > index for targets in outputs.values() for target in targets)
    work = [t for t in stage.transforms if t.spec.urn not in (DATA_INPUT_URN, DATA_OUTPUT_URN)]
    return Stage(
        index=index,
        impulses=tuple(
            transform.unique_name
            for transform in _inputs(stage)
            if transform.spec.payload == translations.IMPULSE_BUFFER
        ),
        sources={
            transform.unique_name: _feeder(stage, transform)
            for transform in work
            if transform.spec.urn == SDF_PROCESS
        },
        outputs=outputs,
        stable=next((transform.unique_name for transform in work if is_stable(transform)), None),
        label=", ".join(transform.unique_name for transform in work),
        descriptor=_descriptor(context, index, stage),
    )


def _feeder(stage: translations.Stage, source: runner_api.PTransform) -> str:
    (pcollection,) = source.inputs.values()
    (feeder,) = [t.unique_name for t in _inputs(stage) if pcollection in t.outputs.values()]
    return str(feeder)


def _descriptor(
    context: TransformContext, index: int, stage: translations.Stage
) -> fn_api.ProcessBundleDescriptor:
    """Describe a stage to Beam's worker. Inputs and outputs carry the coder of their elements."""
    components = context.components
    descriptor = fn_api.ProcessBundleDescriptor(
        id=f"stage_{index}",
        transforms={transform.unique_name: transform for transform in stage.transforms},
        pcollections=dict(components.pcollections),
        coders=dict(components.coders),
        windowing_strategies=dict(components.windowing_strategies),
        environments=dict(components.environments),
    )
    for transform in descriptor.transforms.values():
        if transform.spec.urn in (DATA_INPUT_URN, DATA_OUTPUT_URN):
            pcollection = next(iter([*transform.inputs.values(), *transform.outputs.values()]))
            port = fn_api.RemoteGrpcPort(coder_id=context.data_channel_coders[pcollection])
            transform.spec.payload = port.SerializeToString()
    return descriptor
