"""From mentions to actor tags: one tag an actor, its salience, and the actors it rolls up to."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from msgspec.structs import replace

from wirewatch.article import ActorTag, Mention, Salience
from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.names.found import Found
from wirewatch.tagging.text.fold import Text

_OFFICES = 10_000  # (person, day) remembered: articles come in the order of their days
_MANY = 3.0
"""Mentions after which more of them add little: 1 - 1/e of their part."""
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
        """Return the direct actors, then the rolled-up ones, each most salient first."""
        mention = text.origin.mention
        met: dict[str, tuple[Actor, int, list[Mention]]] = {}
        for one in found:
            actor = one.actor
            if (known := met.get(actor.id)) is None:
                known = met[actor.id] = actor, one.start, []
            known[2].append(mention(one.start, one.end, one.kind, one.rule))
        length = max(1, len(text.plain))
        direct = [
            ActorTag(
                id=actor.id,
                name=actor.name,
                type=actor.type,
                iso2=actor.iso2 if actor.iso2 and _named(mentions) else None,
                salience=_salience(mentions, 1 - first / length),
                mentions=tuple(mentions),
            )
            for actor, first, mentions in met.values()
        ]
        direct.sort(key=_most_salient)
        rolled_up = self._rolled_up(direct, day)
        return (*direct, *rolled_up)

    def _rolled_up(self, direct: list[ActorTag], day: date) -> list[ActorTag]:
        """Return the tags of those above `direct`, whose own tags are told who is beneath them."""
        via: dict[str, list[ActorTag]] = {}
        for tag in direct:
            for ancestor in self._ancestors_at(tag.id, day):
                via.setdefault(ancestor, []).append(tag)
        for n, tag in enumerate(direct):
            if (beneath := via.pop(tag.id, None)) is not None:
                direct[n] = replace(tag, beneath=tuple([one.id for one in beneath]))
        tags = [self._from(self._actors[ancestor], tags) for ancestor, tags in via.items()]
        tags.sort(key=_most_salient)
        return tags

    @staticmethod
    def _from(actor: Actor, tags: Sequence[ActorTag]) -> ActorTag:
        return ActorTag(
            id=actor.id,
            name=actor.name,
            type=actor.type,
            via=tuple([tag.id for tag in tags]),
            salience=tags[0].salience if len(tags) == 1 else _together([tag.salience for tag in tags]),
        )

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


def _named(mentions: Sequence[Mention]) -> bool:
    """Tell whether an actor is named, not only meant by its capital."""
    return mentions[0].kind != "metonym" or any(mention.kind != "metonym" for mention in mentions)


def _together(parts: Sequence[Salience]) -> Salience:
    """Return how much an article is about what `parts` stand for."""
    return Salience(
        headline=any(part.headline for part in parts),
        lead=any(part.lead for part in parts),
        count=sum([part.count for part in parts]),
        score=max([part.score for part in parts]),
    )


def _salience(mentions: Sequence[Mention], earliness: float) -> Salience:
    paragraph = mentions[0].place.paragraph  # they stand in the order of the text
    headline = paragraph is None
    if headline:
        paragraph = next((m.place.paragraph for m in mentions if m.place.paragraph is not None), None)
    lead = paragraph == 0
    count = len(mentions)
    often = _OFTEN[count] if count < len(_OFTEN) else 1.0
    score = 0.4 * headline + 0.2 * lead + 0.3 * often + 0.1 * earliness
    # round(score, 3) takes a microsecond, to be right of decimals beyond all that a score can have.
    return Salience(headline=headline, lead=lead, count=count, score=round(1000 * score) / 1000)


def _most_salient(tag: ActorTag) -> tuple[float, str]:
    return -tag.salience.score, tag.id
