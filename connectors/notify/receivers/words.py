"""Titles and bodies for people: Jinja2 templates in a sandbox, values escaped as each kind needs it."""

import html
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jinja2
import msgspec
import structlog
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from connectors.notify import metrics
from connectors.notify.receivers.telling import Telling
from wirewatch.alert import Alert, Clause, Story
from wirewatch.passages import counted, met, quotes
from wirewatch.text import printable

MAX_TEXT = 256 * 1024
"""Characters a template may yield."""
Escape = Callable[[str], str]

DEFAULT_TITLE = (
    "[{{ severity | upper }}{{ ' closed' if alert.status == 'closed' else '' }}"
    "{{ ' updated' if alert.status == 'updated' and count == 1 else '' }}] "
    "{% if count == 1 %}{{ alert.watch_name }}: {{ alert.title }}"
    "{% else %}{{ count }} alerts{% if group %}: {{ group.values() | join(', ') }}{% endif %}{% endif %}"
)
DEFAULT_BODY = """\
{% for alert in alerts %}
{%- if count > 1 %}{{ alert.severity | upper }} {{ alert.watch_name }}: {{ alert.title }}
{% endif -%}
{{ alert.source or alert.watch }}, {{ alert.time.strftime('%Y-%m-%d %H:%M') }} UTC
{%- if alert.incident %}; {{ alert.counted }}
{%- elif alert.story and alert.story.articles > 1 %}; {{ alert.story.articles }} articles of {{ \
alert.story.sources }} sources{% endif %}
{% for quote in alert.quotes[:3] -%}
{{ quote }}
{% endfor -%}
{% if alert.why %}why: {{ alert.met | join(', ') }}
{% endif -%}
{% if alert.also %}also: {% for other in alert.also %}{{ other.watch }}{{ ', ' if not loop.last }}{% endfor %}
{% endif -%}
{% if alert.reading and alert.reading.names -%}
outside the catalogue: {% for name in alert.reading.names[:5] %}{{ name.name }} ({{ name.type }})\
{{ ', ' if not loop.last }}{% endfor %}
{% endif -%}
{% for deed in (alert.reading.deeds[:5] if alert.reading else []) -%}
{{ deed.source_name }} → {{ deed.action }} → {{ deed.target_name }}
{% endfor -%}
{% if alert.url %}{{ alert.url }}
{% endif %}
{% endfor %}"""

log = structlog.get_logger(__name__)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Templates cannot reach Python, nor fill memory by one operator."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        if not (isinstance(left, int | float) and isinstance(right, int | float)) or operator == "**":
            raise jinja2.exceptions.SecurityError(f"{operator} is not for templates")
        return super().call_binop(context, operator, left, right)


class Words:
    """The title and body of a telling for one receiver."""

    def __init__(
        self, receiver: str, title: str | None, body: str | None, *, escape: Escape | None = None
    ) -> None:
        self._receiver = receiver
        self._title = Template(title or DEFAULT_TITLE, escape)
        self._body = Template(body or DEFAULT_BODY, escape)
        self._plain_title = Template(DEFAULT_TITLE, escape)
        self._plain_body = Template(DEFAULT_BODY, escape)

    def title(self, telling: Telling) -> str:
        """Return the title, on one line."""
        return " ".join(self._render(self._title, self._plain_title, telling).split())

    def body(self, telling: Telling) -> str:
        """Return the body, without blanks around it."""
        return self._render(self._body, self._plain_body, telling).strip()

    def _render(self, template: "Template", fallback: "Template", telling: Telling) -> str:
        """Return the text; the built-in one where the template fails on this alert: it must be told."""
        try:
            return template.render(telling)
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            metrics.TEMPLATE_FAILURES.labels(self._receiver).inc()
            log.warning("template_failed", receiver=self._receiver, id=telling.id, error=str(error)[:200])
            return fallback.render(telling)


class Template:
    """One compiled template."""

    def __init__(self, text: str, escape: Escape | None = None) -> None:
        """Compile `text`. Raises jinja2.TemplateSyntaxError."""
        self._template = _environment(escape).from_string(text)

    def render(self, telling: Telling) -> str:
        """Return at most MAX_TEXT characters. Raises what a template can raise."""
        pieces, length = [], 0
        for piece in self._template.generate(template_values(telling)):
            pieces.append(piece)
            length += len(piece)
            if length > MAX_TEXT:
                raise ValueError(f"yields more than {MAX_TEXT} characters")
        return "".join(pieces)


@lru_cache(maxsize=16)
def _environment(escape: Escape | None) -> jinja2.Environment:
    def finalize(value: object) -> object:
        if value is None or isinstance(value, Markup):
            return "" if value is None else value
        text = printable(str(value), keep="\n")
        return escape(text) if escape is not None else text

    return _Sandbox(finalize=finalize, autoescape=False, undefined=jinja2.StrictUndefined)  # escaped by kind


def template_values(telling: Telling) -> dict[str, object]:
    """Return what a template may use: `alert` (the latest), `alerts`, `count`, `severity`, `group`, `repeat`.

    An alert has the fields of the webhook's body, `quotes` (the sentences that met it), `met` (its clauses,
    of a long one the words that met it) and `counted` (of an incident: how many came, how many it takes); its
    times are datetimes in UTC.
    """
    alerts = [
        msgspec.to_builtins(alert, builtin_types=(datetime,))
        | {
            "quotes": quotes(alert),
            "met": met(alert),
            "counted": counted(alert.incident) if alert.incident else "",
        }
        for alert in telling.alerts
    ]
    return {
        "alerts": alerts,
        "alert": alerts[-1],
        "count": len(alerts),
        "severity": telling.severity,
        "group": dict(telling.group),
        "repeat": telling.repeat,
        "at": telling.at.astimezone(UTC),
    }


def check_template(text: str | None) -> str | None:
    """Return `text` when it renders a made-up alert. Raises ValueError saying what is wrong with it."""
    if text is None:
        return None
    try:
        Template(text).render(SAMPLE)
    except jinja2.TemplateSyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.message}") from error
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ValueError(str(error)) from error
    return text


def cut(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, the cut marked; of none at all, nothing."""
    if limit < 1:
        return ""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape_slack(text: str) -> str:
    """Escape as https://api.slack.com/reference/surfaces/formatting#escaping asks."""
    return html.escape(text, quote=False)


def escape_markdown(text: str) -> str:
    """Put a backslash before what CommonMark takes for markup; addresses keep working as links."""
    if text.startswith(("https://", "http://")) and " " not in text:
        return text
    return "".join("\\" + c if c in "\\`*_~|<>[]()#" else c for c in text)


_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
_SAMPLE_ALERT = Alert(
    id="0" * 20,
    watch="sample",
    watch_name="Sample",
    watch_version="1",
    severity="high",
    title="A headline",
    url="https://example.com/",
    source="Example",
    story=Story(id="1" * 20, first=_AT, last=_AT, articles=2, sources=2),
    why=(Clause(clause="phrase: headline"),),
    time=_AT,
    alerted=_AT,
)
SAMPLE = Telling(_SAMPLE_ALERT.id, (_SAMPLE_ALERT,), (msgspec.json.encode(_SAMPLE_ALERT),), _AT)
"""A telling to try templates on."""
