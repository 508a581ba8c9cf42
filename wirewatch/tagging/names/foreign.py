"""Which names count in a text that is not English: those whose rules look at no English words."""

from collections.abc import Sequence

from wirewatch.tagging.names.found import Found, Rejected

_NAMES = frozenset({"name", "acronym", "surname"})
_WITHOUT_ENGLISH = frozenset({"alias", "full_name"})
"""Rules that look at no English words."""


def names_alone(found: Sequence[Found], rejected: list[Rejected] | None) -> list[Found]:
    """Return the mentions that stand in any language for whom they name; the others go to `rejected`."""
    names = [one for one in found if one.kind in _NAMES and one.rule in _WITHOUT_ENGLISH]
    if rejected is not None:
        rejected += [
            Rejected(one.start, one.end, one.actor.id, one.kind, "other_language")
            for one in found
            if one not in names
        ]
    return names
