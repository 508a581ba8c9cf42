"""The language an article is in: English is told by its commonest words, others by py3langid.

Every article passes here, so what is English must be so quickly: the words of an article take half a µs in C,
6 in Python, py3langid about 100 for a headline.
"""

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from wirewatch.tagging.text.counter import counter
from wirewatch.tagging.text.fold import Text

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH: Final = "en"
SAMPLE: Final = 600
"""Code points looked at; py3langid is given the words there, each once, up to 400."""
_GIVEN = 400
_ENOUGH_BYTES = 12
"""In UTF-8. Below, a text is a name or two, and any guess is as good as another."""
_ENOUGH_WORDS = 3
_ENOUGH_COMMON = 3
"""Fewer may be of a name or of another language: `WHO warnt`, `Bank of America sube`, `to koniec wojny`."""
_ENGLISH_SHARE = 0.1
"""English news has .2 to .35 of the common words; no other language has more than .05: `for`, `at`, `have`
and others that Danish or Dutch has too are not among them."""
_LIKELIER = 20
"""How many times likelier than English, and than what is declared, another language must be, by py3langid's
tempered probability. Names and Latin words make `Guinea junta dissolves political parties` 19 times as
Catalan as English; 19 in 20 headlines in other languages are above (288 in 41)."""
_WRITTEN_AS: Final = {"pcm": ENGLISH, "wuu": "zh", "yue": "zh", "arz": "ar", "ary": "ar", "nn": "no"}
"""What py3langid knows besides, by the language whose news is written in much the same words."""
_NO_LANGUAGE = "zxx"
_NO_LETTER = re.compile(r"[\W\d_]")
COMMON: Final = frozenset(
    b"""
the of and to that with from it its he his she they their this which who are were has had been be but not said
will would more after about when than into out up what if
    """.split()
)
TELLING: Final = frozenset(
    b"""
from they their which would when into about could before during between against amid near why two three five
dozens says killed kills killing wounded injured dead deadly shot found seize seizes takes attack attacks
strikes invades bombs visits meets wins loses leaves quits names calls vows warns urges backs bans cuts signs
ends fears sues jailed army troops rebels gunmen years
    """.split()
)
"""Words of headlines, one of which is enough in a short text: no other language spells one so, and few names
have one in them."""

_common, _telling = counter(COMMON), counter(TELLING)


def detect(text: Text, declared: str | None = None) -> str | None:
    """Return the language of a text: ISO 639-1, or 639-3 where that has none.

    What the publisher `declared` counts where the text itself does not say; None when neither does.
    """
    sample = text.folded[:SAMPLE]
    if _is_english(sample):
        return ENGLISH
    words = _NO_LETTER.sub(" ", text.plain[: len(sample) - 1].lower()).split()
    letters = " ".join(dict.fromkeys(words))[:_GIVEN]  # each once: a summary may be the headline again
    if len(letters.encode()) < _ENOUGH_BYTES:
        return declared
    usual = declared or ENGLISH
    language = _language(_identifier().classify(letters)[0])
    if language == usual:
        return language
    likely: defaultdict[str, float] = defaultdict(float)
    for variety, probability in _identifier().rank(letters):
        likely[_language(variety)] += probability
    rivals = {usual, ENGLISH} - {language}
    sure = language != _NO_LANGUAGE and all(likely[language] > _LIKELIER * likely[one] for one in rivals)
    return language if sure else declared


def _is_english(sample: bytes) -> bool:
    words, common = _common(sample)
    if common >= max(_ENOUGH_COMMON, _ENGLISH_SHARE * words):
        return True
    return words >= _ENOUGH_WORDS and _telling(sample)[1] >= _ENGLISH_SHARE * words


def _language(variety: str) -> str:
    return _WRITTEN_AS.get(variety, variety)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # 70 MB, only when needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
