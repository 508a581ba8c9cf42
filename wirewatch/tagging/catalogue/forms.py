"""How the words of an alias or decoy may be written to count: its forms."""

from wirewatch.tagging.catalogue.actors import Alias
from wirewatch.tagging.text.fold import plain, unaccented

_ALL_CAPS_FROM = 4  # letters: shorter names in capitals are too often something else
_LONG = 99  # code points: such a name has letters enough
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
"""Words that a headline in Title Case leaves as they are."""


def forms_of(alias: str | Alias) -> frozenset[str] | None:
    """Return the spellings that count, apostrophes and hyphens plain; None for any."""
    if isinstance(alias, str):
        return _forms(alias)
    if alias.case == "any":
        return None
    return _in_capitals(alias.text) if alias.case == "upper" else _forms(alias.text)


def forms_of_decoy(text: str) -> frozenset[str]:
    """Return the spellings that count of a decoy: in Title Case too, `Dutch Oven` of `Dutch oven`."""
    return _forms(text) | frozenset(map(_in_title_case, _accented_or_not(text)))


def _in_title_case(text: str) -> str:
    return " ".join(word if word in _SMALL else word[:1].upper() + word[1:] for word in text.split(" "))


def _forms(text: str) -> frozenset[str]:
    spelled = _accented_or_not(text)
    if len(text) > _LONG or sum(map(str.isalpha, text)) >= _ALL_CAPS_FROM:
        return frozenset([*spelled, *map(str.upper, spelled)])
    return frozenset(spelled)


def _in_capitals(text: str) -> frozenset[str]:
    return frozenset(map(str.upper, _accented_or_not(text)))


def _accented_or_not(text: str) -> tuple[str, ...]:
    written = plain(text)
    return (written,) if written.isascii() else (written, unaccented(written))
