"""From a text to its tree: the grammar is in grammar.lark, what is said of a wrong text in errors.py."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import Final, TypeVar

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken

from wirewatch.watches.language import checks, errors, terms
from wirewatch.watches.language.errors import LanguageError
from wirewatch.watches.language.tree import (
    All,
    Any,
    AtLeast,
    Link,
    Near,
    Node,
    Not,
    Scope,
    Span,
    Term,
    scoped,
)

MAX_LENGTH: Final = 10_000
"""Characters of one text."""
MAX_DEPTH: Final = 32
"""Parentheses within parentheses."""
MAX_TERMS: Final = 500
MAX_WORDS: Final = 1000
"""The farthest that NEAR and BEFORE reach."""
_REMEMBERED: Final = 10_000  # texts: a reload parses only those that changed

T = TypeVar("T", All, Any)


@lru_cache(maxsize=_REMEMBERED)
def parse(text: str) -> Node:
    """Return the tree of `text`. Raises LanguageError, and nothing else, when it makes no sense."""
    if len(text) > MAX_LENGTH:
        raise LanguageError(f"longer than {MAX_LENGTH:,} characters; make several watches of it", (0, 1))
    try:
        node: Node = _grammar().parse(text)  # type: ignore[assignment]
    except UnexpectedCharacters as error:
        raise errors.of_characters(text, error) from None
    except UnexpectedToken as error:
        raise errors.of_token(text, error.token, _before(text, error.token)) from None
    checks.check(node, depth=MAX_DEPTH, most=MAX_TERMS)
    return node


def tokens(text: str) -> Iterator[Token]:
    """Yield what `text` is made of, each with its place. Raises lark's UnexpectedCharacters."""
    return _grammar().lex(text)


def _before(text: str, token: Token) -> Token | None:
    """Return the token before `token`."""
    until = len(text) if token.type == "$END" else token.start_pos or 0
    return max(takewhile(lambda one: (one.start_pos or 0) < until, tokens(text)), key=_start, default=None)


def _start(token: Token) -> int:
    return token.start_pos or 0


@cache
def _grammar() -> Lark:
    grammar = (files("wirewatch.watches.language") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Tree())


class _Tree(Transformer[Token, Node]):
    """Builds the tree while the text is parsed; a method a rule of the grammar."""

    def any(self, parts: list[Node]) -> Node:
        return Any(_flat(Any, parts), _span(*parts))

    def all(self, parts: list[Node]) -> Node:
        return All(_flat(All, parts), _span(*parts))

    def near(self, parts: list[Node | Token]) -> Node:
        nodes = _nodes(parts)
        if len(nodes) == 1:
            return nodes[0]
        links = tuple(_link(part) for part in parts if isinstance(part, Token))
        return Near(tuple(map(_placed, nodes)), links, _span(*parts))

    def not_(self, parts: list[Node | Token]) -> Node:
        (part,) = _nodes(parts)
        if isinstance(part, Not):
            raise LanguageError("two NOTs cancel out; leave out both", _span(*parts))
        return Not(part, _span(*parts))

    def at_least(self, parts: list[Node | Token]) -> Node:
        count, alternatives = int(str(parts[0]).split()[0]), _nodes(parts)
        if not 1 <= count <= len(alternatives):
            of = len(alternatives)
            raise LanguageError(
                f"{count} of {of} is impossible; the number must be from 1 to {of}", _span(*parts)
            )
        return AtLeast(count, alternatives, _span(*parts))

    def scoped(self, parts: list[Node | Token]) -> Node:
        scope: Scope = "title" if str(parts[0]) == "title:" else "lead"
        (part,) = _nodes(parts)
        checks.may_be_scoped(part, scope)
        return scoped(part, scope)

    def field(self, parts: list[Token]) -> Node:
        return terms.field(parts[0], parts[1:], _span(*parts))

    def exact(self, parts: list[Token]) -> Node:
        return terms.text(terms.unquoted(parts[0][1:]), _span(*parts), exact=True)

    def quoted(self, parts: list[Token]) -> Node:
        return terms.text(terms.unquoted(parts[0]), _span(*parts))

    def word(self, parts: list[Token]) -> Node:
        return terms.word(str(parts[0]), _span(*parts))

    def regex(self, parts: list[Token]) -> Node:
        return terms.regex(str(parts[0]), _span(*parts))

    def no_field(self, parts: list[Token]) -> Node:
        raise LanguageError(errors.no_field(str(parts[0])), _span(*parts))


# `not` is the rule's name in the grammar, and no name in Python.
setattr(_Tree, "not", _Tree.not_)


def _nodes(parts: Sequence[Node | Token]) -> tuple[Node, ...]:
    return tuple(part for part in parts if not isinstance(part, Token))


def _span(*parts: Node | Token) -> Span:
    """Return from where the first to where the last of `parts` stands."""
    return _ends(parts[0])[0], _ends(parts[-1])[1]


def _ends(part: Node | Token) -> Span:
    return (part.start_pos or 0, part.end_pos or 0) if isinstance(part, Token) else part.span


def _flat(kind: type[T], parts: Sequence[Node]) -> tuple[Node, ...]:
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))


def _link(token: Token) -> Link:
    name, _, words = token.partition("/")
    if len(words) > 4 or int(words) > MAX_WORDS:
        raise LanguageError(f"{name} takes at most {MAX_WORDS} words", _span(token))
    return Link(int(words), ordered=name == "BEFORE")


def _placed(node: Node) -> tuple[Term, ...]:
    """Return the alternatives of a part of NEAR. Raises LanguageError for what stands nowhere in the text."""
    match node:
        case Term():
            if not node.placed:
                raise LanguageError(
                    f"{node.kind}: is about the whole article and cannot be near anything; join it with AND",
                    node.span,
                )
            return (node,)
        case Any(parts):
            return tuple(term for part in parts for term in _placed(part))
        case Not():
            raise LanguageError(
                "NOT binds closer than NEAR and BEFORE: add parentheses, as in NOT (a NEAR/5 b)",
                node.span,
            )
        case Near():
            raise LanguageError("NEAR cannot be nested: chain them, a NEAR/5 b NEAR/5 c", node.span)
        case _:
            raise LanguageError("NEAR and BEFORE join single terms, or terms joined by OR", node.span)
