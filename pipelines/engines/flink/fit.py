"""Whether a graph can take what a running job keeps: compared before anything is stopped."""

from collections.abc import Iterator

import apache_beam as beam
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api

from pipelines.engines.embedded.fit import Coders
from pipelines.engines.embedded.graph import PAR_DO, par_do_payload
from pipelines.engines.flink.outcome import START_ANEW
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


def check_fits(kept: str | None, wanted: str, first: str = "") -> None:
    """Raise StateRefusedError unless what a job kept can be taken up by one of the state `wanted`.

    `first` is what is to be done before that job can be replaced by a new one.
    """
    if kept != wanted:
        raise StateRefusedError(
            f"this graph cannot take over the job's state (it is {kept}, not {wanted}): its steps or "
            f"their state have changed. {first}{' ' if first else ''}{START_ANEW}"
        )
