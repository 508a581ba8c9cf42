"""The part `pipeline`: waits for the broker, then runs the graph on the configured engine."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import structlog

from connectors.kafka.protocols import BrokerAwayError
from connectors.kafka.topics import ensure_topics, wait_for_broker
from pipelines.access import KafkaAccess
from pipelines.config import keep_up
from pipelines.part.waiting import waiting_of
from pipelines.steps.reading import trained_model
from wirewatch.part import PartContext
from wirewatch.settings import Settings

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0


def run(
    context: PartContext,
    job_server: Callable[[PartContext], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Run until `context.stop` is set. On Flink, `job_server` has one there to submit by (see run_flink).

    Raises ConfigError for broken config, StateRefusedError for a checkpoint that does not fit.
    """
    loaded = keep_up(context)
    if context.settings.pipeline.engine == "embedded" and (model := context.settings.tagging.spacy_model):
        trained_model(model)  # missing, it is said now; Flink's workers each load it themselves
    log.info("config_loaded", version=loaded.version, watches=len(loaded.watches.watches))
    # Imports Beam, which takes as long as a broker takes to start.
    run_engine = _engine(context.settings, job_server)
    access = KafkaAccess(context.settings, context.config_dir, context.data_dir)
    if not _topics_there(context, access):
        return
    run_engine(context, access)


def _topics_there(context: PartContext, access: KafkaAccess) -> bool:
    """Wait for the broker and make the topics; return False when told to stop first."""
    waiting = waiting_of(context)
    while wait_for_broker(context, context.stop, waiting):
        admin = access.admin()
        try:
            ensure_topics(admin, context.settings)
        except BrokerAwayError as error:  # it answered a moment ago
            waiting(f"broker is away: {error}")
            context.stop.wait(RETRY_SECONDS)
        else:
            return True
        finally:
            admin.close()
    return False


def _engine(
    settings: Settings, job_server: Callable[[PartContext], AbstractContextManager[object]]
) -> Callable[[PartContext, KafkaAccess], None]:
    if settings.pipeline.engine == "embedded":
        from pipelines.part.embedded import run_embedded  # noqa: PLC0415  # only its engine's imports

        return run_embedded
    from pipelines.part.flink import run_flink  # noqa: PLC0415

    return partial(run_flink, job_server=job_server)
