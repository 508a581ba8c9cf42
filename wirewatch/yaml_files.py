"""YAML files of the config: read, or refused with file, line, column and a caret."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import yaml
from yaml.constructor import ConstructorError

from wirewatch.errors import ConfigError, why
from wirewatch.text import one_line

T = TypeVar("T")
KeyPath: TypeAlias = tuple[str | int, ...]
"""Where in a file: `(0, "when")`, `("sources", 2, "feeds", 0)`."""

_MAX_SHOWN: Final = 160  # columns of an excerpt
_MAX_VALUE: Final = 40  # characters of a value
_MAX_NAME: Final = 40  # characters of a name in a place
_MERGE: Final = "tag:yaml.org,2002:merge"
_TEXT_ENDS: Final = ("expected <block end>", "mapping values are not allowed")
"""What PyYAML says of a text with quotes or a colon of its own, as `when: "oil tanker" AND pipeline`."""
_OUT_OF_LINE: Final = (
    "but found '<block mapping start>'",
    "but found '<block sequence start>'",
    "but found '?'",
)
_NO_SETTING: Final = "could not find expected ':'"
_TAB: Final = "found character '\\t'"
_KEY = re.compile(r"[\s-]*(\w+):\s+[^\s{[]")


def load_yaml(path: Path) -> Any:  # noqa: ANN401  # whatever the file holds; each caller validates it
    """Return what the YAML file at `path` holds; None when empty.

    Raises ConfigError naming file, line and column, also for a name that stands twice: YAML would drop the
    first without a word.
    """
    return _parsed(path, _load)


def compose_yaml(path: Path) -> yaml.Node | None:
    """Return the YAML file at `path` as nodes, which know their lines; None when empty.

    Raises ConfigError naming file, line and column. Names may stand twice.
    """
    return _parsed(path, lambda text: yaml.compose(text, Loader=_QuickLoader))


def child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    """Return where `part` of `node` begins (its key, if it has one) and what it is; None when it has none."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark, item
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark, value
    return None


def placed(root: yaml.Node | None, place: KeyPath) -> tuple[int, int, str]:
    """Return line, column (from 1; 0 at no place), and in words `sources[example.com].feeds[2].url`.

    What is missing stands where that is which misses it.
    """
    node, mark, words = root, None, ""
    for part in place:
        if isinstance(node, yaml.ScalarNode):
            break  # what is left is pydantic's name for one of the kinds it may be
        found = child(node, part)
        if found is not None:
            mark, node = found
        else:
            node = None
        words += f"[{_name(node) or part + 1}]" if isinstance(part, int) else f".{part}"
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    return line, column, words.removeprefix(".")


def _name(item: yaml.Node | None) -> str:
    """Return what an item of a list calls itself; empty when it does not."""
    found = child(item, "name")
    if found is None or not isinstance(found[1], yaml.ScalarNode):
        return ""
    return one_line(found[1].value)[:_MAX_NAME]


def underlined(line: str, begin: int, end: int) -> str:
    """Return a line of a file with carets below its columns from `begin` to before `end` (from 0).

    Empty for an empty line, such as the end of the file.
    """
    if not line.strip():
        return ""
    cut = max(0, end - _MAX_SHOWN)
    shown = line[cut : cut + _MAX_SHOWN].replace("\t", " ")
    begin = max(0, begin - cut)
    return f"  {shown}\n  {' ' * begin}{'^' * max(1, end - cut - begin)}"


_QuickLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, where PyYAML was built with it


_LOOKS_LIKE: Final = {
    "tag:yaml.org,2002:timestamp": "day or time of the calendar, such as 2020-01-31",
    "tag:yaml.org,2002:int": "whole number",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:bool": "true or false",
}
"""What a value was taken for, by its tag (https://yaml.org/type/)."""
_HALF: Final = re.compile("[\ud800-\udfff]")
"""What UTF-8 cannot hold, and so no record of Kafka (RFC 3629, section 3)."""


class _Loader(yaml.SafeLoader):
    """Says where a value stands that is not what it looks like: PyYAML lets Python's own error through."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  # PyYAML's
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError) as error:
            if not isinstance(node, yaml.ScalarNode):
                raise
            looks = _LOOKS_LIKE.get(node.tag, node.tag)
            what = f"{node.value[:_MAX_VALUE]!r} is no {looks}; text goes in quotes"
            raise ConstructorError(None, None, what, node.start_mark) from error

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:  # noqa: ANN401  # PyYAML's
        value = super().construct_scalar(node)
        if _HALF.search(value):
            what = f"{value[:_MAX_VALUE]!r} has half of a character, which is no text"
            raise ConstructorError(None, None, what, node.start_mark)
        return value


def _load(text: str) -> object:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        for key, first in _repeated(root):
            raise ConstructorError(
                None,
                None,
                f"{key.value!r} stands twice, first in line {first.start_mark.line + 1}; keep one of them",
                key.start_mark,
            )
        return loader.construct_document(root)
    finally:
        loader.dispose()


def _repeated(root: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    """Yield each key that its mapping has already, and the first. What `<<` merges in may be said anew."""
    seen: set[int] = set()  # an alias is the node itself
    ahead = [root]
    while ahead:
        node = ahead.pop()
        if isinstance(node, yaml.ScalarNode) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys: dict[tuple[str, str], yaml.ScalarNode] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                    first = keys.setdefault((key.tag, key.value), key)
                    if first is not key:
                        yield key, first
            ahead += [value for _, value in reversed(node.value)]
        else:
            ahead += reversed(node.value)


def _parsed(path: Path, parse: Callable[[str], T]) -> T:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; `wirewatch init DIR` writes a config to start from, and with --force "
            "what is missing in one, leaving what is there"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {why(error)}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    try:
        return parse(text)
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deep to be read") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if mark is None:
            raise ConfigError(f"{path}: not valid YAML: {error.problem}") from error
        lines = text.splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        raise ConfigError(
            f"{path}:{mark.line + 1}:{mark.column + 1}: not valid YAML: {error.problem}{_hint(error, line)}",
            underlined(line, mark.column, mark.column + 1),
        ) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" is the latter
        raise ConfigError(f"{path}: not valid YAML: {error}") from error


def _hint(error: yaml.MarkedYAMLError, line: str) -> str:
    """Return what to write instead of a `line` that YAML takes for something else; often nothing."""
    problem, key = error.problem or "", _KEY.match(line)
    own_colon = error.problem_mark is not None and error.problem_mark.column == line.find(":")
    if problem.endswith(_OUT_OF_LINE) or (problem.startswith(_TEXT_ENDS) and own_colon):
        return (
            "; line it up with the settings it belongs to: it begins further left or right than those above"
        )
    if problem.startswith(_NO_SETTING):
        return "; the line above it is no setting: a text below `>` begins further right than its setting"
    if problem.startswith(_TAB):
        return "; indent with blanks: YAML takes no tabs"
    if key is None or not problem.startswith(_TEXT_ENDS):
        return ""
    below = "the text in a line of its own below, further in, where quotes and colons are its own"
    return f"; write `{key[1]}: >` and {below}"
