"""Headlines In Title Case, where a capital does not tell a name."""

from typing import Final

from wirewatch.tagging.text import words

LONGEST: Final = 150
"""Code points of a headline."""
_LONG_WORD = 4  # letters: shorter ones stay small in most styles
_ENDINGS = ("s", "ed", "tion", "sion", "ment", "ity")


def in_headline(text: str, start: int) -> bool:
    """Tell whether `start` is in the headline, the first line of the plain text of an article."""
    return start < LONGEST and text.find("\n", 0, start) < 0


def goes_on_as_news(text: str, start: int, end: int, after: str) -> bool:
    """`Israel Approves Truce`, not `Israel Adesanya Wins`: no surname follows the name in a headline."""
    return _tells_news(after) and in_title_case(text, start, end)


def _tells_news(word: str) -> bool:
    """`Approves`, `Accused`, `Police`, `Coalition`: a verb, or what states have."""
    if word.lower() in words.SPEAK or word.lower() in words.HEADLINES_SAY:
        return True
    return word.lower().endswith(_ENDINGS) and word.capitalize() not in words.WORDS_TOO


def line_around(text: str, start: int, end: int) -> str:
    """Return the line of a name, cut where it is longer than a headline; "" where it began long before."""
    begin = text.rfind("\n", max(0, start - LONGEST), start) + 1
    if not begin and start > LONGEST:
        return ""
    after = text.find("\n", end, end + LONGEST)
    return text[begin : after if after >= 0 else end + LONGEST].rstrip()


def in_title_case(text: str, start: int, end: int) -> bool:
    """Tell whether the line around is short, has no stop at its end, and a capital on each long word."""
    line = line_around(text, start, end)
    if not line or len(line) > LONGEST or line.endswith("."):
        return False
    return not any(
        word[:1].islower() and len(word) >= _LONG_WORD and word not in words.SMALL_IN_HEADLINES
        for word in line.split()
    )
