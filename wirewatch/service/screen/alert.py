"""An alert as a person reads it in a terminal: headline, watch, and the words that met it, highlighted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wirewatch.alert import Alert, Evidence, Severity
from wirewatch.passages import counted, excerpt, headline_spans, sentences
from wirewatch.text import count, printable_line

_COLOURS: dict[Severity, str] = {
    "info": "blue",
    "low": "green",
    "medium": "yellow",
    "high": "red",
    "critical": "bold white on red",
}
_MARK = "bold black on yellow"
_SHOWN = 5
"""Names, and deeds, that a line shows."""


def alert_text(alert: Alert) -> Group:
    """Return `alert` for rich's Console.print. Control characters never reach the terminal."""
    return Group(*_lines(alert))


def _lines(alert: Alert) -> Iterator[RenderableType]:
    yield Text.assemble(
        (f" {alert.severity.upper()} ", _COLOURS[alert.severity] + " reverse"), " ", _headline(alert)
    )
    yield _indented(2, Text(about(alert), style="dim"))
    for clause in alert.why:
        yield _indented(2, Text(printable_line(clause.clause), style="cyan"))
        beneath = list(sentences(alert, clause))
        if clause.evidence and not beneath:
            yield _indented(4, Text("in the headline", style="dim"))
        for sentence in beneath:
            yield _indented(4, highlighted(sentence))
    if alert.incident:
        yield _indented(2, Text(counted(alert.incident), style="cyan"))
    for line in read(alert):
        yield _indented(2, Text(line, style="magenta"))
    if alert.url:
        yield _indented(2, Text(printable_line(alert.url), style="dim underline"))


def _indented(columns: int, text: Text) -> Padding:
    """Return `text` indented, also where it goes on in the next line."""
    return Padding(text, (0, 0, 0, columns), expand=False)


def about(alert: Alert) -> str:
    """Return watch, source, time, how far the story has come, and the other watches, on one line."""
    parts = [
        printable_line(alert.watch_name),
        printable_line(alert.source or ""),
        f"{alert.time.astimezone(UTC):%-d %B %Y %H:%M} UTC",
        _spread(alert),
        "also " + ", ".join(printable_line(other.watch) for other in alert.also) if alert.also else "",
    ]
    return " · ".join(part for part in parts if part)


def read(alert: Alert) -> Iterator[str]:
    """Yield what a model found in the article: names outside the catalogue in one line, then deeds."""
    if alert.reading is None:
        return
    if names := [f"{printable_line(one.name)} ({one.type})" for one in alert.reading.names]:
        yield "outside the catalogue: " + shortened(names)
    deeds = (f"{one.source_name} → {one.action} → {one.target_name}" for one in alert.reading.deeds)
    if said := list(dict.fromkeys(map(printable_line, deeds))):
        yield shortened(said, "; ")


def shortened(items: Sequence[str], between: str = ", ") -> str:
    """Return the first of `items` on one line, and how many more there are."""
    more = len(items) - _SHOWN
    return between.join(items[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _spread(alert: Alert) -> str:
    """Return how far the story has come; nothing for one that has just begun."""
    story = alert.story
    articles = (
        f"{count(story.articles, 'article')} of {count(story.sources, 'source')}"
        if story and story.articles > 1
        else ""
    )
    if alert.status == "updated":
        return f"now {articles}" if articles else "updated"
    return " ".join(part for part in (alert.status if alert.status != "opened" else "", articles) if part)


def _headline(alert: Alert) -> Text:
    text = _marked(alert.title, headline_spans(alert))
    text.stylize_before("bold")
    return text


def highlighted(sentence: Sequence[Evidence]) -> Text:
    """Return the words of the evidence in one sentence highlighted, with what stands around them."""
    return _marked(*excerpt(sentence))


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> Text:
    """Return `text`, made printable, with `spans` highlighted."""
    marked = Text()
    for piece, is_marked in pieces(text, spans):
        marked.append(printable_line(piece), _MARK if is_marked else None)
    return marked


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield the parts of `text` in order, and whether each lies within one of `spans`."""
    at = 0
    for start, end in sorted(spans):
        begin = max(start, at)
        yield text[at:begin], False
        yield text[begin:end], True
        at = max(at, end)
    yield text[at:], False
