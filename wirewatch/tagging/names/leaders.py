"""Whether a surname that stands alone is a leader's, by the words beside it: `Merz said in Berlin`."""

import re

from wirewatch.tagging.names.local import Beside, two_after
from wirewatch.tagging.text import state_words, words
from wirewatch.tagging.text.headline import in_headline

_STOPS = (",", ".", ";", ":", "!", "?", "-", "\u2013", "\u2014")
_AND = " and "
_COMMA = ", "
_FEW = r"(?:[\w'-]+ ){0,3}"
_GOVERNS = re.compile(
    r" (?:(?:is |was )?(?:sworn in|declared (?:the )?winner|impeached|ousted (?:as|by|in coup))"
    r"|(?:quits|resigns|steps down|to (?:quit|resign|step down))"
    r"(?=$|[,;:\n]| (?:after|amid|in|over)\b| as (?:chancellor|PM|premier|president|prime minister)\b)"
    r"|concede[sd] (?:defeat|election|race)"
    r"|vetoe[sd]|dissolve[sd] parliament|reshuffle[sd] (?:the )?cabinet"
    r"|(?:takes|took|leaves|left) (?:office|power)"
    r"|tells (?:lawmakers|MPs|parliament|the nation)"
    r"|refuses to (?:quit|resign|step down)(?=$|[,;:\n]| (?:after|amid|in|over)\b)"
    r"|says (?:the )?(?:war|peace|truce|ceasefire|troops|sanctions)\b"
    r"|warns of (?:[\w-]+ )?(?:coup|famine|invasion|sabotage|war)"
    rf"|pardons {_FEW}(?:activists?|dissidents?|inmates|journalists?|opponents?|prisoners|protesters|rioters)"
    rf"|purges {_FEW}(?:army|generals?|military|ministers|officers|officials)"
    rf"|overs(?:aw|ees) {_FEW}(?:missile|nuclear|rocket) (?:launch(?:es)?|tests?)"
    rf"|(?:expel|recall)(?:s|ed) {_FEW}(?:ambassadors?|diplomats?|envoys?|missionaries|nuns|peacekeepers)"
    rf"|(?:bans|cancels|revokes|restricts) {_FEW}visas"
    rf"|(?:calls|claims|delays|faces|loses|lost|postpones|rules out|survives|wins|won)"
    rf" {_FEW}(?:elections?|re-?election|referendum"
    r"|(?:no-)?confidence(?: vote| motion)?|impeachment(?: vote)?|presidency|(?:second|third) term"
    r"|(?:Brexit|budget|leadership|parliament(?:ary)?) votes?)"
    rf"|hosts {_FEW}(?:COP\d+|G7|G20|leaders|summit)"
    rf"|signs {_FEW}(?:bill|decree|law|treaty)"
    rf"|declare[sd] {_FEW}(?:ceasefire|martial law|state of emergency|truce)"
    rf"|order(?:s|ed) {_FEW}(?:army|curfew|evacuation|military|mobili[sz]ation|strikes?|troops)"
    rf"|(?:cuts?|freezes|froze|raise[sd]|slashe[sd]) {_FEW}(?:benefits|pensions|spending|subsid(?:y|ies)"
    r"|taxes|welfare)"
    rf"|(?:appoint|fire|name|sack)(?:s|ed) {_FEW}(?:army chief|cabinet|ministers?|PM|police chief"
    r"|premier|vice[- ]president))\b",
    re.IGNORECASE,
)
_TALKS = re.compile(r" (?:holds|held|in|begins|opens) (?:[\w'-]+ ){0,2}talks\b", re.IGNORECASE)
_WITH = re.compile(
    r" (?:agrees|breaks|clashes|confers|discusses \w+|feuds|meets|spars|speaks|talks|to (?:meet|speak|talk))"
    r" (?:with|to) ",
    re.IGNORECASE,
)
_WITH_BEFORE = re.compile(_WITH.pattern + "$", re.IGNORECASE)
_LONGEST_WITH = 40  # code points
_TREATS = words.STATESMEN_DO - frozenset(
    ("arrives", "backs", "blames", "courts", "flies", "hails", "lands", "woos")
)
_FOR_ONESELF = frozenset(
    ("beat", "beats", "crowned", "joins", "loses", "lost", "named", "signs", "tops", "wins", "won")
)
"""What players, artists and firms do as well."""
_ABOUT = 600  # code points of an article that say whether it is about a match
_AT_PLAY = re.compile(
    r"\b(?:athletes?|badminton|baseball|basketball|birdies?|bouts?|boxers?|boxing|bronze|championships?"
    r"|chess|coach|cricket|cup|cyclists?|doubles|finals?|footballers?|golf|golfer|Giro|grand prix|grandmaster"
    r"|hat-trick|heavyweight|hockey|home run|homered|homers?|innings|javelin|judo|knockout|leads by|LPGA"
    r"|marathons?|matches|medal(?:s|list)?|medley|midfielder|MMA|MVP|NBA|Olympics?|opener|overs|PGA"
    r"|pitcher|playoffs?|podium|quarter-?finals?|relay|rugby|runner|runners-up|runs|scored|scorer|scores"
    r"|seeded|semi-?finals?|set points?|silver|skater|soccer|sprint(?:er)?|squad|stadium|striker|swimmer"
    r"|tennis|tournament|UFC|unbeaten|US Open|Vuelta|weightlift\w+|wickets?|world title|wrestl\w+)\b",
    re.IGNORECASE,
)


