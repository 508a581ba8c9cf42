"""Whether a name that others bear is the state's here, by the words beside: `Jordan's army`."""

import re

from wirewatch.tagging.names.local import Beside, among_capitals, beside, capitalised, two_after, two_before
from wirewatch.tagging.text import state_words, words
from wirewatch.tagging.text.headline import in_headline, in_title_case

_ITS = re.compile(r" [a-z]+ its ([a-z]+)\b")
_ACTS = re.compile(
    r" (?:(?:closes|opens|reopens|seals|shuts) (?:its )?(?:[\w-]+ )?(?:airspace|borders?)|bans protests"
    r"|devalues|defaults on (?:its )?(?:[\w-]+ )?(?:bonds?|debts?|eurobonds?)"
    r"|severs (?:[\w-]+ )?(?:relations|ties)"
    r"|(?:expels|recalls|summons) (?:[\w-]+ ){0,3}(?:ambassador|diplomats?|envoy))\b",
    re.IGNORECASE,
)
"""What a state does, and no person: `Chad closes border`, `Lebanon defaults on debt`."""
_STRUCK_AT = re.compile(
    r"\b(?:(?:bomb(?:ings?|s)?|(?:car|suicide) bombs?|attacks?|blasts?|earthquake|explosions?|floods|quake"
    r"|shootings?|shot(?: dead)?|stabb(?:ed(?: to death)?|ings?))"
    r"(?: (?:at|on) (?:an? |the )?[\w-]+(?: [\w-]+)?)?"
    r"|(?:dead|gunm[ae]n|injur(?:ed|es|ing)|kill(?:ed|s|ing)?(?! deal)|wound(?:ed|ing|s))(?: [\w-]+){0,4})"
    r" (?:at|in|near) (?:central |the )?$"
    r"|\b(?:blasts?|bombs?|explosions?|floods?|storm) (?:hits?|rocks?|shakes?|strikes?) $",
    re.IGNORECASE,
)
"""`Gunman kills two in `, `attack on a museum in `, `Blasts rock `."""
_STRIKES_OF = re.compile(
    r" (?:terror|(?:bombing|shooting|stabbing|terrorist)s?"
    r"|(?:attack|blast)s?(?=[:;]| (?:accused|anniversary|inquest|suspects?|trial|victims?)))\b",
    re.IGNORECASE,
)
"""`Brussels attacks: 30 dead`; not `Brussels attacks Trump's tariffs`."""
_WITH_POLICE = re.compile(
    r"\b(?:arrest(?:s|ed)?|demonstrators?|gunm[ae]n|police|protest(?:er)?s?|rioters?|tear gas)\b",
    re.IGNORECASE,
)
"""Who is where something happens, beside a town: `Police raid homes in Brussels`."""
_SANCTIONED = re.compile(
    r"\b(?:Australia|Britain|Brussels|Canada|EU|France|Germany|Japan|Kingdom|London|States|Switzerland"
    r"|Treasury|U\.?K\.?|U\.?S\.?|UN|Ukraine|Union|Washington|West) "
    r"(?:(?:black|de)lists|designates|proscribes|sanctions"
    r"|(?:will|to) (?:(?:black|de)list|designate|proscribe|sanction)) (?:Russia's |the )?$",
    re.IGNORECASE,
)
"""`EU sanctions `, `US to designate `; not `Judge sanctions `, of a lawyer."""
_LONGEST_STRUCK = 60  # code points
_DISASTER = re.compile(
    r"(?: [\w-]+){0,2} (?:ambush|capsizes|collapse|crash|disaster|epidemic|explosion|fire|floods?|jailbreak"
    r"|massacre|outbreak|sinks)\b",
    re.IGNORECASE,
)


def is_state(m: Beside) -> bool:
    """Tell whether what stands beside `m` is said of states, and not of a person or a town of that name."""
    name = _name(m)
    if _dealt_with(m) or (name == "Lebanon" and _struck(m)):
        return True
    if _has(m) or (m.before.lower() in state_words.PARTS_OF_A_STATE and name not in words.US_STATES):
        return True
    if name not in state_words.PEOPLE_S:
        return False
    return _inside(m) or _ITS.match(m.text, m.end) is not None or _in_disaster(m)


