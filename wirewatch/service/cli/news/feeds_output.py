"""How `feeds check` and `feeds list` look, for people and as JSON."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.feeds.by_hand import Polled
from connectors.feeds.check import Check
from connectors.feeds.condition import TROUBLE, FeedCondition
from connectors.feeds.listing import Listed
from connectors.feeds.parse.document import Document
from connectors.feeds.schedule import in_words
from wirewatch.text import printable_line

_SHOWN = 5
_NEVER = frozenset({FeedCondition.OFF, FeedCondition.GONE})
"""Of feeds that are not polled."""


def check_json(found: Check) -> dict[str, object]:
    """Return a check as JSON-able values."""
    document, answer = found.document, found.answer
    entries = document.entries if document else ()
    return {
        "url": found.url,
        "ok": found.ok,
        "outcome": answer.outcome.value,
        "status": answer.status,
        "final_url": answer.url,
        "format": document.format if document else None,
        "title": document.title if document else None,
        "entries": len(entries),
        "full_text": sum(entry.full for entry in entries),
        "dated": sum(entry.published is not None for entry in entries),
        "newest": max((e.published for e in entries if e.published), default=None),
        "etag": answer.etag,
        "last_modified": answer.modified,
        "max_age": answer.max_age,
        "bytes": answer.wire_bytes,
        "robots": found.robots,
        "poll": found.rhythm,
        "problems": list(found.problems),
        "feeds": list(found.feeds),
    }


def print_check(found: Check) -> None:
    """Print one check on one screen."""
    console = Console(highlight=False)
    mark = "[green]can be read[/]" if found.ok else "[red]cannot be read[/]"
    console.print(f"[bold]{escape(found.url)}[/]  {mark}")
    table = Table.grid(padding=(0, 2))
    for name, value in _rows(found):
        table.add_row(f"  {name}", escape(value))
    console.print(table)
    for entry in found.document.entries[:_SHOWN] if found.document else ():
        when = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "no date         "
        console.print(f"  [dim]{when}[/]  {escape(entry.title)}", overflow="ellipsis", no_wrap=True)
    for problem in found.problems:
        console.print(f"  [yellow]![/] {escape(problem)}")


def _rows(found: Check) -> list[tuple[str, str]]:
    answer, document = found.answer, found.document
    rows = [("answer", f"HTTP {answer.status}, {answer.wire_bytes} bytes" if answer.status else "none")]
    if answer.url != found.url:
        rows.append(("leads to", answer.url))
    if document is not None:
        rows += [
            ("format", f"{document.format}: {document.title or 'no title'}"),
            ("entries", _entries(document)),
            ("caching", ", ".join(_caching(found)) or "none"),
            ("robots.txt", "allows it"),
            ("poll", found.rhythm),
        ]
    if found.robots:
        rows.append(("robots.txt", "forbids it"))
    return rows


def _entries(document: Document) -> str:
    if document.children:
        dated = all(child.changed for child in document.children)
        which = "sitemaps, the latest changed" if dated else "of its sitemaps"
        return f"those of {len(document.children)} {which}; looked at by the service only"
    full = sum(entry.full for entry in document.entries)
    return f"{len(document.entries)}, {full} of them with full text"


def _caching(found: Check) -> list[str]:
    answer = found.answer
    return [
        *(["ETag"] if answer.etag else []),
        *(["Last-Modified"] if answer.modified else []),
        *([f"max-age {answer.max_age} s"] if answer.max_age else []),
    ]


def listed_json(listed: Listed) -> dict[str, object]:
    """Return a listed feed as JSON-able values."""
    feed, state = listed.feed, listed.state
    return {
        "url": feed.url,
        "source": feed.source,
        "state": listed.health.condition.value,
        "why": listed.health.why,
        "last_success": state.last_ok if state else None,
        "last_new": state.last_new if state else None,
        "next_poll": state.next_at if state and listed.health.condition not in _NEVER else None,
        "next_why": state.why if state and listed.health.condition not in _NEVER else None,
        "failures": state.failures if state else 0,
        "outcome": state.outcome if state else None,
    }


def polled_json(polled: Polled) -> dict[str, object]:
    """Return a feed that was to be asked as JSON-able values."""
    return {**listed_json(polled.listed), "asked": polled.asked, "held_until": polled.held_until}


def polled_text(polled: Polled, now: datetime) -> str:
    """Return what came of asking a feed, in one line."""
    url, state = polled.listed.feed.url, polled.listed.state
    if polled.held_until is not None:
        wait = in_words(polled.held_until - now)
        return f"{url}: not polled: its host asked for a pause (Retry-After); it is polled in {wait}"
    if state is None or not polled.asked:
        return f"{url}: not polled yet, but will be as soon as possible; see `wirewatch feeds list --why`"
    said = state.outcome.replace("_", " ")
    if polled.read:
        said += ", new entries" if state.last_new == state.last_try else ", nothing new"
    elif state.detail:
        said += f": {printable_line(state.detail)}"
    if polled.listed.health.condition in _NEVER:
        return f"{url}: {said}"
    return f"{url}: {said}; next {_until(state.next_at, now)} ({printable_line(state.why)})"


def print_list(found: Sequence[Listed], *, now: datetime, why: bool) -> None:
    """Print a line for each feed; with `why`, the reasons below each."""
    console = Console(highlight=False)
    if not found:
        console.print("feeds.yaml names no feeds; `wirewatch feeds import FILE.opml` adds some")
        return
    rows: list[tuple[tuple[str, ...], str, Listed | None]] = [
        (("state", "last success", "last new", "usually", "next", "errors", "feed"), "bold", None)
    ]
    rows += [(_cells(listed, now), _style(listed), listed) for listed in found]
    widths = [max(len(cells[column]) for cells, _, _ in rows) for column in range(len(rows[0][0]) - 1)]
    for cells, style, listed in rows:
        state, *others = (cell.ljust(width) for cell, width in zip(cells, widths, strict=False))
        line = "  ".join((f"[{style}]{state}[/]", *others, escape(cells[-1])))  # a URL is never folded
        console.print(line, soft_wrap=True)
        if why and listed is not None:
            for reason in _reasons(listed):
                console.print(f"  [dim]{escape(reason)}[/]", soft_wrap=True)


def _reasons(listed: Listed) -> Iterator[str]:
    found = listed.health
    if found.why:
        yield f"{found.condition.value}: {found.why}"
    if listed.state is not None and found.condition not in _NEVER:
        yield f"next: {listed.state.why}"


def _style(listed: Listed) -> str:
    found = listed.health.condition
    return "red" if found in TROUBLE else "dim" if found is FeedCondition.OFF else "green"


def _cells(listed: Listed, now: datetime) -> tuple[str, ...]:
    state, found, url = listed.state, listed.health.condition, listed.feed.url
    if state is None:
        return (found.value, "", "", "", "", "", url)
    gap = state.usual_gap(now)
    return (
        found.value,
        _ago(state.last_ok, now),
        _ago(state.last_new, now),
        f"every {in_words(gap)}" if gap else "",
        "" if found in _NEVER else _until(state.next_at, now),
        str(state.failures or ""),
        url,
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{in_words(now - moment)} ago" if moment else "never"


def _until(moment: datetime, now: datetime) -> str:
    return f"in {in_words(moment - now)}" if moment > now else "now"
