"""Whether a graph can take what a running job keeps: compared before anything is stopped."""

import apache_beam as beam

from pipelines.engines.embedded import EmbeddedRunner
from pipelines.engines.embedded.fit import slots_of
from pipelines.engines.embedded.graph import build_graph
from wirewatch.errors import StateRefusedError
from wirewatch.ids import digest


def fingerprint(pipeline: beam.Pipeline) -> str:
    """Return a hash of every step's name and of what each keeps, in which form.

    Flink finds state again by the steps of a stage: a step more or less is another stage.
    """
    proto = pipeline.to_runner_api()
    slots = slots_of(build_graph(*EmbeddedRunner().create_stages(proto)))
    kept = [f"{name}/{slot}={found.fingerprint}" for (name, slot), found in slots.items()]
    names = [transform.unique_name for transform in proto.components.transforms.values()]
    return digest("flink state", *sorted(names), *sorted(kept))


def check_fits(running: str | None, wanted: str) -> None:
    """Raise StateRefusedError unless a job of the state `running` can be followed by one of `wanted`."""
    if running != wanted:
        raise StateRefusedError(
            f"this graph cannot take what the running job keeps (state {running}, wanted {wanted}): its "
            "steps or their state have changed. The job runs on. `wirewatch flink stop` and then "
            "`wirewatch pipeline --engine flink --from none` begin anew: articles that Kafka still holds "
            "are read again, and alerts keep their ids"
        )
