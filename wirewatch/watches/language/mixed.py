"""Where AND, or what NOT leaves out, stands beside OR with no parentheses to say which comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lark import Token

from wirewatch.watches.language.parse import tokens
from wirewatch.watches.language.tree import Span

_BEFORE_NOT = frozenset({"AND", "OR", "LPAR", "COMMA"})
"""Behind these, NOT joins nothing: it begins."""


@dataclass
class _Alternative:
    """What stands between two ORs."""

    tokens: list[Token] = field(default_factory=list)
    joined: bool = False
    """Whether AND or NOT stands in it, outside parentheses."""

    @property
    def span(self) -> Span:
        return self.tokens[0].start_pos or 0, self.tokens[-1].end_pos or 0


def mixed(text: str) -> Iterator[tuple[Span, str]]:
    """Yield where `text`, which makes sense, does not say what belongs together, and how it is read."""
    levels = [[_Alternative()]]
    before = ""
    for token in tokens(text):
        if token.type == "RPAR":
            yield from _told(levels.pop(), text)
        here = levels[-1]
        if token.type == "OR":
            here.append(_Alternative())
        elif token.type == "COMMA":
            yield from _told(here, text)
            here[:] = [_Alternative()]
        else:
            here[-1].tokens.append(token)
            here[-1].joined |= token.type == "AND" or (
                token.type == "NOT" and bool(before) and before not in _BEFORE_NOT
            )
        if token.type == "LPAR":
            levels.append([_Alternative()])
        before = token.type
    yield from _told(levels.pop(), text)


def _told(level: Sequence[_Alternative], text: str) -> Iterator[tuple[Span, str]]:
    if len(level) > 1 and any(one.joined for one in level):
        written = [" ".join(text[slice(*one.span)].split()) for one in level]
        read = [f"({text})" if one.joined else text for one, text in zip(level, written, strict=True)]
        yield (level[0].span[0], level[-1].span[1]), " OR ".join(read)
