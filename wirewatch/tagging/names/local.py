"""Local rules: what the words beside a mention say about it. Each looks at a few words only."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from wirewatch.tagging.catalogue.actors import Actor, Alias
from wirewatch.tagging.text import name_words, state_words, words
from wirewatch.tagging.text.beside import ENDINGS, QUOTES, WINDOW, word_after, word_before
from wirewatch.tagging.text.headline import goes_on_as_news, in_title_case, line_around
from wirewatch.tagging.text.state_words import BODIES_OF_A_TOWN, SOMEONE_OF_A_TOWN

# Asked of most places: each `words.X` is looked up anew.
from wirewatch.tagging.text.words import (
    BEFORE_SURNAME,
    CALLED,
    CLUBS,
    CLUBS_OF_CITIES,
    NAMED_AFTER_A_PLACE,
    PAGEANTS,
)

_CLOSING = "\"'”\u2019)]"
_AFTER_COMMA = re.compile(r", (\w+)")
_STOPS = (",", ".", ";", ":", "!", "?")
_HEADS = ("", "\n", ".", "!", "?", ":")
"""What stands before a sentence."""
_SAID_BY = ("", "\n", *_STOPS)
_INITIALS = re.compile(r"(?:[A-Z]\.)+")
_AT_WORK = re.compile(
    r" (?:could(?: not|n't| see| hear) |(?:was|is|were) (?:unable|not (?:\w+ly )?able)(?: \w+ly)? to "
    r"|(?:reporter|correspondent|journalist|photographer)s? (?:said|says|saw|heard|counted|reported)\b)"
    r"|, citing |, (?:an?|the) (?:[\w'-]+ ){0,3}(?:agency|broadcaster|newspaper), (?:said|says|reported)\b"
)
"""What an agency says of how it got its news: `could not verify it`, `was not immediately able to`."""
_LISTED = re.compile(r"(?:[,;]|,? and| &) [A-Z]")
_LIST_BEFORE = re.compile(
    r"(fluent in|\w+)(?: only)? [A-Z]\w+(?:(?:, [A-Z]\w+)+, and|(?:, [A-Z]\w+)*(?:,| and)) $"
)
_A_THING_CALLED = re.compile(r"\b[Aa]n? (?:[a-z-]+ ){0,2}([a-z-]+) [a-z]+ $")
_THE_THING_CALLED = re.compile(
    r"\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur) (?:[a-z-]+ ){0,2}([a-z-]+), [a-z]+ $"
)
"""With a comma: `the man called China` says what he did."""
_IN_A_MATCH = re.compile(
    r"'s (?:brace|century|goals?|hat-trick|header|touchdowns?|wickets?)\b"
    r"| (?:fires|heads|hits|nods|strikes) (?:late )?(?:home|(?:the )?(?:equali[sz]er|winner))\b"
    r"| (?:claims|claimed|takes|took|wins|won) (?:[\w-]+ ){0,3}(?:bronze|(?:gold|silver) (?:at|in|medal)"
    r"|downhill|grand prix|marathon|medals?|(?:bike|foot|horse|ski) race|slalom)\b"
    r"| signs for [A-Z]"
)
"""What a player does and has: `Klingbeil heads winner`, `Sandu's hat-trick`."""
_A_SHOP = re.compile(r"'s of [A-Z]")
"""`Noem's of Lowestoft`."""
_OF_ANYONE = re.compile(
    r" (?:\w+ )?(?:cookies|tailoring|\w+ graders"
    r"|(?:bakery|barbershop|bistro|boutique|deli|diner|florist|hardware store|laundromat|pizzeria)\b"
    r"(?! (?:chat|row|stop|tax|tour|trip|visit)))\b",
    re.IGNORECASE,
)
"""What a leader goes to, and does not own: `Putin's bakery`, not `Macron's bakery visit`."""
_OF_SOMEONE_POLITE = re.compile(
    r" (?:\w+ )?(?:class|dog|farm|garden|kitchen|pupils|shop|store|students|yard)\b"
    r"(?! (?:bill|cabinet|economy|loans?|policy|subsid(?:y|ies)))"
)
"""What one has who is called `Ms. Merkel`."""
_AGE = re.compile(r" [A-Z][\w'-]+, [1-9]\d?, (?:of|from|who|was|is|had|has|died|said)\b")
_AT_A_PLACE = re.compile(r"\b(?:[IiOo]n|[Aa]t|[Tt]he|[Nn]ear|[Vv]ia) (?:the )?(?:[A-Z][\w.'-]* ){1,3}$")
"""`In Brussels`, `At the White House`: after it a surname is no part of what stands before."""
_BEFALLS = re.compile(
    r"\b(?:abduct|attack|blast|bomb(?!ers?\b)|collaps|dead\b|explo(?:d|si)|fire\b|flood(?!light)"
    r"|gunm[ae]n|hits?\b(?! with)|injur|kidnap|kill|massacre|quake(?!r)|raid(?:s|ed)?\b|raz"
    r"|shell(?:s|ed|ing)?\b(?! out)|shooting|shot|siege|storm(?:s|ed)?\b(?! back)|strikes?\b(?! gold)"
    r"|struck|wound)",
    re.IGNORECASE,
)
_DOES = ("s", "ed")
_NO_GIVEN_NAME = ("ing", "ed", "ly")
_LONGEST_ACRONYM = 3  # letters: `CEO`, not `ERIC`
OF_ITSELF = re.compile(r" sa(?:id|ys) (?:on \w+ )?(?:that )?(?:it|its) ")


class Beside:
    """A mention and the words one space before and after it; empty when there is none.

    No Struct, so that it can be one of C's where it is compiled (`local.pxd`): it is looked at all the time.
    """

    __slots__ = ("after", "before", "end", "start", "text")

    def __init__(self, text: str, start: int, end: int, before: str, after: str) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.before = before
        self.after = after


LocalRule: TypeAlias = Callable[[Beside], bool]
"""Tells whether the words beside a mention rule it out; the function's name is the reason given."""


