"""routes.yaml: who is told, and how that is decided (see routing.config).

A receiver has a name and exactly one kind (`webhook:`); each kind's settings live in its own file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError, field_validator, model_validator

from connectors.kept import read_in_force
from connectors.notify.receivers import Receiver
from connectors.notify.receivers.config import ReceiverConfig, ReceiverMaker
from connectors.notify.routing.config import RoutingConfig
from connectors.notify.routing.policy import Policy, compile_policy
from connectors.reload import Reloader
from wirewatch.errors import ConfigError
from wirewatch.ids import digest
from wirewatch.part import PartContext
from wirewatch.pydantic_errors import config_error
from wirewatch.yaml_files import load_yaml

ROUTES_FILE = "routes.yaml"


class RoutesConfig(RoutingConfig):
    """The whole file."""

    receivers: tuple[ReceiverConfig, ...] = ()

    @field_validator("receivers", mode="before")
    @classmethod
    def _all_commented_out(cls, receivers: object) -> object:
        return () if receivers is None else receivers

    @field_validator("receivers")
    @classmethod
    def _names_are_unique(cls, receivers: tuple[ReceiverConfig, ...]) -> tuple[ReceiverConfig, ...]:
        names = [receiver.name for receiver in receivers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"more than one receiver is called {', '.join(twice)}")
        return receivers

    @model_validator(mode="after")
    def _compiles(self) -> "RoutesConfig":
        self.policy()
        return self

    def policy(self) -> Policy:
        """Return what decides who is told. Raises ValueError, which loading has found already."""
        names = tuple(receiver.name for receiver in self.receivers)
        return compile_policy(self.route, self.inhibit_rules, self.time_intervals, names)


def load_routes(config_dir: Path) -> RoutesConfig:
    """Return what `config_dir`/routes.yaml says, secrets not read yet. Raises ConfigError."""
    path = config_dir / ROUTES_FILE
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: must hold `receivers:` (a list; empty means that nobody is told)")
    try:
        return RoutesConfig.model_validate(data)
    except ValidationError as error:
        raise config_error(path, error, RoutesConfig) from error


def version_of(config: RoutesConfig) -> str:
    """Return the hash of all that decides: comments and `tests` do not count."""
    return digest(
        "routes", repr((config.receivers, config.route, config.inhibit_rules, config.time_intervals))
    )


def routes_in_force(config_dir: Path, data_dir: Path) -> tuple[RoutesConfig, str | None]:
    """Return the routes that notify goes by, and what is wrong with the file when they are not its own.

    While the file is broken they are those of its last good copy (see kept). Raises ConfigError without one.
    """
    return read_in_force(load_routes, version_of, name="routes", config_dir=config_dir, data_dir=data_dir)


def make_receivers(
    routes: RoutesConfig, *, config_dir: Path, data_dir: Path, attempt_timeout: float
) -> tuple[Receiver, ...]:
    """Return the receivers, secrets read. Raises ConfigError for a secret that is missing or weak."""
    maker = ReceiverMaker(config_dir=config_dir, data_dir=data_dir, attempt_timeout=attempt_timeout)
    return tuple(maker.make(receiver) for receiver in routes.receivers)


@dataclass(frozen=True)
class Routes:
    """routes.yaml, ready for use."""

    policy: Policy
    receivers: tuple[Receiver, ...]
    version: str

    @property
    def by_name(self) -> Mapping[str, Receiver]:
        """The receivers by their names."""
        return {receiver.name: receiver for receiver in self.receivers}


def read_routes(context: PartContext, folder: Path) -> Routes:
    """Return what `folder`/routes.yaml says, secrets read. Raises ConfigError."""
    config = load_routes(folder)
    receivers = make_receivers(
        config,
        config_dir=context.config_dir,
        data_dir=context.data_dir,
        attempt_timeout=context.settings.notify.attempt_timeout,
    )
    return Routes(config.policy(), receivers, version_of(config))


def keep_routes(context: PartContext) -> Reloader[Routes]:
    """Return routes.yaml kept up to date. Raises ConfigError for what is wrong with it at the first start."""
    return Reloader(
        context,
        "routes",
        files=lambda: [context.config_dir / ROUTES_FILE],
        make=lambda folder: read_routes(context, folder),
        version=lambda made: made.version,
    )
