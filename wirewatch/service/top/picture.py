"""What `top` draws: the parts, the flow's figures, the latest alerts, receivers and feeds in trouble."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connectors.feeds.listing import Listed
from connectors.notify.desk import KnownReceiver
from connectors.notify.store import StoredAlert
from wirewatch.service.screen.live import part_cells
from wirewatch.service.screen.receivers import trouble_line
from wirewatch.service.supervisor.status import PartStatus, last_good, not_in_force
from wirewatch.service.top.figures import Figures
from wirewatch.text import printable_line

T = TypeVar("T")
MOST = 8
"""Alerts, and receivers and feeds, that are shown."""
_SEVERITY = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "green"}
LATE_SECONDS = 60.0
"""What the delivery objective calls late."""


@dataclass(frozen=True)
class Picture:
    """All that is drawn. `parts` is empty when no service runs; the rest is what is on disk all the same."""

    at: datetime
    where: str
    parts: Sequence[PartStatus]
    figures: Figures
    alerts: Sequence[StoredAlert] = field(default=())
    receivers: Sequence[KnownReceiver] = field(default=())
    """Those in trouble."""
    feeds: Sequence[Listed] = field(default=())
    """Those in trouble."""
    full: Sequence[str] = field(default=())
    """What to say of a disk that is too full: parts may then be worse than is known."""
    options: str = ""
    """What leads another command to the same place."""


def draw(picture: Picture) -> RenderableType:
    """Return the picture for rich to print."""
    head = Text("wirewatch", style="bold", no_wrap=True, overflow="ellipsis")
    head.append(f" · {picture.at:%H:%M:%S} UTC · {picture.where}", style="not bold dim")
    return Group(
        head,
        _parts(picture),
        Text(),
        _figures(picture.figures, {receiver.name for receiver in picture.receivers}),
        *_section("alerts", [_alert(stored, picture.at) for stored in picture.alerts[:MOST]], "none yet"),
        *_section("receivers in trouble", _first(_receiver, picture.receivers), "none"),
        *_section("feeds in trouble", _first(_feed, picture.feeds), "none"),
    )


def _parts(picture: Picture) -> RenderableType:
    if not picture.parts:
        return Text(f"nothing runs here; `wirewatch up{picture.options}` starts it", style="yellow")
    table = Table.grid(padding=(0, 2))
    for part in picture.parts:
        restarts = Text(f"↻ {part.restarts}" if part.restarts else "", style="yellow")
        name, condition, rest = part_cells(part)
        table.add_row(name, condition, restarts, rest)
    wrong = [*picture.full, *(last_good(error) for error in not_in_force(picture.parts))]
    lines = (Text(printable_line(line), style="red", no_wrap=True, overflow="ellipsis") for line in wrong)
    return Group(table, *lines)


def _figures(found: Figures, shown: Collection[str]) -> RenderableType:
    """Return the figures; `shown` are receivers of which more is told elsewhere."""
    table = Table.grid(padding=(0, 2))
    rows: tuple[tuple[str | Text, ...], ...] = (
        ("articles", _rate(found.articles), f"{_rate(found.matched)} meet a watch", _lag(found)),
        (
            "alerts",
            _rate(found.alerts),
            _latency("to Kafka", found.to_alert),
            _number(found.alerts_waiting, "unread"),
        ),
        ("deliveries", _rate(found.delivered), _latency("to receivers", found.to_receiver), _owed(found)),
    )
    for name, *cells in rows:
        table.add_row(Text(str(name), style="bold"), *cells)
    wrong = [
        *(f"{name} fails and is only probed" for name in found.receivers_failing if name not in shown),
        *([f"{found.failed:,.1f} attempts/s fail"] if found.failed and found.failed >= 0.05 else []),
        *([_number(found.dead, "deliveries given up")] if found.dead else []),
        *([_number(found.dead_letters, "dead letters since the start")] if found.dead_letters else []),
        *([_number(found.backlog, "articles of feeds wait for Kafka")] if found.backlog else []),
    ]
    return Group(table, *([Text(printable_line(" · ".join(wrong)), style="red")] if wrong else []))


def _lag(found: Figures) -> Text:
    late = found.lag_seconds is not None and found.lag_seconds > LATE_SECONDS
    behind = f", {found.lag_seconds:,.0f} s behind" if found.lag and found.lag_seconds else ""
    return Text(_number(found.lag, "unread") + behind, style="red" if late else "")


def _owed(found: Figures) -> str:
    return _number(found.pending, "owed")


def _latency(what: str, of: tuple[float | None, float | None]) -> Text:
    median, worst = of
    if median is None or worst is None:
        return Text(f"{what} -", style="dim")
    style = "red" if worst > LATE_SECONDS else ""
    return Text(f"{what} p50 {_seconds(median)}, p99 {_seconds(worst)}", style=style)


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def _rate(value: float | None) -> str:
    return "-/s" if value is None else f"{value:,.1f}/s"


def _number(value: float | None, what: str) -> str:
    return f"{'-' if value is None else f'{value:,.0f}'} {what}"


def _section(title: str, rows: Sequence[RenderableType], none: str) -> list[RenderableType]:
    head = Text(f"\n{title}", style="bold")
    return [head, *(rows or [Text(f"  {none}", style="dim")])]


def _first(draw: Callable[[T], Text], found: Sequence[T]) -> list[RenderableType]:
    """Return the first lines of many, and how many more there are."""
    more = len(found) - MOST
    return [*map(draw, found[:MOST]), *([Text(f"  and {more} more", style="dim")] if more > 0 else [])]


def _alert(stored: StoredAlert, now: datetime) -> Text:
    alert = stored.alert
    told = all(delivery.status == "delivered" for delivery in stored.deliveries)
    line = Text(f"  {_ago(now, alert.alerted):>6} ", style="dim", no_wrap=True, overflow="ellipsis")
    line.append(f"{alert.severity:<8} ", style=_SEVERITY.get(alert.severity, ""))
    line.append(
        f"{'✓' if stored.deliveries and told else '…' if stored.deliveries else ' '} ",
        style="green" if told else "yellow",
    )
    line.append(f"{printable_line(alert.watch)} ", style="bold")
    line.append(printable_line(alert.title), style="not dim")
    return line


def _receiver(receiver: KnownReceiver) -> Text:
    return Text(f"  {trouble_line(receiver)}", style="yellow", no_wrap=True, overflow="ellipsis")


def _feed(listed: Listed) -> Text:
    found = listed.health
    line = Text("  ", no_wrap=True, overflow="ellipsis")
    line.append(f"{found.condition:<12} ", style="red")
    line.append(f"{printable_line(listed.feed.source)} ", style="bold")
    line.append(f"{printable_line(listed.feed.url)}: {printable_line(found.why)}", style="dim")
    return line


def _ago(now: datetime, then: datetime) -> str:
    seconds = max(0.0, (now - then).total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"
