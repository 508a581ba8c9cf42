"""What an English headline says is on or off: "US lifts sanctions" turns what "US imposes sanctions" tells.

A verb of a closed list says it of all that follows in its clause, or, where nothing does, of what stands
before: sanctions are off, the strike that begins is on. Such verbs add up: who drops a plan to build a plant,
or refuses to build it, says that the plant is off. Nothing is said of what a headline calls both.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from wirewatch.article import Article
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.text.language import ENGLISH
from wirewatch.watches.likeness.opening import headline_range
from wirewatch.watches.likeness.terms import ACTOR, plain_weight

ON: Final = "+"
OFF: Final = "-"

_ON_VERBS = """
accept adopt agree allow approve begin build continue declare enact endorse enforce enter extend hold impose
introduce keep launch maintain open pass plan rage ratify reach reimpose reinstate relaunch reopen restart
restore resume sign start uphold
"""
_ON_FORMS = "backed backs began begun built held kept resumption upheld"
_OFF_VERBS = """
abandon abolish annul avert avoid axe ban block cancel cease close collapse defer delay deny ditch dodge drop
end fail freeze halt lift oppose overturn pause postpone prevent quit refuse reject remove repeal rescind
revoke scrap scupper shelve shut stop suspend terminate veto void waive withdraw
"""
_OFF_FORMS = "closure froze frozen rejection removal suspension vetoes withdrawal withdrawn withdrew"
_NEGATIONS: Final = frozenset(("no", "not", "never", "won't", "cannot", "can't"))
_OVER: Final = "over"
"""Says it at the end of a clause, and in "over in Gaza"."""
_PHRASES: Final = {
    r"(?:call(?:s|ed|ing)?|broke|breaks?) off|pull(?:s|ed|ing)? out of|g[ai]v(?:e|es|ing) up": "ends",
    r"walk(?:s|ed|ing)? away from|back(?:s|ed|ing)? out of": "ends",
    r"(?:falls?|fell) (?:apart|through)|br(?:eaks?|oke) down": "collapses",
    r"(?:turn|vote|strike)(?:s|d|ed)? down|struck down|rul(?:e|es|ed|ing) out": "rejects",
    r"go(?:es|ing)? ahead with": "starts",
    r"at (?:least|most)": "",
    r"drag(?:s|ged)? on": "continues",
    r"close to": "near",
    r"(?:hold|put)s? (?:off|back)|held (?:off|back)|puts?(?= [^,;]{1,60} on (?:hold|ice))": "suspends",
    r"(?:put|placed) on (?:hold|ice)": "suspended",
    r"(?:takes?|took) effect|(?:comes?|came|goes|went|enters?) into (?:force|effect)": "starts",
    r"(?:go(?:es|ing)?|went) on strike": "starts strike",
    r"(?:hit|slap)(?:s|ped)? [^,;]{1,40} with(?= (?:\w+ )?(?:sanctions|tariffs))": "imposes",
}
"""What stands for a verb of the list."""
_PHRASE = re.compile("|".join(rf"\b({phrase})(?!\w)" for phrase in _PHRASES))
_VERB_OF: Final = tuple(_PHRASES.values())
_LIFTED_WORDS = """
alert ban blockade boycott closure curb curfew duties emergency embargo hold immunity law limit lockdown order
restriction sanction siege tariff warning
"""
"""What is over once it is lifted; rates, prices and forecasts rise."""
_SAME_WORDS = (
    ("truce", "ceasefire"),
    ("cease-fire", "ceasefire"),
    ("factory", "plant"),
    ("walkout", "strike"),
)
_CLAUSE_WORDS = ", ; : | – — as amid and but while when because says say said who which that"  # noqa: RUF001
_CLAUSES: Final = frozenset(_CLAUSE_WORDS.split())
"""What stands between two clauses."""
_BACKGROUND_WORDS = "after before despite following if since unless until"
_BACKGROUND: Final = frozenset(_BACKGROUND_WORDS.split())
"""What they begin counts only where nothing before says what is on or off."""
_WITHOUT_WORDS = "amid at by from in over under with"
_WITHOUT: Final = frozenset((*_WITHOUT_WORDS.split(), ""))
"""What follows a verb that has no object: "ends in", "lifted by"."""
_NO_END: Final = frozenset(("at", "by", "this", "until", "west", "east", "year", "month"))
"""Before an end that is none of an event: "West End", "at the end of the week"."""
_NOUN_WORDS = """
ban bans block closure freeze halt launch pause plan plans rejection removal resumption suspension veto
withdrawal
"""
_NOUNS: Final = frozenset(_NOUN_WORDS.split())
"""Verbs of the list that are things too, and say it of those before them as well: "lifts export ban"."""
_AUXILIARY_WORDS = "are be been being had has have is not was were"
_AUXILIARIES: Final = frozenset(_AUXILIARY_WORDS.split())
"""With a participle they make a verb that is none of what stands before: "truce has collapsed"."""
_ORDINALS: Final = frozenset(("first", "second", "third", "fourth", "fifth"))
_TOKEN = re.compile(rf"{ACTOR}[^\s,;]+|[^\W_]+(?:['.,-][^\W_]+)*(?:'s?)?|[,;:|–—]")  # noqa: RUF001


def _forms(verbs: str) -> Iterable[str]:
    """Yield the regular forms of `verbs`, and some that are no words."""
    for verb in verbs.split():
        root = verb.removesuffix("e")
        yield from (verb, f"{verb}s", f"{verb}es", f"{root}ed", f"{root}ing")
        yield from (f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing", f"{verb[:-1]}ies", f"{verb[:-1]}ied")


_ON: Final = frozenset((*_forms(_ON_VERBS), *_ON_FORMS.split()))
_OFF: Final = frozenset((*_forms(_OFF_VERBS), *_OFF_FORMS.split(), *_NEGATIONS, _OVER))
_SIGNS: Final = dict.fromkeys(_ON, 1) | dict.fromkeys(_OFF, -1)


def _thing(word: str) -> str:
    """Return what `word` is known by, in whatever number it stands; nothing for one that tells nothing."""
    known, weight = plain_weight(word.removesuffix("'").removesuffix("'s"))
    if not weight or known[0] == ACTOR or known[0].isdigit() or known in _ORDINALS:
        return ""
    known = f"{known[:-1]}i" if known.endswith("y") else known  # "delivery", "deliveries"
    return _SAME.get(known, known)


_SAME: dict[str, str] = {}
_SAME.update((_thing(word), _thing(other)) for word, other in _SAME_WORDS)
_LIFTED: Final = frozenset(map(_thing, _LIFTED_WORDS.split()))


def turns_of(article: Article, tags: Tags) -> tuple[str, ...]:
    """Return the stems of what the title says is on (`+strike`) or off (`-strike`)."""
    if tags.language not in (None, ENGLISH):
        return ()
    title = _with_actors(article, tags).replace("’", "'")  # noqa: RUF001  # typographic apostrophe
    title = _PHRASE.sub(lambda found: _VERB_OF[(found.lastindex or 1) - 1], title)
    tokens = _TOKEN.findall(title)
    if _SIGNS.keys().isdisjoint(tokens):
        return ()
    said: dict[str, int] = {}
    for clause, background in _clauses(tokens):
        if background and said:
            continue
        for thing, sign in _said(clause).items():
            said[thing] = sign if said.get(thing, sign) == sign else 0
    return tuple(sorted(f"{ON if sign > 0 else OFF}{thing}" for thing, sign in said.items() if sign))


def opposite(turns: Iterable[str]) -> frozenset[str]:
    """Return what is off where `turns` say on, and the other way round."""
    return frozenset((OFF if turn[0] == ON else ON) + turn[1:] for turn in turns)


def _with_actors(article: Article, tags: Tags) -> str:
    """Return the title in small letters, with the id of each actor in place of its name."""
    title = article.title
    at, end = headline_range(title)
    places = sorted(
        (mention.place.start, mention.place.end, actor.id)
        for actor in tags.actors
        if not actor.via
        for mention in actor.mentions
        if mention.place.paragraph is None
    )
    parts = []
    for start, stop, id_ in places:
        if at <= start and stop <= end:
            parts += [title[at:start].casefold(), f" {ACTOR}{id_} "]
            at = stop
    return "".join((*parts, title[at:end].casefold()))


def _clauses(tokens: Sequence[str]) -> Iterable[tuple[Sequence[str], bool]]:
    """Yield the clauses of a headline, each with whether it may be background."""
    begin, background = 0, False
    for at, token in enumerate((*tokens, ",")):
        if token in _CLAUSES or token in _BACKGROUND:
            yield tokens[begin:at], background
            begin, background = at + 1, token in _BACKGROUND


def _said(clause: Sequence[str]) -> dict[str, int]:
    """Return what a clause says is on (1) or off (-1)."""
    subject, objects = dict[str, int](), dict[str, int]()
    into: dict[str, int] | None = subject
    sign = since = 1  # what the verbs so far make together, and those after the last thing
    phrase: list[str] = []  # things that stand side by side
    verbs = finite = turned = False
    for at, word in enumerate(clause):
        if not _is_verb(clause, at):
            thing = _thing_at(clause, at)
            if thing and into is not None:
                into.setdefault(thing, sign)
                phrase.append(thing)
                since = 1
            elif word[0] != ACTOR:
                phrase = []
            if word in _WITHOUT:
                into = None
            continue
        turn, verbs = _SIGNS[word], True
        if into is not None and _is_noun(clause, at, phrase):
            into |= {one: into[one] * turn for one in phrase}
            into.setdefault(_thing(word), sign)
            sign, since, turned = sign * turn, 1, True
        elif _has_object(clause, at):
            sign, since, into = sign * turn, since * turn, objects
            finite |= word.endswith("s")
        elif objects and finite and _is_participle(clause, at):
            break  # tells of the past: "resumes deliveries halted in May"
        else:
            said = objects or subject
            said |= {one: known * since * turn for one, known in said.items()}
            since, into, turned = 1, None, True
        phrase = []
    if objects or turned:
        return objects or subject
    return {one: known * since for one, known in subject.items() if verbs}  # "flights to resume on Monday"


def _is_verb(clause: Sequence[str], at: int) -> bool:
    """Return whether the word at `at` is a verb of the list, or does as one."""
    word, before = clause[at], clause[at - 1] if at else ""
    if word == _OVER:
        return _after(clause, at) in ("", "in")
    if word == "hold" and before == "on":
        return False
    if word.startswith("lift"):
        return not _LIFTED.isdisjoint(map(_thing, clause))
    if word != "end":
        return word in _SIGNS
    before = clause[at - 2] if before == "the" and at > 1 else before
    return not (before in _NO_END or before.endswith("'s"))


def _is_noun(clause: Sequence[str], at: int, phrase: Sequence[str]) -> bool:
    """Return whether a word that may be a verb is a thing: "lifts export ban", "ban on exports lifted"."""
    after = _after(clause, at)
    if clause[at] not in _NOUNS or after == "to" or after[:1] == ACTOR:
        return False
    if _thing(after) and not _is_verb(clause, at + 1):  # "unions plan strike"
        return False
    return bool(phrase) or at == 0 or clause[at - 1][0] == ACTOR or _is_verb(clause, at - 1)


def _is_participle(clause: Sequence[str], at: int) -> bool:
    return clause[at].endswith("ed") and not (at and clause[at - 1] in _AUXILIARIES)


def _has_object(clause: Sequence[str], at: int) -> bool:
    """Return whether the verb at `at` says it of what follows, not of what stands before."""
    after = _after(clause, at)
    if after in ("for", "on"):
        return not _is_participle(clause, at) or clause[at] == "agreed"
    return after not in _WITHOUT


def _thing_at(clause: Sequence[str], at: int) -> str:
    """Return the thing that the word at `at` names; an actor is one right after a verb: "bans Facebook"."""
    if clause[at][0] != ACTOR:
        return _thing(clause[at])
    alone = at and _is_verb(clause, at - 1) and not _thing(_after(clause, at))
    return clause[at] if alone else ""


def _after(clause: Sequence[str], at: int) -> str:
    return clause[at + 1] if at + 1 < len(clause) else ""
