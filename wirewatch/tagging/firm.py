"""Whether a name that is a word too is the firm's, by the words beside it: `Target lowered its outlook`."""

import re

from wirewatch.tagging import words
from wirewatch.tagging.local import Beside, two_before

_HAS = re.compile(rf"(?:'s)? (?:{'|'.join(sorted(words.FIRMS_HAVE))})\b")
_DOES = re.compile(
    rf" (?:{'|'.join(sorted(words.FIRMS_DO))}) (?:(?!(?:his|her|their) )[\w-]+ ){{0,3}}"
    rf"(?:{'|'.join(sorted(words.FIRMS_HAVE | words.FIRMS_MAKE))})\b"
)


def is_firm(m: Beside) -> bool:
    """Tell whether what stands beside is said of firms: `a stake in Orange`, `Orange lost subscribers`."""
    if m.before in words.GIVEN_NAMES:  # `Michael Dell`
        return False
    if m.before in ("in", "of"):  # not `a unit of Shell Lake Hospital`
        return two_before(m) in words.HAD_OF_FIRMS and not m.after[:1].isupper()
    return (_HAS.match(m.text, m.end) or _DOES.match(m.text, m.end)) is not None
