"""Phrases of `config/topics.yaml` that are written as one: `(fires|launches) (missile|rocket)*` is four."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

MOST: Final = 500
"""Phrases that one may stand for: more is a slip, or hides which of them anybody writes."""

_GROUP = re.compile(r"\(([^()|]*(?:\|[^()|]*)+)\)")


def is_grouped(phrase: str) -> bool:
    """Return whether `phrase` has a parenthesis, and so stands for several, or is meant to."""
    return "(" in phrase or ")" in phrase


def expanded(phrase: str) -> Iterator[str]:
    """Return the phrases that `phrase` stands for: of each `(…|…)` one, in order; of `(|s)` nothing, or an s.

    Raises ValueError, saying what is wrong, when parentheses don't pair, or there are more than `MOST`.
    """
    parts = _GROUP.split(phrase)  # text, what a group holds, text, …
    if any(is_grouped(text) for text in parts[::2]):
        raise ValueError("write a choice as (one|another), without one inside another or a comma in it")
    choices = [part.split("|") if n % 2 else [part] for n, part in enumerate(parts)]
    number = 1
    for choice in choices:
        number *= len(choice)
    if number > MOST:
        raise ValueError(f"stands for {number} phrases; write it as several, of {MOST} at most each")
    return (" ".join("".join(chosen).split()) for chosen in itertools.product(*choices))
