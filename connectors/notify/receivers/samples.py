"""Made-up tellings, one of each kind that a receiver may get: to see what it makes of them. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from connectors.notify.receivers.telling import Telling
from wirewatch import ids, system_alert
from wirewatch.alert import (
    ActorRef,
    Alert,
    AlsoMet,
    Clause,
    ClauseTree,
    CountedArticle,
    Evidence,
    Incident,
    Story,
    TopicRef,
)
from wirewatch.article import Place
from wirewatch.records import ALERTS

_LASTS = timedelta(minutes=5)
"""After which an Alertmanager takes it for over: not a day, as of what has no end."""
_HOUR = timedelta(hours=1)
_TITLE = "SAMPLE: NATO ministers meet in Brussels"
_URL = "https://example.com/sample"
_SOURCE = "example.com"


class Sample(StrEnum):
    """What is told. Values are typed by people: add, never rename."""

    TEST = "test"
    """That a receiver can be reached."""
    OPENED = "opened"
    """A new story."""
    UPDATED = "updated"
    """The same story, told by three sources by now."""
    INCIDENT = "incident"
    """As many articles as a volume takes."""
    CLOSED = "closed"
    """The end of that."""
    SYSTEM = "system"
    """A part of wirewatch sees trouble."""
    GROUP = "group"
    """Several alerts at once."""
    REMINDER = "reminder"
    """What was told before and is still open: the id of the alert within another webhook-id."""
    REPEATED = "repeated"
    """The same webhook-id twice, as after an answer that was lost."""


def telling(sample: Sample, now: datetime) -> Telling:
    """Return what a receiver is told of `sample`. Its ids are new each time, its story never is."""
    alerts = tuple(_alerts(sample, now))
    own = len(alerts) == 1 and sample is not Sample.REMINDER
    return Telling(
        alerts[0].id if own else ids.digest("sample", sample, now.isoformat()),
        alerts,
        tuple(map(ALERTS.encode, alerts)),
        now,
        group={"watch": "sample"} if len(alerts) > 1 else {"story": _story(now).id},
        repeat=int(sample is Sample.REMINDER),
    )


def _alerts(sample: Sample, now: datetime) -> list[Alert]:
    if sample is Sample.GROUP:
        return [_opened(now - _HOUR), _updated(now)]
    return [_MADE[sample](now)]


def _test(now: datetime) -> Alert:
    return Alert(
        id=ids.digest("trial", now.isoformat()),
        kind="system",
        watch="system/test",
        watch_name="A test",
        watch_version="1",
        severity="info",
        title="wirewatch can reach you: this is a test, nothing happened",
        time=now,
        alerted=now,
        expires_at=now + _LASTS,
    )


def _opened(now: datetime) -> Alert:
    return Alert(
        id=ids.digest("sample opened", now.isoformat()),
        watch="sample",
        watch_name="A sample",
        watch_version="1",
        severity="medium",
        labels={"desk": "sample"},
        title=_TITLE,
        url=_URL,
        article=ids.digest("sample article"),
        source=_SOURCE,
        story=_story(now),
        actors=(ActorRef(id="org/nato", name="NATO", type="organisation"),),
        topics=(TopicRef(code="20000065", name="diplomacy", score=0.5),),
        why=(_clause("actor:NATO", "NATO"), _clause("phrase:ministers", "ministers")),
        tree=ClauseTree(
            op="all",
            clause="AND",
            parts=(
                ClauseTree(op="term", clause="actor:NATO", why=0),
                ClauseTree(op="term", clause="phrase:ministers", why=1),
            ),
        ),
        also=(AlsoMet(watch="sample-too", severity="low"),),
        time=now,
        fetched=now,
        alerted=now,
        expires_at=now + _LASTS,
    )


def _updated(now: datetime) -> Alert:
    return msgspec.structs.replace(
        _opened(now),
        id=ids.digest("sample updated", now.isoformat()),
        status="updated",
        step="sources:3",
        story=msgspec.structs.replace(_story(now), first=now - _HOUR, articles=4, sources=3),
    )


def _incident(now: datetime) -> Alert:
    story = msgspec.structs.replace(_story(now), id=ids.digest("sample incident"), articles=5, sources=5)
    counted = CountedArticle(
        id=ids.digest("sample article"), title=_TITLE, url=_URL, source=_SOURCE, time=now
    )
    return msgspec.structs.replace(
        _opened(now),
        id=ids.digest("sample incident", now.isoformat()),
        story=story,
        incident=Incident(
            kind="volume", count=5, distinct="sources", within=3600.0, threshold=5.0, articles=(counted,)
        ),
    )


def _closed(now: datetime) -> Alert:
    return msgspec.structs.replace(
        _incident(now), id=ids.digest("sample closed", now.isoformat()), status="closed", step="closed"
    )


def _system(now: datetime) -> Alert:
    made = system_alert.opened(
        "system/feed",
        _URL,
        now,
        watch_name="A feed in trouble",
        severity="low",
        labels={"feed": _URL, "state": "failing"},
        title=f"SAMPLE: {_SOURCE}: feed fails: client error: HTTP 404",
        url=_URL,
        source=_SOURCE,
    )
    return msgspec.structs.replace(made, expires_at=now + _LASTS)


_MADE: dict[Sample, Callable[[datetime], Alert]] = {
    Sample.TEST: _test,
    Sample.OPENED: _opened,
    Sample.UPDATED: _updated,
    Sample.INCIDENT: _incident,
    Sample.CLOSED: _closed,
    Sample.SYSTEM: _system,
    Sample.REMINDER: _opened,
    Sample.REPEATED: _opened,
}


def _story(now: datetime) -> Story:
    return Story(id=ids.digest("sample story"), first=now, last=now, articles=1, sources=1)


def _clause(clause: str, words: str) -> Clause:
    start = _TITLE.index(words)
    place = Place(paragraph=None, start=start, end=start + len(words))
    return Clause(clause=clause, evidence=(Evidence(place=place, text=words, context=_TITLE, offset=start),))