def capitalised(word: str) -> bool:
    """Tell whether a word begins with a capital."""
    return word != "" and word[0].isupper()


def beside(text: str, start: int, end: int) -> Beside:
    """Return the mention at `start`:`end` of the plain text with its neighbours."""
    return Beside(text, start, end, word_before(text, start), word_after(text, end))


def goes_on_from_before(m: Beside) -> bool:
    """Tell whether a name may go on from the word before: `Park`, `J.`, `Gen.`; not `But`, `Mali's Gen.`."""
    word = m.before
    if word in words.OTHERS_TITLES:
        return word not in words.RANKS or not two_before(m).endswith("'s")
    if not capitalised(word) or word in words.HONORIFICS or word in words.BEFORE_NO_NAME:
        return False
    if word.lower() in words.DONE_TO_PEOPLE:  # `Trump Meets Xi`
        return False
    if _done_by_news(m):
        return False
    word = word.rstrip(_CLOSING)
    if not word.endswith(_STOPS):
        return True
    return _INITIALS.fullmatch(word) is not None and word not in words.STATES_OF_INITIALS


def _done_by_news(m: Beside) -> bool:
    """`OpenAI Board Fires Altman`; not `OpenAI Names Tobias Altman`."""
    word = m.before
    if word in words.GIVEN_NAMES or word in name_words.GIVEN_NAMES_ABROAD or not word.endswith(_DOES):
        return False
    who = two_before(m)
    if not capitalised(who) or who.endswith((*_DOES, *_STOPS)):  # `Names Tobias Altman`
        return False
    return goes_on_as_news(m.text, m.start, m.end, word)


def listed(m: Beside) -> bool:
    """`Smith, Carney, Jones`, `Schmidt, Merz & Partner`: between names in a list of them."""
    if not capitalised(m.before) or m.before.rstrip(_CLOSING)[-1:] not in (",", ";"):
        return False
    if not _LISTED.match(m.text, m.end) or m.before.rstrip(ENDINGS) in words.BEFORE_NO_NAME:
        return False
    first = two_before(m)
    goes_before = capitalised(first) and first[-1:] not in _STOPS  # `Capitol Hill,`, `After Christmas,`
    return not goes_before and first.lower() not in words.BEFORE_NO_LIST


def two_before(m: Beside) -> str:
    """Return the word before the one before, or an empty string."""
    return word_before(m.text, m.start - len(m.before) - 1)


def two_after(m: Beside) -> str:
    """Return the word after the one after; empty where there is a stop between, or no word."""
    return word_after(m.text, m.end + 1 + len(m.after)) if m.after else ""


