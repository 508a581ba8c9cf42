"""Who is meant by a surname alone: whoever holds an office of that day in a state or body of the article."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.offices import deals_abroad, heads_a_state, words_for
from wirewatch.tagging.names.found import Found
from wirewatch.tagging.names.leaders import (
    acts,
    at_play,
    deals,
    dealt_with,
    done_to,
    for_oneself,
    governs,
    neighbours,
    treats,
)
from wirewatch.tagging.names.local import (
    Beside,
    among_capitals,
    beside,
    capitalised,
    goes_on_from_before,
    listed,
    two_after,
)
from wirewatch.tagging.names.sense import Sense
from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.text import state_words, words
from wirewatch.tagging.text.beside import word_before
from wirewatch.tagging.text.fold import unaccented
from wirewatch.tagging.text.headline import in_headline, in_title_case

TITLE_WINDOW = 40  # code points: longer than any title
_OF_THE_WORLD = frozenset({"country", "territory", "place", "organisation", "armed_group"})
_STATES = frozenset({"country", "territory"})
_GOES_ON = re.compile(r"-|&|'(?!s\b)\w")
"""`Xi'an`; not `Xi's`."""
Waiting: TypeAlias = tuple[Match, Sequence[Sense]]


def leads(sense: Sense, day: date) -> bool:
    """Tell whether someone heads a state, as far as news speaks of it on `day`."""
    return any(role.talked_of(day) and heads_a_state(role) for role, _ in sense.offices)


def in_office(sense: Sense, of: AbstractSet[str], day: date) -> bool:
    """Tell whether someone holds an office of one of `of`, as far as news speaks of it on `day`."""
    return any(role.talked_of(day) and not of.isdisjoint(whose) for role, whose in sense.offices)


class Holders:
    """Tells whom surnames mean that stand alone in an article.

    `found`: what is met in it, but for those. `bodies`: the states, bodies and groups among it, by where they
    end. `waiting`: all surnames of it.
    """

    def __init__(
        self,
        text: str,
        day: date,
        found: Sequence[Found],
        bodies: Mapping[int, str],
        waiting: Sequence[Waiting],
    ) -> None:
        self._text = text
        self._day = day
        self._bodies = bodies
        self._waiting = waiting
        # A given name before one is another's, or the match would be longer.
        self._others = {m[2] for m, _ in waiting if word_before(text, m[0]) in words.GIVEN_NAMES}
        self._met: set[str] = set()
        self._states: set[str] = set()
        self._starts: set[int] = set()
        """Where the names of states start."""
        self._places: set[str] = set()
        """The states in which cities and other places are that are met."""
        self._seats: set[str] = set()
        """Those whose capitals are."""
        self._abroad = False
        """Whether a state, a place or a body of several states is met."""
        self._ends: set[int] = set()
        self._people: set[int] = set()
        """Where people who are met start and end."""
        people: dict[str, Actor] = {}
        for one in found:
            actor = one.actor
            type_of = actor.type
            self._met.add(actor.id)
            self._ends.add(one.end)
            if type_of == "person":
                people[actor.id] = actor
                self._people.update((one.start, one.end))
            elif type_of in _STATES:
                self._states.add(actor.id)
                self._starts.add(one.start)
            elif type_of == "place":
                self._places.update(actor.parents)
            elif type_of == "agency":  # it speaks of its state
                self._met.update(actor.parents)
            if one.kind == "capital":
                self._seats.update(actor.parents)
            self._abroad = self._abroad or type_of in _OF_THE_WORLD
        roles = [role for person in people.values() for role in person.roles if role.talked_of(day)]
        self._headed = {role.of for role in roles if heads_a_state(role)}
        """The states that someone heads who is met."""
        self._official_met = bool(roles)
        """Whether someone in office is met."""
        # Asked of each mention, of which a long text may have thousands; found out once.
        self._borne: dict[int, bool] = {}
        """By surname: whether someone else bears it here."""
        self._said: dict[str, bool] = {}
        """By person: whether the article says one of the offices held that day."""
        self._match: bool | None = None
        """Whether the article is about a match."""

    def holder(self, match: Match, senses: Sequence[Sense]) -> tuple[Actor | None, str]:
        """Return whom `Trump` means where the article names the United States, and the rule that tells it."""
        if match[2] in self._others:
            return None, ""
        if (of_its_office := self._of_its_office(match, senses)) is not None:
            return of_its_office, "of_its_office"
        rule = "in_office"
        held = [sense for sense in senses if in_office(sense, self._met, self._day)]
        if not held and (held := self._of_its_state(match, senses)):
            rule = "of_its_state"
        if not held:
            return self._without_its_state(match, senses)
        held = self._likeliest(match, held)
        told = len(held) == 1 and not self._in_a_name(match) and self._is_clear(match, senses, held[0])
        return held[0].actor if told else None, rule

    def note(self, match: Match) -> None:
        """Remember that `match` is someone's who is met."""
        self._ends.add(match[1])
        self._people.update(match[:2])

    def _is_clear(self, match: Match, senses: Sequence[Sense], who: Sense) -> bool:
        """Tell whether enough speaks for a surname of many; not `Venezuela's Rodríguez homers twice`."""
        if who.common and not self._spoken_of(match, who):
            return False
        of_many = unaccented(self._text[match[0] : match[1]]) in words.WORDS_TOO
        # Whose surname others bear stands once more with words of the office (tools.catalogue.alone).
        of_many = of_many or any(s.actor is who.actor and s.kind != "surname" for s in senses)
        return not (of_many and self._is_of_a_match())

    def _of_its_office(self, match: Match, senses: Sequence[Sense]) -> Actor | None:
        """`Tanzania's Hassan sworn in`: by a common surname, whoever holds an office of that state.

        Where what is said is said of those in office, and the article is not about a match.
        """
        common = [sense for sense in senses if sense.common]
        whose = self._possessor(match[0]) if common else None
        if whose not in self._states:
            return None
        held = self._likeliest(match, [sense for sense in common if self._holds_one_of(sense, whose)])
        mention = beside(self._text, match[0], match[1])
        if (
            len(held) != 1
            or _goes_on(mention)
            or _GOES_ON.match(self._text, match[1])
            or self._is_of_a_match()
        ):
            return None
        told = governs(mention) or (treats(mention) and self._others_met(whose))
        told = told or (self._says_office(held[0]) and not for_oneself(mention))
        return held[0].actor if told else None

    def _likeliest(self, match: Match, held: list[Sense]) -> list[Sense]:
        """Of several in office of one surname, return those who do what is said, or whose office is said."""
        if len(held) < 2:
            return held
        if governs(beside(self._text, match[0], match[1])):
            return [sense for sense in held if leads(sense, self._day)] or held
        return [sense for sense in held if self._says_office(sense)] or held

    def _holds_one_of(self, sense: Sense, state: str) -> bool:
        return any(role.talked_of(self._day) and state in whose for role, whose in sense.all_offices)

    def _others_met(self, state: str) -> bool:
        """Tell whether another state is met, or someone in office."""
        return self._official_met or not self._states <= {state}

    def _of_its_state(self, match: Match, senses: Sequence[Sense]) -> list[Sense]:
        """`Bosnia's Dodik`: whoever is of that state, in office or not; not by a common surname."""
        whose = self._possessor(match[0])
        if whose is None:
            return []
        return [s for s in senses if s.kind == "surname" and not s.common and whose in _parents(s)]

    def _possessor(self, start: int) -> str | None:
        """Return whose someone is who is named at `start`: `Hezbollah's Qassem`."""
        at = start - len("'s ")
        if not self._text.startswith(("'s ", "'S "), at):
            return None
        return self._bodies.get(at) or self._bodies.get(at + len("'s"))  # `Fed's` is a name of the Fed

    def _without_its_state(self, match: Match, senses: Sequence[Sense]) -> tuple[Actor | None, str]:
        """Return whom `Merz said in Berlin`, `Trump met Merz` mean, where no state of his is named."""
        held, rule = self._leader_alone(match, senses), "in_office"
        if not held:
            held, rule = self._office_said(match, senses), "office_said"
        if len(held) != 1 or held[0].common or self._in_a_name(match):
            return None, rule
        return None if self._borne_by_another(match[2]) else held[0].actor, rule

    def _leader_alone(self, match: Match, senses: Sequence[Sense]) -> list[Sense]:
        start, end, _ = match
        mention = beside(self._text, start, end)
        held: list[Sense] = []
        if (self._places or self._headed) and acts(mention):
            held = [sense for sense in senses if self._may_be_there(sense)]
            if not held and self._headed:
                held = [sense for sense in senses if self._deals_abroad(sense)]
        elif not self._people.isdisjoint(neighbours(self._text, start, end)) or (
            self._official_met and self._people.intersection(dealt_with(self._text, start, end))
        ):
            held = [sense for sense in senses if self._deals_abroad(sense)]
        if not held and self._abroad and (deals(mention) or self._done_to_a_state(mention)):
            held = [sense for sense in senses if self._deals_abroad(sense)]
        return held

    def _may_be_there(self, sense: Sense) -> bool:
        """`Merz said in Munich`, `Duffy said in Washington`; not `Duffy said in Ohio`, of anyone."""
        if in_office(sense, self._seats, self._day):
            return True
        return leads(sense, self._day) and in_office(sense, self._places, self._day)

    def _done_to_a_state(self, mention: Beside) -> bool:
        """`Trudeau expels Indian envoy`; not where the article is about a match."""
        return done_to(mention) in self._starts and not self._is_of_a_match()

    def _office_said(self, match: Match, senses: Sequence[Sense]) -> list[Sense]:
        """In a headline: `Reeves cuts welfare` above `The chancellor`, `Rayner quits` above `Starmer`."""
        start, end, _ = match
        if not in_headline(self._text, start):
            return []
        mention = beside(self._text, start, end)
        governing = governs(mention) and not self._is_of_a_match()
        if governing and (heads := [sense for sense in senses if leads(sense, self._day)]):
            return heads
        if not (governing or acts(mention)):
            return []
        return [sense for sense in senses if self._at_home(sense) and self._known_by_office(sense)]

    def _at_home(self, sense: Sense) -> bool:
        """Tell whether no state is met, nor a place in one, but those whose office it is."""
        of = {body for _, whose in sense.offices for body in whose}
        return self._states <= of and self._places <= of

    def _known_by_office(self, sense: Sense) -> bool:
        """Tell whether the office is said, or whoever heads the state that it is an office of is met."""
        return in_office(sense, self._headed, self._day) or self._says_office(sense)

    def _says_office(self, sense: Sense) -> bool:
        """`The chancellor told MPs`: of the article, whose offices bear no other name."""
        if sense.actor is None or not sense.all_offices:
            return False
        if sense.actor.id not in self._said:
            offices = {
                word.lower()
                for role, _ in sense.all_offices
                if role.talked_of(self._day)
                for word in words_for(role.title)
            }
            said = bool(offices) and _the_office(tuple(sorted(offices))).search(self._text) is not None
            self._said[sense.actor.id] = said
        return self._said[sense.actor.id]

    def _is_of_a_match(self) -> bool:
        if self._match is None:
            self._match = at_play(self._text)
        return self._match

    def _deals_abroad(self, sense: Sense) -> bool:
        return any(role.talked_of(self._day) and deals_abroad(role) for role, _ in sense.offices)

    def _spoken_of(self, match: Match, sense: Sense) -> bool:
        """`Mrs May`, `Bush, the president,`: more speaks for a common surname, and no other bearer."""
        if self._borne_by_another(match[2]):
            return False
        if word_before(self._text, match[0]) in words.POLITE:
            return True
        if self._at_the_top(sense):  # `Fed's Powell`, `Fed cuts rates, Powell says`
            whose = self._possessor(match[0])
            if whose not in self._states if whose else acts(beside(self._text, match[0], match[1])):
                return True
        start = max(0, match[0] - TITLE_WINDOW - len("the , "))
        before = self._text[start : match[0]].lower()
        offices = [f"the {title.rstrip()}, " for title in sense.titles]
        return any(before.endswith(office) or self._holds(match[1], office) for office in offices)

    def _at_the_top(self, sense: Sense) -> bool:
        """`Fed cuts rates, Powell says`: of a body that is met, not only of a state."""
        of = {role.of for role, _ in sense.offices if role.talked_of(self._day)}
        return not (of - self._states).isdisjoint(self._met)

    def _borne_by_another(self, item: int) -> bool:
        """Tell whether another name stands before the surname somewhere."""
        if item not in self._borne:
            alike = (beside(self._text, m[0], m[1]) for m, _ in self._waiting if m[2] == item)
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
        return _goes_on(mention) or goes_on_from_before(mention) or self._in_a_list(mention)

    def _in_a_list(self, mention: Beside) -> bool:
        """`Smith, Merz, Jones`: among names of nobody known; not `Berlin, Merz, …`, `Macron, Merz and …`."""
        return listed(mention) and mention.start - len(", ") not in self._ends


def _goes_on(m: Beside) -> bool:
    """`Trump Tower`; not `Trump Vows to Press On`: in a headline a verb has a capital too."""
    return capitalised(m.after) and m.after.lower() not in words.SPEAK and not _does(m)


def _does(m: Beside) -> bool:
    """`Lula Edges Out Rival`; not `Merz Hotels Open`, `Merz Foods Buys Rival`, whose verb comes next."""
    if not m.after.endswith("s") or not in_title_case(m.text, m.start, m.end):
        return False
    then = two_after(m)
    return then.lower() not in state_words.DO_TOGETHER and not then.endswith("s")


@lru_cache(maxsize=1024)
def _the_office(titles: Sequence[str]) -> re.Pattern[str]:
    """`The chancellor`; not `the president of a club`, `the president, Jane Doe`, `the Chancellor Hotel`."""
    return re.compile(rf"\b[Tt]he (?i:{'|'.join(map(re.escape, titles))})\b(?![-\w]| of\b| for\b|,? [A-Z])")


def _parents(sense: Sense) -> tuple[str, ...]:
    return sense.actor.parents if sense.actor else ()
