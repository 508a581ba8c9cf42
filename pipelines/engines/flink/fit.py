"""Whether a graph can take what a running job keeps: compared before anything is stopped."""

from collections.abc import Iterator

import apache_beam as beam
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api

from pipelines.engines.embedded.fit import Coders
from pipelines.engines.embedded.graph import PAR_DO, par_do_payload
from wirewatch.errors import StateRefusedError
from wirewatch.ids import digest


def fingerprint(pipeline: beam.Pipeline) -> str:
    """Return a hash of every step's name and of what each keeps, in which form.

    Flink finds state again by the steps of a stage: a step more or less is another stage.
    """
    components = pipeline.to_runner_api().components
    names = [transform.unique_name for transform in components.transforms.values()]
    return digest("flink state", *sorted(names), *sorted(_kept(components)))


def _kept(components: runner_api.Components) -> Iterator[str]:
    coders = Coders(components)
    for transform in components.transforms.values():
        if transform.spec.urn == PAR_DO:
            payload = par_do_payload(transform)
            for state, spec in payload.state_specs.items():
                yield f"{transform.unique_name}/{state}={coders.of_state(transform, spec).fingerprint}"
            if payload.requires_stable_input:
                yield f"{transform.unique_name}/held={coders.of_input(transform)}"


def check_fits(running: str | None, wanted: str) -> None:
    """Raise StateRefusedError unless a job of the state `running` can be followed by one of `wanted`."""
    if running != wanted:
        raise StateRefusedError(
            f"this graph cannot take what the running job keeps (state {running}, wanted {wanted}): its "
            "steps or their state have changed. The job runs on. `wirewatch flink stop` and then "
            "`wirewatch pipeline --engine flink --from none` begin anew: articles that Kafka still holds "
            "are read again, and alerts keep their ids"
        )
