"""An alert on a terminal: the words that met it are marked, and no control character reaches the screen."""

import io

import pytest
from rich.console import Console

from tests.notify.support import alert
from tests.records.golden_alert import golden_alert
from wirewatch.alert import Clause, Evidence
from wirewatch.article import Place
from wirewatch.service.screen.alert import alert_text, highlighted


def evidence(text, context, offset):
    return Evidence(place=Place(0, 0, 1), text=text, context=context, offset=offset)


def test_the_words_are_highlighted_within_their_line():
    shown = highlighted([evidence("NATO", "x" * 200 + " NATO " + "y" * 200, 201)])
    (span,) = [s for s in shown.spans if "yellow" in str(s.style)]
    assert shown.plain[span.start : span.end] == "NATO"
    assert len(shown.plain) < 180
    assert shown.plain.startswith("…")
    assert shown.plain.endswith("…")


def printed(shown, width):
    out = io.StringIO()
    Console(file=out, width=width).print(shown)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_two_hits_in_one_sentence_are_shown_once():
    sentence = "NATO met; the alliance spoke."
    shown = highlighted([evidence("alliance", sentence, 14), evidence("NATO", sentence, 0)])
    assert shown.plain == sentence
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["NATO", "alliance"]


def test_a_sentence_is_cut_between_words():
    sentence = "before " * 30 + "NATO" + " after" * 30
    shown = highlighted([evidence("NATO", sentence, sentence.index("NATO"))]).plain
    assert set(shown.split()) == {"…", "before", "NATO", "after"}


def test_words_in_the_headline_are_marked_there():
    found = Evidence(place=Place(None, 6, 10), text="NATO", context="About NATO", offset=6)
    shown = alert(title="About NATO", why=(Clause(clause="actor: NATO", evidence=(found,)),))
    assert printed(alert_text(shown), 80) == [
        " HIGH  About NATO",
        "  NATO · 5 January 2026 12:00 UTC",
        "  actor: NATO",
        "    in the headline",
    ]
    headline = next(iter(alert_text(shown).renderables))
    assert [headline.plain[s.start : s.end] for s in headline.spans if "yellow" in str(s.style)] == ["NATO"]


def test_what_a_model_read_is_two_lines_beneath():
    assert printed(alert_text(golden_alert("reading")), 100)[-3:-1] == [
        "  outside the catalogue: Rufus <Firefly> (person), Acme Works (organisation)",
        "  Iran → impose sanctions on → Iraq",
    ]


def test_what_goes_on_in_the_next_line_stays_indented():
    long = " ".join(["word"] * 15)
    found = evidence("word", long, 0)
    lines = printed(alert_text(alert(why=(Clause(clause="phrase: word", evidence=(found,)),))), 40)
    assert [line for line in lines if "word word" in line] == ["    " + " ".join(["word"] * 7)] * 2


@pytest.mark.parametrize("title", ["\x1b[2J\x1b]0;owned\x07title", "a\u202egnp.exe", "two\nlines", "\ud800x"])
def test_no_control_character_reaches_the_terminal(title):
    out = io.StringIO()
    console = Console(file=out, force_terminal=False, width=80)
    console.print(alert_text(alert(title=title, watch_name=title, url=title)))
    assert not any(c in out.getvalue() for c in "\x1b\x07\u202e\ud800")


def test_markup_in_a_title_is_text():
    out = io.StringIO()
    Console(file=out, width=80).print(alert_text(alert(title="[red]x[/] [/oops]")))
    assert "[red]x[/] [/oops]" in out.getvalue()