def us_place(m: Beside) -> bool:
    """`Lebanon, Pa.`, `Peru, Ind.`: a town named after the country."""
    if not m.text.startswith(", ", m.end):
        return False
    match = _AFTER_COMMA.match(m.text, m.end)
    if match and match.group(1) in words.US_STATES:
        # `Moscow, Washington swap prisoners`: no town of that name, but two that have a verb
        return word_after(m.text, match.end()).lower() not in state_words.DO_TOGETHER
    return m.text.startswith(words.US_STATES_OF_TWO_WORDS, m.end + 2)


def person(m: Beside) -> bool:
    """`Michael Jordan`, `Mr. Holland`, `Chad Johnson`: a person who bears the name."""
    before, after = m.before, m.after
    if before in BEFORE_SURNAME:
        return True
    if len(before) == 2 and before[1] == "." and before[0].isupper():
        return True
    if not capitalised(after) or after.isupper() or after in words.ROLE_WORDS:
        return False
    if m.text[m.start : m.end] in words.NAMES_ALSO_GIVEN:
        return not _two_of_them(m) and not goes_on_as_news(m.text, m.start, m.end, after)
    return _aged(m)


def _two_of_them(m: Beside) -> bool:
    """`Russia and China Deepen Ties`, `US, China Agree Truce`: of two, whose verb has no -s."""
    if m.after.lower() not in state_words.DO_TOGETHER or not (m.before == "and" or m.before.endswith(",")):
        return False
    return in_title_case(m.text, m.start, m.end)


def _aged(m: Beside) -> bool:
    """`Mali Davies, 8, of Swansea`: whoever has an age is a person."""
    return _AGE.match(m.text, m.end) is not None


def capitals(m: Beside) -> bool:
    """`TELL US MORE`: a country's letters that are a pronoun among capitals."""
    told = m.before in words.BEFORE_A_PRONOUN or m.after in words.AFTER_A_PRONOUN
    if m.before in ("OF", "FROM"):
        told = told or two_before(m) in (words.SOME_OF if m.before == "OF" else words.TAKEN_FROM)
    if m.before in words.ASKED_OF_READERS and not two_before(m):
        told = m.after in words.NO_NOUNS or m.after in ("AT", "BY", "ON", "TODAY")
    if not told and m.after in words.NO_NOUNS:  # not `FEARS FOR US ECONOMY`, `GETS US MISSILES`
        told = m.before in words.DONE_TO_US or two_before(m) in words.SUBJECTS
    return told and among_capitals(m)


def among_capitals(m: Beside) -> bool:
    """`TRUMP MEETS XI`: all around is in capitals, so that those of a word say nothing."""
    before, after = m.text[max(0, m.start - WINDOW) : m.start], m.text[m.end : m.end + WINDOW]
    around = before.rpartition("\n")[2] + after.partition("\n")[0]
    return around.isupper() and sum(map(str.isalpha, around)) > 3


def language_or_food(m: Beside) -> bool:
    """`French fries`, `an English teacher`, `spoke only Greek`, `speaks Russian and Spanish`: no people."""
    if m.after.lower() in words.LANGUAGE_OR_FOOD:
        return not _traded(m)
    if m.after == "students":
        return m.text[m.start : m.end] in words.TAUGHT
    # `speaks French, German officials said`: after a comma it is one only if the list goes on.
    if m.before == "and" or (m.before.endswith(",") and _LISTED.match(m.text, m.end)):
        spoken = _LIST_BEFORE.search(m.text, max(0, m.start - 3 * WINDOW), m.start)
        return spoken is not None and spoken.group(1).removesuffix(" in") in words.SPEAKING
    if m.before == "only":
        return word_before(m.text, m.start - len("only ")) in words.SPEAKING
    if m.before == "in":
        return word_before(m.text, m.start - len("in ")) == "fluent"
    return m.before in words.SPEAKING


def _traded(m: Beside) -> bool:
    """`French cheese exports`, `Thai curry paste makers`: what is said of it is news of the country."""
    what = two_after(m)
    if what in words.TRADED:
        return True
    return what != "" and word_after(m.text, m.end + 2 + len(m.after) + len(what)) in words.TRADED


def named_after(m: Beside) -> bool:
    """`Guernsey County`, `the Greek Grill`: something that bears the name."""
    if _contest(m):
        return True
    return _capital(m) in words.NAMED_AFTER and not _of_the_state(m) and not _befallen(m)


def _contest(m: Beside) -> bool:
    """`Italian Open`, `Miss Universe Kenya`; not `Italy Open to Talks`, `US, Italy Open Talks`."""
    if m.after == "Open":
        return two_after(m).lower() not in ("for", "to") and not _two_of_them(m)
    return m.before in PAGEANTS and two_before(m) in ("Miss", "Mister")


