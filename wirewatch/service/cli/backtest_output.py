"""What `wirewatch watches backtest` prints."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from rich.bar import Bar as Drawn
from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.notify.show import alert_text, count, output_console, plain
from wirewatch.alert import Alert
from wirewatch.records import ALERTS
from wirewatch.service.cli.backtest_report import Report
from wirewatch.service.cli.common import print_json, print_raw_json
from wirewatch.watches.tally import Bar, Difference, StoryCount

_WIDTH = 40  # columns of the longest bar


def print_report(report: Report) -> None:
    """Print the alerts, then what they come to: the last is what a terminal still shows."""
    console = output_console()
    for alert in report.told.alerts:
        console.print(alert_text(alert))
        console.print()
    if report.bars:
        _print_bars(console, report.bars)
    if report.noisiest:
        _print_stories(console, report.noisiest)
    if report.difference is None:
        _print_counts(console, report)
    else:
        _print_sides(console, report)
        _print_difference(console, report.difference)
    said = f"{count(len(report.told.alerts), 'alert')} from {count(report.told.articles, 'article')}"
    console.print(Text(said, style="bold"))


def print_json_report(report: Report) -> None:
    """Print the alerts, one a line, then a summary."""
    for alert in report.told.alerts:
        print_raw_json(ALERTS.encode(alert))
    print_json(summary(report))


def summary(report: Report) -> dict[str, Any]:
    """Return what the alerts come to, for JSON; `kind` tells it from an alert."""
    found: dict[str, Any] = {
        "kind": "summary",
        "articles": report.told.articles,
        "alerts": len(report.told.alerts),
        "watches": [one._asdict() for one in report.counts],
        "days": [{"day": str(bar.day), "days": bar.days, "alerts": bar.alerts} for bar in report.bars],
        "stories": [
            {
                "watch": story.watch,
                "id": story.story,
                "title": story.title,
                "articles": story.articles,
                "sources": len(story.sources),
            }
            for story in report.noisiest
        ],
    }
    change = report.difference
    if change is not None:
        found["against"] = {
            "watches": [theirs._asdict() for _, theirs in report.sides],
            "kept": change.kept,
            "adds": [_opening(alert) for alert in change.adds],
            "drops": [_opening(alert) for alert in change.drops],
        }
    return found


def heading(bars: Sequence[Bar]) -> str:
    """Return what stands above the picture of `bars`, one at least."""
    days = bars[0].days
    return f"Alerts by {'day' if days == 1 else f'{days} days'} of their article's time (UTC)"


def period(bar: Bar) -> str:
    """Return the day of a bar; of several days, the first, and how many."""
    return f"{bar.day:%Y-%m-%d}" + (f" +{bar.days}d" if bar.days > 1 else "")


def _opening(alert: Alert) -> dict[str, Any]:
    return {
        "watch": alert.watch,
        "article": alert.article,
        "title": alert.title,
        "url": alert.url,
        "time": alert.time.isoformat(),
    }


def _print_bars(console: Console, bars: Sequence[Bar]) -> None:
    most = max(bar.alerts for bar in bars)
    table = Table.grid(padding=(0, 1))
    for bar in bars:
        table.add_row(period(bar), Drawn(most, 0, bar.alerts, width=_WIDTH), str(bar.alerts or ""))
    _heading(console, heading(bars))
    console.print(table)


def _print_stories(console: Console, stories: Sequence[StoryCount]) -> None:
    _heading(console, "Noisiest stories")
    table = _table("articles", "sources", "watch", "opened by")
    for story in stories:
        sources = str(len(story.sources))
        table.add_row(str(story.articles), sources, story.watch, Text(plain(story.title)))
    console.print(table)


def _print_counts(console: Console, report: Report) -> None:
    _heading(console, "Watches")
    table = _table("articles", "stories", "opened", "updated", "closed", "watch")
    for one in report.counts:
        numbers = (one.met, one.stories, one.opened, one.updated, one.closed)
        table.add_row(*map(str, numbers), one.watch)
    console.print(table)


def _print_sides(console: Console, report: Report) -> None:
    _heading(console, "Watches, this version and the other")
    table = _table("articles", "stories", "opened", "updated", "closed", "watch")
    for ours, theirs in report.sides:
        pairs = zip(ours[1:], theirs[1:], strict=True)
        table.add_row(*(Text(f"{a} → {b}", "yellow" if a != b else "") for a, b in pairs), ours.watch)
    console.print(table)


def _print_difference(console: Console, change: Difference) -> None:
    _heading(
        console, f"The other version: {len(change.adds)} more, {len(change.drops)} fewer, {change.kept} alike"
    )
    for mark, colour, alerts in (("+", "green", change.adds), ("-", "red", change.drops)):
        for alert in alerts:
            day = f"{alert.time.astimezone(UTC):%Y-%m-%d}"
            console.print(Text(f"{mark} {day} {alert.watch}: {plain(alert.title)}", style=colour))
    console.print()


def _heading(console: Console, text: str) -> None:
    console.print(Text(text, style="bold"))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, justify="left" if column in {"watch", "opened by"} else "right")
    return table
