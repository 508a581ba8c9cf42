"""Who claims which spelling, whatever the case rules of those who do."""

from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from wirewatch.tagging.actors import Alias
from wirewatch.tagging.fold import fold, unaccented
from wirewatch.tagging.forms import forms_of

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

    def add(self, alias: str | Alias, owner: Owner) -> None:
        """Claim the spellings of `alias` for `owner`."""
        claim = Claim(alias if isinstance(alias, str) else alias.text, owner)
        forms = forms_of(alias)
        for folded in _folded(claim.text):
            self._folds.setdefault(folded, []).append(claim)
            if forms is None:
                self._any.setdefault(folded, []).append(claim)
        for form in forms or ():
            self._forms.setdefault(form, []).append(claim)

    def on(self, alias: str | Alias) -> Iterator[Claim[Owner]]:
        """Yield the claims on any spelling of `alias`, some more than once."""
        forms = forms_of(alias)
        if forms is None:
            text = alias if isinstance(alias, str) else alias.text
            for folded in _folded(text):
                yield from self._folds.get(folded, ())
        for form in forms or ():
            yield from self._forms.get(form, ())
            yield from self._any.get(fold(form), ())


def _folded(text: str) -> dict[str, None]:
    return dict.fromkeys((fold(text), fold(unaccented(text))))
