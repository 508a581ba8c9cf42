# ruff: noqa: PLC0415  # each environment has some of the packages
"""Other matchers of many phrases, used as their documentation says; imports nothing of wirewatch.

Run by the Python of the environment that has them: `other_matchers.py NAME…` reads {"aliases", "texts"} as
JSON and writes {name: {"build": seconds, "rate": texts a second of CPU}}, the best of some
rounds.
"""

import gc
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

ROUNDS = 3
SECONDS = 10.0
"""After which no further text is given to a matcher, and no further round begun."""

Matcher = Callable[[str], Any]


def ahocorasick_rs(aliases: Sequence[str]) -> Matcher:
    """The aliases in small letters, in the text in small letters; words are not told from parts of words."""
    import ahocorasick_rs as package

    ac = package.AhoCorasick([a.lower() for a in aliases], matchkind=package.MatchKind.Standard)
    return lambda text: ac.find_matches_as_indexes(text.lower(), overlapping=True)


def flashtext2(aliases: Sequence[str]) -> Matcher:
    """Whole words in any case, the longest."""
    from flashtext2 import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=False)
    processor.add_keywords_from_iter(aliases)
    find: Matcher = processor.extract_keywords_with_span
    return find


def regex(aliases: Sequence[str]) -> Matcher:
    """Python's re: one alternation at word boundaries, the longest first."""
    phrases = "|".join(map(re.escape, sorted(aliases, key=len, reverse=True)))
    pattern = re.compile(rf"\b(?:{phrases})\b")
    return lambda text: list(pattern.finditer(text))


def phrase_matcher(aliases: Sequence[str]) -> Matcher:
    """spaCy's PhraseMatcher behind its English tokenizer, given the cache it needs."""
    nlp, matcher = _spacy(aliases)
    return lambda text: matcher(nlp.make_doc(text))


def _spacy(aliases: Sequence[str]) -> tuple[Any, Any]:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp: Any = spacy.blank("en")
    nlp.tokenizer.max_cache_size = 4 * len(aliases)
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("actor", list(map(nlp.make_doc, aliases)))
    return nlp, matcher


def entity_ruler(aliases: Sequence[str]) -> Matcher:
    """spaCy's EntityRuler with phrases."""
    import spacy

    nlp = spacy.blank("en")
    nlp.tokenizer.max_cache_size = 4 * len(aliases)  # type: ignore[union-attr]
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "actor", "pattern": alias} for alias in aliases])
    return nlp


MATCHERS: dict[str, Callable[[Sequence[str]], Matcher]] = {
    "ahocorasick_rs": ahocorasick_rs,
    "flashtext2": flashtext2,
    "spaCy's PhraseMatcher": phrase_matcher,
    "spaCy's EntityRuler": entity_ruler,
    "Python's re": regex,
}


def rate(step: Callable[[Any], Any], items: Sequence[Any]) -> float:
    """Return how many items a second of CPU `step` takes: the best of `ROUNDS`, cut short after `SECONDS`."""
    clock = time.process_time
    began, best = clock(), 0.0
    for _ in range(ROUNDS):
        started, done = clock(), 0
        for item in items:
            step(item)
            done += 1
            if clock() - began > SECONDS:
                break
        best = max(best, done / (clock() - started))
        if clock() - began > SECONDS:
            break
    return best


def main(names: Iterable[str]) -> None:
    """Measure the matchers of these names."""
    given = json.load(sys.stdin)
    gc.set_threshold(given["gc_threshold"])  # the tagger's, so that all are measured alike
    measured = {}
    for name in names:
        started = time.perf_counter()
        matcher = MATCHERS[name](given["aliases"])
        build = time.perf_counter() - started
        measured[name] = {"build": build, "rate": rate(matcher, given["texts"])}
    json.dump(measured, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
