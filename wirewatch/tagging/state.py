"""Whether a name that others bear is the state's here, by the words beside: `Jordan's army`."""

import re

from wirewatch.tagging import words
from wirewatch.tagging.local import Beside, among_capitals, beside, two_after, two_before

_ITS = re.compile(r" [a-z]+ its ([a-z]+)\b")


def is_state(m: Beside) -> bool:
    """Tell whether what stands beside `m` is said of states, and not of a person or a town of that name."""
    name = m.text[m.start : m.end]
    if _has(m) or (m.before.lower() in words.PARTS_OF_A_STATE and name not in words.US_STATES):
        return True
    if name not in words.PEOPLE_S:
        return False
    return _inside(m) or _ITS.match(m.text, m.end) is not None


def _inside(m: Beside) -> bool:
    """`floods in Jordan`; not `faith in Jordan`, `in Jordan sneakers`."""
    if m.before.lower() not in words.IN_A_PLACE or two_before(m).lower() in words.BELIEF:
        return False
    return m.after.lower() not in words.OF_SOMEONE


def _has(m: Beside) -> bool:
    """`Jordan's army`, `Chad junta`, `king of Jordan`, `Georgia recalled its ambassador`."""
    if m.text.startswith(("'s ", "'S "), m.end):
        return _sovereign(beside(m.text, m.start, m.end + 2))
    if _sovereign(m) and (m.after not in words.ROYAL_NAMES or among_capitals(m)):
        return True
    if m.before == "of":
        return two_before(m).lower() in words.SOVEREIGN
    its = _ITS.match(m.text, m.end)
    return its is not None and its.group(1) in words.SOVEREIGN


def _sovereign(m: Beside) -> bool:
    """`Army`, `prime minister`; not `Prime Rib`."""
    after = m.after.lower()
    return after in words.SOVEREIGN and (after != "prime" or two_after(m).lower() == "minister")