def _capital(m: Beside) -> str:
    """Return the word after as in a name: `County` among capitals too."""
    return m.after.capitalize() if m.after.isupper() and among_capitals(m) else m.after


def _of_the_state(m: Beside) -> bool:
    """`Kenya High Court`, `China Market Rally`; not `Kenya High`."""
    what = state_words.BODIES_OF_A_STATE.get(m.after.lower())
    return what is not None and two_after(m).lower() in what


def _befallen(m: Beside) -> bool:
    """`Nigeria Church Attack Kills 40`: In Title Case, a house of that state, as something befalls it."""
    return (
        _capital(m) in words.HOUSES
        and two_after(m) not in ("Board", "District")
        and in_title_case(m.text, m.start, m.end)
        and _BEFALLS.search(line_around(m.text, m.start, m.end)) is not None
    )


def named_after_place(m: Beside) -> bool:
    """`Norway spruce`, `Malta Road`, `the Sea of Japan`: something that has its name from there."""
    if m.after.lower() in SOMEONE_OF_A_TOWN and m.text[m.start : m.end] in state_words.TOWNS_TOO:
        return True  # who is of the state is `a Peruvian man`
    if _contest(m):
        return True
    after = _capital(m)
    if after in NAMED_AFTER_A_PLACE:
        return not (_traded(m) if after in words.THINGS else _of_the_state(m) or _befallen(m))
    bodies = BODIES_OF_A_TOWN.get(after)
    if bodies is not None and two_after(m).capitalize() in bodies:
        return True
    return m.before == "of" and word_before(m.text, m.start - len("of ")) in words.OF_BY_NAME


def called(m: Beside) -> bool:
    """`a husky called Togo`, `the lion, named Kenya,`; not `a country called Togo`, `called it a cheat`."""
    if m.before not in CALLED or m.after in words.SAID_TO_BE:
        return False
    start = max(0, m.start - 2 * WINDOW)
    what = _A_THING_CALLED.search(m.text, start, m.start) or _THE_THING_CALLED.search(m.text, start, m.start)
    return what is not None and what.group(1) in words.GIVEN_NAMES_OF_THEIR_OWN


def club(m: Beside) -> bool:
    """`Dynamo Kyiv`, `Real Madrid`; not `Real Washington power`, `AC MILAN VOTES`."""
    cities = CLUBS_OF_CITIES.get(m.before)
    is_one = m.before in CLUBS or (cities is not None and m.text[m.start : m.end] in cities)
    return is_one and not among_capitals(m)


def team(m: Beside) -> bool:
    """`Washington Wizards`, `Toronto Blue Jays`: a team of the city."""
    after = _capital(m)
    if after in words.BEFORE_A_TEAM:
        return f"{after} {two_after(m).capitalize()}" in words.TEAMS_OF_TWO_WORDS
    return after in words.TEAMS


def verb(m: Beside) -> bool:
    """`Polish your silver`: the verb at the head of a sentence, or among capitals."""
    before = m.text[max(0, m.start - 3) : m.start].strip(f"{QUOTES} ")[-1:]
    return (before in _HEADS or among_capitals(m)) and m.after.lower() in words.AFTER_POLISH


def river(m: Beside) -> bool:
    """`paddled the Congo`; not `war in the Congo`."""
    return m.before.lower() == "the" and two_before(m).lower() not in words.BEFORE_A_COUNTRY


def relative(m: Beside) -> bool:
    """`Steve Macron`, `Merkel Street`, `Biden his time`, `Noem's of Lowestoft`: not whose it is alone."""
    if another(m) or m.before in words.NO_LEADERS or m.after in words.WHOSE:
        return True
    if m.after == "&" or m.after in words.BELONG_TO_PEOPLE or m.after in words.NAMED_AFTER:
        return True
    if _IN_A_MATCH.match(m.text, m.end) or _A_SHOP.match(m.text, m.end):
        return True
    return owns_a_shop(m) or _named_after_a_person(m)


def owns_a_shop(m: Beside) -> bool:
    """`Putin's bakery`, `Putin's Kitchen`, `Ms. Merkel's garden`: what no leader is in the news for."""
    if not m.text.startswith(("'s ", "'S "), m.end):
        return False
    at = m.end + len("'s")
    if _OF_ANYONE.match(m.text, at) or (m.before in words.POLITE and _OF_SOMEONE_POLITE.match(m.text, at)):
        return True
    return word_after(m.text, at) in words.NAMED_AFTER and not in_title_case(m.text, m.start, m.end)


