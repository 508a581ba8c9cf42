"""Who does it to whom, by an English headline: "Iran strikes Israel" answers "Israel strikes Iran".

Only a plain active sentence says it by the order of its names. Where anything in it may turn the order round
(a passive, a clause, a verb that both do or that names who has it done to them), nothing is said.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from wirewatch.article import Article
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.text.language import ENGLISH
from wirewatch.watches.likeness.opening import headline_range

_TYPES: Final = frozenset(("country", "territory", "organisation", "agency", "armed_group", "company"))
"""Those that act on each other; persons meet and quote each other."""
_BETWEEN = re.compile(r"(?:['’]s?)?(?: [\w$%]+(?:[-'’.,][\w$%]+)*)+ ")  # noqa: RUF001  # typographic apostrophe
"""Words only, without a comma, a colon, a dash or a quotation."""
_AIMS: Final = frozenset(("against", "at", "into", "on", "onto"))
"""What stands before who has it done, be it a name or one that goes with another word: "on Iranian ports"."""
_PLACES: Final = frozenset(("in", "to", "toward", "towards"))
"""The same, before a name that stands alone; "in Iran strikes" has it done by Iran."""
_TURNING_WORDS = """
about above after ahead alongside amid among and around as because before behind below beneath beside
between but by despite during ex for from if near of off or over since than that through till under until
upon v versus via vs when where whether while with within without am are be been being is was were admit
admits admitted claim claimed claims confirm confirmed confirms denied denies deny report reported reports
said say says see sees tell tells told await awaits brace braces endure endures face faced faces feel feels
get gets host hosts join joins lose loses lost meet meets met mourn mourns receive received receives reel
reels suffer suffered suffers survive survives thank thanks
"""
_TURNS: Final = frozenset(_TURNING_WORDS.split())
_GOING_ON = """
after again ahead amid and as at before but by during for from if in of on over since to until when while with
"""
_GOES_ON: Final = frozenset(_GOING_ON.split())
"""After a name that stands alone; any other word is what it goes with."""
_PARTICIPLES = "caught cut dead found freed held hit hurt killed sent shot struck sunk"
_DONE: Final = frozenset(_PARTICIPLES.split())
"""Those without the usual ending."""
_LINKS: Final = _AIMS | _PLACES


def sides_of(article: Article, tags: Tags) -> tuple[str, ...]:
    """Return the ids of who does it and who has it done, by a title that names just these; else nothing."""
    if tags.language not in (None, ENGLISH):
        return ()
    start, end = headline_range(article.title)
    named = sorted(
        (place.start, place.end, actor.id)
        for actor in tags.actors
        if not actor.via and actor.type in _TYPES
        for mention in actor.mentions
        if (place := mention.place).paragraph is None and start <= place.start < end
    )
    doer = named[0][2] if named else ""
    done_to = next((one for one in named if one[2] != doer), None)
    if done_to is None or len({one[2] for one in named}) > 2:
        return ()
    last_of_doer = max(one for one in named if one < done_to)
    # Cut first: a letter in small may be two.
    spans = (start, named[0][0]), (last_of_doer[1], done_to[0]), (done_to[1], end)
    before, between, after = (article.title[begin:stop].casefold() for begin, stop in spans)
    if not _BETWEEN.fullmatch(between) or _turned(before.split(), between.split(), after):
        return ()
    return doer, done_to[2]


def _turned(before: Sequence[str], between: Sequence[str], after: str) -> bool:
    """Return whether the first of two may have it done, or the second do it."""
    links = [word for word in between if word in _LINKS]
    if not (_LINKS | _TURNS).isdisjoint(before) or not _TURNS.isdisjoint(between):
        return True
    if any(_is_done(word) for word, link in pairwise(between) if link in _LINKS):
        return True
    follows = after.split()[:1] if after[:1] == " " else []
    alone = not follows or follows[0] in _GOES_ON
    return bool(links) and not alone and links[-1] not in _AIMS


def _is_done(word: str) -> bool:
    return word.endswith("ed") or word in _DONE
