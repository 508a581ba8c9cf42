"""Draws a backtest as a page: one file, no script, nothing from the network; all that is told is escaped."""

from datetime import UTC

import jinja2

from wirewatch.service.cli.backtest_output import heading, period
from wirewatch.service.cli.backtest_report import Report
from wirewatch.watches.tally import MAX_BARS

_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>wirewatch backtest</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 2em } svg { width: 100%; height: auto }
table { border-collapse: collapse } th, td { padding: .15em 1em .15em 0; text-align: left }
th { font-weight: normal; color: #666 } td.n, th.n { text-align: right }
.add { color: #17692b } .drop { color: #a3231a }
rect { fill: #3b6ea8 } text { font: 11px system-ui, sans-serif; fill: #444 }
</style></head><body>
<h1>{{ told.alerts|length }} alerts from {{ told.articles }} articles</h1>
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
<table><tr><th>watch</th>{% for name in ("articles", "stories", "opened", "updated", "closed") %}
<th class="n">{{ name }}</th>{% endfor %}</tr>
{% for ours, theirs in sides %}<tr><td>{{ ours.watch }}</td>{% for n in range(1, 6) %}
<td class="n">{{ ours[n] }}{% if change %} → {{ theirs[n] }}{% endif %}</td>{% endfor %}</tr>
{% endfor %}</table>
{% if change %}
<h2>The other version: {{ change.adds|length }} more, {{ change.drops|length }} fewer,
{{ change.kept }} alike</h2>
<table>
{% for mark, class, alerts in (("+", "add", change.adds), ("-", "drop", change.drops)) %}
{% for alert in alerts %}<tr class="{{ class }}"><td>{{ mark }}</td><td>{{ day(alert.time) }}</td>
<td>{{ alert.watch }}</td><td>{{ alert.title }}</td></tr>
{% endfor %}{% endfor %}</table>
{% endif %}
{% if noisiest %}
<h2>Noisiest stories</h2>
<table><tr><th class="n">articles</th><th class="n">sources</th><th>watch</th><th>opened by</th></tr>
{% for story in noisiest %}<tr><td class="n">{{ story.articles }}</td>
<td class="n">{{ story.sources|length }}</td><td>{{ story.watch }}</td><td>{{ story.title }}</td></tr>
{% endfor %}</table>
{% endif %}
<h2>Alerts</h2>
<table><tr><th>time (UTC)</th><th>watch</th><th>severity</th><th>step</th><th>title</th></tr>
{% for alert in told.alerts %}<tr><td>{{ minute(alert.time) }}</td><td>{{ alert.watch }}</td>
<td>{{ alert.severity }}</td><td>{{ alert.step }}</td><td>{{ alert.title }}</td></tr>
{% endfor %}</table>
</body></html>
"""


def page(report: Report) -> str:
    """Return the page."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return (
        environment.from_string(_PAGE).render(
            told=report.told,
            bars=report.bars,
            sides=report.sides,
            change=report.difference,
            noisiest=report.noisiest,
            period=period,
            heading=heading,
            most_bars=MAX_BARS,
            day=lambda time: f"{time.astimezone(UTC):%Y-%m-%d}",
            minute=lambda time: f"{time.astimezone(UTC):%Y-%m-%d %H:%M}",
        )
        + "\n"
    )
