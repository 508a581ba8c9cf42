"""Offices named by their title: `the US president`, `NATO's chief`, `the prime minister of Japan`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import takewhile

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.offices import HEADS_OF_STATES, Offices
from wirewatch.tagging.names.found import Found, Rejected
from wirewatch.tagging.names.sole import said_alone
from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.text import name_words, office_words, words
from wirewatch.tagging.text.beside import word_after, word_before
from wirewatch.tagging.text.headline import goes_on_as_news, in_title_case

_OF = re.compile(r" (?:of|for) (?:the )?")
_NAME_NEXT = re.compile(r",? (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?=[A-Z]\w)")
_SAYS_NEXT = re.compile(r", (?:[A-Z][\w.'-]* ){1,3}(?:reported|reports|said|says|writes|wrote)\b")
"""`the French president, Reuters reported, …`."""
_NAME_BEFORE = re.compile(r"[A-Z][\w'-]+(?: [A-Z][\w'.-]+)+(?=, (?:the )?$)")
_SURNAME_BEFORE = re.compile(r"(?:^|\n)[A-Z][\w'-]+, (?:the )?$")
_WHO = re.compile(r" who\b", re.IGNORECASE)
_BEGINS = words.BEFORE_NO_NAME | {word.capitalize() for word in words.BEFORE_A_PLACE}
_APPOSITION = 60  # code points before the phrase in which a name may stand
_AFTER = re.compile(r"[- ](\w+)")
_BETWEEN = ("", "'s", "'", "'S")
_DETERMINER = re.compile(rf"\b(?:{'|'.join(sorted(office_words.ANY))}) ((?:[\w-]+ ){{0,2}})$", re.IGNORECASE)
_LONGEST_DETERMINED = 40  # code points
_ANY_HEAD = re.compile(r"\b(?:different|female|future|new|second|single|sitting|woman) ", re.IGNORECASE)
"""What makes `a president` of a state no one's: `a sitting US president`, not `a defiant US president`."""
_RANKED = re.compile(r"(?:^|(\S+)\s)(?:high-ranking|leading|senior|top|veteran) (?:[a-z]+ )?$", re.IGNORECASE)
_SEVERAL = frozenset({"commander", "leader"})
"""Titles of the one at the top of a body, and of others in it."""
_STATES = frozenset({"country", "territory"})
_FALLS = re.compile(
    r" (?:(?:has|is|was|among|been|reported|believed) )*(?:arrested|assassinated|captured|dead|detained"
    r"|dies|died|killed|shot|slain|wounded)\b",
    re.IGNORECASE,
)
_FELLS = ("arrests", "assassinates", "captures", "kill", "killed", "killing", "kills", "wounds")
_DEFINITE = ("the", "his", "her", "its", "their", "whose")
_CHIEF = ("chief", "Chief", "CHIEF")
_WANTED = re.compile(
    r"\b(?:bids?|candidates?|contenders?|favou?rites?|nominated|nominees?|picks?|race|run|runs|running|tipped)"
    r" (?:for|to be) (?:the )?$",
    re.IGNORECASE,
)
"""Before an office that someone wants: `to run for UN secretary-general`."""
_LONGEST_WANTED = len("candidates to be the ")
_CHOSEN = re.compile(
    r"(?:\b(?:(?:(?<!believed )(?<!said )(?<!seems )(?<!thought )to"
    r"|who (?:can|could|may|might|should|will|would)) be|became|becomes?|becoming) (?:the )?"
    r"|\b(?:be|elect|electing|elects|vacant) "
    r"|\b(?P<alone>naming|seek|seeking|seeks|(?<!suit )(?<!report )names?) "
    r"|(?<!\bthe )(?<!ly )(?<!'s )\b(?:appointed|elected|named) "
    r"|\b(?:choose|chooses|chose|name|named|names|nominates|pick|picked|picks|tapped|taps)"
    r" (?-i:(?!(?:At|In|Of|On|Over|With)\b)[A-Z][\w'-]+ ){1,3}(?:(?:for|to be) (?:the )?)?)$",
    re.IGNORECASE,
)
"""Before an office that is still open, or newly filled: `Who will be pope?`, `Rutte named NATO chief`.

Not `the newly elected US president`, who holds it.
"""
_LONGEST_CHOSEN = 60  # code points
_HOLDER_MEANT = re.compile(
    r"['\u2019]|,? (?:who|that)\b| as (?:an?|its|one|the)\b| (?:man|person|woman) of\b"
    r"| (?:apology|approval|audience|backing|blessing|help|intervention|meeting|support|talks|testimony"
    r"|visit)\b"
    r"| in (?:[\w-]+ ){0,2}(?:case|complaint|indictment|lawsuit|probe|suit)\b",
    re.IGNORECASE,
)
"""`It will be the US president who decides`, `Panel names Fed chair in probe`: it is filled already."""
_TO_COME = re.compile(
    r" (?:is |will be |yet )?(?:to )?be (?:appointed|chosen|elected|named|picked|sworn in)\b", re.IGNORECASE
)
"""`New Japanese prime minister to be chosen`."""
_NUMBERED = re.compile(r"\b\d+(?:st|nd|rd|th) $")
_LONGEST_NUMBER = len("147th ")
"""`39th US president`: it may be any of them."""
_STATES_THAT_WERE = re.compile(
    r"Czechoslovak|East German|Nazi|Soviet|U\.?S\.?S\.?R|West German", re.IGNORECASE
)
_THEY_WERE = date(1992, 12, 31)
"""The last day that one of them had offices."""
_MOST_DESCRIBING = 2  # words between a state and an office
_MADE = re.compile(r"\b[Aa]s (?:the )?$")
_MADE_SO_FAR = re.compile(r"[.,;:!?\n]|$| (?:after|at|by|despite|from|in|on|since|under|until|when)\b")
"""`Warsh confirmed as Fed chair in May`; not `Stocks fall as Fed chair speaks`."""