def _named_after_a_person(m: Beside) -> bool:
    """`Salvini Hotels`, `Merkel Cell`; not `told Putin Ukraine would`, `Trump Administration`."""
    if not capitalised(m.after) or m.after.isupper() or m.after in name_words.AFTER_A_LEADER:
        return False
    if m.before in words.DONE_TO_PEOPLE or m.before in words.DONE_TO_STATES:
        return False
    return not in_title_case(m.text, m.start, m.end)


def another(m: Beside) -> bool:
    """`Steve Macron`, `Flavio Bolsonaro`: a given name; not `In Brussels Macron`, `Jailed Navalny`."""
    word = m.before
    if not capitalised(word):
        return False
    name = word.capitalize() if len(word) > _LONGEST_ACRONYM and word.isupper() else word
    if name in words.GIVEN_NAMES or name in name_words.GIVEN_NAMES_ABROAD:
        return True
    if not word.isalpha() or word.isupper() or word.endswith(_NO_GIVEN_NAME):
        return False
    if word in name_words.BEFORE_A_LEADER or not goes_on_from_before(m):
        return False
    if in_title_case(m.text, m.start, m.end):
        return False
    return _AT_A_PLACE.search(m.text, max(0, m.start - 3 * WINDOW), m.start) is None


def given_name(m: Beside) -> bool:
    """`Anna Bayer`, `Henry Ford`; not `Will Apple`, `Virginia Amazon workers`: a person of a firm's name."""
    return m.before in words.GIVEN_NAMES and m.before not in words.NO_GIVEN_NAMES_BEFORE_FIRMS


def source(m: Beside) -> bool:
    """`told Reuters`, `(Reuters)`, `Reuters reported`: who says it, not who it is about."""
    if OF_ITSELF.match(m.text, m.end):
        return False
    if m.text[m.start - 1 : m.start] == "(" or m.text[m.end : m.end + 1] == ")":
        return True
    if m.after.lower() in words.AFTER_SOURCE or _AT_WORK.match(m.text, m.end):
        return True
    before = m.before.lower()
    if before == "the":  # `told The Associated Press`
        return m.text[max(0, m.start - WINDOW) : m.start].lower().endswith(words.BEFORE_THE_SOURCE)
    if before == "said":  # `…, said Reuters.`, not `he said Reuters was wrong`
        return m.text[m.end : m.end + 1] in _SAID_BY
    return before in words.BEFORE_SOURCE


_OF_A_WORD: Mapping[str, LocalRule] = {"Congo": river, "Polish": verb, "US": capitals}
"""Rules for one name alone."""


def rules_for(actor: Actor, alias: Alias) -> tuple[LocalRule, ...]:
    """Return the local rules that an alias of an actor must pass."""
    rules: list[LocalRule] = [_OF_A_WORD[alias.text]] if alias.text in _OF_A_WORD else []
    if actor.type in ("country", "territory", "place"):
        if alias.kind == "demonym":
            rules += [named_after, language_or_food, person]
        elif alias.kind in ("name", "capital", "metonym"):
            rules += _rules_for_place(actor, alias)
    if actor.type == "person" and alias.kind == "name" and " " not in alias.text:
        rules += [relative, called]
    if actor.type == "armed_group" and alias.needs and " " not in alias.text:
        rules.append(person)
    if actor.type == "company" and alias.needs and " " not in alias.text:
        rules.append(given_name)
    if actor.source:
        rules.append(source)
    return tuple(rules)


def _rules_for_place(actor: Actor, alias: Alias) -> list[LocalRule]:
    rules: list[LocalRule] = [named_after_place, us_place, person, called]
    states = (actor.id, *actor.parents)
    if words.GEORGIA in states:  # whose towns stand before its name too: `Tbilisi, Georgia`
        rules.remove(us_place)
    clubs = any(alias.text in cities for cities in CLUBS_OF_CITIES.values())
    if actor.type == "place" or alias.kind != "name" or clubs:
        rules.append(club)
    # `US Senators` are no team.
    if not words.WITH_TEAMS.isdisjoint(states) and (actor.type == "place" or alias.kind != "name"):
        rules.append(team)
    return rules
