"""routes.yaml: who is told. Thin for now: every alert goes to every receiver.

A receiver has a name and exactly one kind (`webhook:`); each kind's settings live in its own file.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from connectors.notify.receivers import Receiver, Telling
from connectors.notify.receivers.config import ReceiverConfig, ReceiverMaker
from connectors.notify.store import Owed
from wirewatch.alert import Alert
from wirewatch.errors import ConfigError
from wirewatch.settings import load_yaml, validation_message

ROUTES_FILE = "routes.yaml"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoutesConfig(_Model):
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


def load_routes(config_dir: Path) -> RoutesConfig:
    """Return what `config_dir`/routes.yaml says, secrets not read yet. Raises ConfigError."""
    path = config_dir / ROUTES_FILE
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: must hold `receivers:` (a list; empty means that nobody is told)")
    try:
        return RoutesConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigError(validation_message(path, error)) from error


def make_receivers(
    routes: RoutesConfig, *, config_dir: Path, data_dir: Path, attempt_timeout: float
) -> tuple[Receiver, ...]:
    """Return the receivers, secrets read. Raises ConfigError for a secret that is missing or weak."""
    maker = ReceiverMaker(config_dir=config_dir, data_dir=data_dir, attempt_timeout=attempt_timeout)
    return tuple(maker.make(receiver) for receiver in routes.receivers)


class Router:
    """Decides who is told of an alert."""

    def __init__(self, receivers: tuple[Receiver, ...]) -> None:
        self._receivers = receivers

    def owed(self, alert: Alert, raw: bytes) -> tuple[Owed, ...]:
        """Return what `alert` owes: a system alert never goes to the receiver that it is about."""
        about = alert.labels.get("receiver") if alert.kind == "system" else None
        telling = Telling(
            id=alert.id,
            alerts=(alert,),
            raw=(raw,),
            at=alert.alerted,
            group_key=alert.story.id if alert.story else alert.id,
        )
        return tuple(
            Owed(r.name, telling.id, r.render(telling), telling.group_key, alert.severity == "critical")
            for r in self._receivers
            if r.name != about
        )
