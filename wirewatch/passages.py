"""What an alert shows people of why: sentences cut round the words that met it, or how many came. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from wirewatch.alert import Alert, Clause, Evidence, Incident
from wirewatch.text import count

AROUND: Final = 80
"""Characters of context shown on either side of the words."""
BRIEF: Final = 60
"""Characters of a clause that is told as the watch has it."""
Span = tuple[int, int]


def quotes(alert: Alert) -> list[str]:
    """Return each clause's first sentence outside the headline, each once: what to read before the link."""
    found: dict[object, list[Evidence]] = {}
    for clause in alert.why:
        for sentence in sentences(alert, clause):
            found.setdefault(_sentence(sentence[0]), []).extend(sentence)
            break
    return [excerpt(sentence)[0] for sentence in found.values()]


def met(alert: Alert) -> list[str]:
    """Return the clauses that were met, as the watch has them; of a long one the words that met it."""
    return [clause.clause if len(clause.clause) <= BRIEF else _words(clause) for clause in alert.why]


def _words(clause: Clause) -> str:
    first = next(by_sentence(clause.evidence), [])
    words = dict.fromkeys(one.text for one in sorted(first, key=lambda one: one.place.start))
    return f"“{' … '.join(words)}”" if words else clause.clause


def counted(incident: Incident) -> str:
    """Return how many came, and how many it takes, on one line."""
    noun = incident.distinct.removesuffix("s")
    line = (
        f"{count(incident.count, noun)} within {_duration(incident.within)}; it takes {incident.threshold:g}"
    )
    return line if incident.baseline is None else f"{line}, usual is {incident.baseline:.2g}"


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def sentences(alert: Alert, clause: Clause) -> Iterator[list[Evidence]]:
    """Return the evidence of a clause outside the headline, that of one sentence together."""
    return by_sentence(evidence for evidence in clause.evidence if not _in_headline(alert, evidence))


def by_sentence(evidence: Iterable[Evidence]) -> Iterator[list[Evidence]]:
    """Yield the evidence that follows each other in one sentence together."""
    for _, sentence in groupby(evidence, _sentence):
        yield list(sentence)


def headline_spans(alert: Alert) -> list[Span]:
    """Return where the title has words that met a clause."""
    return [
        (evidence.place.start, evidence.place.end)
        for clause in alert.why
        for evidence in clause.evidence
        if _in_headline(alert, evidence)
    ]


def excerpt(sentence: Sequence[Evidence]) -> tuple[str, list[Span]]:
    """Return the words of the evidence in one sentence with what stands around them, and where they stand."""
    context, spans = sentence[0].context, spans_of(sentence)
    first, last = spans[0][0], max(end for _, end in spans)
    start = _next_word(context, first - AROUND, first)
    end = _word_before(context, last, last + AROUND)
    before, after = "… " if start else "", " …" if end < len(context) else ""
    moved = len(before) - start
    return before + context[start:end] + after, [(a + moved, b + moved) for a, b in spans]


def spans_of(sentence: Iterable[Evidence]) -> list[Span]:
    """Return where, within their common context, the words of the evidence stand; in order."""
    return sorted((max(0, one.offset), max(0, one.offset) + len(one.text)) for one in sentence)


def _in_headline(alert: Alert, evidence: Evidence) -> bool:
    place = evidence.place
    return place.paragraph is None and alert.title[place.start : place.end] == evidence.text


def _sentence(evidence: Evidence) -> tuple[int | None, int, str]:
    return evidence.place.paragraph, evidence.place.start - evidence.offset, evidence.context


def _next_word(text: str, start: int, latest: int) -> int:
    """Return where the first whole word from `start` on begins; `start` itself when none does in time."""
    if start <= 0:
        return 0
    space = text.find(" ", start - 1, latest)
    return start if space < 0 else space + 1


def _word_before(text: str, earliest: int, end: int) -> int:
    """Return where the last whole word up to `end` ends; `end` itself when none does after `earliest`."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", earliest, end + 1)
    return end if space < 0 else space
