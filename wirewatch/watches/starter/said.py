"""What a few words name, in their order: actors, groups, topics, other words, and what joins them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Final, Literal, NamedTuple

from wirewatch.article import Place
from wirewatch.tagging import Actor, Catalogue, Topic, TopicRules
from wirewatch.tagging.catalogue.everyday import is_everyday
from wirewatch.tagging.catalogue.offices import Offices
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.text.fold import fold
from wirewatch.watches.language.tree import Any, Node, Term, scoped
from wirewatch.watches.starter.request import Said
from wirewatch.watches.starter.words import CAPITALS, LITTLE_ABROAD, PLURAL, in_a_row

_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u109f])"
"""Or a mark on one, which Python's \\w has not."""
_INSIDE = rf"{_LETTER}|[_'’.&-]|(?<=\d)[/:](?=\d)"  # noqa: RUF001  # as typeset
_PIECE = re.compile(rf"{_LETTER}(?:(?:{_INSIDE})*{_LETTER})?|[,;]")
_LITTLE_WORDS: Final = frozenset({
    "a", "about", "after", "all", "along", "amid", "among", "an", "any", "are", "around", "as", "at",
    "be", "before", "behind", "being", "between", "by", "concerning", "during", "every", "for", "from",
    "has", "have", "how", "if", "in", "including", "inside", "into", "involving", "is", "its", "my",
    "near", "off", "on", "only", "our", "outside", "over", "regarding", "since", "some", "that", "the",
    "their", "there", "these", "this", "through", "to", "toward", "towards", "under", "until", "was",
    "were", "what", "when", "whenever", "where", "which", "why", "with", "within",
})  # fmt: skip
_ASKED_WITH: Final = frozenset({
    "alert", "alerts", "anything", "article", "articles", "everything", "give", "happening", "happens",
    "headlines", "i", "know", "latest", "let", "me", "new", "news", "notify", "please", "show", "something",
    "stories", "tell", "update", "updates", "us", "want", "watch", "we",
})  # fmt: skip
"""Words that say only that something is asked for: tell me when, any news of."""
_JOINTS: Final[dict[str, "Joint"]] = {
    "or": "or", "oder": "or", "ou": "or", "nor": "or", ",": ",", ";": ",", "of": "of", "against": "of",
    **dict.fromkeys(("and", "but", "und", "et"), "and"),
}  # fmt: skip

_OWN: Final = frozenset({"name", "surname", "acronym"})
"""Kinds of aliases that stay an actor's own: an office is another's tomorrow, a capital is a place too."""

Joint = Literal["", ",", ", or", "or", "and", "of"]
"""What stands before a unit: nothing, or a little word; a comma also where `and` follows it; `against` is as
`of`.
"""


@dataclass(frozen=True)
class Unit:
    """One thing that was named."""

    joint: Joint
    said: str
    node: Node
    """An actor (or a group), or the words."""
    actor: bool = False
    topics: tuple[Topic, ...] = ()
    """What the words are about, or some of them: any of these."""
    about: str = ""
    """Those."""
    also: tuple[Node, ...] = ()
    """What must be there too: what the words around those stand for; of a `kind`, the words."""
    told: bool = True
    """Whether what was said tells those topics."""
    other_senses: bool = False
    """Whether what it is `about` is a word of quite other topics too."""
    wider: Topic | None = None
    """Of words that are looked for as words: what they are one sort of."""

    @property
    def kind(self) -> bool:
        """Whether the words are a kind of the topic, and must be there too."""
        return self.also == (self.node,)

    @property
    def in_words(self) -> Node | None:
        """What tells in words what the topics do, where what was said does not; None where it need not, or
        would mean other things.
        """
        alone = self.said == self.about
        if self.told or self.kind or (self.other_senses and alone):
            return None
        return scoped(self.node, "title") if alone else self.node


class _Part(NamedTuple):
    """Words between joints, or the name of what `node` stands for."""

    joint: Joint
    words: Sequence[str]
    node: Node | None


