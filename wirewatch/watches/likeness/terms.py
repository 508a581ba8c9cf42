"""The words by which one event is told from another: salient actors, names, numbers, uncommon words.

There is no corpus at hand to count documents in, and any would be of another time; so a word's static weight
comes from its form (a name, a number, an uncommon word, a common one), and how common it is among the stories
of the very watch is weighed when stories are compared (`wirewatch.watches.likeness.similarity`).
"""

import re
from collections.abc import Callable, Sequence
from itertools import filterfalse
from typing import Final, NamedTuple, TypeVar

import msgspec

from wirewatch.article import ActorTag, Article
from wirewatch.watches.likeness.opening import Lead, headline_range

V = TypeVar("V")

MAX_TERMS: Final = 24
MAX_MARKS: Final = 8
LEAD_CHARS: Final = 600
MAX_KNOWN: Final = 50_000
"""Words remembered; most of a day's are names that never come again."""
ACTOR: Final = "@"
"""Begins a term that is an actor's id."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’-][^\W_]+)*")  # noqa: RUF001  # typographic apostrophe
_ASCII_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*", re.ASCII)
"""The same where all is ASCII, a third quicker."""
_SENTENCE_ENDS = frozenset('.!?:“"')
_SUFFIX = re.compile(r"(?:['’]s?|ings?|ers?|ed|es|s|e)$")  # noqa: RUF001

# Words that say nothing of what happened: function words, and what every news text says.
_COMMON_WORDS = """
a about above according added after again against agencies agency all almost along already also although
always am among an and announced another any april are around as asked at august away back be became because
been before being below between both breaking but by called came can cannot chief city come comment
confirmed could countries country day days december described did do does doing down during each earlier
early either else even ever every february few for former friday from further get give given go going got
government governments group had has have having he head her here hers him his hour hours how however i if
in including into is it its itself january july june just keep last late later latest leader leaders least
less like local made make many march may me media member members might minister ministers ministry monday
month months more morning most much must my nation national near never new news next no nor not november now
number october of off office official officials on once one only onto or other our out over own part people
per police president prime put rather report reported reporter reporters reports said same saturday say
saying says secretary see seen september she should since so some source sources speaking spokesman
spokesperson spokeswoman state statement states still such sunday take taken than that the their them then
there these they this those though three through thursday time times to today together told tomorrow tonight
too toward towards tuesday two under until up upon us use used very via was we wednesday week weeks well
were what when where whether which while who whom whose why will with within without world would year years
yesterday yet you your
"""
# Who tells it is not what happened; `wirewatch.tagging` leaves these out too where they are only cited.
_NEWSROOM_WORDS = """
afp anadolu ani ansa ap bbc bloomberg cnn dpa efe interfax kyodo pti reuters tass upi xinhua yonhap
"""
_MONTHS_CUT_SHORT = "jan feb mar apr jun jul aug sep sept oct nov dec"
_WEEKDAY_WORDS = """
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes
sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
"""
WEEKDAYS: Final = frozenset(_WEEKDAY_WORDS.split())
_COMMON = frozenset(f"{_COMMON_WORDS}{_NEWSROOM_WORDS}{_MONTHS_CUT_SHORT}".split()) | WEEKDAYS
# Smaller ones are mere counts of things.
_NUMBER_WORDS = """
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty thirty forty fifty sixty seventy eighty ninety
"""
NUMBERS: Final = frozenset(_NUMBER_WORDS.split())
_STRONG, _WORD, _SHORT, _MARK = 4, 3, 1, 0
_IN_TITLE = 2
TITLE_WEIGHT: Final = _WORD + _IN_TITLE
"""Of a term that is not strong and weighs as much, we know that the title has it."""
NAME_IN_TITLE: Final = _STRONG + _IN_TITLE
_COUNT_WORDS = "two three four five six seven eight nine ten"
COUNTS: Final = {word: str(count) for count, word in enumerate(_COUNT_WORDS.split(), start=2)}
"""Small numbers written out."""


class Weighted(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A term with how much it says of what happened."""

    term: str
    weight: int
    """1 to 6; 6 also for what begins the lead and may be a name. 0 for a mark: a weekday or a small count,
    which any two texts may share: it only tells copies apart."""
    strong: bool
    """An actor, a name or a number: seldom shared by two events."""


def weigh_terms(article: Article, actors: Sequence[ActorTag], lead_at: Lead | None) -> tuple[Weighted, ...]:
    """Return the telling terms of title and lead, heaviest first, at most 24; then up to 8 marks.

    Words that name a tagged actor count once, as that actor, so that "Tehran" and "Iran" are one.
    """
    start, end = headline_range(article.title)
    number = None if lead_at is None else lead_at.paragraph
    found = _Found({}, set(), set())
    for actor in actors:
        if actor.via:
            continue
        places = [mention.place for mention in actor.mentions]
        titled = any(place.paragraph is None and place.start < end for place in places)
        if titled or any(place.paragraph == number for place in places):
            found.add_strong(ACTOR + actor.id, _STRONG + _IN_TITLE * titled)
    headline = _without_actors(article.title[:end], None, actors, start)
    title = _add_words(found, headline, title=True)
    lead: Sequence[str] = ()
    if lead_at is not None:
        text = _without_actors(article.paragraphs[lead_at.paragraph], number, actors, lead_at.begin)
        lead = _add_words(found, text[:LEAD_CHARS], title=False)
    _note_first(found, title, lead)
    return found.heaviest()


