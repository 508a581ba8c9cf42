"""What is known of a phrase before any text is: its senses, and when they can be decided."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.names.senses import Sense


class Meaning(NamedTuple):
    """The senses of a phrase, and how they are decided on."""

    certain: tuple[Actor, str] | None
    """Whom it names, and how, wherever it stands but in the dateline; None when that hangs."""
    senses: Sequence[Sense]
    phase: int
    """When it can be decided: 0 at once, 1 once all persons are known, 2 once all names are."""

    @classmethod
    def of(cls, senses: Sequence[Sense]) -> "Meaning":
        """Return what a phrase of these senses means, in the order they are tried."""
        if certain := _certain(senses):
            return cls(certain, senses, 0)
        if len(senses) == 1:  # needs no forms: the automaton has looked at them
            senses = (replace(senses[0], forms=None),)
        if any(sense.kind == "surname" for sense in senses):
            return cls(None, senses, 2)
        return cls(None, senses, 1 if any(sense.contextual for sense in senses) else 0)


def _certain(senses: Sequence[Sense]) -> tuple[Actor, str] | None:
    sense = senses[0]
    asked = sense.local or sense.by_verb or sense.contextual or sense.kind == "surname"
    return (sense.actor, sense.kind) if sense.actor and not asked and len(senses) == 1 else None