class TitleResolver:
    """Finds who held the offices that an article names by title. `phrases` are the titles, in lower case."""

    def __init__(self, actors: Mapping[str, Actor]) -> None:
        self._offices = Offices(actors)
        self.phrases = self._offices.phrases

    def resolve(
        self,
        text: str,
        matches: Sequence[Match],
        found: Sequence[Found],
        day: date,
        rejected: list[Rejected] | None = None,
    ) -> list[Found]:
        """Return a mention for each title whose body stands beside it and had a holder on `day`.

        `matches`: the longest, in order. The mention is the title's own words: those of the body stand in
        `found` already.
        """
        ends = {one.end: one for one in found}
        starts = {one.start: one for one in found}
        holders: list[Found] = []
        for start, end, item in matches:
            if start in starts:
                continue
            title = self.phrases[item]
            body = _body_before(text, start, ends) or _body_after(text, end, starts)
            if body is None or not self._offices.known(body.actor.id, title):
                alone = title in self._offices.alone and said_alone(text, start, end)
                if alone and not _to_be_filled(text, start, end, title):
                    holders += self._alone(start, end, title, found, day)
                continue
            begin, after = min(start, body.start), max(end, body.end) if body.start > start else end
            rule = _not_the_holders(text, begin, after, title, body)
            if not rule and _named_beside(text, begin, after, starts, ends):
                rule = "named_beside_it"
            person = self._holder(text, body, title, day) if not rule else None
            if person is not None:
                holders.append(Found(start, end, person, "title", "office"))
            elif rejected is not None:
                rejected.append(Rejected(start, end, body.actor.id, "title", rule or "no_holder_known"))
        return holders

    def _holder(self, text: str, body: Found, title: str, day: date) -> Actor | None:
        """Return who held it on `day`; nobody's is an office of the Soviet Union, which is Russia by now."""
        if day > _THEY_WERE and _STATES_THAT_WERE.match(text, body.start):
            return None
        return self._offices.holder(body.actor.id, title, day)

    def _alone(self, start: int, end: int, title: str, found: Sequence[Found], day: date) -> list[Found]:
        """`The pope said`: whoever of them the article names, else who held it on `day`, or held it last."""
        people = self._offices.holders(self._offices.alone[title], title)
        met = {one.actor.id for one in found}
        named = [one for one in people if one.id in met]
        begun = [one for one in people if any(role.begun(day) for role in one.roles)]
        who = named if len(named) == 1 else begun
        return [Found(start, end, who[0], "title", "office")] if who else []


def _body_before(text: str, start: int, ends: Mapping[int, Found]) -> Found | None:
    """`US president`, `Iran's president`, `Britain's embattled prime minister`."""
    for _ in range(_MOST_DESCRIBING):
        if (word := word_before(text, start)) not in office_words.OF_A_HOLDER:
            break
        start -= len(f"{word} ")
    for link in _BETWEEN:
        at = start - 1 - len(link)
        if at in ends and text.startswith(f"{link} ", at):
            return ends[at]
    return None


def _body_after(text: str, end: int, starts: Mapping[int, Found]) -> Found | None:
    """`president of the United States`; not `prime minister of Iraqi Kurdistan`."""
    link = _OF.match(text, end)
    body = starts.get(link.end()) if link else None
    return body if body is None or body.kind != "demonym" else None


def _not_the_holders(text: str, start: int, end: int, title: str, body: Found) -> str:
    """Return the reason why the office of `body` between `start` and `end` is not its holder's, if any."""
    if rule := _ruled_out(text, start, end, title):
        return rule
    if end == body.end and _goes_on(text, end):
        return "named_beside_it"
    return "one_of_many" if _one_of_many(text, start, end, title, body.actor) else ""


def _named_beside(
    text: str, start: int, end: int, starts: Mapping[int, Found], ends: Mapping[int, Found]
) -> bool:
    """Tell whether someone is named beside the office between `start` and `end`."""
    if _person_next(text, end, starts) or _person_before(text, start, ends):
        return True
    return _surname_before(text, start, end)


