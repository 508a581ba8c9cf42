"""Against the obvious: a slow evaluator that looks every clause up in the words themselves."""

import re

import msgspec
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.watches.world import CATALOGUE, TOPICS, article, tag
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.language import All, Any, AtLeast, LanguageError, Near, Not, Term, parse
from wirewatch.watches.language.tree import Link
from wirewatch.watches.model import Watch

# Names of actors never stand within other words or names here, so that a look at the words is nearly
# enough: see `taken_as_written`.
ALIASES = {"nato": ("NATO",), "ir": ("Iran", "Tehran"), "ru": ("Moscow",), "opec": ("OPEC",)}
MEMBERS = {"opec": ("ir", "iq"), "palace": ()}
BENEATH = {"nato": ("Stoltenberg",), "palace": ("Turkey", "Ankara")}
SPOKEN = (
    *(
        "NATO",
        "Iran",
        "Tehran",
        "Moscow",
        "OPEC",
        "Stoltenberg",
        "Ankara",
        "striker",
        "oil",
        "Oil",
        "tankers",
    ),
    *("gas", "Gas", "café", "cafe", "tank", "and", "the"),
    *("Straße", "STRASSE", "Straßenbahn", "ﬁeld", "field", "ßﬁ"),
)
TEXTS = (
    *(Term("text", word) for word in ("striker", "oil", "gas", "cafe", "oil tankers", "and the")),
    *(Term("text", word) for word in ("strasse", "straße field", "ﬁeld")),
    *(Term("text", word, exact=True) for word in ("Gas", "café", "oil", "Straße", "strasse", "ﬁeld")),
    *(Term("text", word, prefix=True) for word in ("tank", "oil tan", "stras", "straße")),
    *(Term("regex", pattern, exact=True) for pattern in (r"tank\w+", r"ank", r"oil \w+")),
    Term("regex", "oil", exact=False),
)
ACTORS = tuple(
    Term("actor", name, direct=direct, members=members)
    for name, members in (
        ("nato", False),
        ("ir", False),
        ("ru", False),
        ("opec", False),
        ("opec", True),
        ("palace", False),
    )
    for direct in (False, True)
)
PLACED = (*TEXTS, *ACTORS, Term("topic", "sport"))
WHOLE = (
    Term("lang", "en"),
    Term("lang", "de"),
    Term("source", "example.com"),
    Term("tag", "wire"),
    Term("country", "DE"),
)

placed = st.builds(
    lambda term, scope: Term(
        term.kind, term.value, scope, term.direct, term.members, term.exact, term.prefix
    ),
    st.sampled_from(PLACED),
    st.sampled_from(["", "", "", "title", "lead"]),
)
links = st.builds(Link, st.integers(0, 4), st.booleans())
nears = st.lists(st.lists(placed, min_size=1, max_size=2).map(tuple), min_size=2, max_size=3).flatmap(
    lambda parts: st.lists(links, min_size=len(parts) - 1, max_size=len(parts) - 1).map(
        lambda joined: Near(tuple(parts), tuple(joined))
    )
)


def _groups(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(All, several),
        st.builds(Any, several),
        st.builds(Not, inner.filter(lambda node: not isinstance(node, Not))),
        several.flatmap(lambda parts: st.builds(AtLeast, st.integers(1, len(parts)), st.just(parts))),
    )


nodes = st.recursive(st.one_of(placed, placed, nears, st.sampled_from(WHOLE)), _groups, max_leaves=8)
paragraphs = st.lists(st.lists(st.sampled_from(SPOKEN), max_size=9).map(" ".join), min_size=1, max_size=3)


class Parts(tuple):
    """Title and paragraphs of an article; topics are told of English text alone."""

    english: bool

    def __new__(cls, item):
        self = super().__new__(cls, (item.title, *item.paragraphs))
        self.english = item.language in {None, "en"}
        return self


def places(term, parts):
    """Return (part, start, end) of each place of `term` in `parts`, of which the first is the title."""
    found = []
    for n, text in enumerate(parts):
        if (term.scope == "title" and n != 0) or (term.scope == "lead" and n != 1):
            continue
        found += [(n, start, end) for start, end in spans(term, text, parts)]
    return found


def spans(term, text, parts):
    if term.kind == "regex":
        flags = re.ASCII if term.exact else re.ASCII | re.IGNORECASE  # RE2's \w is of ASCII letters
        return [found.span() for found in re.finditer(term.value, text, flags)]
    if term.kind == "topic":
        return standing("striker", text) if parts.english else []
    if term.kind == "actor":
        return [span for name in names(term) for span in standing(name, text)]
    if term.exact:
        return standing(term.value, text, prefix=term.prefix)
    spelled = [(letter, at) for at, written in enumerate(text) for letter in spelling(written)]
    found = standing(spelling(term.value), "".join(letter for letter, _ in spelled), prefix=term.prefix)
    return [(spelled[start][1], spelled[end - 1][1] + 1) for start, end in found]


