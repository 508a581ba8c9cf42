"""Whether a surname that stands alone is a leader's, by the words beside it: `Merz said in Berlin`."""

from wirewatch.tagging import words
from wirewatch.tagging.local import Beside

_STOPS = (",", ".", ";", ":", "!", "?", "-", "\u2013", "\u2014")
_AND = " and "


def acts(m: Beside) -> bool:
    """`Merz told reporters`, `as Merz arrived`, `met Merz`; not `the butcher Merz sold`, `Merz cooked`."""
    if m.before in words.DONE_TO_PEOPLE:
        return True
    if m.before and not m.before.endswith(_STOPS) and m.before.lower() not in words.BEFORE_A_SUBJECT:
        return False
    does = m.after.lower()
    return does in words.LEADERS_DO or (
        does.endswith("ed") and m.after.islower() and does not in words.AT_HOME
    )


def neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the name before `and` ends and where the one after it starts; -1 for none."""
    before = start - len(_AND) if text.startswith(_AND, max(0, start - len(_AND))) else -1
    return before, end + len(_AND) if text.startswith(_AND, end) else -1
