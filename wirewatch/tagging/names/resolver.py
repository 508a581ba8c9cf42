"""Decides which actor, if any, each phrase found in an article names.

In order: case, longest (a decoy that holds an alias hides it), dateline, local context, context anywhere in
the article; for surnames a title held by the article's date, the full name, or an office of that day in a
state or body that the article names; last the offices named by their title.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from operator import attrgetter

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.names.found import Found, Rejected
from wirewatch.tagging.names.holders import TITLE_WINDOW, Holders, Waiting, in_office, leads
from wirewatch.tagging.names.local import Beside, beside, capitalised, person, us_place
from wirewatch.tagging.names.meaning import Meaning
from wirewatch.tagging.names.metonym import LIKELY, NO, SURE, metonym
from wirewatch.tagging.names.namesakes import doubted, tells_of_another
from wirewatch.tagging.names.sense import Sense
from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.text import words
from wirewatch.tagging.text.beside import word_after
from wirewatch.tagging.text.dateline import dateline_of
from wirewatch.tagging.text.headline import goes_on_as_news

_LEADER = " leader "
_WITH_OFFICES = frozenset({"country", "territory", "organisation", "armed_group", "agency"})


class Resolver:
    """Holds what phrases mean, `senses` of each item of the automaton. Keeps nothing of an article."""

    def __init__(self, senses: Callable[[int], tuple[Sense, ...]]) -> None:
        self._senses = senses
        self._meanings: dict[int, Meaning] = {}

    def _meaning(self, item: int) -> Meaning:
        meaning = self._meanings[item] = Meaning.of(self._senses(item))
        return meaning

    def resolve(
        self,
        text: str,
        matches: Sequence[Match],
        context: Callable[[], AbstractSet[int]],
        day: date,
        rejected: list[Rejected] | None = None,
    ) -> list[Found]:
        """Return the accepted mentions in `text` (plain), in order.

        `matches`: the longest, in order, of a spelling that counts for a sense. `context` returns the context
        words met anywhere in the article; asked at most once. `day` is the article's. What is not accepted is
        appended to `rejected` when given.
        """
        document = _Document(text, context, day, rejected)
        found = document.found
        later: tuple[list[Waiting], list[Waiting]] = ([], [])
        for match in matches:
            start, end, item = match
            if (meaning := self._meanings.get(item)) is None:
                meaning = self._meaning(item)
            if meaning.certain is not None and not document.in_dateline(start):
                actor, kind = meaning.certain
                found.append(Found(start, end, actor, kind, "alias"))
                continue
            senses: Sequence[Sense] = meaning.senses
            if len(senses) > 1:
                senses = _fitting(senses, text, match)
            if phase := meaning.phase:
                later[phase - 1].append((match, senses))
            else:
                document.decide(match, senses)
        for match, senses in (*later[0], *later[1]):
            document.note_person(match, senses)
        for match, senses in later[0]:
            document.decide(match, senses)
        if later[1]:
            document.decide_surnames(later[1])
        if later[0] or later[1]:
            document.found.sort(key=attrgetter("start"))
        return document.without_namesakes() if document.namesakes else document.found


def _fitting(senses: Sequence[Sense], text: str, match: Match) -> tuple[Sense, ...]:
    spelled = text[match[0] : match[1]]
    return tuple(sense for sense in senses if sense.forms is None or spelled in sense.forms)


class _Document:
    """What is known so far of the article being resolved."""

    __slots__ = (
        "_ask_context",
        "_beside",
        "_bodies",
        "_context",
        "_dateline_begin",
        "_dateline_end",
        "_day",
        "_named",
        "_persons",
        "_rejected",
        "_text",
        "found",
        "namesakes",
    )

    def __init__(
        self,
        text: str,
        context: Callable[[], AbstractSet[int]],
        day: date,
        rejected: list[Rejected] | None,
    ) -> None:
        self.found: list[Found] = []
        self._text = text
        self._ask_context = context
        self._context: AbstractSet[int] | None = None
        self._day = day
        self._rejected = rejected
        self._persons: set[int] = set()
        self._beside: dict[int, Beside] = {}
        self._named: dict[str, int] = {}
        self._bodies: dict[int, str] = {}
        """The states, bodies and groups met, by where they end."""
        self.namesakes: set[str] = set()
        """Names, in lower case, that a town or a dog bears here: `Peru, Ind.`, `a husky called Togo`."""
        dateline = dateline_of(text)
        self._dateline_begin, self._dateline_end = dateline.start, dateline.stop

    def in_dateline(self, start: int) -> bool:
        """Tell whether a name there says where the article was written, or who wrote it."""
        return self._dateline_begin <= start < self._dateline_end

    def without_namesakes(self) -> list[Found]:
        """Return what was found, but for names that a town or a dog bears here."""
        starts = set()
        for one in doubted(self.found, self._text, self.namesakes):
            starts.add(one.start)
            if self._rejected is not None:
                self._rejected.append(Rejected(one.start, one.end, one.actor.id, one.kind, "namesake"))
        return [one for one in self.found if one.start not in starts]

    def note_person(self, match: Match, senses: Sequence[Sense]) -> None:
        """Remember that `Michael Jordan` stands here: it speaks against Jordan the country elsewhere."""
        start, end, item = match
        if self.in_dateline(start):
            return
        for sense in senses:
            if person in sense.local:
                mention = self._beside[start] = beside(self._text, start, end)
                if person(mention):
                    self._persons.add(item)
                return

    def decide(self, match: Match, senses: Sequence[Sense]) -> None:
        """Accept the first sense that passes its tests, if any."""
        for sense in senses:
            accepted, rule = self._verdict(match, sense)
            if accepted and sense.actor is not None:
                self.found.append(Found(match[0], match[1], sense.actor, sense.kind, rule))
                return
            self._reject(match, sense, rule)

    def decide_surnames(self, waiting: Sequence[Waiting]) -> None:
        """Accept surnames that a title introduces, then those of whoever is named in full or in office."""
        alone: list[Waiting] = []
        self._bodies = {f.end: f.actor.id for f in self.found if f.actor.type in _WITH_OFFICES}
        for match, senses in waiting:
            introduced = self._introduced(match, senses)
            if introduced is not None:
                self.found.append(Found(match[0], match[1], introduced, "surname", "titled"))
            else:
                alone.append((match, senses))
        if not alone:
            return
        self._named = {f.actor.id: f.start for f in self.found if f.actor.type == "person"}
        if unknown := self._decide_named(alone):
            self._decide_holders(unknown, waiting)

    def _decide_named(self, alone: Sequence[Waiting]) -> list[tuple[Match, Sequence[Sense], list[Rejected]]]:
        """Accept surnames of those named in full; return the others, each with what was to say of it."""
        unknown = []
        for match, senses in alone:
            if len(senses) > 1:
                senses = sorted(senses, key=self._last_named, reverse=True)  # noqa: PLW2901
            found, said = len(self.found), len(self._rejected or ())
            self.decide(match, senses)
            if len(self.found) == found:
                unknown.append((match, senses, self._rejected[said:] if self._rejected else []))
                del (self._rejected or [])[said:]
        return unknown

    def _decide_holders(
        self, unknown: Sequence[tuple[Match, Sequence[Sense], list[Rejected]]], waiting: Sequence[Waiting]
    ) -> None:
        """Accept those of `unknown` who hold an office of that day."""
        holders = Holders(self._text, self._day, self.found, self._bodies, waiting)
        for match, senses, said in unknown:
            holder, rule = holders.holder(match, senses)
            if holder is not None:
                self.found.append(Found(match[0], match[1], holder, "surname", rule))
                holders.note(match)
            elif self._rejected is not None:
                self._rejected += said

    def _last_named(self, sense: Sense) -> int:
        """Two people may share a surname: the one named last in full comes first."""
        return self._named.get(sense.actor.id, -1) if sense.actor else len(self._text)

    def _verdict(self, match: Match, sense: Sense) -> tuple[bool, str]:
        start, end, item = match
        if sense.actor is None:
            return False, "decoy"
        if self.in_dateline(start):
            if us_place in sense.local and us_place(beside(self._text, start, end)):
                self.namesakes.add(self._text[start:end].lower())
            return False, "dateline"
        if sense.local or sense.by_verb or sense.told_by:
            return self._by_words_beside(match, sense)
        if sense.kind == "surname":
            return (True, "full_name") if sense.actor.id in self._named else (False, "surname_alone")
        return self._in_context(item, sense)

    def _by_words_beside(self, match: Match, sense: Sense) -> tuple[bool, str]:
        start, end, item = match
        mention = self._beside.get(start) or beside(self._text, start, end)
        for rule in sense.local:
            if rule(mention):
                if rule is not person and tells_of_another(mention, rule):
                    self.namesakes.add(self._text[start:end].lower())
                return False, rule.__name__
        if sense.by_verb:
            return self._as_metonym(mention, item, sense)
        told = sense.told_by is not None and sense.told_by(mention)
        return self._in_context(item, sense, support=int(told))

    def _as_metonym(self, mention: Beside, item: int, sense: Sense) -> tuple[bool, str]:
        sure = metonym(mention)
        if sure is NO:
            return False, "no_verb"
        if sure is SURE or not sense.contextual:
            return True, "metonym"
        return self._in_context(item, sense, support=int(sure is LIKELY))

    def _in_context(self, item: int, sense: Sense, support: int = 0) -> tuple[bool, str]:
        if not sense.contextual:
            return True, "alias"
        if self._context is None:
            self._context = self._ask_context()
        against = len(sense.unless & self._context) + (item in self._persons)
        if not sense.needs:
            return not against, "ruled_out" if against else "alias"
        support += len(sense.needs & self._context)
        return support > against, "context" if support > against else "no_context"

    def _introduced(self, match: Match, senses: Sequence[Sense]) -> Actor | None:
        """`President Trump`, `the Trump administration`: who holds the office that day, else held it last."""
        start, end, item = match
        before = self._text[max(0, start - TITLE_WINDOW) : start].lower()
        cabinet = self._text.startswith(words.CABINETS, end)
        best: tuple[bool, date, Actor] | None = None
        led = self._bodies.get(start - len(_LEADER)) if before.endswith(_LEADER) else None
        for sense in senses:
            actor = sense.actor
            heads_it = led is not None and leads(sense, self._day) and in_office(sense, {led}, self._day)
            if (
                actor is None
                or not sense.titles
                or not (heads_it or cabinet or before.endswith(sense.titles))
            ):
                continue
            if not self._in_context(item, sense)[0] or (sense.common and self._begins_a_name(start, end)):
                continue
            for role in actor.roles:
                turn = role.held(self._day), role.start or date.min
                if role.begun(self._day) and (best is None or turn > best[:2]):
                    best = *turn, actor
        return best[2] if best else None

    def _begins_a_name(self, start: int, end: int) -> bool:
        """`President Mohamed Morsi`; not `President Lee Meets Trump`, `President Bush Tuesday`."""
        after = word_after(self._text, end)
        if not capitalised(after) or after.isupper() or after in words.BEFORE_NO_NAME:
            return False
        return not goes_on_as_news(self._text, start, end, after)

    def _reject(self, match: Match, sense: Sense, rule: str) -> None:
        if self._rejected is not None:
            actor = sense.actor.id if sense.actor else ""
            self._rejected.append(Rejected(match[0], match[1], actor, sense.kind, rule))
