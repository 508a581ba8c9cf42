"""Which word was meant by one that is no word of the news."""

import re
from difflib import get_close_matches
from typing import Final

from wirewatch.tagging import TopicRules
from wirewatch.tagging.catalogue.everyday import everyday_words

_ALIKE: Final = 0.84
"""How alike the word is that was meant (difflib's ratio): earthqauke, terorism."""
_LONG: Final = 5
"""Letters of a word from which on one that is alike is hardly by chance."""
_ENDINGS: Final = (
    "", "able", "age", "ages", "al", "d", "ed", "er", "ers", "es", "ies", "ing", "ion", "ions", "ist", "ists",
    "ity", "less", "ly", "ment", "ments", "ness", "or", "ors", "s",
)  # fmt: skip


def meant(word: str, topics: TopicRules) -> str:
    """Return the word that was meant by one in small letters; "" for a known one, or when none is alike."""
    if len(word) < _LONG or not word.isalpha() or not word.islower() or _known(word, everyday_words()):
        return ""
    texts = (text for topic in topics.topics for text in (topic.name, *topic.called, *topic.phrases))
    written = {*re.findall(r"[^\W\d_]+\b(?!\*)", "\n".join(texts).casefold()), *everyday_words()}
    if _known(word, written):
        return ""
    likely = sorted(each for each in written if each[0] == word[0] and abs(len(each) - len(word)) <= 2)
    return next(iter(get_close_matches(word, likely, n=1, cutoff=_ALIKE)), "")


def _known(word: str, words: set[str] | frozenset[str]) -> bool:
    stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    return any(f"{stem}{end}" in words for stem in stems for end in ("", "e", "y", "s"))
