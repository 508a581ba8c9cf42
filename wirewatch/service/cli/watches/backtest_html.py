"""Draws a backtest as a page: one file, no script, nothing from the network; all that is told is escaped."""

from collections.abc import Iterator
from datetime import UTC

from wirewatch.service.backtest.counts import MAX_BARS
from wirewatch.service.backtest.report import Report
from wirewatch.service.cli.html_page import template
from wirewatch.service.cli.watches.backtest_output import (
    a_day,
    failures_line,
    heading,
    percent,
    period,
    total_line,
)

_STYLE = """\
svg { width: 100%; height: auto } .add { color: #17692b } .drop { color: #a3231a }
rect { fill: #3b6ea8 } text { font: 11px system-ui, sans-serif; fill: #444 }
"""
_PAGE = """\
{{ opening("wirewatch backtest", style) }}
<h1>{{ total }}</h1>
{% if told.failures %}
<p class="drop">{{ failures_line(told) }}:</p>
<table>{% for one in told.failures %}<tr><td>{{ one.article }}</td><td>{{ one.reason }}</td>
<td>{{ one.error }}</td></tr>{% endfor %}</table>
{% endif %}
{% if bars %}
<h2>{{ heading(bars) }}</h2>
{% set most = bars|map(attribute="alerts")|max %}
<svg viewBox="0 0 {{ most_bars * 16 + 4 }} 140" role="img" aria-label="Alerts by day">
{% for bar in bars %}{% set height = 110 * bar.alerts / most %}
<g><title>{{ period(bar) }}: {{ bar.alerts }}</title>
<rect x="{{ loop.index0 * 16 + 2 }}" y="{{ 120 - height }}" width="13" height="{{ height }}"/></g>
{% endfor %}
<text x="2" y="136">{{ period(bars[0]) }}</text>
<text x="{{ bars|length * 16 }}" y="136" text-anchor="end">{{ period(bars[-1]) if bars|length > 12 }}</text>
</svg>
{% endif %}
<h2>Watches{{ ", this version → the other" if change }}</h2>
<table><tr><th>watch</th>{% for name in
("articles", "stories", "opened", "updated", "closed", "alerts a day") %}
<th class="n">{{ name }}</th>{% endfor %}</tr>
{% for ours, theirs in sides %}<tr><td>{{ ours.watch }}</td>{% for n in range(1, 6) %}
<td class="n">{{ ours[n] }}{% if change %} → {{ theirs[n] }}{% endif %}</td>{% endfor %}
<td class="n">{{ a_day(ours, told) }}{% if change %} → {{ a_day(theirs, told) }}{% endif %}</td></tr>
{% endfor %}</table>
{% if judged %}
<h2>What was marked of these articles</h2>
<table><tr><th>watch</th>{% for name in ("precision", "true", "false", "true, and missed") %}
<th class="n">{{ name }}</th>{% endfor %}</tr>
{% for ours, theirs in judged %}<tr><td>{{ ours.watch }}</td>
<td class="n">{{ percent(ours.precision) }}{% if change %} → {{ percent(theirs.precision) }}{% endif %}</td>
{% for n in range(1, 4) %}
<td class="n">{{ ours[n] }}{% if change %} → {{ theirs[n] }}{% endif %}</td>{% endfor %}</tr>
{% endfor %}</table>
{% endif %}
{% if change %}
<h2>The other version: {{ change.adds }} more, {{ change.drops }} fewer, {{ change.kept }} alike</h2>
<table>
{% for mark, class, alerts in (("+", "add", report.adds()), ("-", "drop", report.drops())) %}
{% for alert in alerts %}<tr class="{{ class }}"><td>{{ mark }}</td><td>{{ day(alert.time) }}</td>
<td>{{ alert.watch }}</td><td>{{ alert.title }}</td></tr>
{% endfor %}{% endfor %}</table>
{% endif %}
{% if noisiest %}
<h2>Noisiest stories</h2>
<table><tr><th class="n">articles</th><th class="n">sources</th><th>watch</th><th>opened by</th></tr>
{% for story in noisiest %}<tr><td class="n">{{ story.articles }}</td>
<td class="n">{{ story.sources }}</td><td>{{ story.watch }}</td><td>{{ story.title }}</td></tr>
{% endfor %}</table>
{% endif %}
<h2>Alerts</h2>
<table><tr><th>time (UTC)</th><th>watch</th><th>severity</th><th>step</th><th>title</th></tr>
{% for alert in told.alerts() %}<tr><td>{{ minute(alert.time) }}</td><td>{{ alert.watch }}</td>
<td>{{ alert.severity }}</td><td>{{ alert.step }}</td><td>{{ alert.title }}</td></tr>
{% endfor %}</table>
{{ CLOSING }}"""


def page(report: Report) -> Iterator[str]:
    """Yield the page piece by piece: it has every alert, and memory need not."""
    return template(_PAGE).generate(
        style=_STYLE,
        report=report,
        told=report.told,
        total=total_line(report),
        bars=report.bars,
        sides=report.sides,
        judged=report.judged,
        change=report.difference,
        noisiest=report.noisiest,
        failures_line=failures_line,
        a_day=a_day,
        percent=percent,
        period=period,
        heading=heading,
        most_bars=MAX_BARS,
        day=lambda time: f"{time.astimezone(UTC):%Y-%m-%d}",
        minute=lambda time: f"{time.astimezone(UTC):%Y-%m-%d %H:%M}",
    )
