"""Scripts whose letters do not stand for single sounds, or that put no blanks between words."""

import re
from typing import Final

EACH: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Han and kana, as a class of characters: written without blanks, they count as a word each."""
_TOGETHER = re.compile(f"[{EACH}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # and Thai, Lao, Burmese, Khmer
_HEAVY = re.compile(f"[{EACH}\uac00-\ud7a3]")  # and Hangul, a syllable each
_LETTERS_EACH = 3


def written_together(words: str) -> bool:
    """Return whether `words` begin and end in a script without blanks, so that they stand within others."""
    return bool(words) and all(_TOGETHER.match(edge) for edge in (words[0], words[-1]))


def letters(word: str) -> int:
    """Return how many letters and digits `word` has; one that is a word or a syllable counts as three."""
    return sum(map(str.isalnum, word)) + (_LETTERS_EACH - 1) * len(_HEAVY.findall(word))
