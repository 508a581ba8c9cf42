"""An actor of the catalogue as it is written, and where."""

from dataclasses import dataclass
from pathlib import Path

from wirewatch.errors import ConfigError
from wirewatch.tagging.catalogue.actors import Actor

NEW = 0
"""The number of a line that is not written yet."""


@dataclass(frozen=True)
class Line:
    """An actor and where it stands."""

    path: Path
    number: int
    written: Actor
    """As it stands there: where words stand, `@sport` may be a list of them."""
    actor: Actor
    """With the words of the lists."""

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.path}:{self.number}" if self.number != NEW else "the new actor"

    def error(self, message: str) -> ConfigError:
        """Return the error to raise about this actor."""
        return ConfigError(self.about(message))

    def about(self, message: str) -> str:
        """Return `message` with the place and the id of this actor."""
        return f"{self.place}: {self.actor.id}: {message}"
