"""Decides which actor, if any, each phrase found in an article names.

In order: case, longest (a decoy that holds an alias hides it), dateline, local context, context anywhere in
the article; for surnames a title held by the article's date, the full name, or an office of that day in a
state or body that the article names; last the offices named by their title.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from operator import attrgetter
from typing import TypeAlias

from wirewatch.tagging.catalogue.actors import Actor, Role
from wirewatch.tagging.catalogue.offices import deals_abroad, heads_a_state
from wirewatch.tagging.names.found import Found, Rejected
from wirewatch.tagging.names.leaders import acts, deals, neighbours
from wirewatch.tagging.names.local import (
    Beside,
    among_capitals,
    beside,
    goes_on_from_before,
    listed,
    person,
    us_place,
    word_before,
)
from wirewatch.tagging.names.meaning import Meaning
from wirewatch.tagging.names.metonym import Metonym, metonym
from wirewatch.tagging.names.namesakes import doubted, tells_of_another
from wirewatch.tagging.names.senses import Sense
from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.text import words
from wirewatch.tagging.text.dateline import dateline_of

_TITLE_WINDOW = 40  # code points: longer than any title
_LEADER = " leader "
_WITH_OFFICES = frozenset({"country", "territory", "organisation", "armed_group", "agency"})
_OF_THE_WORLD = frozenset({"country", "territory", "place", "organisation", "armed_group"})
_GOES_ON = re.compile(r"-|&|'(?!s\b)\w")
"""`Xi'an`; not `Xi's`."""
_Waiting: TypeAlias = tuple[Match, Sequence[Sense]]


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
        found, dateline = document.found, document.dateline
        later: tuple[list[_Waiting], list[_Waiting]] = ([], [])
        known = self._meanings.get
        for match in matches:
            start, end, item = match
            certain, senses, phase = known(item) or self._meaning(item)
            if certain and start not in dateline:
                actor, kind = certain
                found.append(Found(start, end, actor, kind, "alias"))
                continue
            if len(senses) > 1:
                senses = _fitting(senses, text, match)
            if phase:
                later[phase - 1].append((match, senses))
            else:
                document.decide(match, senses)
        for match, senses in later[0]:
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


def _parents(sense: Sense) -> tuple[str, ...]:
    return sense.actor.parents if sense.actor else ()


class _Document:
    """What is known so far of the article being resolved."""

    __slots__ = (
        "_abroad",
        "_ask_context",
        "_beside",
        "_bodies",
        "_borne",
        "_context",
        "_day",
        "_ends",
        "_led",
        "_named",
        "_people",
        "_persons",
        "_places",
        "_rejected",
        "_states",
        "_text",
        "dateline",
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
        self._ends: set[int] = set()
        self._bodies: dict[int, str] = {}
        """The states, bodies and groups met, by where they end."""
        self._states: AbstractSet[str] = frozenset()
        """The states among them."""
        self._places: set[str] = set()
        """The states in which cities and other places are that are met."""
        self._abroad = False
        """Whether a state, a place or a body of several states is met."""
        self._led = False
        """Whether someone is met who heads a state that day."""
        self._people: set[int] = set()
        """Where people who are met start and end."""
        self._borne: dict[int, bool] = {}
        """By surname: whether someone else bears it here."""
        self.namesakes: set[str] = set()
        """Names, in lower case, that a town or a dog bears here: `Peru, Ind.`, `a husky called Togo`."""
        self.dateline = dateline_of(text)

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
        if start in self.dateline:
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

    def decide_surnames(self, waiting: Sequence[_Waiting]) -> None:
        """Accept surnames that a title introduces, then those of whoever is named in full or in office."""
        alone: list[_Waiting] = []
        self._bodies = {f.end: f.actor.id for f in self.found if f.actor.type in _WITH_OFFICES}
        self._states = {f.actor.id for f in self.found if f.actor.type in ("country", "territory")}
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

    def _decide_named(self, alone: Sequence[_Waiting]) -> list[tuple[Match, Sequence[Sense], list[Rejected]]]:
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
        self, unknown: Sequence[tuple[Match, Sequence[Sense], list[Rejected]]], waiting: Sequence[_Waiting]
    ) -> None:
        """Accept those of `unknown` who hold an office of that day."""
        # A given name before one is another's, or the match would be longer.
        others = {m[2] for m, _ in waiting if word_before(self._text, m[0]) in words.GIVEN_NAMES}
        met = {f.actor.id for f in self.found}
        # An agency speaks of its state.
        met |= {parent for f in self.found if f.actor.type == "agency" for parent in f.actor.parents}
        self._ends = {f.end for f in self.found}
        self._places = {parent for f in self.found if f.actor.type == "place" for parent in f.actor.parents}
        people = [f for f in self.found if f.actor.type == "person"]
        self._people = {at for f in people for at in (f.start, f.end)}
        self._abroad = not _OF_THE_WORLD.isdisjoint(f.actor.type for f in self.found)
        self._led = any(map(self._heads_a_state, {f.actor.id: f.actor.roles for f in people}.values()))
        for match, senses, said in unknown:
            holder, rule = None, ""
            if match[2] not in others:
                holder, rule = self._holder(match, senses, met, waiting)
            if holder is not None:
                self.found.append(Found(match[0], match[1], holder, "surname", rule))
                self._ends.add(match[1])
                self._people.update(match[:2])
            elif self._rejected is not None:
                self._rejected += said

    def _holder(
        self, match: Match, senses: Sequence[Sense], met: AbstractSet[str], waiting: Sequence[_Waiting]
    ) -> tuple[Actor | None, str]:
        """Return whom `Trump` means where the article names the United States, and the rule that tells it."""
        rule = "in_office"
        held = [sense for sense in senses if self._in_office(sense, met)]
        if not held and (held := self._of_its_state(match, senses)):
            rule = "of_its_state"
        if not held:
            return self._leader_alone(match, senses, waiting), rule
        if len(held) != 1 or self._in_a_name(match):
            return None, rule
        if held[0].common and not self._spoken_of(match, held[0], met, waiting):
            return None, rule
        return held[0].actor, rule

    def _of_its_state(self, match: Match, senses: Sequence[Sense]) -> list[Sense]:
        """`Bosnia's Dodik`: whoever is of that state, in office or not; not by a common surname."""
        whose = self._possessor(match[0])
        if whose is None:
            return []
        return [s for s in senses if s.kind == "surname" and not s.common and whose in _parents(s)]

    def _possessor(self, start: int) -> str | None:
        """Return whose someone is who is named at `start`: `Hezbollah's Qassem`."""
        at = start - len("'s ")
        if not self._text.startswith("'s ", at):
            return None
        return self._bodies.get(at) or self._bodies.get(at + len("'s"))  # `Fed's` is a name of the Fed

    def _leader_alone(
        self, match: Match, senses: Sequence[Sense], waiting: Sequence[_Waiting]
    ) -> Actor | None:
        """Return whom `Merz said in Berlin`, `Trump met Merz` mean, where no state of his is named."""
        start, end, item = match
        mention = beside(self._text, start, end)
        held: list[Sense] = []
        if (self._places or self._led) and acts(mention):
            held = [sense for sense in senses if self._in_office(sense, self._places)]
            if not held and self._led:
                held = [sense for sense in senses if self._deals_abroad(sense)]
        elif not self._people.isdisjoint(neighbours(self._text, start, end)):
            held = [sense for sense in senses if self._deals_abroad(sense)]
        if not held and self._abroad and deals(mention):
            held = [sense for sense in senses if self._deals_abroad(sense)]
        if len(held) != 1 or held[0].common or self._in_a_name(match):
            return None
        return None if self._borne_by_another(item, waiting) else held[0].actor

    def _leads(self, sense: Sense) -> bool:
        return self._heads_a_state(role for role, _ in sense.offices)

    def _deals_abroad(self, sense: Sense) -> bool:
        return any(role.talked_of(self._day) and deals_abroad(role) for role, _ in sense.offices)

    def _heads_a_state(self, roles: Iterable[Role]) -> bool:
        return any(role.talked_of(self._day) and heads_a_state(role) for role in roles)

    def _in_office(self, sense: Sense, met: AbstractSet[str]) -> bool:
        return any(role.talked_of(self._day) and not met.isdisjoint(whose) for role, whose in sense.offices)

    def _spoken_of(
        self, match: Match, sense: Sense, met: AbstractSet[str], waiting: Sequence[_Waiting]
    ) -> bool:
        """`Mrs May`, `Bush, the president,`: more speaks for a common surname, and no other bearer."""
        if self._borne_by_another(match[2], waiting):
            return False
        if word_before(self._text, match[0]) in words.POLITE:
            return True
        if self._at_the_top(sense, met):  # `Fed's Powell`, `Fed cuts rates, Powell says`
            whose = self._possessor(match[0])
            if whose not in self._states if whose else acts(beside(self._text, match[0], match[1])):
                return True
        start = max(0, match[0] - _TITLE_WINDOW - len("the , "))
        before = self._text[start : match[0]].lower()
        offices = [f"the {title.rstrip()}, " for title in sense.titles]
        return any(before.endswith(office) or self._holds(match[1], office) for office in offices)

    def _at_the_top(self, sense: Sense, met: AbstractSet[str]) -> bool:
        """`Fed cuts rates, Powell says`: of a body that is met, not only of a state."""
        of = {role.of for role, _ in sense.offices if role.talked_of(self._day)}
        return not (of - self._states).isdisjoint(met)

    def _borne_by_another(self, item: int, waiting: Sequence[_Waiting]) -> bool:
        """Tell whether another name stands before the surname somewhere."""
        if item not in self._borne:  # once for all of them: a long text may have thousands
            alike = (beside(self._text, m[0], m[1]) for m, _ in waiting if m[2] == item)
            self._borne[item] = any(
                goes_on_from_before(one) and self._possessor(one.start) is None for one in alike
            )
        return self._borne[item]

    def _holds(self, end: int, office: str) -> bool:
        """`Bush, the president, said`."""
        return self._text[end : end + len(office) + 2].lower().startswith(f", {office}")

    def _in_a_name(self, match: Match) -> bool:
        """`Park Ji-sung`, `Trump Tower`, `de Silva`: part of something longer; or not known to be a name."""
        mention = beside(self._text, match[0], match[1])
        if among_capitals(mention):  # `TRUMP MEETS XI`: they tell nothing
            return False
        if _GOES_ON.match(self._text, match[1]):
            return True
        if self._possessor(mention.start) is not None:
            return False  # `Ivory Coast's Ouattara`, not `Tesla's`
        # `Trump Vows to Press On`: in a headline a verb has a capital too.
        goes_on = mention.after[:1].isupper() and mention.after.lower() not in words.SPEAK
        return goes_on or goes_on_from_before(mention) or self._in_a_list(mention)

    def _in_a_list(self, mention: Beside) -> bool:
        """`Smith, Merz, Jones`: among names of nobody known; not `Berlin, Merz, …`, `Macron, Merz and …`."""
        return listed(mention) and mention.start - len(", ") not in self._ends

    def _last_named(self, sense: Sense) -> int:
        """Two people may share a surname: the one named last in full comes first."""
        return self._named.get(sense.actor.id, -1) if sense.actor else len(self._text)

    def _verdict(self, match: Match, sense: Sense) -> tuple[bool, str]:
        start, end, item = match
        if sense.actor is None:
            return False, "decoy"
        if start in self.dateline:
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
        if sure is Metonym.NO:
            return False, "no_verb"
        if sure is Metonym.SURE or not sense.contextual:
            return True, "metonym"
        return self._in_context(item, sense, support=int(sure is Metonym.LIKELY))

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
        before = self._text[max(0, start - _TITLE_WINDOW) : start].lower()
        cabinet = self._text.startswith(words.CABINETS, end)
        best: tuple[bool, date, Actor] | None = None
        led = self._bodies.get(start - len(_LEADER)) if before.endswith(_LEADER) else None
        for sense in senses:
            actor = sense.actor
            leads = led is not None and self._leads(sense) and self._in_office(sense, {led})
            if actor is None or not sense.titles or not (leads or cabinet or before.endswith(sense.titles)):
                continue
            if not self._in_context(item, sense)[0]:
                continue
            for role in actor.roles:
                turn = role.held(self._day), role.start or date.min
                if role.begun(self._day) and (best is None or turn > best[:2]):
                    best = *turn, actor
        return best[2] if best else None

    def _reject(self, match: Match, sense: Sense, rule: str) -> None:
        if self._rejected is not None:
            actor = sense.actor.id if sense.actor else ""
            self._rejected.append(Rejected(match[0], match[1], actor, sense.kind, rule))
