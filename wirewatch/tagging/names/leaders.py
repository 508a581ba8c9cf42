"""Whether a surname that stands alone is a leader's, by the words beside it: `Merz said in Berlin`."""

from wirewatch.tagging.names.local import Beside
from wirewatch.tagging.text import words
from wirewatch.tagging.text.headline import in_headline

_STOPS = (",", ".", ";", ":", "!", "?", "-", "\u2013", "\u2014")
_AND = " and "
_COMMA = ", "


def acts(m: Beside) -> bool:
    """`Merz told reporters`, `as Merz arrived`, `met Merz`; not `the butcher Merz sold`, `Merz cooked`.

    In a headline `Merz to visit Kyiv` too.
    """
    if m.before in words.DONE_TO_PEOPLE:
        return True
    if m.before and not m.before.endswith(_STOPS) and m.before.lower() not in words.BEFORE_A_SUBJECT:
        return False
    does = m.after.lower()
    if does == "to":
        return in_headline(m.text, m.start)
    return does in words.LEADERS_DO or (
        does.endswith("ed") and m.after.islower() and does not in words.AT_HOME
    )


def deals(m: Beside) -> bool:
    """`Rubio lands in Tel Aviv`, `Abiy tells Egypt`, in a headline: what few of that name do abroad."""
    if m.after.lower() not in words.STATESMEN_DO or not in_headline(m.text, m.start):
        return False
    return not m.before or m.before.endswith(_STOPS) or m.before.lower() in words.BEFORE_A_SUBJECT


def neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the name before `and` ends and where the one after it starts; -1 for none.

    In a headline a comma is as good: `Trump, Xi to meet`.
    """
    joints = (_AND, _COMMA) if in_headline(text, start) else (_AND,)
    before = next((start - len(one) for one in joints if text.startswith(one, max(0, start - len(one)))), -1)
    return before, next((end + len(one) for one in joints if text.startswith(one, end)), -1)
