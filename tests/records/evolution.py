"""What a newer JSON Schema may not do to an older one: pure."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_WORDS_FOR_PEOPLE = {"title", "description", "$schema"}
_BY_NAME = {"properties", "$defs"}


def breaks(old: Schema, new: Schema, at: str = "") -> Iterator[str]:
    """Yield what in `new` breaks readers or records of `old`: gone, retyped, newly required, or narrower.

    New properties with a default, new definitions and new values of an enum are additive.
    """
    for word in sorted((old.keys() | new.keys()) - _WORDS_FOR_PEOPLE):
        yield from _word(word, old.get(word), new.get(word), f"{at}/{word}")


def _word(word: str, old: Any, new: Any, at: str) -> Iterator[str]:
    if word in _BY_NAME:
        yield from _named(old or {}, new or {}, at)
    elif word == "required":
        yield from (f"{at}: {name} is newly required" for name in sorted(set(new or ()) - set(old or ())))
        yield from (f"{at}: {name} may now be absent" for name in sorted(set(old or ()) - set(new or ())))
    elif word == "enum":
        yield from (f"{at}: {value} is gone" for value in sorted(set(old or ()) - set(new or ())))
    elif isinstance(old, dict) and isinstance(new, dict) and word != "default":
        yield from breaks(old, new, at)
    elif old != new:
        yield f"{at}: was {old!r}, is {new!r}"


def _named(old: dict[str, Schema], new: dict[str, Schema], at: str) -> Iterator[str]:
    for name in sorted(old):
        if name not in new:
            yield f"{at}/{name}: is gone"
        else:
            yield from breaks(old[name], new[name], f"{at}/{name}")
    if at.endswith("/properties"):
        yield from (
            f"{at}/{name}: is new and has no default"
            for name in sorted(new.keys() - old.keys())
            if "default" not in new[name]
        )