class Listener:
    """Finds what is named. `tags`: those of an article that says just that."""

    def __init__(self, catalogue: Catalogue, topics: TopicRules, tags: Tags) -> None:
        self._catalogue = catalogue
        self._topics = topics
        self._tags = tags
        self._told = frozenset(topic.code for topic in tags.topics)
        self._offices = Offices(catalogue.actors)

    def units(self, said: Said) -> list[Unit]:
        """Return what `said` names, in its order."""
        units: list[Unit] = []
        text = said.text
        parts = _parts(text, sorted(self._named(said), key=lambda one: one[0].start))
        for joint, words, node in self._telling(list(parts)):
            if node is None:
                begins = not units and text.startswith(words[0])
                units.append(self._words(words, joint, text, begins=begins))
            else:
                verbatim = isinstance(node, Term) and node.kind == "text"
                units.append(Unit(joint, words[0], node, actor=not verbatim))
        return self._with_phrases(units, text)

    def _with_phrases(self, units: Sequence[Unit], text: str) -> list[Unit]:
        """Return `units`, words that `of` joins as one: prisoners of war, a state of emergency.

        Not where a topic stands for either, or one of several is joined so: closure of ports or airports.
        """
        found: list[Unit] = []
        for unit, after in zip_longest(units, units[1:]):
            before = found[-1] if found else None
            listed = after is not None and after.joint not in ("", "of")
            if before is None or unit.joint != "of" or before.actor or unit.actor:
                found.append(unit)
                continue
            between = re.search(rf"{re.escape(before.said)} (?:\S+ )+?{re.escape(unit.said)}", text)
            whole = between[0] if between else f"{before.said} of {unit.said}"
            if self._topics.find(whole):
                found[-1] = self._words([whole], before.joint, text, begins=False)
            elif self._topics.having(whole) or not (before.topics or unit.topics or listed):
                row = in_a_row(
                    [*before.said.split(), *unit.said.split()],
                    lambda phrase: phrase in text and bool(self._topics.speaking(phrase)),
                )
                found[-1] = Unit(before.joint, whole, row)
            else:
                found.append(unit)
        return found

    def _named(self, said: Said) -> Iterator[tuple[Place, Node]]:
        """Yield what `said` names, and where: what is in quotes, as words; an office alone; actors the tagger
        finds; groups; states in full.
        """
        text = said.text
        verbatim = ((one, Term("text", text[one.start : one.end])) for one in said.quoted)
        ways = (verbatim, self._alone(text), self._tagged(), self._groups(text), self._states(text))
        taken: list[Place] = []
        for place, node in chain.from_iterable(ways):
            if all(place.end <= one.start or one.end <= place.start for one in taken):
                taken.append(place)
                yield place, node

    def _groups(self, said: str) -> Iterator[tuple[Place, Node]]:
        """Yield the groups that only their members are met by: West Africa, central banks."""
        groups = (actor for actor in self._catalogue.actors.values() if actor.members and not actor.aliases)
        for group in sorted(groups, key=lambda group: -len(group.name)):
            words = PLURAL.sub("", group.name)
            ends = "(?:s|ies)?" if words == group.name else "(?:s|ies|(?-i:(?! [A-Z])))"  # no Baltic Sea
            for found in re.finditer(rf"\b{re.escape(words)}{ends}\b", said, re.IGNORECASE):
                named = Term("text", words, prefix=words != group.name)
                yield Place(None, *found.span()), Any((self._actor(group), named))

    def _tagged(self) -> Iterator[tuple[Place, Node]]:
        for tag in self._tags.actors:
            own = [mention.place for mention in tag.mentions if mention.place.paragraph is None]
            if own and not tag.via:
                yield from ((place, self._actor(self._catalogue.actors[tag.id])) for place in own)

    def _states(self, said: str) -> Iterator[tuple[Place, Node]]:
        """Yield the states that are named in full: `coup in Guinea`; not `Michael Jordan`, `Georgia Tech`.

        In so few words the tagger cannot know that no other of that name is meant.
        """
        for found in CAPITALS.finditer(said):
            named = self._catalogue.named(found[0])
            if len(named) == 1 and named[0].iso2:
                yield Place(None, *found.span()), self._actor(named[0])

    def _alone(self, said: str) -> Iterator[tuple[Place, Node]]:
        """Yield who is named where nothing else is said: by a name that is nobody else's, or an office.

        With more words the tagger has judged it by them.
        """
        bearers = self._catalogue.called(said)
        kinds = {alias.kind for actor in bearers for alias in actor.spelled() if alias.text == said}
        if len(bearers) == 1 and kinds & _OWN and not is_everyday(said):
            yield Place(None, 0, len(said)), self._actor(bearers[0])
        elif not self._topics.find(said) and (holder := self._holder(said)):
            yield Place(None, 0, len(said)), self._actor(holder)

    def _holder(self, office: str) -> Actor | None:
        """Return who held an office last; None for one that is unknown, or of several bodies."""
        holders, title = self._catalogue.holding(office), fold(office)
        bodies = {role.of for actor in holders for role in actor.roles if fold(role.title) == title}
        return holders[0] if holders and len(bodies) <= 1 else None

    def _telling(self, parts: Sequence[_Part]) -> Iterator[_Part]:
        """Yield `parts` without little words alone, and the office right before the name of who is in it."""
        joint: Joint | None = None
        for part, after in zip_longest(parts, parts[1:]):
            joint, words, node = joint or part.joint, part.words, part.node
            if node is None and after is not None and not after.joint and self._is_person(after.node):
                words = self._without_office(words)
            if node is None and _ASKED_WITH.issuperset(map(str.lower, words)):
                continue
            if len(parts) > 1 and LITTLE_ABROAD.issuperset(words):
                continue
            if words:
                yield _Part(joint, words, node)
                joint = None

    def _without_office(self, words: Sequence[str]) -> Sequence[str]:
        ends = (n for n in range(len(words)) if " ".join(words[n:]).lower() in self._offices.phrases)
        return words[: next(ends, len(words))]

    def _is_person(self, node: Node | None) -> bool:
        if not isinstance(node, Term):
            return False
        return any(actor.type == "person" for actor in self._catalogue.find(node.value))

    def _actor(self, actor: Actor) -> Term:
        known = self._catalogue.find(actor.name)
        # Who is in a region is about it; an organisation is not what its members do.
        members = bool(actor.members) and (actor.type == "place" or not actor.aliases)
        return Term("actor", actor.name if len(known) == 1 else actor.id, members=members)

    def _words(self, words: Sequence[str], joint: Joint, text: str, *, begins: bool) -> Unit:
        unit = Unit(joint, " ".join(words), self._row(words, begins=begins))
        for start, end in _stretches(len(words)):
            about = " ".join(words[start:end])
            if not (topics := self._topics.are(about, self._told)):
                continue
            if not all(self._topics.as_wide(about, topic) for topic in topics):
                # One sort of it (steel tariffs). Its last word may be what the topic is of, or one above: a
                # port strike, a presidential election.
                unit = replace(unit, node=in_a_row(words, lambda _: False, begins=begins))
                start, about = end - 1, words[end - 1]  # noqa: PLW2901  # goes on with the last word
                if not self._topics.within(topics, of := self._topics.are(about, self._told)):
                    return replace(unit, wider=topics[0])
                topics = of
            if self._of_others(words, start, end, topics, text):
                return unit
            around = [
                [word for word in some if not any(topic.is_called(word) for topic in topics)]
                for some in (words[:start], words[end:])
            ]
            also = tuple(self._row(some) for some in around if some)
            return self._about(unit, topics, about, also)
        if len(words) == 1 and (topics := self._topics.with_kind(unit.said)):
            return self._about(unit, topics, unit.said, (unit.node,))
        return unit

    def _about(self, unit: Unit, topics: Sequence[Topic], about: str, also: tuple[Node, ...]) -> Unit:
        return replace(
            unit,
            topics=tuple(topics),
            about=about,
            also=also,
            told=any(topic.code in self._told for topic in topics),
            other_senses=self._topics.shared(about, topics),
        )

    def _of_others(
        self, words: Sequence[str], start: int, end: int, topics: Sequence[Topic], text: str
    ) -> bool:
        """Tell whether what `topics` are of ends a longer phrase of others alone (a trade war is no war), or
        stands in one that speaks against them: a protest vote.
        """
        about = " ".join(words[start:end])
        if any(self._topics.deny(text, about, topic) for topic in topics):
            return True
        longer = (self._topics.having(" ".join(words[first:end])) for first in range(start))
        found = next(filter(None, longer), topics)
        return not any(self._topics.within([topic], topics) for topic in found)

    def _row(self, words: Sequence[str], *, begins: bool = False) -> Node:
        return in_a_row(words, lambda phrase: bool(self._topics.speaking(phrase)), begins=begins)


