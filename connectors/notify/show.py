"""An alert as a person reads it in a terminal: headline, watch, and the words that met it, highlighted."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC

from rich.console import Group
from rich.text import Text

from wirewatch.alert import Alert, Evidence, Severity

_COLOURS: dict[Severity, str] = {
    "info": "blue",
    "low": "green",
    "medium": "yellow",
    "high": "red",
    "critical": "bold white on red",
}
_AROUND = 80  # characters of context shown on either side of the words
MAX_EVIDENCE = 4
"""Places shown for each clause."""


def alert_text(alert: Alert) -> Group:
    """Return `alert` for rich's Console.print. Control characters never reach the terminal."""
    return Group(*_lines(alert))


def _lines(alert: Alert) -> Iterator[Text]:
    yield Text.assemble(
        (f" {alert.severity.upper()} ", _COLOURS[alert.severity] + " reverse"),
        " ",
        (plain(alert.title), "bold"),
    )
    yield Text(f"  {_about(alert)}", style="dim")
    for clause in alert.why:
        yield Text(f"  {plain(clause.clause)}", style="cyan")
        for evidence in clause.evidence[:MAX_EVIDENCE]:
            yield Text("    ") + highlighted(evidence)
        if len(clause.evidence) > MAX_EVIDENCE:
            yield Text(f"    … and {len(clause.evidence) - MAX_EVIDENCE} more", style="dim")
    if alert.url:
        yield Text(f"  {plain(alert.url)}", style="dim underline")


def _about(alert: Alert) -> str:
    story = alert.story
    parts = [
        plain(alert.watch_name),
        plain(alert.source or ""),
        f"{alert.time.astimezone(UTC):%-d %B %Y %H:%M} UTC",
        alert.step if alert.status != "opened" else "",
        f"{story.articles} articles of {story.sources} sources" if story and story.articles > 1 else "",
        "also " + ", ".join(plain(other.watch) for other in alert.also) if alert.also else "",
    ]
    return " · ".join(part for part in parts if part)


def highlighted(evidence: Evidence) -> Text:
    """Return the words of `evidence` highlighted within the text around them."""
    start = max(0, evidence.offset)
    end = start + len(evidence.text)
    before, words, after = (
        evidence.context[:start],
        evidence.context[start:end],
        evidence.context[end:],
    )
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return Text.assemble(plain(before), (plain(words), "bold black on yellow"), plain(after))


def plain(text: str) -> str:
    """Return `text` on one line, without control, format and surrogate characters."""
    return "".join(
        " " if c in "\n\r\t\u2028\u2029" else c
        for c in text
        if c in "\n\r\t\u2028\u2029" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )
