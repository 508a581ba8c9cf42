"""What an English headline says is on or off: "US lifts sanctions" turns what "US imposes sanctions" tells.

A verb of a closed list says it of what follows, or, where nothing does, of what stands before: sanctions
are off, the strike that begins is on. Such verbs add up: who drops a plan to build a plant, or refuses to
build it, says that the plant is off. Nothing is said of what a headline calls both.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from wirewatch.article import Article
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.text.language import ENGLISH
from wirewatch.watches.likeness.opening import headline_range
from wirewatch.watches.likeness.terms import ACTOR, stem

ON: Final = "+"
OFF: Final = "-"

_ON_VERBS = """
accept adopt agree allow approve begin build continue declare enact endorse enforce enter extend hold impose
introduce keep launch maintain open pass plan rage ratify reach reimpose reinstate relaunch reopen restart
restore resume sign start uphold
"""
_ON_FORMS = "backed backs began begun built held kept resumption upheld"
_OFF_VERBS = """
abandon abolish annul avert avoid axe ban block cancel cease close collapse defer delay ditch dodge drop end
fail freeze halt lift oppose overturn pause postpone prevent quit refuse reject remove repeal rescind revoke
scrap scupper shelve shut stop suspend terminate veto void waive withdraw
"""
_OFF_FORMS = "froze frozen rejection removal suspension vetoes withdrawal withdrawn withdrew"
_NEGATIONS: Final = frozenset(("no", "not", "never", "won't", "cannot", "can't"))
_OVER: Final = "over"
"""Says it at the end of a clause only."""
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
alert blockade boycott closure curb curfew duties emergency embargo hold immunity law limit lockdown order
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
_PREPOSITION_WORDS = """
about across against amid among around at back between by down during for from in into near of off on onto
out over past through to toward towards under up via with within without
"""
_PREPOSITIONS: Final = frozenset(_PREPOSITION_WORDS.split())
_THROUGH: Final = frozenset(("of", "to", "for", "on"))
"""Between a verb and what it is about: "agree to ceasefire", "end of war"."""
_SKIPPED_WORDS = """
a again ahead all an any early earlier first fourth further her his immediately its late later more most new
now second some soon temporarily the their third today tomorrow tonight is are was were be been being has
have had will would may could
"""
_SKIPPED: Final = frozenset(_SKIPPED_WORDS.split())
_TIME_WORDS = """
monday tuesday wednesday thursday friday saturday sunday hour hours day days week weeks weekend month months
year years round time times
"""
_TIMES: Final = frozenset(_TIME_WORDS.split())
_NO_END: Final = frozenset(("at", "by", "this", "until", "west", "east", "year", "month"))
"""Before an end that is none of an event: "West End", "at the end of the week"."""
_SO: Final = ("declar", "held", "hold", "keep", "kept")
"""Begin verbs whose object is so: "declares outbreak over", "keeps border closed"."""
_NOUN_WORDS = """
ban bans block freeze halt launch pause plan plans rejection removal resumption suspension veto withdrawal
"""
_NOUNS: Final = frozenset(_NOUN_WORDS.split())
"""What they are about may stand before them: "lifts export ban"."""
_NONE: Final = -1
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
    """Return what `word` is known by, in whatever number it stands; an actor's id is itself."""
    if word[0] == ACTOR:
        return word
    known = stem(word.removesuffix("'"))
    known = f"{known[:-1]}i" if known.endswith("y") else known  # "delivery", "deliveries"
    return _SAME.get(known, known)


_SAME: dict[str, str] = {}
_SAME.update((_thing(word), _thing(other)) for word, other in _SAME_WORDS)
_LIFTED: Final = frozenset(map(_thing, _LIFTED_WORDS.split()))


def turns_of(article: Article, tags: Tags) -> tuple[str, ...]:
    """Return the stems of what the title says is on (`+strike`) or off (`-strike`); actors by their ids."""
    if tags.language not in (None, ENGLISH):
        return ()
    title = _with_actors(article, tags).replace("’", "'")  # noqa: RUF001  # typographic apostrophe
    title = _PHRASE.sub(lambda found: _VERB_OF[(found.lastindex or 1) - 1], title)
    tokens = _TOKEN.findall(title)
    if _SIGNS.keys().isdisjoint(tokens):
        return ()
    said: dict[str, int] = {}
    both = set[str]()
    for clause, background in _clauses(tokens):
        if background and said:
            continue
        for thing, sign in _said(clause).items():
            if said.setdefault(thing, sign) != sign:
                both.add(thing)
    turns = (f"{ON if sign > 0 else OFF}{thing}" for thing, sign in said.items() if thing not in both)
    return tuple(sorted(turns))


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


