"""A receiver, services that are always ended, and where a run leaves its results for the report."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import Service
from tests.soak.receiver import LongReceiver
from tests.soak.results import Results, results_dir


@pytest.fixture
def receiver() -> Iterator[LongReceiver]:
    receiver = LongReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def make_service(tmp_path: Path, receiver: LongReceiver) -> Iterator[Callable[..., Service]]:
    """`make_service(bootstrap, **settings)`: a service with topics of its own; None: a broker of its own."""
    made: list[Service] = []

    def make(bootstrap: str | None, **settings: Any) -> Service:
        made.append(Service(tmp_path / f"service{len(made)}", bootstrap, receiver, **settings))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def results(request: pytest.FixtureRequest) -> Results:
    """Where this test's figures go."""
    return Results(results_dir(), request.node.name)


@pytest.fixture
def minutes() -> Callable[[str, float], float]:
    """`minutes("STEADY", 30)`: how long a run lasts; WIREWATCH_SOAK_STEADY_MINUTES says otherwise."""
    return lambda name, default: float(os.environ.get(f"WIREWATCH_SOAK_{name}_MINUTES", default))
