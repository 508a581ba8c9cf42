"""What `wirewatch watches backtest` prints."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from rich.bar import Bar as Drawn
from rich.console import Console
from rich.table import Table
from rich.text import Text

from wirewatch.alert import Alert
from wirewatch.records import ALERTS
from wirewatch.service.backtest.counts import Bar, Judged, StoryCount, WatchCount
from wirewatch.service.backtest.report import Report
from wirewatch.service.backtest.store import Told
from wirewatch.service.cli.common import print_json, print_raw_json
from wirewatch.service.cli.news.scan_output import total
from wirewatch.service.screen.alert import alert_text
from wirewatch.service.screen.console import output_console
from wirewatch.text import count, printable_line

_WIDTH = 40  # columns of the longest bar


def print_report(report: Report) -> None:
    """Print the alerts, then what they come to: the last is what a terminal still shows."""
    console = output_console()
    told = report.told
    for alert in told.alerts():
        console.print(alert_text(alert))
        console.print()
    if report.bars:
        _print_bars(console, report.bars)
    if report.noisiest:
        _print_stories(console, report.noisiest)
    if report.other is None:
        _print_counts(console, report)
    else:
        _print_sides(console, report)
    if report.judged:
        _print_judged(console, report)
    if report.other is not None:
        _print_difference(console, report)
    if told.failures:
        _print_failures(console, told)
    console.print(Text(total_line(report), style="bold"))


def print_json_report(report: Report) -> None:
    """Print the alerts, one a line, then a summary."""
    for alert in report.told.alerts():
        print_raw_json(ALERTS.encode(alert))
    print_json(summary(report))


def summary(report: Report) -> dict[str, Any]:
    """Return what the alerts come to, for JSON; `kind` tells it from an alert."""
    told = report.told
    found: dict[str, Any] = {
        "kind": "summary",
        "articles": told.articles,
        "unreadable": report.unreadable,
        "failed": told.failed_articles,
        "failures": [failure._asdict() for failure in told.failures],
        "alerts": len(told),
        "days_with_articles": told.days,
        "watches": [one._asdict() for one in report.counts],
        "days": [{"day": str(bar.day), "days": bar.days, "alerts": bar.alerts} for bar in report.bars],
        "stories": [
            {
                "watch": story.watch,
                "id": story.story,
                "title": story.title,
                "articles": story.articles,
                "sources": story.sources,
            }
            for story in report.noisiest
        ],
        "marked": [_judged(ours) for ours, _ in report.judged],
    }
    change = report.difference
    if change is not None:
        found["against"] = {
            "watches": [theirs._asdict() for _, theirs in report.sides],
            "marked": [_judged(theirs) for _, theirs in report.judged],
            "kept": change.kept,
            "adds": [_opening(alert) for alert in report.adds()],
            "drops": [_opening(alert) for alert in report.drops()],
        }
    return found


def total_line(report: Report) -> str:
    """Return what it was in all."""
    told = report.told
    return total(len(told), told.articles, report.unreadable, days=told.days)


def failures_line(told: Told) -> str:
    """Return how many articles no step could take, and how many of them are named below it."""
    said = f"{count(told.failed_articles, 'article')} could not be processed"
    named = len(told.failures)
    return said if named == told.failed_articles else f"{said}, the first {named} of them"


def a_day(one: WatchCount, told: Told) -> str:
    """Return how many alerts of a watch that was a day, of the days that had articles."""
    return f"{one.a_day(told.days):.1f}"


def percent(share: float | None) -> str:
    """Return a share of 0 to 1 for people; nothing where there is none."""
    return "" if share is None else f"{share:.0%}"


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
        table.add_row(str(story.articles), str(story.sources), story.watch, Text(printable_line(story.title)))
    console.print(table)


def _print_counts(console: Console, report: Report) -> None:
    _heading(console, "Watches")
    table = _table("articles", "stories", "opened", "updated", "closed", "alerts a day", "watch")
    for one in report.counts:
        table.add_row(*map(str, one[1:]), a_day(one, report.told), one.watch)
    console.print(table)


def _print_sides(console: Console, report: Report) -> None:
    _heading(console, "Watches, this version and the other")
    table = _table("articles", "stories", "opened", "updated", "closed", "alerts a day", "watch")
    for ours, theirs in report.sides:
        days = a_day(ours, report.told), a_day(theirs, report.told)
        pairs = [*zip(ours[1:], theirs[1:], strict=True), days]
        table.add_row(*(Text(f"{a} → {b}", "yellow" if a != b else "") for a, b in pairs), ours.watch)
    console.print(table)


def _print_judged(console: Console, report: Report) -> None:
    """Print how right the watches were, of both versions where there are two."""
    _heading(console, "What was marked of these articles")
    table = _table("precision", "true", "false", "true, and missed", "watch")
    for ours, theirs in report.judged:
        sides = zip(_judged_row(ours), _judged_row(theirs), strict=True)
        cells = _judged_row(ours) if report.other is None else [f"{a} → {b}" for a, b in sides]
        table.add_row(*cells, ours.watch)
    console.print(table)


def _judged_row(judged: Judged) -> list[str]:
    return [percent(judged.precision), str(judged.true), str(judged.false), str(judged.missed)]


def _judged(judged: Judged) -> dict[str, Any]:
    return {**judged._asdict(), "precision": judged.precision}


def _print_difference(console: Console, report: Report) -> None:
    change = report.difference
    if change is None:
        return
    _heading(console, f"The other version: {change.adds} more, {change.drops} fewer, {change.kept} alike")
    for mark, colour, alerts in (("+", "green", report.adds()), ("-", "red", report.drops())):
        for alert in alerts:
            day = f"{alert.time.astimezone(UTC):%Y-%m-%d}"
            console.print(Text(f"{mark} {day} {alert.watch}: {printable_line(alert.title)}", style=colour))
    console.print()


def _print_failures(console: Console, told: Told) -> None:
    console.print(Text(f"{failures_line(told)}:", style="red"))
    for failure in told.failures:
        console.print(Text(f"  {failure.article}: {failure.reason}: {printable_line(failure.error)}"))


def _heading(console: Console, text: str) -> None:
    console.print(Text(text, style="bold"))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, justify="left" if column in {"watch", "opened by"} else "right")
    return table
