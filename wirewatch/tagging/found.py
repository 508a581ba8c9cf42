"""What becomes of a phrase found in an article: a mention, or a rejection with its reason."""

from typing import NamedTuple

import msgspec

from wirewatch.tagging.actors import Actor


class Found(msgspec.Struct, frozen=True, gc=False):
    """A mention that was accepted."""

    start: int
    end: int
    actor: Actor
    kind: str
    rule: str


class Rejected(NamedTuple):
    """A mention that was not, and the rule that said so."""

    start: int
    end: int
    actor: str
    kind: str
    rule: str
