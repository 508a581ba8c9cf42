"""What works, can hardly be meant, and is told with what to do about it."""

from typing import NamedTuple

from wirewatch.yaml_files import KeyPath


class Advice(NamedTuple):
    """A doubt and its remedy; as text, both on one line."""

    what: str
    fix: str
    place: KeyPath = ()
    """Where in its file; () where it is about the whole."""

    def __str__(self) -> str:
        return f"{self.what}: {self.fix}"
