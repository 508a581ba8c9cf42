"""The endpoints: each question of the desk, where it is asked."""

from collections.abc import Sequence
from typing import Any

from connectors.notify.api.endpoint import Asked, Endpoint
from connectors.notify.api.shapes import (
    Again,
    AlertQuery,
    DeliveryQuery,
    Done,
    NewSilence,
    Nothing,
    Said,
    SilenceQuery,
    VerdictQuery,
    WaitingQuery,
    Why,
)
from connectors.notify.desk import Desk, KnownReceiver, KnownSilence
from connectors.notify.store import (
    DeliveryRecord,
    ListedDelivery,
    Proof,
    Redelivered,
    Selection,
    StoredAlert,
    StoredVerdict,
    WaitingGroup,
)


def _alerts(desk: Desk, asked: Asked[AlertQuery, Nothing]) -> Sequence[StoredAlert]:
    query = asked.query
    return desk.alerts(limit=query.limit, watch=query.watch, before=query.before)


def _mark(desk: Desk, asked: Asked[Nothing, Said]) -> StoredVerdict | None:
    return desk.mark(asked.id, is_true=asked.body.is_true, note=asked.body.note)


def _unmark(desk: Desk, asked: Asked[Nothing, Nothing]) -> Done | None:
    return Done() if desk.unmark(asked.id) else None


def _verdicts(desk: Desk, asked: Asked[VerdictQuery, Nothing]) -> Sequence[StoredVerdict]:
    return desk.verdicts(watch=asked.query.watch, limit=asked.query.limit)


def _deliveries(desk: Desk, asked: Asked[DeliveryQuery, Nothing]) -> Sequence[ListedDelivery]:
    query = asked.query
    which = Selection(receiver=query.receiver, status=query.status, since=query.since)
    return desk.deliveries(which, limit=query.limit, before=query.before)


def _waiting(desk: Desk, asked: Asked[WaitingQuery, Nothing]) -> Sequence[WaitingGroup]:
    return desk.waiting(receiver=asked.query.receiver, limit=asked.query.limit)


def _redeliver(desk: Desk, asked: Asked[Nothing, Again]) -> Redelivered:
    chosen = asked.body
    return desk.redeliver(Selection(chosen.ids, chosen.receiver, chosen.status, chosen.since))


def _enable(desk: Desk, asked: Asked[Nothing, Nothing]) -> Done | None:
    if not _is_known(desk, asked.id):
        return None
    desk.enable(asked.id)
    return Done()


def _disable(desk: Desk, asked: Asked[Nothing, Why]) -> Done | None:
    if not _is_known(desk, asked.id):
        return None
    desk.disable(asked.id, why=asked.body.why)
    return Done()


def _is_known(desk: Desk, receiver: str) -> bool:
    return any(each.name == receiver for each in desk.receivers())


def _silences(desk: Desk, asked: Asked[SilenceQuery, Nothing]) -> Sequence[KnownSilence]:
    return desk.silences(expired=asked.query.expired)


def _silence(desk: Desk, asked: Asked[Nothing, NewSilence]) -> KnownSilence:
    new = asked.body
    return desk.silence(new.matchers, starts=new.starts, ends=new.ends, owner=new.owner, reason=new.reason)


ENDPOINTS: tuple[Endpoint[Any, Any], ...] = (
    Endpoint("GET", "/v1/alerts", "The latest alerts", _alerts, list[StoredAlert], AlertQuery),
    Endpoint(
        "GET",
        "/v1/alerts/{id}",
        "An alert, by its id or the start of it",
        lambda desk, asked: desk.alert(asked.id),
        StoredAlert,
        may_miss=True,
    ),
    Endpoint(
        "GET",
        "/v1/alerts/{id}/proof",
        "The ledger of an alert",
        lambda desk, asked: desk.prove(asked.id),
        Proof,
        may_miss=True,
    ),
    Endpoint(
        "PUT",
        "/v1/alerts/{id}/verdict",
        "Record whether the watch was right",
        _mark,
        StoredVerdict,
        body=Said,
        may_miss=True,
    ),
    Endpoint("DELETE", "/v1/alerts/{id}/verdict", "Remove a verdict", _unmark, Done, may_miss=True),
    Endpoint("GET", "/v1/verdicts", "The latest verdicts", _verdicts, list[StoredVerdict], VerdictQuery),
    Endpoint(
        "GET", "/v1/deliveries", "The latest deliveries", _deliveries, list[ListedDelivery], DeliveryQuery
    ),
    Endpoint(
        "GET",
        "/v1/deliveries/{id}",
        "The deliveries with this id, one per receiver, with their attempts",
        lambda desk, asked: desk.delivery(asked.id) or None,
        list[DeliveryRecord],
        may_miss=True,
    ),
    Endpoint("GET", "/v1/waiting", "Groups that are not due yet", _waiting, list[WaitingGroup], WaitingQuery),
    Endpoint("POST", "/v1/redeliver", "Deliver again", _redeliver, Redelivered, body=Again),
    Endpoint(
        "GET",
        "/v1/receivers",
        "The receivers",
        lambda desk, asked: desk.receivers(),  # noqa: ARG005
        list[KnownReceiver],
    ),
    Endpoint(
        "POST",
        "/v1/receivers/{id}/enable",
        "Deliver to a receiver again",
        _enable,
        Done,
        may_miss=True,
    ),
    Endpoint(
        "POST",
        "/v1/receivers/{id}/disable",
        "Hold back a receiver's alerts",
        _disable,
        Done,
        body=Why,
        may_miss=True,
    ),
    Endpoint("GET", "/v1/silences", "The silences", _silences, list[KnownSilence], SilenceQuery),
    Endpoint(
        "POST", "/v1/silences", "Silence some alerts for a while", _silence, KnownSilence, body=NewSilence
    ),
    Endpoint(
        "DELETE",
        "/v1/silences/{id}",
        "End a silence now, by its id or the start of it",
        lambda desk, asked: desk.expire_silence(asked.id),
        KnownSilence,
        may_miss=True,
    ),
)
