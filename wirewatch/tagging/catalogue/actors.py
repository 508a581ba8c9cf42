"""What the catalogue is made of: actors, their aliases and roles."""

from datetime import date, timedelta
from typing import Literal

import msgspec

ActorType = Literal[
    "country", "territory", "organisation", "person", "armed_group", "company", "agency", "place"
]
AliasKind = Literal["name", "demonym", "capital", "metonym", "acronym", "surname", "title"]
CaseRule = Literal["exact", "upper", "any"]

_ELECT = timedelta(days=80)  # from the vote to the oath of a president of the United States, the longest wait
_JUST_OUT = timedelta(days=14)
_EARLIEST, _LATEST = date.min + _ELECT, date.max - _JUST_OUT


class Alias(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One way a text names an actor.

    `case`: `exact` as written, or all in capitals when longer than 3 letters; `upper` capitals only; `any`.
    `needs`: words of which the article must hold more than of `unless`; without `needs`, none of `unless`.
    Context words ending in `*` match at the start of a word; one with a capital letter is case-sensitive.
    In a file `@sport` stands for the words of that list (`word_lists`).
    """

    text: str
    kind: AliasKind = "name"
    case: CaseRule = "exact"
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Role(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
    rename={"start": "from", "end": "to"},
):
    """An office a person holds: `title` of the actor `of`, first and last day."""

    title: str
    of: str
    start: date | None = None
    end: date | None = None

    def begun(self, day: date) -> bool:
        """Tell whether the office had been taken up by `day`, held still or not."""
        return self.start is None or self.start <= day

    def held(self, day: date) -> bool:
        """Tell whether the office was held on `day`."""
        return self.begun(day) and (self.end is None or day <= self.end)

    def talked_of(self, day: date) -> bool:
        """Tell whether on `day` news says the holder's surname alone: elect, in office, or just out of it."""
        first = date.min if self.start is None or self.start < _EARLIEST else self.start - _ELECT
        return first <= day and (self.end is None or day <= min(self.end, _LATEST) + _JUST_OUT)


class Actor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Someone or something an article can be about.

    `parents`, `members`, `roles[].of`: ids once loaded; in a file names too, or codes of states (`US`).
    """

    id: str
    name: str
    type: ActorType
    iso2: str | None = None
    source: bool = False
    """A news agency: `told Reuters` names who reports it, not who it is about."""
    parents: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    members: tuple[str, ...] = ()
    """Of an organisation, a region: who belongs to it. A member does not stand for it, as a child does for a
    parent. One without aliases is met by its members alone.
    """
    aliases: tuple[str | Alias, ...] = ()
    """A plain string stands for a name matched exactly."""
    decoys: tuple[str, ...] = ()
    """Phrases that hold an alias of this actor and mean something else."""

    def spelled(self) -> tuple[Alias, ...]:
        """Return the aliases, each in full."""
        return tuple(Alias(a) if isinstance(a, str) else a for a in self.aliases)
