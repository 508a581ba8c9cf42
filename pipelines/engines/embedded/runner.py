"""The engine as Beam sees it: a runner to give to beam.Pipeline."""

from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api
from apache_beam.runners.portability.fn_api_runner import FnApiRunner, translations
from apache_beam.runners.portability.fn_api_runner.fn_runner import RunnerResult
from apache_beam.runners.runner import PipelineResult, PipelineState

from pipelines.engines.embedded.fit import check_fits, slots_of
from pipelines.engines.embedded.graph import PHASES, build_graph, refuse_unsupported
from pipelines.engines.embedded.loop import EpochLoop, LoopSettings
from pipelines.engines.embedded.store import Store
from pipelines.engines.embedded.versions import require_beam


class EmbeddedRunner(FnApiRunner):
    """Runs a pipeline in this process and thread, durably.

    `store` is the checkpoint's path; None keeps it in memory and drops it at the end. `pipeline.run()`
    returns when every source has ended or `settings.stop` is set, and what is done is then on disk.

    Raises DependencyMissingError (another Beam), UnsupportedGraphError, StateRefusedError (the store does not
    fit the graph), AlreadyRunningError (the store is in use), and whatever WirewatchError a DoFn raises.
    """

    def __init__(self, store: Path | str | None = None, settings: LoopSettings | None = None) -> None:
        require_beam()
        super().__init__()
        self._store = Path(store) if store is not None else None
        self._settings = settings or LoopSettings()

    @staticmethod
    def supported_requirements() -> tuple[str, ...]:
        """Return what a pipeline may ask for; without this Beam itself refuses stable input."""
        return (
            common_urns.requirements.REQUIRES_STATEFUL_PROCESSING.urn,
            common_urns.requirements.REQUIRES_SPLITTABLE_DOFN.urn,
            common_urns.requirements.REQUIRES_STABLE_INPUT.urn,
        )

    def run_via_runner_api(
        self, pipeline_proto: runner_api.Pipeline, options: PipelineOptions
    ) -> PipelineResult:
        """Refuse what can't be run before anything starts."""
        refuse_unsupported(pipeline_proto)
        return super().run_via_runner_api(pipeline_proto, options)

    def create_stages(
        self, pipeline_proto: runner_api.Pipeline
    ) -> tuple[translations.TransformContext, list[translations.Stage]]:
        """Translate the pipeline: Beam's own phases for what is supported, and stable input."""
        context, stages = translations.create_and_optimize_stages(
            pipeline_proto, phases=PHASES, known_runner_urns=frozenset([common_urns.primitives.FLATTEN.urn])
        )
        return context, stages

    def run_stages(
        self, stage_context: translations.TransformContext, stages: list[translations.Stage]
    ) -> PipelineResult:
        """Run the stages until they end; the result holds no metrics (use EngineHooks)."""
        graph = build_graph(stage_context, stages)
        with Store(self._store) as store:
            check_fits(store, slots_of(graph), str(self._store))
            EpochLoop(graph, store, self._settings).run()
        return RunnerResult(PipelineState.DONE, {})