def spelling(text):
    return "".join({"é": "e", "ß": "ss", "ﬁ": "fi"}.get(letter, letter) for letter in text.lower())


def names(term):
    """Return the names that stand for an actor: its own, and unless it alone is meant what belongs to it."""
    actors = (term.value, *(MEMBERS[term.value] if term.members else ()))
    own = [name for actor in actors for name in ALIASES.get(actor, ())]
    return own if term.direct else own + [name for actor in actors for name in BENEATH.get(actor, ())]


def standing(words, text, prefix=False):
    """Return where `words` stand in `text`, overlapping ones too."""
    end = r"\w*" if prefix else r"\b"
    return [found.span(1) for found in re.finditer(rf"(?=\b({re.escape(words)}{end}))", text)]


def near(node, parts):
    alternatives = [[place for term in part for place in places(term, parts)] for part in node.parts]
    return any(_chain(first, alternatives[1:], node.links, parts) for first in alternatives[0])


def _chain(place, others, joined, parts):
    if not others:
        return True
    return any(
        _linked(place, other, joined[0], parts) and _chain(other, others[1:], joined[1:], parts)
        for other in others[0]
    )


def _linked(one, other, link, parts):
    if one[0] != other[0]:
        return False
    text = parts[one[0]]
    if one[2] <= other[1]:
        return len(text[one[2] : other[1]].split()) - _cut(text, one[2], other[1]) <= link.words
    if link.ordered:
        return False
    if other[2] <= one[1]:
        return len(text[other[2] : one[1]].split()) - _cut(text, other[2], one[1]) <= link.words
    return True


def _cut(text, start, end):
    """Return 1 when what stands between begins within a word: its rest is no word between."""
    return int(start < end and start > 0 and text[start].isalnum() and text[start - 1].isalnum())


def obviously(node, item):  # noqa: PLR0911  # one return a kind of clause
    parts = Parts(item)
    match node:
        case Term("lang" | "source" | "tag" | "country", value):
            return value in {item.language, item.source, item.country, *item.tags}
        case Term():
            return bool(places(node, parts))
        case Near():
            return near(node, parts)
        case Not(part):
            return not obviously(part, item)
        case All(inner):
            return all(obviously(part, item) for part in inner)
        case Any(inner):
            return any(obviously(part, item) for part in inner)
        case AtLeast(count, inner):
            return sum(obviously(part, item) for part in inner) >= count


def sensible(node):
    """Return the text of `node`, or None when the language refuses it."""
    try:
        parse(str(node))
    except LanguageError:
        return None
    return str(node)


def taken_as_written(item, tags):
    """Return whether tagging took each name for its actor's: in "Iran Stoltenberg café" it does not."""
    written = {
        (n, start)
        for n, text in enumerate(Parts(item))
        for name in (name for called in (*ALIASES.values(), *BENEATH.values()) for name in called)
        for start, _ in standing(name, text)
    }
    places = [mention.place for actor in tags.actors for mention in actor.mentions]
    return written == {(0 if at.paragraph is None else at.paragraph + 1, at.start) for at in places}


def check(conditions, texts, language):
    title, *body = texts
    item = article(title, *body)
    item = msgspec.structs.replace(item, language=language, tags=("wire",))
    written = [(node, text) for node in conditions if (text := sensible(node)) is not None]
    watches = WatchSet(
        [Watch(id=f"w{n}", name="W", when=text) for n, (_, text) in enumerate(written)], CATALOGUE, TOPICS
    )
    tags = tag(item, watches.phrases)
    assume(taken_as_written(item, tags))
    met = [match.watch for match in watches.match(item, tags)]
    told = msgspec.structs.replace(item, language=tags.language)
    assert met == [f"w{n}" for n, (node, _) in enumerate(written) if obviously(node, told)]
    assert [watches.explain(f"w{n}", item, tags).met for n in range(len(written))] == [
        f"w{n}" in met for n in range(len(written))
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(nodes, min_size=1, max_size=8), paragraphs, st.sampled_from([None, "en", "de"]))
@example([Term("regex", r"oil \w+", exact=True)], ["oil ﬁeld"], None)
def test_matching_is_what_the_watches_say(conditions, texts, language):
    check(conditions, texts, language)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@settings(max_examples=10_000, derandomize=False, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(nodes, min_size=1, max_size=8), paragraphs, st.sampled_from([None, "en", "de"]))
def test_matching_is_what_the_watches_say_at_length(conditions, texts, language):
    check(conditions, texts, language)


@given(nodes)
def test_what_is_printed_reads_the_same(node):
    if (text := sensible(node)) is not None:
        assert str(parse(text)) == str(parse(str(parse(text))))
        assert parse(str(parse(text))) == parse(text)


@given(nodes)
def test_an_article_of_nothing_meets_nothing(node):
    if sensible(node) is not None:
        assert not obviously(node, article("", "", source="nobody"))
