"""The language an article is in: English is told by its commonest words, others by py3langid.

Every article passes here, so what is English must be so quickly: the words take 1 µs in C, 8 in
Python, py3langid 4 µs a character.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from wirewatch.tagging.text import in_c
from wirewatch.tagging.text.fold import Text

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH: Final = "en"
SAMPLE: Final = 600
"""Code points looked at; of those, py3langid is given the first 400."""
_GIVEN = 400
_ENOUGH_WORDS = 5
_ENOUGH_TEXT = 40
"""Below, a text is a name or two, and any guess is as good as another."""
_ENGLISH_SHARE = 0.1
"""English news has .2 to .35 of the words below; no other language has more than .05: `for`, `at`, `have` and
others that Danish or Dutch has too are not among them."""
_SURE = 0.3
"""Of py3langid's tempered probability over 140 languages: a sentence in its language has .3 to 1."""
_SURE_OF_A_HEADLINE = 0.45
"""English ones with few little words are taken for Occitan or Italian with .41 at most, others in their own
language come at .49 or more (30 tried)."""
_LONGER_THAN_A_HEADLINE = 80
_PIDGIN, _NO_LANGUAGE = "pcm", "zxx"
"""Nigerian Pidgin, which English headlines are taken for and whose words are much the same; no language."""
_NO_LETTER = re.compile(r"[\W_]")
COMMON: Final = frozenset(
    b"""
the of and to that with from it its he his she they their this which who are were has had been be but not said
will would more after about when than into out up what if
    """.split()
)


def detect(text: Text, declared: str | None = None) -> str | None:
    """Return the language of a text: ISO 639-1, or 639-3 where that has none.

    What the publisher `declared` counts where the text itself does not say; None when neither does.
    """
    sample = text.folded[:SAMPLE]
    if _is_english(sample):
        return ENGLISH
    letters = " ".join(_NO_LETTER.sub(" ", text.plain[: len(sample) - 1].lower()).split())[:_GIVEN]
    if len(letters) < _ENOUGH_TEXT:
        return declared
    language, confidence = _identifier().classify(letters)
    sure = _SURE if len(letters) >= _LONGER_THAN_A_HEADLINE else _SURE_OF_A_HEADLINE
    if confidence < sure or language == _NO_LANGUAGE:
        return declared
    return ENGLISH if language == _PIDGIN else str(language)


def _is_english(sample: bytes) -> bool:
    words, common = count(sample)
    return words >= _ENOUGH_WORDS and common >= _ENGLISH_SHARE * words


def count_in_python(folded: bytes) -> tuple[int, int]:
    """Return how many words a folded text has, and how many of those are common English ones."""
    words = folded.split()
    return len(words), sum(map(COMMON.__contains__, words))


count: Callable[[bytes], tuple[int, int]] = in_c.Counter(COMMON).count if in_c else count_in_python
"""The same, in C where that is compiled."""


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # 70 MB, only when needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
