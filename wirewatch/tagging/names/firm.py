"""Whether a name that is a word too is the firm's, by the words beside it: `Target lowered its outlook`."""

import re

from wirewatch.tagging.names.local import Beside, among_capitals, capitalised, two_before
from wirewatch.tagging.text import words
from wirewatch.tagging.text.headline import in_title_case

_HAVE = (
    r"(?:dividends?|earnings|employees|executives|guidance|investors|layoffs|outlook|revenues?|shareholders"
    r"|shares|stock|subscribers|subsidiary|valuation)"
)
_HAD = re.compile(rf"(?:{_HAVE}|stakes?|takeover|acquisition|arm|unit)")
"""Words before `in Caterpillar`, `of Shell`."""
_MAKE = (
    r"(?:CEO|chief executive|factory|finance chief|fines?|forecast|jobs|loss|losses"
    r"|plants?|profits?|sales|stake|stores?)"
)
_DO = (
    r"(?:added|announced|beat|bought|built|closed|closes|cuts?|doubled|faces|forecast|gained|hits|lost|lowered"
    r"|lowers|missed|names|opened|opens|plans|posted|posts|raised|raises|reported|reports|slashed|slashes|sold"
    r"|to (?:add|axe|build|buy|close|create|cut|hire|open|raise|sell|shed|slash)|trimmed|will|would)"
)
"""What firms do to what they have or make."""
_ALONE = (
    r"(?:to lay off|lays off|laid off|to write (?:off|down)|writes (?:off|down)|wrote (?:off|down)|sues"
    r"|must pay|in (?:advanced |early )?talks to (?:acquire|buy|merge|sell))"
)
"""What firms do, whatever follows."""
_SAYS = (
    r"(?:said|says) it (?:would|will|(?:plan|expect)(?:s|ed) to) (?:acquire|appeal|build|buy|close|cut|expand"
    r"|hire|invest|launch|lay off|pay|raise|recall|sell|spend|stop selling)"
)
_FEW_WORDS = r"(?:(?!(?:his|her|their) )[\w$€£-]{1,24}(?:[.,]\d{1,3}){0,3} ){0,4}"
_SAID_OF_FIRMS = (
    rf"(?:'s)? {_HAVE}\b| {_DO} {_FEW_WORDS}(?:{_HAVE}|{_MAKE})\b| {_ALONE}\b| {_SAYS}\b"
    rf"| hit with {_FEW_WORDS}fines?\b"
)
_SAID = re.compile(_SAID_OF_FIRMS)
_SAID_IN_CAPITALS = re.compile(_SAID_OF_FIRMS, re.IGNORECASE)
_WITH_A_FINE = re.compile(rf" with {_FEW_WORDS}fines?\b")


def is_firm(m: Beside) -> bool:
    """Tell whether what stands beside is said of firms: `a stake in Orange`, `Orange lost subscribers`."""
    if m.before in words.GIVEN_NAMES:  # `Michael Dell`
        return False
    if m.before in ("in", "of"):  # not `a unit of Shell Lake Hospital`
        return _HAD.fullmatch(two_before(m)) is not None and not capitalised(m.after)
    if _fined(m):
        return True
    if _SAID.match(m.text, m.end):
        return True
    # A capital tells nothing: `TARGET CUTS JOBS`, `Target Cuts Jobs`.
    if _SAID_IN_CAPITALS.match(m.text, m.end) is None:
        return False
    return among_capitals(m) or in_title_case(m.text, m.start, m.end)


def _fined(m: Beside) -> bool:
    """`EU fines Apple`, `EU hits Meta with fine`; not `fines Ford Smith`."""
    if m.before in ("hit", "hits"):
        return _WITH_A_FINE.match(m.text, m.end) is not None
    return m.before == "fines" and not capitalised(m.after)
