"""Whether a new actor's name would take other words: `May`, `Said`, a name of another that needs context."""

from collections.abc import Iterator, Sequence

from wirewatch.errors import ConfigError
from wirewatch.tagging.catalogue.claims import Claims
from wirewatch.tagging.catalogue.line import Line
from wirewatch.tagging.text import name_words, words
from wirewatch.tagging.text.fold import fold

_TOLD_APART = frozenset({"surname", "title"})
"""Kinds that count only where more speaks for them."""
_EVERYDAY = frozenset(
    map(fold, words.WORDS_TOO | name_words.NO_NAME | words.HEADLINES_SAY | words.SPEAKERS_DO | words.SPEAK)
)


def is_everyday(text: str) -> bool:
    """Tell whether `text` is a word of the news, or a name of many: `May`, `Oil`, `Brown`."""
    return fold(text) in _EVERYDAY


def everyday(line: Line) -> Iterator[str]:
    """Yield what to doubt of an actor: everyday words that name it wherever they stand."""
    for alias in line.actor.spelled():
        if alias.needs or alias.unless or alias.kind in _TOLD_APART or alias.kind == "demonym":
            continue
        if is_everyday(alias.text):
            yield line.about(
                f"alias {alias.text!r} is a word or a name of many, and is met wherever it stands;"
                " give it `needs`: words that tell that it is meant"
            )


def wanting_context(known: Sequence[Line], added: Line) -> Iterator[ConfigError]:
    """Yield an error for each alias of `added` that asks for no context and needs some.

    An everyday word, or a name that another of `known` bears with `needs` or `unless`: what asks for nothing
    is met wherever the other's context is not.
    """
    plain = [alias for alias in added.actor.spelled() if not alias.needs and alias.kind not in _TOLD_APART]
    if not plain:
        return
    bearers: Claims[Line] = Claims()
    for line in known:
        for alias in line.actor.spelled():
            if (alias.needs or alias.unless) and alias.kind not in _TOLD_APART:
                bearers.add(alias, line)
    for alias in plain:
        if is_everyday(alias.text):
            yield added.error(
                f"alias {alias.text!r} is a word or a name of many, and would be met wherever it stands;"
                " say with --needs which words tell that it is meant"
            )
        elif claim := next(bearers.on(alias), None):
            owner = claim.owner
            yield added.error(
                f"alias {alias.text!r} is a name of {owner.actor.name} too ({owner.place}), where words"
                " around tell it; say with --needs which words tell that the new actor is meant"
            )
