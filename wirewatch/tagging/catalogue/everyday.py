"""Whether an actor's name would take other words: `May`, `Zoom`, a name of another that needs context."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from wirewatch.errors import ConfigError
from wirewatch.tagging.catalogue.actors import Actor, Alias
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
    """Yield what to doubt of an actor: everyday words that name it wherever they stand.

    One that a decoy holds (`Zoom call`) was thought of.
    """
    decoys = {word for decoy in line.actor.decoys for word in fold(decoy).split()}
    for alias in _bare(line.actor):
        if alias.unless or alias.kind == "demonym" or fold(alias.text) in decoys:
            continue
        if what := _meant_too(alias):
            yield line.about(
                f"alias {alias.text!r} is {what}, and is met wherever it stands;"
                " give it `needs`: words that tell that it is meant, or the actor `decoys`:"
                f" phrases in which it is not, as in {f'{alias.text} call'!r}"
            )


def wanting_context(known: Sequence[Line], added: Line) -> Iterator[ConfigError]:
    """Yield an error for each alias of `added` that asks for no context and needs some.

    An everyday word, or a name that another of `known` bears with `needs` or `unless`: what asks for nothing
    is met wherever the other's context is not.
    """
    plain = _bare(added.actor)
    if not plain:
        return
    bearers: Claims[Line] = Claims()
    for line in known:
        for alias in line.actor.spelled():
            if (alias.needs or alias.unless) and alias.kind not in _TOLD_APART:
                bearers.add(alias, line)
    for alias in plain:
        if what := _meant_too(alias):
            yield added.error(
                f"alias {alias.text!r} is {what}, and would be met wherever it stands;"
                " say with --needs which words tell that it is meant (one of them in the article is enough),"
                " write it in capitals if news does, or take it all the same with --anyway"
            )
        elif claim := next(bearers.on(alias), None):
            owner = claim.owner
            yield added.error(
                f"alias {alias.text!r} is a name of {owner.actor.name} too ({owner.place}), where words"
                " around tell it; say with --needs which words tell that the new actor is meant,"
                " or take it all the same with --anyway"
            )


def _bare(actor: Actor) -> list[Alias]:
    """Return the aliases that ask for nothing around them and are told by nothing else."""
    return [alias for alias in actor.spelled() if not alias.needs and alias.kind not in _TOLD_APART]


def _meant_too(alias: Alias) -> str:
    """Return what else `alias` is; empty where it stands for the actor alone, as `GAP` and `IndiGo` do.

    A word at the head of a sentence, or in a headline in Title Case, has a capital too.
    """
    if is_everyday(alias.text):
        return "a word or a name of many"
    written = alias.case == "any" or (alias.case == "exact" and alias.text[1:].islower())
    return "an everyday word" if written and fold(alias.text) in everyday_words() else ""


@cache
def everyday_words() -> frozenset[str]:
    """Return words of everyday English, in small letters."""
    text = (files(__package__) / "everyday.txt").read_text(encoding="ascii")
    return frozenset(word for row in text.splitlines() if not row.startswith("#") for word in row.split())
