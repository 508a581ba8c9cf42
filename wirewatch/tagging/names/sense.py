"""One meaning of a phrase of the catalogue."""

from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

from wirewatch.tagging.catalogue.actors import Actor, Role
from wirewatch.tagging.names.local import LocalRule

Held: TypeAlias = tuple[Role, AbstractSet[str]]
"""An office, and the actors whose office it is."""
_NONE: frozenset[int] = frozenset()


class Sense:
    """An alias of an actor, or a decoy (`actor` None). Never changed once made.

    No Struct, so that it can be one of C's where it is compiled (`sense.pxd`): it is looked at all the time.
    """

    __slots__ = (
        "actor",
        "all_offices",
        "by_verb",
        "common",
        "contextual",
        "forms",
        "kind",
        "local",
        "needs",
        "offices",
        "titles",
        "told_by",
        "unless",
    )

    def __init__(  # once for each meaning, by name
        self,
        *,
        actor: Actor | None,
        kind: str,
        forms: frozenset[str] | None,
        needs: frozenset[int] = _NONE,
        unless: frozenset[int] = _NONE,
        contextual: bool = False,
        local: tuple[LocalRule, ...] = (),
        titles: tuple[str, ...] = (),
        offices: tuple[Held, ...] = (),
        all_offices: tuple[Held, ...] = (),
        common: bool = False,
        told_by: LocalRule | None = None,
        by_verb: bool = False,
    ) -> None:
        self.actor = actor
        self.kind = kind
        self.forms = forms
        """Spellings that count; None for any."""
        self.needs = needs
        self.unless = unless
        self.contextual = contextual
        """Whether words elsewhere in the article decide: it has `needs` or `unless`."""
        self.local = local
        self.titles = titles
        """Titles that may stand before a surname, in lower case, with the space."""
        self.offices = offices
        """Of a surname: offices, each with the actors whose office it is; of a common one a head's alone."""
        self.all_offices = all_offices
        """Of a surname: `offices`, and of a common one the others too: `India's Singh`."""
        self.common = common
        """Of a surname that is a word, or borne by many: more must speak for it than its office."""
        self.told_by = told_by
        """Of a state's, a firm's, a group's, a capital's name that needs context: whether words beside do."""
        self.by_verb = by_verb
        """Of a metonym that is a city's name too: what the city does tells whether it is the government."""

    def but(self, **fields: Any) -> "Sense":  # noqa: ANN401
        """Return one with other `fields`."""
        return Sense(**{name: getattr(self, name) for name in Sense.__slots__} | fields)
