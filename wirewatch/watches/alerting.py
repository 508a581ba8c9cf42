"""The alert of a match: the same for a story and for an incident."""

from datetime import datetime

from wirewatch.alert import Alert, AlertStatus, Incident, Story
from wirewatch.ids import alert_id
from wirewatch.watches.match import Match


def alert_of(
    match: Match,
    story: Story,
    *,
    status: AlertStatus,
    step: str,
    now: datetime,
    expires_at: datetime,
    incident: Incident | None = None,
) -> Alert:
    """Return the alert that the article of `match` raises as one of `story`; `now` is its `alerted`."""
    return Alert(
        id=alert_id(story.id, step),
        status=status,
        step=step,
        watch=match.watch,
        watch_name=match.watch_name,
        watch_version=match.watch_version,
        severity=match.severity,
        labels=match.labels,
        title=match.article.title,
        url=match.article.url,
        article=match.article.id,
        source=match.article.source,
        story=story,
        incident=incident,
        actors=match.actors,
        topics=match.topics,
        why=match.why,
        tree=match.tree,
        also=match.also,
        time=match.article.time,
        fetched=match.article.fetched,
        alerted=now,
        expires_at=expires_at,
    )
