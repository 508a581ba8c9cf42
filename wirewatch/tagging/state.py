"""Whether a name that others bear is the state's here, by the words beside: `Jordan's army`."""

import re

from wirewatch.tagging import words
from wirewatch.tagging.local import Beside, among_capitals, beside, two_before

_ITS = re.compile(r" [a-z]+ its ([a-z]+)\b")


def is_state(m: Beside) -> bool:
    """Tell whether what stands beside `m` is said of states, and not of a person or a town of that name."""
    name = m.text[m.start : m.end]
    if _has(m) or (m.before in words.PARTS_OF_A_STATE and name not in words.US_STATES):
        return True
    if name not in words.PEOPLE_S:
        return False
    inside = m.before in words.IN_A_PLACE and two_before(m) not in words.BELIEF
    return inside or _ITS.match(m.text, m.end) is not None


def _has(m: Beside) -> bool:
    """`Jordan's army`, `Chad junta`, `king of Jordan`, `Georgia recalled its ambassador`."""
    if m.text.startswith("'s ", m.end):
        return beside(m.text, m.start, m.end + 2).after in words.SOVEREIGN
    if m.after.lower() in words.SOVEREIGN and (m.after not in words.ROYAL_NAMES or among_capitals(m)):
        return True
    if m.before == "of":
        return two_before(m).lower() in words.SOVEREIGN
    its = _ITS.match(m.text, m.end)
    return its is not None and its.group(1) in words.SOVEREIGN