class _About(NamedTuple):
    """What a verb is followed by."""

    things: tuple[str, ...] = ()
    direct: bool = False
    """Without a preposition between."""
    verb: bool = False
    """Another verb of the list."""


def _said(clause: Sequence[str]) -> dict[str, int]:
    """Return what a clause says is on (1) or off (-1)."""
    said: dict[str, int] = {}
    sign = since = 1  # what the verbs so far make together, and those since one had something to say it of
    direct = False
    last = _NONE  # a verb that is followed by another
    for at, word in enumerate(clause):
        if not _is_verb(clause, at):
            continue
        about = _about(clause, at)
        if not about.verb and last == _NONE and not said and _moves(word, about, clause[:at]):
            continue
        sign, since = sign * _SIGNS[word], since * _SIGNS[word]
        if about.things:
            said |= {thing: sign for thing in about.things if thing not in said}
            direct |= about.direct and not word.startswith(_SO)
        elif word in _NEGATIONS:
            continue
        elif about.verb:
            last = at
            continue
        elif nouns := _of_noun(clause, last, at, sign):
            said |= nouns
        elif not said:
            said = dict.fromkeys(_subject(clause[:at]), sign)
        elif not direct:  # what follows an object tells of its past: "resumes deliveries halted in May"
            said = {thing: known * since for thing, known in said.items()}
        since, last = 1, _NONE
    return said


def _moves(word: str, about: _About, before: Sequence[str]) -> bool:
    """Return whether a verb tells of what rises or falls: "lifts rates", "lifts off", "shares drop"."""
    if word.startswith("lift"):
        return _LIFTED.isdisjoint(about.things or _subject(before))
    return word in ("drop", "drops") and not about.things


def _of_noun(clause: Sequence[str], last: int, at: int, sign: int) -> dict[str, int]:
    """Return what two verbs say, one of them as a noun: "lifts export ban", "export ban lifted"."""
    if last == _NONE:
        return {}
    if clause[at] in _NOUNS:
        noun, of = clause[at], clause[last + 1 : at]
    elif clause[last] in _NOUNS and _NEGATIONS.issuperset(clause[last + 1 : at]):
        noun, of = clause[last], clause[:last]
    else:
        return {}
    return dict.fromkeys(_subject(of), sign) | {_thing(noun): sign * _SIGNS[noun]}


def _is_verb(clause: Sequence[str], at: int) -> bool:
    """Return whether the word at `at` is a verb of the list, or does as one."""
    word = clause[at]
    if word == _OVER:
        return at == len(clause) - 1
    if word == "hold" and clause[max(0, at - 1)] == "on":
        return False
    if word != "end":
        return word in _SIGNS
    before = [one for one in clause[max(0, at - 2) : at] if one != "the"][-1:]
    return not before or not (before[0] in _NO_END or before[0].endswith("'s"))


def _about(clause: Sequence[str], verb: int) -> _About:
    """Return what the verb at `verb` is about, by what follows it."""
    at = _past_skipped(clause, verb + 1)
    through = clause[at] if at < len(clause) else ""
    if through == "on" and clause[verb].endswith("ed") and clause[verb] != "agreed":
        return _About()  # "sanctions imposed on"
    if through in _THROUGH:
        at = _past_skipped(clause, at + 1)
    if at < len(clause) and _is_verb(clause, at):
        return _About(verb=True)
    head, at = _head(clause, at)
    after = clause[at + 1 : at + 2]
    if at < len(clause) and clause[at] in _NOUNS and (not after or after[0] in _PREPOSITIONS):
        return _About(verb=True)
    if not head or (head[0] == ACTOR and through in ("on", "for")):
        return _About()
    things = [head]
    if clause[at : at + 1] in (["of"], ["for"]):
        more, _ = _head(clause, at + 1)
        things += [more] if more and more[0] != ACTOR else []
    return _About(tuple(map(_thing, things)), direct=through not in _THROUGH)


def _past_skipped(clause: Sequence[str], at: int) -> int:
    while at < len(clause) and clause[at] in _SKIPPED:
        at += 1
    return at


def _head(clause: Sequence[str], at: int) -> tuple[str, int]:
    """Return the last word of the phrase that begins at `at`, and where it ends; none for a time."""
    head = ""
    for word in clause[at:]:
        if word in _PREPOSITIONS or _is_verb(clause, at):
            break
        if not (word in _SKIPPED or word[0].isdigit() or (head and word in _TIMES)):
            head = word
        at += 1
    return ("" if head in _TIMES else head), at


def _subject(before: Sequence[str]) -> Sequence[str]:
    head, _ = _head(before, 0)
    return [_thing(head)] if head else []
