"""Lists of context words that aliases share: `@sport` in `needs` or `unless` is a list of `words.yaml`."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import yaml

from wirewatch.errors import ConfigError
from wirewatch.tagging.catalogue.actors import Actor, Alias
from wirewatch.yaml_files import compose_yaml

FILE = "words.yaml"
MARK = "@"
"""Before the name of a list, where words stand."""


class WordLists:
    """The lists of a folder of actors, by name."""

    def __init__(self, path: Path, lists: Mapping[str, tuple[str, ...]], lines: Mapping[str, int]) -> None:
        self._path = path
        self._lists = lists
        self._lines = lines
        self._whole: dict[tuple[str, ...], tuple[str, ...]] = {}

    def whole(self, actor: Actor) -> Actor:
        """Return `actor` with the words of the lists that its aliases name.

        Raises ValueError, saying what to write, for a list that is not there.
        """
        if not any(map(_names_lists, actor.aliases)):
            return actor
        return msgspec.structs.replace(actor, aliases=tuple(map(self._alias, actor.aliases)))

    def unused(self, actors: Iterable[Actor]) -> Iterator[str]:
        """Yield what to doubt: lists that no alias of `actors`, as they are written, names."""
        named = {
            word for actor in actors for alias in actor.spelled() for word in (*alias.needs, *alias.unless)
        }
        for name, line in self._lines.items():
            if f"{MARK}{name}" not in named:
                yield f"{self._path}:{line}: no alias names {MARK}{name}; take the list out"

    def _alias(self, alias: str | Alias) -> str | Alias:
        if isinstance(alias, str) or not _names_lists(alias):
            return alias
        try:
            needs, unless = self._words(alias.needs), self._words(alias.unless)
        except ValueError as error:
            raise ValueError(f"alias {alias.text!r}: {error}") from error
        return msgspec.structs.replace(alias, needs=needs, unless=unless)

    def _words(self, written: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words meant, each once; those of many aliases are the same object."""
        if written not in self._whole:
            self._whole[written] = tuple(dict.fromkeys(word for part in written for word in self._part(part)))
        return self._whole[written]

    def _part(self, word: str) -> tuple[str, ...]:
        if not word.startswith(MARK):
            return (word,)
        words = self._lists.get(word.removeprefix(MARK))
        if words is None:
            close = difflib.get_close_matches(
                word, [f"{MARK}{name}" for name in self._lists], n=1, cutoff=0.5
            )
            hint = f"did you mean {close[0]}?" if close else "write it there, or the words here"
            raise ValueError(f"no list {word} in {self._path}; {hint}")
        return words


def read_word_lists(folder: Path) -> WordLists:
    """Return the lists of `folder`: none without a `words.yaml`.

    Raises ConfigError, naming file and line, when it is unreadable or holds what is no list of words.
    """
    path = folder / FILE
    root = compose_yaml(path) if path.exists() else None
    lists: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}:1: must hold lists by name, as in: sport: [coach*, striker*]")
    for key, value in root.value if root else ():
        name, line = key.value, key.start_mark.line + 1
        if name in lists:
            raise ConfigError(f"{path}:{line}: {name!r} stands in line {lines[name]} already; join the two")
        lists[name], lines[name] = tuple(_read(path, line, name, value)), line
    return WordLists(path, lists, lines)


def misspelled(text: str) -> str | None:
    """Return what is wrong with a phrase that no text can hold, and what to do; None when one can."""
    if not any(map(str.isalnum, text)):
        return f"{text!r} has no letter or digit to look for; remove it"
    better = " ".join(text.split())
    return f"{text!r} can never be met; write {better!r}" if text != better else None


def _names_lists(alias: str | Alias) -> bool:
    """Tell whether a list stands among the words of an alias."""
    if isinstance(alias, str) or not (alias.needs or alias.unless):
        return False
    return any(word.startswith(MARK) for word in (*alias.needs, *alias.unless))


def _read(path: Path, line: int, name: object, node: yaml.Node) -> Iterator[str]:
    if not (isinstance(name, str) and name and isinstance(node, yaml.SequenceNode) and node.value):
        raise ConfigError(
            f"{path}:{line}: must be a name and a list of words, as in: sport: [coach*, striker*]"
        )
    for item in node.value:
        at = f"{path}:{item.start_mark.line + 1}: {name}"
        if not isinstance(item, yaml.ScalarNode):
            raise ConfigError(f"{at}: a list holds words and phrases, in one row")
        if item.value.startswith(MARK):
            raise ConfigError(f"{at}: {item.value!r}: a list holds words, no other list")
        if wrong := misspelled(item.value):
            raise ConfigError(f"{at}: word {wrong}")
        yield item.value