class _Found(NamedTuple):
    """The terms met so far; what one counts for is the most that it was met with."""

    weights: dict[str, int]
    strong: set[str]
    marks: set[str]

    def add_strong(self, term: str, weight: int) -> None:
        """Note a strong term: none weighs more than it."""
        self.weights[term] = max(weight, self.weights.get(term, 0))
        self.strong.add(term)

    def heaviest(self) -> tuple[Weighted, ...]:
        """Return the terms by weight, equal ones by name."""
        weights, strong = self.weights, self.strong
        ordered = sorted(weights)
        ordered.sort(key=weights.__getitem__, reverse=True)  # stable
        kept = [Weighted(term, weights[term], term in strong) for term in ordered[:MAX_TERMS]]
        kept += [Weighted(mark, _MARK, strong=False) for mark in sorted(self.marks)[:MAX_MARKS]]
        return tuple(kept)


def _without_actors(text: str, paragraph: int | None, actors: Sequence[ActorTag], begin: int = 0) -> str:
    """Return `text` from `begin` on, with the words that name an actor taken out."""
    places = [
        (mention.place.start, mention.place.end)
        for actor in actors
        for mention in actor.mentions
        if mention.place.paragraph == paragraph
    ]
    parts, at = [], begin
    for start, end in sorted(places):
        parts.append(text[at:start])
        at = max(at, end)
    parts.append(text[at:])
    return " · ".join(parts)


def _add_words(found: _Found, text: str, *, title: bool) -> Sequence[str]:
    """Note the words of `text`; return them in order."""
    tokens = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
    names = _names(text, tokens, title=title)
    more = _IN_TITLE if title else 0
    weights, so_far = found.weights, found.weights.get
    for said in map(_SAID.__getitem__, set(tokens).difference(names)):
        if said is None:
            continue
        term, weight, strong = said
        if strong:
            found.add_strong(term, weight + more)
        elif weight == _MARK:
            found.marks.add(term)
        elif weight + more > so_far(term, 0):
            weights[term] = weight + more
    for said in map(_SAID.__getitem__, names):
        if said is None:
            continue
        if said[1] == _MARK:
            found.marks.add(said[0])
        else:
            found.add_strong(said[0], _STRONG + more)
    return tokens


def _note_first(found: _Found, title: Sequence[str], lead: Sequence[str]) -> None:
    """Let the word that begins the lead weigh as a name when it may be one: no capital tells it from others.

    Then the title has it too, and neither has it in small letters.
    """
    first = next(iter(lead or title), "")
    if not first[:1].isupper() or (said := _SAID[first]) is None:
        return
    term, weight, _ = said
    if weight < _WORD or term in found.strong or found.weights[term] < TITLE_WEIGHT:
        return
    if not any(said == _SAID[token] for token in (*title, *lead) if token.islower()):
        found.weights[term] = NAME_IN_TITLE


def _names(text: str, tokens: Sequence[str], *, title: bool) -> set[str]:
    """Return the tokens that have a capital where a sentence does not begin."""
    capitalised = [token for token in filterfalse(str.islower, tokens) if token[0].isupper()]
    # In A Headline Set Like This, a capital says nothing; nor does that of the first word in any.
    if title and capitalised and len(capitalised) - tokens[0][0].isupper() > (len(tokens) - 1) / 2:
        return set()
    names = set()
    at = 0
    for token in capitalised:
        at = text.index(token, at)
        if at > 0 and text[at - 3 if at > 3 else 0 : at].rstrip()[-1:] not in _SENTENCE_ENDS:
            names.add(token)
        at += len(token)
    return names


class Memo(dict[str, V]):
    """What `make` returns for a word, as long as it is kept: of the same words it is asked all day."""

    def __init__(self, make: Callable[[str], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> V:
        if len(self) >= MAX_KNOWN:
            self.clear()
        made = self[word] = self._make(word)
        return made


def _said(token: str) -> tuple[str, int, bool] | None:
    """Return the term of `token`, its weight by its form alone, and if it is strong; None for no term."""
    term, weight = plain_weight(token)
    if weight or term in WEEKDAYS or term in COUNTS or term.isdigit():
        return term, weight, weight == _STRONG
    return None


_SAID: Final = Memo(_said)


def plain_weight(word: str) -> tuple[str, int]:
    """Return the term of a word, and how much it says by its form alone: 0 to 4."""
    folded = word.casefold()
    if len(word) < 2 or folded in _COMMON:
        return folded, 0
    if word[0].isdigit() or folded in NUMBERS:
        return folded, _STRONG
    return stem(word), _WORD if len(word) > 3 else _SHORT if len(word) == 3 or word.isupper() else 0


def stem(word: str) -> str:
    """Return `word` folded and without its commonest English endings: "strikes" and "striking" are one."""
    folded = word.casefold()
    if len(folded) <= 4 or not folded.isascii():
        return folded
    shorter = _SUFFIX.sub("", folded)
    return shorter if len(shorter) >= 3 else folded
