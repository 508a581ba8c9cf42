"""Draws an alert as a page: its article's headline, and the clauses it met as a tree with the words marked.

One file, no script, nothing from the network; whatever the article says is escaped.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from connectors.notify.store import StoredAlert
from wirewatch.alert import Alert, ClauseTree
from wirewatch.passages import counted, headline_spans, sentences, spans_of
from wirewatch.service.cli.html_page import template
from wirewatch.service.screen.alert import about, pieces
from wirewatch.service.screen.deliveries import stored_alert_lines

_STYLE = """\
.severity { font-size: .6em; padding: .2em .6em; border-radius: .35em; color: #fff; background: #3b6ea8;
  vertical-align: middle; text-transform: uppercase }
.high, .critical { background: #a3231a } .medium { background: #a86f00 }
ul.tree, ul.tree ul { list-style: none; padding-left: 1.3em; border-left: 2px solid #ddd }
ul.tree { border: 0; padding: 0 } .tree li { margin: .4em 0 }
code { background: #f2f2f2; padding: .1em .3em; border-radius: .25em } .not code { color: #a3231a }
blockquote { margin: .3em 0 .3em 1em; color: #444 } .dim { color: #666 }
"""
_PAGE = """\
{% macro marked(text, spans) %}{% for piece, hit in pieces(text, spans) %}\
{% if hit %}<mark>{{ piece }}</mark>{% else %}{{ piece }}{% endif %}{% endfor %}{% endmacro %}
{% macro words(clause) %}
{% set beneath = sentences(alert, clause)|list %}
{% for sentence in beneath %}
<blockquote>{{ marked(sentence[0].context, spans_of(sentence)) }}
<span class="dim">({{ place(sentence[0].place.paragraph) }})</span></blockquote>
{% endfor %}
{% if clause.evidence and not beneath %}<blockquote class="dim">in the headline</blockquote>{% endif %}
{% endmacro %}
{% macro branch(tree) %}
<li{% if tree.op == "not" %} class="not"{% endif %}>{{ label(tree) }}\
{% if tree.op in ("term", "near", "not") %} <code>{{ tree.clause }}</code>{% endif %}
{% if tree.why is not none and tree.why < alert.why|length %}{{ words(alert.why[tree.why]) }}{% endif %}
{% if tree.parts %}<ul>{% for part in tree.parts %}{{ branch(part) }}{% endfor %}</ul>{% endif %}</li>
{% endmacro %}
{{ opening(alert.title or alert.watch_name, style) }}
<h1><span class="severity {{ alert.severity }}">{{ alert.severity }}</span>
{{ marked(alert.title, headline) }}</h1>
<p class="dim">{{ about(alert) }}</p>
{% if link %}<p><a href="{{ link }}" rel="noreferrer">{{ link }}</a></p>{% endif %}
{% if alert.tree or alert.why %}
<h2>Why it met {{ alert.watch_name }}</h2>
<ul class="tree">
{% if alert.tree %}{{ branch(alert.tree) }}
{% else %}{% for clause in alert.why %}<li>✓ <code>{{ clause.clause }}</code>{{ words(clause) }}</li>
{% endfor %}{% endif %}
</ul>
{% endif %}
{% if alert.incident %}{% set incident = alert.incident %}
<h2>The {{ incident.kind }}</h2>
<p>{{ counted(incident) }}.</p>
<table>{% for one in incident.articles %}<tr><td>{{ minute(one.time) }}</td><td>{{ one.source }}</td>
<td>{{ one.title }}</td></tr>
{% endfor %}</table>
{% endif %}
{% if alert.actors or alert.topics %}
<h2>What the article is about</h2>
<p>{% for actor in alert.actors %}{{ actor.name }} <span class="dim">({{ actor.type }})</span>\
{{ ", " if not loop.last }}{% endfor %}</p>
<p>{% for topic in alert.topics %}# {{ topic.name }}
<span class="dim">{{ "%.2f"|format(topic.score) }}</span>\
{{ ", " if not loop.last }}{% endfor %}</p>
{% endif %}
{% if alert.reading and (alert.reading.names or alert.reading.deeds) %}
<h2>What {{ alert.reading.model }} read in it</h2>
{% if alert.reading.names %}<p>Outside the catalogue: {% for name in alert.reading.names %}{{ name.name }}
<span class="dim">({{ name.type }})</span>{{ ", " if not loop.last }}{% endfor %}</p>{% endif %}
<ul>{% for deed in alert.reading.deeds %}
<li>{{ deed.source_name }} → {{ deed.action }} → {{ deed.target_name }}
<blockquote>{{ deed.sentence }} <span class="dim">({{ place(deed.place.paragraph) }})</span></blockquote></li>
{% endfor %}</ul>
{% endif %}
<h2>Who was told</h2>
<ul>{% for line in told %}<li>{{ line }}</li>{% endfor %}</ul>
<p class="dim">alert {{ alert.id }}, watch {{ alert.watch }} version {{ alert.watch_version }}</p>
{{ CLOSING }}"""
_LABELS = {"all": "all of", "any": "any of", "not": "✓", "term": "✓", "near": "✓"}


def page(stored: StoredAlert) -> Iterator[str]:
    """Yield the page piece by piece."""
    alert = stored.alert
    return template(_PAGE).generate(
        style=_STYLE,
        alert=alert,
        about=about,
        headline=headline_spans(alert),
        link=_link(alert),
        pieces=pieces,
        sentences=sentences,
        spans_of=spans_of,
        label=_label,
        place=lambda paragraph: "headline" if paragraph is None else f"paragraph {paragraph + 1}",
        counted=counted,
        minute=lambda time: f"{time:%Y-%m-%d %H:%M}",
        told=[line.plain.strip() for line in stored_alert_lines(stored)],
    )


def _label(tree: ClauseTree) -> str:
    return f"at least {tree.clause.split()[0]} of" if tree.op == "of" else _LABELS[tree.op]


def _link(alert: Alert) -> str | None:
    """Return the article's address if a browser may follow it: a feed may name any scheme."""
    return alert.url if alert.url and urlsplit(alert.url).scheme in {"http", "https"} else None