def _parts(said: str, named: Sequence[tuple[Place, Node]]) -> Iterator[_Part]:
    """Yield what is named, and the words between, in runs. They end at a little word, a joint, and a name: of
    `sanctions Zorblatt` both must be there, wherever.
    """
    joint: Joint = ""
    run: list[str] = []
    for piece, node in _pieces(said, named):
        small = "" if len(piece) > 1 and piece.isupper() else piece.lower()  # IT outages, IS attacks
        joins, little = _JOINTS.get(small), small in _LITTLE_WORDS
        behind = bool(run) and run[-1][0].islower() and piece[0].isupper()
        if node is None and joins is None and not little and not behind:
            run.append(piece)
            continue
        if run:
            yield _Part(joint, run, None)
            joint, run = "", []
        if node is not None:
            yield _Part(joint, [piece], node)
            joint = ""
        elif joins is not None:
            joint = _both(joint, joins)
        elif behind:
            run = [piece]
    if run:
        yield _Part(joint, run, None)


def _both(before: Joint, joint: Joint) -> Joint:
    """Return what two joints in a row come to: a comma joins what `and` behind it joins."""
    if "," not in (before, joint):
        return joint
    return ", or" if joint == "or" else ","


def _pieces(said: str, named: Sequence[tuple[Place, Node]]) -> Iterator[tuple[str, Node | None]]:
    """Yield the words and commas of `said`, and what is named in one piece, with its node."""
    at = 0
    for place, node in named:
        yield from ((found[0], None) for found in _PIECE.finditer(said, at, place.start))
        yield said[place.start : place.end], node
        at = place.end + len("'s") * said.startswith(("'s ", "\u2019s "), place.end)
    yield from ((found[0], None) for found in _PIECE.finditer(said, at))


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of so many words, longest first, then last first: a hospital strike is a strike."""
    for length in range(count, 0, -1):
        yield from ((start, start + length) for start in range(count - length, -1, -1))
