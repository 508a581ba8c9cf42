"""Alerts as they travel on Kafka (`alerts`) and, unchanged, as webhook body: a public API.

All datetimes are aware and in UTC.
"""

from typing import Final, Literal

import msgspec

from wirewatch.article import AwareTime, Place
from wirewatch.reading import Reading

ALERT_VERSION = 1

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
AlertKind = Literal["watch", "system"]
AlertStatus = Literal["opened", "updated", "closed"]
SPREAD_TO: Final = "sources:"
"""What the step of a story begins with that has spread to so many sources."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The story an alert tells of: what several articles have in common, per watch."""

    id: str
    first: AwareTime
    """`time` of its earliest article."""
    last: AwareTime
    articles: int
    sources: int


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Words that met a clause: what, where, and the sentence or line around it."""

    place: Place
    text: str
    context: str
    """The text around the words, at most a paragraph."""
    offset: int
    """Where `text` starts within `context`."""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """One clause of a watch that an article met, with what met it."""

    clause: str
    evidence: tuple[Evidence, ...] = ()


class ClauseTree(msgspec.Struct, frozen=True, kw_only=True):
    """How the clauses of `why` came together. It holds what made the article meet the watch, no more.

    `op`: `term` and `near` have their words in `why`; `not` says what the article had not; `all` (AND), `any`
    (OR) and `of` (2 OF) hold parts.
    """

    op: Literal["term", "near", "not", "all", "any", "of"]
    clause: str
    """As the watch language writes it; of what holds parts, the operator."""
    why: int | None = None
    """The place of its clause in `why`, from 0."""
    parts: tuple["ClauseTree", ...] = ()


class AlsoMet(msgspec.Struct, frozen=True, kw_only=True):
    """Another watch the same article met."""

    watch: str
    severity: Severity


class ActorRef(msgspec.Struct, frozen=True, kw_only=True):
    """An actor of the alert's article, without its mentions."""

    id: str
    name: str
    type: str
    iso2: str | None = None


class TopicRef(msgspec.Struct, frozen=True, kw_only=True):
    """A topic of the alert's article."""

    code: str
    name: str
    score: float


class CountedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """One of the articles that made up an incident."""

    id: str
    title: str
    url: str | None = None
    source: str
    time: AwareTime


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Why a watch with a `volume` or a `spike` speaks: how many came, and how many it takes."""

    kind: Literal["volume", "spike"]
    count: int
    """Of what `distinct` says, within `within` seconds."""
    distinct: Literal["sources", "articles"]
    within: float
    threshold: float
    """The count from which on it is an incident."""
    baseline: float | None = None
    """Of a spike: how many came in such a time on average."""
    over: float | None = None
    """Of a spike: the seconds before that the average is of, at most."""
    articles: tuple[CountedArticle, ...] = ()
    """The articles that made it up, newest first, at most 20; of a volume of sources the newest of each."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What happened: a watch was met (kind watch), or a part saw trouble (kind system).

    `step` names the point in the story's life: `opened`, `sources:3`, `closed`.
    """

    id: str
    v: int = ALERT_VERSION
    kind: AlertKind = "watch"
    status: AlertStatus = "opened"
    step: str = "opened"
    watch: str
    watch_name: str
    watch_version: str
    severity: Severity
    labels: dict[str, str] = {}
    title: str
    url: str | None = None
    article: str | None = None
    """Id of the article; None for system alerts."""
    source: str | None = None
    story: Story | None = None
    """The story; of a watch with a `volume` or a `spike` the incident, which is one as well."""
    incident: Incident | None = None
    actors: tuple[ActorRef, ...] = ()
    topics: tuple[TopicRef, ...] = ()
    reading: Reading | None = None
    """What a trained model found in the article; None where none is set (`tagging.spacy_model`)."""
    why: tuple[Clause, ...] = ()
    tree: ClauseTree | None = None
    """How the clauses of `why` came together; None for system alerts."""
    also: tuple[AlsoMet, ...] = ()
    time: AwareTime
    """`time` of the article."""
    fetched: AwareTime | None = None
    alerted: AwareTime
    expires_at: AwareTime | None = None


GROUP_VERSION = 1


class AlertGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The webhook body that tells of several alerts at once; `kind` tells it from an alert."""

    id: str
    """The webhook-id."""
    v: int = GROUP_VERSION
    kind: Literal["group"] = "group"
    receiver: str
    group: dict[str, str] = {}
    """What the alerts have in common, by the names of `group_by`."""
    repeat: int = 0
    """How many times this group was told before."""
    truncated: int = 0
    """Older alerts of the group that did not fit into 1 MiB."""
    alerts: tuple[Alert, ...]
    """Oldest first."""
