"""The words by which one event is told from another: salient actors, names, numbers, uncommon words.

There is no corpus at hand to count documents in, and any would be of another time; so a word's static weight
comes from its form (a name, a number, an uncommon word, a common one), and how common it is among the stories
of the very watch is weighed when stories are compared (`wirewatch.watches.similarity`).
"""

import re
from collections.abc import Sequence
from typing import Final

from wirewatch.article import ActorTag, Article

MAX_TERMS: Final = 24
LEAD_CHARS: Final = 600
ACTOR: Final = "@"
"""Begins a term that is an actor's id."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’-][^\W_]+)*")  # noqa: RUF001  # typographic apostrophe
_SENTENCE_END = re.compile(r"[.!?:“\"]\s*$")
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
_COMMON = frozenset(_COMMON_WORDS.split())
_NAME, _NUMBER, _WORD, _SHORT = 4, 4, 3, 1
_IN_TITLE = 2


def weigh_terms(article: Article, actors: Sequence[ActorTag]) -> tuple[tuple[str, int], ...]:
    """Return the telling terms of title and lead with weights (1 to 14), heaviest first, at most 24.

    Words that name a tagged actor count once, as that actor, so that "Tehran" and "Iran" are one.
    """
    lead = next((n for n, text in enumerate(article.paragraphs) if text), None)
    weights: dict[str, int] = {}
    for actor in actors:
        if not actor.via and (actor.salience.headline or actor.salience.lead):
            weights[ACTOR + actor.id] = _NAME + (_IN_TITLE if actor.salience.headline else 0)
    _add_words(weights, _without_actors(article.title, None, actors), title=True)
    if lead is not None:
        _add_words(weights, _without_actors(article.paragraphs[lead], lead, actors)[:LEAD_CHARS], title=False)
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return tuple(heaviest[:MAX_TERMS])


def stem(word: str) -> str:
    """Return `word` folded and without its commonest English endings: "strikes" and "striking" are one."""
    folded = word.casefold()
    if len(folded) <= 4 or not folded.isascii():
        return folded
    shorter = _SUFFIX.sub("", folded)
    return shorter if len(shorter) >= 3 else folded


def _without_actors(text: str, paragraph: int | None, actors: Sequence[ActorTag]) -> str:
    places = sorted(
        (mention.place.start, mention.place.end)
        for actor in actors
        for mention in actor.mentions
        if mention.place.paragraph == paragraph
    )
    parts, at = [], 0
    for start, end in places:
        parts.append(text[at:start])
        at = max(at, end)
    parts.append(text[at:])
    return " · ".join(parts)


def _add_words(weights: dict[str, int], text: str, *, title: bool) -> None:
    tokens = list(_TOKEN.finditer(text))
    # In A Headline Set Like This, a capital says nothing.
    shouting = title and sum(token[0][0].isupper() for token in tokens) > len(tokens) / 2
    for token in tokens:
        word = token[0]
        if word.casefold() in _COMMON:
            continue
        weight = _word_weight(word, capital_counts=not shouting and _mid_sentence(text, token.start()))
        if weight:
            key = stem(word)
            weights[key] = max(weights.get(key, 0), weight) + (_IN_TITLE if title else 0)


def _mid_sentence(text: str, start: int) -> bool:
    return start > 0 and not _SENTENCE_END.search(text, max(0, start - 3), start)


def _word_weight(word: str, *, capital_counts: bool) -> int:
    if len(word) < 2:
        return 0
    if word[0].isdigit():
        return _NUMBER
    if word[0].isupper() and capital_counts:
        return _NAME
    return _WORD if len(word) > 3 else _SHORT if len(word) == 3 else 0
