"""Whether a capital stands for its government: `Tehran said`, not `a bus in Tehran`."""

import re
from enum import IntEnum

from wirewatch.tagging.names.local import OF_ITSELF, Beside, among_capitals, beside, capitalised, two_before
from wirewatch.tagging.text import state_words, words
from wirewatch.tagging.text.beside import WINDOW, word_before
from wirewatch.tagging.text.headline import in_title_case

_AND_ANOTHER = re.compile(r" and [A-Z][\w'-]+(?: [A-Z][\w'-]+)?(?= )")
_ANOTHER = re.compile(
    r"(?: and|,) (?P<other>([A-Z][\w'-]+)(?: [A-Z][\w'-]+)?) "
    r"(?:(?:both|jointly|no longer|now|still) )?(?P<verb>\w+)"
)
_BEFORE_BOTH = re.compile(r"(\w+) [A-Z][\w'-]+(?: [A-Z][\w'-]+)?(?:,| and) $")
_IN_BOTH = words.BEFORE_A_PLACE | {"between", "across", "around", "outside"}
_WITH_ANOTHER = re.compile(r"\b(\w+) between [A-Z][\w'-]+(?: [A-Z][\w'-]+)? and $")
_ARE = ("is", "are")
_TO_NEGOTIATE = re.compile(rf" (?:{'|'.join(_ARE)}) to (?:{'|'.join(sorted(words.TO_NEGOTIATE))})\b")
_LAUNCHED = rf" launch(?:ed|es) (?:[\w-]+ ){{0,4}}(?:{'|'.join(sorted(words.ATTACKS))})\b"
_NEGOTIATED = (
    rf" (?:{'|'.join(sorted(words.NEGOTIATORS_DO))}) (?:[\w-]+ ){{0,3}}"
    rf"(?:{'|'.join(sorted(words.NEGOTIATED))})\b"
)
_ACTS_ABROAD = (
    r" (?:sends|approves|clears|imposes|lifts|eases|suspends|resumes|halts|freezes|slaps)"
    r" (?:[\w$.,-]+ ){0,3}?"
    r"(?:(?:(?:arms|weapons) (?:deal|package|sale|shipment)s?|(?:air|naval) strikes|ambassador|embargo"
    r"|envoys?|sanctions|tariffs|troops|visas?|war(?:ships|planes))\b|curbs on [A-Z])"
)
"""What only a state does: `Washington eases curbs on Belarus`; not `Washington eases curbs on dining`."""
_DONE_BY_STATES = re.compile(f"{OF_ITSELF.pattern}|{_ACTS_ABROAD}|(?i:{_LAUNCHED}|{_NEGOTIATED})")
_COMPOUND = re.compile(r"-(\w+)")


class Metonym(IntEnum):
    """How clearly the words beside a capital make it the government there."""

    NO = 0
    MAYBE = 1
    """Where other words of the article say so."""
    LIKELY = 2
    """Where none speaks against it."""
    SURE = 3


NO, MAYBE, LIKELY, SURE = Metonym
"""By names of their own, which are found in a tenth of the time."""


def metonym(m: Beside) -> Metonym:
    """Return it of `m`; of `Cairo and Doha pressed Hamas` what the second does the first does."""
    m = _in_small(m)
    found = _metonym(m)
    if found is NO and m.after == "and" and (other := _AND_ANOTHER.match(m.text, m.end)):
        return _metonym(_in_small(beside(m.text, m.start, other.end())))
    return found


def _in_small(m: Beside) -> Beside:
    """Return `m` with the words beside it in small letters where capitals tell nothing: `Tehran Warns US`.

    But for what is done to a city: `Trains to Paris Suspended`, and for another one: `Moscow, Kyiv Swap`.
    """
    if not (capitalised(m.before) or capitalised(m.after)):
        return m
    if not (among_capitals(m) or in_title_case(m.text, m.start, m.end)):
        return m
    before, after = m.before.lower(), m.after.lower()
    before = m.before if before.endswith(",") else before
    return Beside(m.text, m.start, m.end, before, m.after if after.endswith("ed") else after)


def _metonym(m: Beside) -> Metonym:
    """`Tehran said`, `warned Beijing`, `talks with Moscow`, `Kyiv's allies`: a government, not a city."""
    after = m.after
    if after in words.PERFECT:
        space = m.end + 1 + len(after)
        after = beside(m.text, m.end + 1, space).after.lower()
    if m.before in words.BEFORE_A_PLACE and m.before != "to":  # `police in Ottawa said`
        after = ""
    if after in words.STATES_DO or m.before in words.DONE_TO_STATES or _DONE_BY_STATES.match(m.text, m.end):
        return SURE
    if _dealt_with(m) or _together(m):
        return LIKELY
    if after in words.SPEAKERS_DO or _owned_by_a_state(m):
        return MAYBE
    return MAYBE if m.after in _ARE and _TO_NEGOTIATE.match(m.text, m.end) else NO


def _together(m: Beside) -> bool:
    """`Washington and Moscow swap prisoners`, `Seoul, Washington start drills`: two, whose verb has no -s.

    Not `Washington, Oregon share a salmon plan`.
    """
    is_second, place = m.before == "and" or m.before.endswith(","), m.before
    if is_second:
        both = _BEFORE_BOTH.search(m.text, max(0, m.start - 3 * WINDOW), m.start)
        place = both.group(1) if both else ""
    if place.lower() in _IN_BOTH:  # `hospitals in Beirut and Tyre close`
        return False
    if m.after.lower() in state_words.DO_TOGETHER:
        other = two_before(m) if m.before == "and" else m.before.removesuffix(",")
        return is_second and capitalised(other) and other not in words.US_STATES
    goes_on = m.after == "and" or m.text.startswith(",", m.end)
    second = _ANOTHER.match(m.text, m.end) if goes_on else None
    if second is None or second["other"] in words.US_STATES or second[2] in words.GIVEN_NAMES:
        return False  # no second, `Oregon`, `Paris and Nicole Hilton`
    return second["verb"].lower() in state_words.DO_TOGETHER


def _dealt_with(m: Beside) -> bool:
    """`ties with Tehran`, `sanctions on Moscow`, `drones to Kyiv`, `talks between Baku and Yerevan`."""
    if m.before == "and":
        other = _WITH_ANOTHER.search(m.text, max(0, m.start - 3 * WINDOW), m.start)
        return other is not None and other.group(1).lower() in words.DEALINGS
    if m.before not in words.DEALING_WITH:
        return False
    dealing = two_before(m).lower()
    if dealing in words.DEALINGS:
        return not _of_a_player(m, dealing)
    return m.before == "to" and dealing in words.SENT_TO


def _of_a_player(m: Beside, dealing: str) -> bool:
    """`a two-year deal with Washington`, `a $9 million deal`."""
    before = word_before(m.text, m.start - len(f"{dealing} {m.before} "))
    return before.endswith(("year", "million"))


def _owned_by_a_state(m: Beside) -> bool:
    """`Tehran's nuclear programme`, `Moscow-backed`."""
    if m.text.startswith(("'s ", "'S "), m.end):
        return _in_small(beside(m.text, m.start, m.end + 2)).after in words.OF_STATES
    match = _COMPOUND.match(m.text, m.end)
    return match is not None and match.group(1) in words.BACKED
