"""Whether an office that only one body has is meant, by the words beside: `the pope`, and no player Pope."""

import re

from wirewatch.tagging.names.leaders import at_play, is_subject
from wirewatch.tagging.names.local import Beside, among_capitals, another, beside, capitalised
from wirewatch.tagging.text import office_words, state_words, words
from wirewatch.tagging.text.headline import goes_on_as_news, in_headline, in_title_case

_NOT_HERE = re.compile(r"-|\.\w| of\b|'s (?:eye|hat|nose)\b", re.IGNORECASE)
"""`the pope of trash`, `pope's nose`."""
_DOES = re.compile(
    r" (?:accepts|addresses|apologi[sz]es|appeals|appoints|approves|arrives|asks|beatifies|blames|blesses"
    r"|calls|canoni[sz]es|celebrates|condemns|decries|demands|denounces|deplores|dies|expresses|greets|grieves"
    r"|hails|hospitali[sz]ed|in (?:Africa|Bethlehem|hospital|Jerusalem)|invites|lands|laments|lauds|leads"
    r"|marks|meets|mourns|offers|opens|pleads|praises|prays|preaches|presides|proclaims|receives|rejects"
    r"|renews|says|sends|speaks|tells|thanks|urges|visits|voices|vows|warns|washes|welcomes"
    r"|(?:expected|due|likely|plans)? ?to (?:address|bless|canoni[sz]e|celebrate|host|lead|meet|name|receive"
    r"|tour|travel|visit))\b",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"'s (?:\w+ )?(?:address|appeal|blessing|call|conclave|death|encyclical|envoy|funeral|health|homily|mass"
    r"|message|plea|prayers?|remarks|sermon|speech|trip|visit|words)\b",
    re.IGNORECASE,
)
_MET = words.DONE_TO_PEOPLE | {"greet", "greets", "host", "hosts", "invites", "welcome", "welcomes"}
_ANOTHER = (
    office_words.ANY
    | office_words.NO_LONGER
    | frozenset({"alexandrian", "black", "coptic", "egypt", "egyptian", "first", "new", "orthodox", "two"})
)
_OF_ANOTHER_CHURCH = re.compile(
    r"\b(?:Coptic|Pope (?:Shenouda|Tawadros|Theodore)|[Pp]atriarch of Alexandria)\b"
)
_FAMILY = frozenset(
    {"boys", "brothers", "children", "estate", "family", "house", "murder", "sisters", "trial"}
)


def said_alone(text: str, start: int, end: int) -> bool:
    """Tell whether the title at `start`:`end` is that of its one holder.

    `The pope said`, in a headline `Pope to visit Turkey`, `Trump meets pope`; not `Coptic pope`, `the pope of
    trash`, `Ollie Pope`, `Pope out for 12`.
    """
    m = beside(text, start, end)
    if text[start - 1 : start] == "-" or _NOT_HERE.match(text, end) or m.before.lower() in _ANOTHER:
        return False
    if _OF_ANOTHER_CHURCH.search(text):
        return False
    if m.before.lower() == "the":
        return m.after not in _FAMILY and not _name_next(m)
    if not in_headline(text, start):
        return False
    if text[start].islower():
        return True
    return _acts(m) and not another(m) and not at_play(text)


def _name_next(m: Beside) -> bool:
    """`The Pope Field`; not `The Pope Calls for Peace`."""
    if not capitalised(m.after) or among_capitals(m):
        return False
    return not goes_on_as_news(m.text, m.start, m.end, m.after)


def _acts(m: Beside) -> bool:
    """`Pope calls for truce`, `as Pope prays`, `Macron meets Pope`."""
    if m.before.lower() in _MET:
        return not capitalised(m.after) or in_title_case(m.text, m.start, m.end)
    if m.after.lower() in state_words.DO_TOGETHER and (m.before == "and" or m.before.endswith(",")):
        return True
    return is_subject(m) and bool(_DOES.match(m.text, m.end) or _HAS.match(m.text, m.end))
