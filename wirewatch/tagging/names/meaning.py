"""What is known of a phrase before any text is: its senses, and when they can be decided."""

from collections.abc import Sequence

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.names.sense import Sense


class Meaning:
    """The senses of a phrase, and how they are decided on.

    No tuple, so that it can be one of C's where it is compiled (`meaning.pxd`).
    """

    __slots__ = ("certain", "phase", "senses")

    def __init__(self, certain: tuple[Actor, str] | None, senses: tuple[Sense, ...], phase: int) -> None:
        self.certain = certain
        """Whom it names, and how, wherever it stands but in the dateline; None when that hangs."""
        self.senses = senses
        self.phase = phase
        """When it can be decided: 0 at once, 1 once all persons are known, 2 once all names are."""

    @classmethod
    def of(cls, senses: tuple[Sense, ...]) -> "Meaning":
        """Return what a phrase of these senses means, in the order they are tried."""
        if certain := _certain(senses):
            return cls(certain, senses, 0)
        if len(senses) == 1:  # needs no forms: the automaton has looked at them
            senses = (senses[0].but(forms=None),)
        if any(sense.kind == "surname" for sense in senses):
            return cls(None, senses, 2)
        return cls(None, senses, 1 if any(sense.contextual for sense in senses) else 0)


def _certain(senses: Sequence[Sense]) -> tuple[Actor, str] | None:
    sense = senses[0]
    asked = sense.local or sense.by_verb or sense.contextual or sense.kind == "surname"
    return (sense.actor, sense.kind) if sense.actor and not asked and len(senses) == 1 else None