def is_seat(m: Beside) -> bool:
    """Tell whether `m` is the capital of that name, by what is in it: `Protest in Washington`."""
    name = _name(m)
    if name in state_words.TOWNS_ALONE and _a_town(m):
        return True
    if m.before.lower() != "in" or name not in state_words.SEATS:
        return False
    return two_before(m).lower() in state_words.AT_THE_SEAT


def is_group(m: Beside) -> bool:
    """Tell whether `m` is the armed group of that name: `Wagner troops`, `EU sanctions Wagner`."""
    if m.after.lower() in state_words.OF_A_GROUP or _dealt_with(m):
        return True
    if capitalised(m.after) and not in_title_case(m.text, m.start, m.end):  # `Wagner Foods`
        return False
    return _SANCTIONED.search(m.text, max(0, m.start - _LONGEST_STRUCK), m.start) is not None


def is_who(m: Beside) -> bool:
    """Tell whether `m` is the World Health Organization: `WHO urges calm`, not `WHO URGES WHOM?`."""
    acts = m.after in words.SPEAKERS_DO or m.after in words.STATES_DO
    return acts and m.after.endswith("s") and not m.before and not among_capitals(m)


def _name(m: Beside) -> str:
    """Return the name, one word, as the lists have it: `Brussels` of `BRUSSELS` too."""
    return m.text[m.start : m.end].capitalize()


def _a_town(m: Beside) -> bool:
    """`Bomb attack in Brussels`, `Brussels airport`; not `Hungary attacks EU in Brussels`."""
    if m.after.lower() in state_words.OF_A_TOWN or _STRIKES_OF.match(m.text, m.end):
        return True
    before = max(0, m.start - _LONGEST_STRUCK)
    if _STRUCK_AT.search(m.text, before, m.start):
        return True
    if m.before.lower() not in ("in", "near") and f"{two_before(m)} {m.before}".lower() != "streets of":
        return False
    return _WITH_POLICE.search(m.text, before, m.end + _LONGEST_STRUCK) is not None


def _dealt_with(m: Beside) -> bool:
    """`sanctions on Guinea`, `border with Chad`, `envoy to Jordan`."""
    return two_before(m).lower() in state_words.DONE_WITH_STATES.get(m.before.lower(), ())


def _struck(m: Beside) -> bool:
    """`Floods in Lebanon kill three`: what befalls a state, in a headline; not `Fire in Lebanon`."""
    return (
        m.before.lower() == "in"
        and two_before(m).lower() in state_words.BEFALLS_STATES
        and in_headline(m.text, m.start)
    )


def _inside(m: Beside) -> bool:
    """`floods in Jordan`; not `faith in Jordan`, `in Jordan sneakers`."""
    if m.before.lower() not in state_words.IN_A_PLACE or two_before(m).lower() in state_words.BELIEF:
        return False
    return m.after.lower() not in state_words.OF_SOMEONE


def _in_disaster(m: Beside) -> bool:
    """`Chad mine collapse`, at the head of a headline."""
    return m.start == 0 and _DISASTER.match(m.text, m.end) is not None


def _has(m: Beside) -> bool:
    """`Jordan's army`, `Chad junta`, `king of Jordan`, `Georgia recalled its ambassador`."""
    if m.text.startswith(("'s ", "'S "), m.end):
        owned = beside(m.text, m.start, m.end + 2)
        if _name(m) not in words.US_STATES and owned.after.lower() in state_words.OF_A_COUNTRY:
            return True
        return _sovereign(owned)
    if _ACTS.match(m.text, m.end):
        return True
    if _sovereign(m) and (m.after not in state_words.ROYAL_NAMES or among_capitals(m)):
        return True
    if m.before.lower() == "of":
        return two_before(m).lower() in state_words.SOVEREIGN
    its = _ITS.match(m.text, m.end)
    return its is not None and its.group(1) in state_words.SOVEREIGN


def _sovereign(m: Beside) -> bool:
    """`Army`, `prime minister`; not `Prime Rib`."""
    after = m.after.lower()
    return after in state_words.SOVEREIGN and (after != "prime" or two_after(m).lower() == "minister")
