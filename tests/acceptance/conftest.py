"""A receiver and services that are always ended."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import Receiver, Service


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def make_service(tmp_path: Path, broker_address: str, receiver: Receiver) -> Iterator[Callable[..., Service]]:
    """`make_service(**settings)`: a service on the run's broker, with topics of its own."""
    made: list[Service] = []

    def make(bootstrap: str = broker_address, **settings: Any) -> Service:
        made.append(Service(tmp_path / f"service{len(made)}", bootstrap, receiver, **settings))
        return made[-1]

    yield make
    for service in made:
        service.close()
