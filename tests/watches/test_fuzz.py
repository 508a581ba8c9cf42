"""The parser, given anything: a tree or its own error, in time that grows with the text and no faster."""

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wirewatch.watches.language import LanguageError, parse
from wirewatch.watches.language.parse import MAX_LENGTH

PIECES = (
    *(
        "actor:",
        "actor:Iran",
        "topic:x",
        'actor:"',
        "lang:en",
        "tag:",
        "x:",
        ":",
        "@lead",
        "@",
        "+members",
        "+",
    ),
    *(
        "AND",
        "OR",
        "NOT",
        "NEAR/3",
        "BEFORE/2",
        "NEAR/",
        "NEAR",
        "2 OF",
        "2 OF (",
        "OF",
        "and",
        "99999999 OF (",
    ),
    *(
        "(",
        ")",
        ",",
        '"',
        '="',
        "'",
        "\\",
        "/",
        "/abc/",
        "/abc(/",
        "/(a|b)*abc/i",
        "*",
        "abc*",
        "a*",
        "**",
        "=",
        "title:",
    ),
    *(
        "lead:",
        "title:(",
        "word",
        "oil tanker",
        "é",
        "İ",
        "石油",
        "\u0301",
        "\ud800",
        "\x00",
        "\n",
        "\t",
        "\u2028",
        "-",
        "“",
        "1",
        ".",
    ),
    *(
        "-----",
        "a.a.a.a.",
        "((((((((",
        "NOT NOT",
        "\\\\\\",
        "{1,1000}",
        "[a-z]",
        "[[:alpha:]",
        "\\x41",
        "\\pL",
        "(?i)",
        "$",
    ),
)
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
)


def outcome(text):
    """Parse `text`; return its tree, or None for an error, which says where within the text."""
    try:
        return parse(text)
    except LanguageError as error:
        start, end = error.span
        assert 0 <= start <= end <= max(1, len(text)), (text, error.span)
        assert error.what
        assert "\n" not in error.what
        return None


@settings(max_examples=300)
@given(texts)
@example("/abc\ud800/")
@example("a\n b")
def test_a_tree_or_an_error_of_its_own(text):
    tree = outcome(text)
    if tree is not None:
        assert parse(str(tree)) == tree


GROWING = {
    "parentheses": "(",
    "closing ones": ")",
    "quotes": '"',
    "backslashes in quotes": '"\\',
    "slashes": "/",
    "words": "a OR ",
    "words without operators": "a ",
    "nots": "NOT ",
    "dashes": "a-",
    "dots": "a.",
    "stars": "abc*",
    "fields": "actor:",
    "modifiers": "@lead",
    "near in a row": "a NEAR/3 ",
    "scopes": "title:",
    "lists": "2 OF (a, ",
    "digits": "1",
    "blanks": " ",
    "open classes": "/[a",
}


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
def test_no_quadratic_time(piece):
    """Ten times the text may take thirty times as long, the best of five; a hundred is quadratic."""

    def took(length):
        best = float("inf")
        for n in range(5):
            text = (piece * length)[: length - 1] + str(n)
            started = time.process_time()
            outcome(text)
            best = min(best, time.process_time() - started)
        return best

    took(100)
    small, large = took(MAX_LENGTH // 10), took(MAX_LENGTH)
    assert large < max(30 * small, 0.05), f"{small:.5f} s, then {large:.5f} s"


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_five_minutes_of_anything():
    rng = random.Random(time.time_ns())
    until, count, slowest = time.monotonic() + 300, 0, (0.0, "")
    while time.monotonic() < until:
        text = _anything(rng)
        started = time.process_time()
        tree = outcome(text)
        slowest = max(slowest, (time.process_time() - started, text))
        if tree is not None:
            assert parse(str(tree)) == tree
        count += 1
    print(f"{count:,} texts; the slowest took {slowest[0]:.3f} s, {len(slowest[1])} characters")
    assert count > 1000


def _anything(rng):
    pieces = [rng.choice(PIECES) for _ in range(rng.randrange(1, 40))]
    if rng.random() < 0.02:
        pieces *= rng.randrange(1, 100)
    text = rng.choice(("", " ")).join(pieces)
    if rng.random() < 0.3:
        at = rng.randrange(len(text))
        text = text[:at] + chr(rng.randrange(0x3000)) + text[at + 1 :]
    return text[: MAX_LENGTH + 10]
