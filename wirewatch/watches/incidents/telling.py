"""The alerts of an incident. It is the alert's story too: what many articles of one watch have in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from wirewatch.alert import Alert, CountedArticle, Incident, Story
from wirewatch.watches.alerting import alert_of
from wirewatch.watches.incidents.level import Level
from wirewatch.watches.incidents.log import Began, Counted
from wirewatch.watches.incidents.spike import window_seconds
from wirewatch.watches.match import Match, StoryPolicy
from wirewatch.watches.stories.entries import from_micros

MAX_SHOWN: Final = 20
"""Articles that an alert names."""


def opened(incident: Began, window: Sequence[Counted], match: Match, level: Level, now: datetime) -> Alert:
    """Return the alert for the article of `match`, at which the count crossed; `window` newest first."""
    return alert_of(
        match,
        _story(incident, level.last, incident.articles, incident.sources),
        status="opened",
        step="opened",
        now=now,
        expires_at=from_micros(incident.expires),
        incident=_incident(match.policy, level, window),
    )


def closed(incident: Began, whole: Sequence[Counted], match: Match, level: Level, now: datetime) -> Alert:
    """Return the alert that says that the count is below again, as of the article of `match`.

    It speaks of the article that opened the incident: the one of `match` is no part of it. `whole` are the
    articles of the incident that are still kept, newest first.
    """
    below = alert_of(
        match,
        _story(
            incident,
            max([incident.time, *(one.time for one in whole[:1])]),
            max(incident.articles, len(whole)),
            max(incident.sources, len({one.source for one in whole})),
        ),
        status="closed",
        step="closed",
        now=now,
        expires_at=from_micros(incident.expires),
        incident=_incident(match.policy, level, ()),
    )
    head = incident.head
    return msgspec.structs.replace(
        below,
        title=head.title,
        url=head.url,
        article=head.id,
        source=head.source,
        actors=(),
        topics=(),
        why=(),
        tree=None,
        also=(),
    )


def _story(incident: Began, last: int, articles: int, sources: int) -> Story:
    return Story(
        id=incident.id,
        first=from_micros(incident.first),
        last=from_micros(last),
        articles=articles,
        sources=sources,
    )


def _incident(policy: StoryPolicy, level: Level, window: Sequence[Counted]) -> Incident:
    if policy.volume is not None:
        by_source = policy.volume.distinct == "sources"
        return Incident(
            kind="volume",
            count=level.reached,
            distinct=policy.volume.distinct,
            within=policy.volume.within,
            threshold=level.threshold,
            articles=_shown(_newest_of_each(window) if by_source else window),
        )
    assert policy.spike is not None
    return Incident(
        kind="spike",
        count=level.reached,
        distinct="articles",
        within=window_seconds(policy.spike),
        threshold=level.threshold,
        baseline=level.baseline,
        over=policy.spike.over,
        articles=_shown(window),
    )


def _newest_of_each(window: Sequence[Counted]) -> list[Counted]:
    newest: dict[int, Counted] = {}
    for counted in window:
        newest.setdefault(counted.source, counted)
    return list(newest.values())


def _shown(articles: Sequence[Counted]) -> tuple[CountedArticle, ...]:
    return tuple(
        CountedArticle(
            id=one.head.id,
            title=one.head.title,
            url=one.head.url,
            source=one.head.source,
            time=from_micros(one.time),
        )
        for one in articles[:MAX_SHOWN]
    )
