"""The words that met a clause, with the sentence they stand in.

Sentences are cut by a rule of ours. spaCy's (a blank English pipeline with its sentencizer) was measured
beside it and left: it gives an opening quotation mark to the sentence before, splits "Detective Sgt.
Yarbrough" and takes 70 times as long (docs/reports/eval-2026-11-26.md).
"""

import re
from collections.abc import Iterable
from typing import Final

from wirewatch.alert import Evidence
from wirewatch.article import Article, Place

MAX_CONTEXT: Final = 300
MAX_EVIDENCE: Final = 3
"""Places shown for one clause."""

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[^\W_])|\n+")  # noqa: RUF001  # typographic quotes
# "Gen. Milley", "J. R. Smith", "U.S. troops" go on, "it isn't. They" does not; a sentence does before a
# small letter.
_GOES_ON = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Maj|Lt|Capt|Sgt|Sen|Rep|Gov|St|Jr|Sr|vs|No|Inc|Ltd|Co|Corp"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|(?<!['’])\b[^\W\d_])\.\s+$"  # noqa: RUF001
)


def evidence(article: Article, places: Iterable[Place]) -> tuple[Evidence, ...]:
    """Return what stands at `places`, in reading order, the first three only."""
    ordered = sorted(set(places), key=_reading_order)
    return tuple(_evidence(article, place) for place in ordered[:MAX_EVIDENCE])


def _reading_order(place: Place) -> tuple[int, int, int]:
    return (-1 if place.paragraph is None else place.paragraph, place.start, place.end)


def _evidence(article: Article, place: Place) -> Evidence:
    text = article.title if place.paragraph is None else article.paragraphs[place.paragraph]
    start, end = (0, len(text)) if place.paragraph is None else sentence(text, place.start, place.end)
    start, end = _cut(text, start, end, place)
    return Evidence(
        place=place,
        text=text[place.start : place.end],
        context=text[start:end],
        offset=place.start - start,
    )


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence (or sentences) of `text` that hold start:end begin and end."""
    before: list[re.Match[str]] = []
    last = len(text)
    for found in _SENTENCE_END.finditer(text):
        if found.end() <= start:
            before.append(found)
        elif found.start() >= end - 1 and not _goes_on(text, found):
            last = found.end()
            break
    begin = next((found.end() for found in reversed(before) if not _goes_on(text, found)), 0)
    return begin, begin + len(text[begin:last].rstrip())


def _goes_on(text: str, found: re.Match[str]) -> bool:
    after = text[found.end() : found.end() + 1]
    return after.islower() or _GOES_ON.search(text, max(0, found.start() - 6), found.end()) is not None


def _cut(text: str, start: int, end: int, place: Place) -> tuple[int, int]:
    """Return start:end cut to 300 characters round `place`, between words where there are any."""
    end = max(end, place.end)
    if end - start <= MAX_CONTEXT:
        return start, end
    spare = max(0, MAX_CONTEXT - (place.end - place.start))
    left = max(start, min(place.start - spare // 2, end - MAX_CONTEXT))
    right = min(end, max(left + MAX_CONTEXT, place.end))
    if left > start:
        space = text.find(" ", left, place.start)
        left = space + 1 if space >= 0 else left
    if right < end:
        space = text.rfind(" ", place.end, right)
        right = space if space >= 0 else right
    return left, right
