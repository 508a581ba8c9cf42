"""An actor of the catalogue as it is written, and where."""

from dataclasses import dataclass
from pathlib import Path

from wirewatch.errors import ConfigError
from wirewatch.tagging.actors import Actor


@dataclass(frozen=True)
class Line:
    """An actor and where it stands."""

    path: Path
    number: int
    actor: Actor

    def error(self, message: str) -> ConfigError:
        """Return the error to raise about this actor."""
        return ConfigError(f"{self.path}:{self.number}: {self.actor.id}: {message}")
