"""From mentions to actor tags: one tag an actor, its salience, and the actors it rolls up to."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

from wirewatch.article import ActorTag, Mention, Salience
from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.names.found import Found
from wirewatch.tagging.text.fold import Text

_OFFICES = 10_000  # (person, day) remembered: articles come in the order of their days
_MANY = 3.0
"""Mentions after which more of them add little: 1 - 1/e of their part."""
_Tag = TypeVar("_Tag")
_OFTEN = [1 - math.exp(-count / _MANY) for count in range(32)]  # beyond, 1 to four digits


class ActorScorer:
    """Makes the actor tags of an article: how salient each actor is, and whom it rolls up to."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._actors = catalogue.actors
        # Of officials that hangs on the day.
        self._ancestors = {
            a.id: None if a.roles else self._climb(a.parents)
            for a in self._actors.values()
            if a.roles or a.parents
        }
        self._by_office = lru_cache(_OFFICES)(self._through_offices)

    def tags(self, text: Text, found: Sequence[Found], day: date) -> tuple[ActorTag, ...]:
        """Return the direct actors, then the rolled-up ones, each most salient first.

        `found`: the accepted mentions, in order.
        """
        direct = _most_salient_first([(-one.score, one.id, one) for one in _met(text, found)])
        via: dict[str, list[_Met]] = {}
        for one in direct:
            for ancestor in self._ancestors_at(one.id, day):
                via.setdefault(ancestor, []).append(one)
        tags = [one.tag(via.pop(one.id, None)) for one in direct]
        rolled_up = []
        for ancestor, those in via.items():
            salience = _together(those)
            rolled_up.append((-salience.score, ancestor, self._rolled_up(ancestor, those, salience)))
        return (*tags, *_most_salient_first(rolled_up))

    def _rolled_up(self, actor_id: str, those: list["_Met"], salience: Salience) -> ActorTag:
        actor = self._actors[actor_id]
        return ActorTag(id=actor_id, name=actor.name, type=actor.type, via=_ids(those), salience=salience)

    def _ancestors_at(self, actor_id: str, day: date) -> Sequence[str]:
        """Return whom an actor stands for on `day`: by offices held then, else by parents."""
        above = self._ancestors.get(actor_id, ())
        return self._by_office(actor_id, day) if above is None else above

    def _through_offices(self, actor_id: str, day: date) -> tuple[str, ...]:
        actor = self._actors[actor_id]
        return self._climb([role.of for role in actor.roles if role.held(day)] or actor.parents)

    def _climb(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return `ids` and all above them, nearest first, each once."""
        seen: dict[str, None] = {}
        todo = list(ids)
        for actor_id in todo:  # grows while it is walked; the catalogue has no circles
            if actor_id not in seen:
                seen[actor_id] = None
                todo.extend(self._actors[actor_id].parents)
        return tuple(seen)


class _Met:
    """An actor that is met in an article.

    No Struct, so that it can be one of C's where it is compiled (`score.pxd`).
    """

    __slots__ = ("actor", "first", "headline", "id", "lead", "mentions", "named", "salience", "score")

    def __init__(self, actor: Actor, first: int) -> None:
        self.actor = actor
        self.id = actor.id
        self.first = first
        """Where it is met first."""
        self.headline = False
        self.lead = False
        self.named = False
        """Whether it is named, not only meant by its capital."""
        self.mentions: list[Mention] = []

    def rated(self, length: int) -> "_Met":
        """Return it with how much an article of so many code points is about it."""
        count = len(self.mentions)
        often = _OFTEN[count] if count < len(_OFTEN) else 1.0
        score = 0.4 * self.headline + 0.2 * self.lead + 0.3 * often + 0.1 * (1 - self.first / length)
        # round(score, 3) takes a microsecond, to be right of decimals beyond all that a score can have.
        self.score = round(1000 * score) / 1000
        self.salience = Salience(headline=self.headline, lead=self.lead, count=count, score=self.score)
        return self

    def tag(self, beneath: "list[_Met] | None") -> ActorTag:
        """Return its tag; `beneath`: others met that stand for it too."""
        actor = self.actor
        return ActorTag(
            id=self.id,
            name=actor.name,
            type=actor.type,
            iso2=actor.iso2 if self.named else None,
            beneath=_ids(beneath) if beneath else (),
            salience=self.salience,
            mentions=tuple(self.mentions),
        )


def _met(text: Text, found: Sequence[Found]) -> list[_Met]:
    """Return the actors of these mentions."""
    origin = text.origin
    lead, body = origin.start(1), origin.start(2)
    met: dict[str, _Met] = {}
    for one in found:
        actor, start = one.actor, one.start
        if (known := met.get(actor.id)) is None:
            known = met[actor.id] = _Met(actor, start)
        known.mentions.append(origin.mention(start, one.end, one.kind, one.rule))
        known.headline = known.headline or start < lead
        known.lead = known.lead or lead <= start < body
        known.named = known.named or one.kind != "metonym"
    length = max(1, len(text.plain))
    return [known.rated(length) for known in met.values()]


def _together(those: list[_Met]) -> Salience:
    """Return how much an article is about what `those` stand for."""
    if len(those) == 1:
        one = those[0]
        return one.salience
    headline = lead = False
    count, score = 0, 0.0
    for one in those:
        headline, lead = headline or one.headline, lead or one.lead
        count += len(one.mentions)
        score = max(score, one.score)
    return Salience(headline=headline, lead=lead, count=count, score=score)


def _ids(those: list[_Met]) -> tuple[str, ...]:
    return tuple([one.id for one in those])


def _most_salient_first(ranked: list[tuple[float, str, _Tag]]) -> list[_Tag]:
    """Return what is ranked by less than its salience, then by its id, which no two have."""
    ranked.sort()
    return [one for _, _, one in ranked]