def acts(m: Beside) -> bool:
    """`Merz told reporters`, `as Merz arrived`, `met Merz`; not `the butcher Merz sold`, `Merz cooked`.

    In a headline `Merz to visit Kyiv` too.
    """
    if m.before.lower() in words.DONE_TO_PEOPLE:
        return True
    if not is_subject(m):
        return False
    does = m.after.lower()
    if does == "to":
        return in_headline(m.text, m.start)
    if does in words.LEADERS_DO:
        return True
    return m.after.islower() and does not in words.AT_HOME and (does.endswith("ed") or _in_present(m))


def _in_present(m: Beside) -> bool:
    """`Ghani flees`, in a headline; not `Ghani wins`, which is said of players."""
    does = m.after.lower()
    if not does.endswith("s") or does.endswith("ss") or does in _FOR_ONESELF or does in words.AT_HOME:
        return False
    # `Merz hotels open`: before a verb without -s it is a plural.
    return in_headline(m.text, m.start) and two_after(m).lower() not in state_words.DO_TOGETHER


def done_to(m: Beside) -> int:
    """Return where in a headline the name starts of what someone does something to; -1 for none.

    `Trudeau expels Indian envoy`, `as Trudeau links India to`.
    """
    return m.end + len(f" {m.after} ") if _in_present(m) and is_subject(m) else -1


def deals(m: Beside) -> bool:
    """`Rubio lands in Tel Aviv`, `Abiy tells Egypt`, in a headline: what few of that name do abroad."""
    if m.after.lower() not in words.STATESMEN_DO or not in_headline(m.text, m.start):
        return False
    return is_subject(m)


def is_subject(m: Beside) -> bool:
    """`As Merz arrived`, `Trump: Merz`; not `the butcher Merz`: a new clause begins with the name."""
    return not m.before or m.before.endswith(_STOPS) or m.before.lower() in words.BEFORE_A_SUBJECT


def neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the name before `and` ends and where the one after it starts; -1 for none.

    In a headline a comma is as good: `Trump, Xi to meet`.
    """
    joints = (_AND, _COMMA) if in_headline(text, start) else (_AND,)
    before = next((start - len(one) for one in joints if text.startswith(one, max(0, start - len(one)))), -1)
    return before, next((end + len(one) for one in joints if text.startswith(one, end)), -1)


def dealt_with(text: str, start: int, end: int) -> tuple[int, ...]:
    """Return where in a headline the names start and end with whom one is at odds or at one.

    `Lula clashes with Trump`, `Trump spars with Lula`.
    """
    if not in_headline(text, start):
        return ()
    after, before = _WITH.match(text, end), _WITH_BEFORE.search(text, max(0, start - _LONGEST_WITH), start)
    return tuple(at.end() if at is after else at.start() for at in (after, before) if at)


def governs(m: Beside) -> bool:
    """`Tusk wins confidence vote`, `Lula hosts COP30`, `Hassan sworn in`: what only heads of states do."""
    return _GOVERNS.match(m.text, m.end) is not None


def treats(m: Beside) -> bool:
    """`Lee meets Trump`, `Wang holds talks in Tokyo`: what those in office do with others."""
    return m.after.lower() in _TREATS or _TALKS.match(m.text, m.end) is not None


def for_oneself(m: Beside) -> bool:
    """`Lee wins Tony`, `Li tops rich list`: what whoever has the name may do."""
    return m.after.lower() in _FOR_ONESELF


def at_play(text: str) -> bool:
    """Tell whether the beginning of an article speaks of a match, a race, a medal."""
    return _AT_PLAY.search(text, 0, _ABOUT) is not None