def _ruled_out(text: str, start: int, end: int, title: str) -> str:
    """Return the reason that the words beside the office give, if there is one."""
    before = word_before(text, start).lower()
    if before in office_words.NO_LONGER or text[max(0, start - 6) : start].lower().endswith(
        ("ex-", "then-", "former-")
    ):
        return "no_longer"
    if _NUMBERED.search(text, max(0, start - _LONGEST_NUMBER), start):
        return "no_longer"
    if _to_be_filled(text, start, end, title) or _made(text, start, end) or _TO_COME.match(text, end):
        return "not_yet"
    after = _AFTER.match(text, end)
    if after and after.group(1) in office_words.NOT_YET:
        return "not_yet"
    if after and text.endswith(_CHIEF, 0, end) and after.group(1).lower() in office_words.OTHER_CHIEFS:
        return "another_chief"
    return ""


def _to_be_filled(text: str, start: int, end: int, title: str) -> bool:
    """Tell whether someone wants the office, or is chosen into it."""
    if _WANTED.search(text, max(0, start - _LONGEST_WANTED), start):
        return True
    chosen = _CHOSEN.search(text, max(0, start - _LONGEST_CHOSEN), start)
    if chosen is None or _HOLDER_MEANT.match(text, end):
        return False
    # A court seeks a president, and files name him.
    return chosen["alone"] is None or title not in HEADS_OF_STATES


def _made(text: str, start: int, end: int) -> bool:
    """`Confirmed as Fed chair`. Not asked of the pope: `cheers as pope in Turkey prays`."""
    made = _MADE.search(text, max(0, start - len("as the ")), start)
    return made is not None and _MADE_SO_FAR.match(text, end) is not None


def _one_of_many(text: str, start: int, end: int, title: str, body: Actor) -> bool:
    """`A senior commander of`, `Top Guards commander`, `any US president`; not `the top commander of`.

    Of a state there is one head: `a defiant US president` is he. `Guards commander killed` leaves open which.
    """
    before = max(0, start - _LONGEST_DETERMINED)
    heads_a_state = title in HEADS_OF_STATES
    determined = _DETERMINER.search(text, before, start)
    if determined and (not determined[1] or not heads_a_state or _ANY_HEAD.match(determined[1])):
        return True
    if heads_a_state:
        return False
    ranked = _RANKED.search(text, before, start)
    if ranked:
        return not _definite(ranked[1] or "")
    if title not in _SEVERAL or body.type in _STATES:
        return False
    by = word_before(text, start)
    return by.lower() in _FELLS or (not _definite(by) and _FALLS.match(text, end) is not None)


def _definite(before: str) -> bool:
    return before.lower() in _DEFINITE or before.lower().endswith(("'s", "s'"))


def _person_next(text: str, end: int, starts: Mapping[int, Found]) -> bool:
    """`US president John Doe`; not `the US president, Israel said` nor `the US president, the Pope and …`."""
    name = _NAME_NEXT.match(text, end)
    if name is None or not _may_be_person(starts.get(name.end())) or _SAYS_NEXT.match(text, end):
        return False
    return name.end() in starts or not _news_next(text, end)


def _goes_on(text: str, end: int) -> bool:
    """`president of US Soccer`, `of Ukraine Volodymyr Zelensky`; not `President of Iran Vows Revenge`."""
    return (
        text[end : end + 1] == " "
        and _NAME_NEXT.match(text, end) is not None
        and not in_title_case(text, end, end)
    )


def _news_next(text: str, end: int) -> bool:
    """`NATO Chief Urges Allies`; not `NATO Chief Jens Stoltenberg`."""
    after = word_after(text, end)
    given = after.capitalize() in words.GIVEN_NAMES or after.capitalize() in name_words.GIVEN_NAMES_ABROAD
    return not given and goes_on_as_news(text, end, end, after)


def _person_before(text: str, start: int, ends: Mapping[int, Found]) -> bool:
    """`Jane Doe, the US president`; not `In South Korea, the US president`."""
    name = _NAME_BEFORE.search(text, max(0, start - _APPOSITION), start)
    if name is None or word_before(text, name.start()) == "in" or not _may_be_person(ends.get(name.end())):
        return False
    return _is_a_name(name.group().split())


def _surname_before(text: str, start: int, end: int) -> bool:
    """`Nixon, the US president who quit`; not `Abroad, the US president is feared`."""
    if not _WHO.match(text, end):
        return False
    return _SURNAME_BEFORE.search(text, max(0, start - _APPOSITION), start) is not None


def _is_a_name(capitalised: Sequence[str]) -> bool:
    """`But Jane Doe`; not `In Paris`, `On Capitol Hill`."""
    before = list(takewhile(_BEGINS.__contains__, capitalised))
    at_a_place = before and before[-1].lower() in words.BEFORE_A_PLACE
    return not at_a_place and len(capitalised) - len(before) > 1


def _may_be_person(found: Found | None) -> bool:
    return found is None or found.actor.type == "person"
