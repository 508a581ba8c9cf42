"""Who claims which spelling, whatever the case rules of those who do."""

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from wirewatch.tagging.catalogue.actors import Alias
from wirewatch.tagging.catalogue.forms import forms_of
from wirewatch.tagging.text.fold import fold, unaccented

Owner = TypeVar("Owner")


class Claim(NamedTuple, Generic[Owner]):
    """An alias as written, and whose it is."""

    text: str
    owner: Owner


class Claims(Generic[Owner]):
    """The claims on spellings, in the order they were made.

    Two meet when one text can be a spelling of both: `Iran` in capitals is `IRAN`, and `any` case is both.
    """

    def __init__(self) -> None:
        self._forms: dict[str, list[Claim[Owner]]] = {}
        """By a form that counts."""
        self._folds: dict[str, list[Claim[Owner]]] = {}
        """By the folded form of every claim."""
        self._any: dict[str, list[Claim[Owner]]] = {}
        """By the folded form of those that count in any case."""

    def add(self, alias: str | Alias, owner: Owner) -> list[Claim[Owner]]:
        """Claim the spellings of `alias` for `owner`; return the earlier ones on any, some twice."""
        text, forms, folds = _spellings(alias)
        earlier = list(self._on(forms, folds))
        claim = Claim(text, owner)
        for folded in folds:
            self._folds.setdefault(folded, []).append(claim)
            if forms is None:
                self._any.setdefault(folded, []).append(claim)
        for form in forms or ():
            self._forms.setdefault(form, []).append(claim)
        return earlier

    def on(self, alias: str | Alias) -> Iterator[Claim[Owner]]:
        """Yield the claims on any spelling of `alias`, some more than once."""
        _, forms, folds = _spellings(alias)
        return self._on(forms, folds)

    def _on(self, forms: frozenset[str] | None, folds: Iterable[str]) -> Iterator[Claim[Owner]]:
        if forms is None:
            for folded in folds:
                yield from self._folds.get(folded, ())
        for form in forms or ():
            yield from self._forms.get(form, ())
            if self._any:
                yield from self._any.get(fold(form), ())


def _spellings(alias: str | Alias) -> tuple[str, frozenset[str] | None, Iterable[str]]:
    """Return the text of `alias`, the forms of it that count, and what it may be folded to."""
    text = alias if isinstance(alias, str) else alias.text
    folds = (text.lower(),) if text.isascii() else dict.fromkeys((fold(text), fold(unaccented(text))))
    return text, forms_of(alias), folds
