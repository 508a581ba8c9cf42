"""What is wrong with watches.yaml, and where: file, line, column, and the words underlined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import yaml

from wirewatch.errors import ConfigError
from wirewatch.watches.language.errors import LanguageError, UnquotedError
from wirewatch.watches.language.tree import Span
from wirewatch.yaml_files import KeyPath, child, underlined


class Problem(NamedTuple):
    """Something wrong at one place of the file."""

    place: KeyPath
    what: str
    span: Span | None = None
    """Of a text of the watch language: the part meant."""
    fix: str = ""
    """Of a warning: what to do. An error says it in `what`."""
    unquoted: bool = False
    """Whether quotes are missing, which who wrote YAML's round the whole may believe to have written."""

    @classmethod
    def of_text(cls, place: KeyPath, error: LanguageError) -> Self:
        """Return what is wrong with the text of the watch language at `place`."""
        return cls(place, error.what, error.span, unquoted=isinstance(error, UnquotedError))

    @property
    def warning(self) -> bool:
        """Whether it works all the same."""
        return bool(self.fix)


class ProblemError(ValueError):
    """A problem that stops; `others` are wrong at the same place of the file too."""

    def __init__(self, problem: Problem, *others: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem
        self.problems = (problem, *others)


@dataclass(frozen=True)
class Finding:
    """A problem as it is told. Line and column count from 1; both are 0 when it is about the whole file."""

    path: Path
    line: int
    column: int
    watch: str
    what: str
    excerpt: str = ""
    fix: str = ""
    """Of a warning: what to do. An error says it in `what`."""

    @property
    def warning(self) -> bool:
        """Whether it works all the same."""
        return bool(self.fix)

    @property
    def says(self) -> str:
        """Return in one line what and where."""
        where = f"{self.path}:{self.line}:{self.column}" if self.line else str(self.path)
        return ": ".join(part for part in (where, self.watch and f"watch {self.watch}", self.what) if part)

    @property
    def message(self) -> str:
        """Return it in one line: what, where, and what to do."""
        return f"{self.says}: {self.fix}" if self.fix else self.says

    def error(self) -> ConfigError:
        """Return it as the error to raise."""
        return ConfigError(self.message, self.excerpt)


class Source:
    """The text of a watches.yaml, which was read without error."""

    def __init__(self, path: Path, text: str, data: object) -> None:
        self._path = path
        self._text = text
        self._lines = text.splitlines()
        self._data = data
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)

    def find(self, problem: Problem) -> Finding:
        """Return `problem` with where it stands."""
        node, start = self._at(problem.place)
        column_end, hint = start[1] + 1, ""
        if problem.span is not None and isinstance(node, yaml.ScalarNode):
            start, column_end = self._inside(node, problem.span)
            if node.style in {"'", '"'} and '"' not in node.value and problem.unquoted:
                hint = " (the quotes round the whole are YAML's; write the text below `when: >`)"
        place = problem.place
        inner = "" if problem.span is not None else _dotted(place[1:])
        line, column = (start[0] + 1, start[1] + 1) if place else (0, 0)
        return Finding(
            path=self._path,
            line=line,
            column=column,
            watch=self._watch_name(place[0]) if place and isinstance(place[0], int) else "",
            what=": ".join(part for part in (inner, problem.what + hint) if part),
            excerpt=self._excerpt(start, column_end) if place else "",
            fix=problem.fix,
        )

    def _at(self, place: KeyPath) -> tuple[yaml.Node | None, tuple[int, int]]:
        """Return what stands at `place`, or the nearest thing above it that is there, and where it begins."""
        node, mark = self._root, getattr(self._root, "start_mark", None)
        for part in place:
            found = child(node, part)
            if found is None:
                break
            mark, node = found
        return node, (mark.line, mark.column) if mark is not None else (0, 0)

    def _inside(self, node: yaml.ScalarNode, span: Span) -> tuple[tuple[int, int], int]:
        """Return where the characters `span` of a scalar stand in the file, and the column after them."""
        indexes = list(self._indexes(node))
        first = min(span[0], len(indexes) - 1)
        last = max(first, min(span[1], len(indexes)) - 1)
        start, end = self._line_column(indexes[first]), self._line_column(indexes[last])
        return start, end[1] + 1 if end[0] == start[0] else len(self._lines[start[0]])

    def _indexes(self, node: yaml.ScalarNode) -> Iterator[int]:
        """Yield, for each character of a scalar, where in the file it comes from.

        Folding and escapes only ever add characters to the file, so the next equal one is the one meant.
        """
        at = node.start_mark.index
        if node.style in {"|", ">"}:
            at = self._text.find("\n", at) + 1
        elif node.style in {"'", '"'}:
            at += 1
        for character in node.value:
            if not character.isspace():
                found = self._text.find(character, at, node.end_mark.index)
                at = found if found >= 0 else at
            yield min(at, len(self._text) - 1)
            at += not character.isspace() or self._text[at : at + 1].isspace()

    def _line_column(self, index: int) -> tuple[int, int]:
        return self._text.count("\n", 0, index), index - (self._text.rfind("\n", 0, index) + 1)

    def _excerpt(self, start: tuple[int, int], column_end: int) -> str:
        line = self._lines[start[0]] if start[0] < len(self._lines) else ""
        return underlined(line, start[1], column_end)

    def _watch_name(self, number: int) -> str:
        if isinstance(self._data, list) and number < len(self._data) and isinstance(self._data[number], dict):
            name = self._data[number].get("id")
            if isinstance(name, str):
                return repr(name)
        return f"number {number + 1}"


def _dotted(place: Sequence[str | int]) -> str:
    """Return `tests number 2.text`: counted as people do, and as `watches test` does."""
    parts = (f" number {part + 1}" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).lstrip(".")
