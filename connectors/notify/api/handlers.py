"""The endpoints as data: method, path, what they take and answer; checked as they are described."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from connectors.notify.desk import Desk, KnownReceiver, KnownSilence
from connectors.notify.silences.silence import MAX_MATCHERS
from connectors.notify.store import (
    MAX_NOTE,
    DeliveryRecord,
    ListedDelivery,
    Proof,
    Selection,
    StoredAlert,
    StoredVerdict,
)
from connectors.notify.store.listing import Status
from wirewatch.errors import WirewatchError

S = TypeVar("S", bound=msgspec.Struct)
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Seq = Annotated[int, msgspec.Meta(ge=1, le=2**62)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No parameters."""


class AlertQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which alerts: the latest, newest first."""

    limit: Limit = 20
    watch: Name | None = None
    before: Seq | None = None
    """Only those before the one with this `seq`: for the next page."""


class DeliveryQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which deliveries: the latest, newest first."""

    limit: Limit = 50
    receiver: Name | None = None
    status: Status | None = None
    since: Time | None = None
    before: Seq | None = None


class VerdictQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which verdicts: the latest, newest first."""

    limit: Limit = 100
    watch: Name | None = None


class Said(msgspec.Struct, forbid_unknown_fields=True):
    """What is said of an alert."""

    is_true: bool
    note: Annotated[str, msgspec.Meta(max_length=MAX_NOTE)] = ""


class Again(msgspec.Struct, forbid_unknown_fields=True):
    """What to deliver again: all that fits everything given; without ids, only what was given up."""

    ids: Annotated[tuple[Name, ...], msgspec.Meta(max_length=1000)] = ()
    receiver: Name | None = None
    status: Status | None = None
    since: Time | None = None


class Why(msgspec.Struct, forbid_unknown_fields=True):
    """Why a receiver is disabled."""

    why: Annotated[str, msgspec.Meta(max_length=500)] = "by the API"


class SilenceQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which silences: those that are not over; the soonest to end first."""

    expired: bool = False
    """Also those that are over."""


class NewSilence(msgspec.Struct, forbid_unknown_fields=True):
    """Tell nobody of alerts that fit every matcher (as in routes.yaml) from `starts`, else now, to `ends`."""

    matchers: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=2000)], ...],
        msgspec.Meta(min_length=1, max_length=MAX_MATCHERS),
    ]
    ends: Time
    owner: Name
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    starts: Time | None = None


class Redelivered(msgspec.Struct):
    """How many are to be delivered again."""

    redelivered: int


class Done(msgspec.Struct):
    """It is done."""

    done: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, unread."""

    path: dict[str, str]
    query: Sequence[tuple[str, str]]
    body: bytes

    def id(self) -> str:
        """Return the id or name in the path."""
        return self.path["id"]

    def read_query(self, kind: type[S]) -> S:
        """Return the query as `kind`. Raises WirewatchError saying what is wrong."""
        names = [name for name, _ in self.query]
        if len(set(names)) != len(names):
            raise WirewatchError("a parameter is given twice")
        try:
            return msgspec.convert(dict(self.query), kind, strict=False)
        except msgspec.ValidationError as error:
            raise WirewatchError(f"query: {error}") from error

    def read_body(self, kind: type[S]) -> S:
        """Return the JSON body as `kind`. Raises WirewatchError saying what is wrong."""
        try:
            return msgspec.json.decode(self.body or b"{}", type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise WirewatchError(f"body: {error}") from error


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation; its answer None is a 404."""

    method: str
    path: str
    summary: str
    answer: Callable[[Desk, Asked], Any]
    returns: Any
    query: type[msgspec.Struct] = Nothing
    body: type[msgspec.Struct] | None = None
    may_miss: bool = False
    """Whether there may be no such thing."""


def _alerts(desk: Desk, asked: Asked) -> Sequence[StoredAlert]:
    query = asked.read_query(AlertQuery)
    return desk.alerts(limit=query.limit, watch=query.watch, before=query.before)


def _mark(desk: Desk, asked: Asked) -> StoredVerdict | None:
    said = asked.read_body(Said)
    return desk.mark(asked.id(), is_true=said.is_true, note=said.note)


def _deliveries(desk: Desk, asked: Asked) -> Sequence[ListedDelivery]:
    query = asked.read_query(DeliveryQuery)
    which = Selection(receiver=query.receiver, status=query.status, since=query.since)
    return desk.deliveries(which, limit=query.limit, before=query.before)


def _redeliver(desk: Desk, asked: Asked) -> Redelivered:
    chosen = asked.read_body(Again)
    which = Selection(chosen.ids, chosen.receiver, chosen.status, chosen.since)
    return Redelivered(desk.redeliver(which))


def _verdicts(desk: Desk, asked: Asked) -> Sequence[StoredVerdict]:
    query = asked.read_query(VerdictQuery)
    return desk.verdicts(watch=query.watch, limit=query.limit)


def _enable(desk: Desk, asked: Asked) -> Done | None:
    if all(receiver.name != asked.id() for receiver in desk.receivers()):
        return None
    desk.enable(asked.id())
    return Done()


def _disable(desk: Desk, asked: Asked) -> Done | None:
    why = asked.read_body(Why).why
    if all(receiver.name != asked.id() for receiver in desk.receivers()):
        return None
    desk.disable(asked.id(), why=why)
    return Done()


def _silences(desk: Desk, asked: Asked) -> Sequence[KnownSilence]:
    return desk.silences(expired=asked.read_query(SilenceQuery).expired)


def _silence(desk: Desk, asked: Asked) -> KnownSilence:
    new = asked.read_body(NewSilence)
    return desk.silence(new.matchers, starts=new.starts, ends=new.ends, owner=new.owner, reason=new.reason)


def _unquery(answer: Callable[[Desk, Asked], Any]) -> Callable[[Desk, Asked], Any]:
    """Refuse parameters where there are none."""

    def checked(desk: Desk, asked: Asked) -> Any:  # noqa: ANN401
        asked.read_query(Nothing)
        return answer(desk, asked)

    return checked


ENDPOINTS = (
    Endpoint("GET", "/v1/alerts", "The latest alerts", _alerts, list[StoredAlert], query=AlertQuery),
    Endpoint(
        "GET",
        "/v1/alerts/{id}",
        "An alert, by its id or the start of it",
        _unquery(lambda desk, asked: desk.alert(asked.id())),
        StoredAlert,
        may_miss=True,
    ),
    Endpoint(
        "GET",
        "/v1/alerts/{id}/proof",
        "The ledger of an alert",
        _unquery(lambda desk, asked: desk.prove(asked.id())),
        Proof,
        may_miss=True,
    ),
    Endpoint(
        "PUT",
        "/v1/alerts/{id}/verdict",
        "Say whether the watch was right",
        _unquery(_mark),
        StoredVerdict,
        body=Said,
        may_miss=True,
    ),
    Endpoint(
        "DELETE",
        "/v1/alerts/{id}/verdict",
        "Take back what was said",
        _unquery(lambda desk, asked: Done() if desk.unmark(asked.id()) else None),
        Done,
        may_miss=True,
    ),
    Endpoint(
        "GET", "/v1/verdicts", "The latest verdicts", _verdicts, list[StoredVerdict], query=VerdictQuery
    ),
    Endpoint(
        "GET",
        "/v1/deliveries",
        "The latest deliveries",
        _deliveries,
        list[ListedDelivery],
        query=DeliveryQuery,
    ),
    Endpoint(
        "GET",
        "/v1/deliveries/{id}",
        "The deliveries of this id, one a receiver, with their attempts",
        _unquery(lambda desk, asked: desk.delivery(asked.id()) or None),
        list[DeliveryRecord],
        may_miss=True,
    ),
    Endpoint("POST", "/v1/redeliver", "Deliver again", _unquery(_redeliver), Redelivered, body=Again),
    Endpoint(
        "GET",
        "/v1/receivers",
        "The receivers",
        _unquery(lambda desk, asked: desk.receivers()),  # noqa: ARG005
        list[KnownReceiver],
    ),
    Endpoint(
        "POST",
        "/v1/receivers/{id}/enable",
        "Deliver to a receiver again",
        _unquery(_enable),
        Done,
        may_miss=True,
    ),
    Endpoint(
        "POST",
        "/v1/receivers/{id}/disable",
        "Hold back what is owed to a receiver",
        _unquery(_disable),
        Done,
        body=Why,
        may_miss=True,
    ),
    Endpoint("GET", "/v1/silences", "The silences", _silences, list[KnownSilence], query=SilenceQuery),
    Endpoint(
        "POST",
        "/v1/silences",
        "Silence some alerts for a while",
        _unquery(_silence),
        KnownSilence,
        body=NewSilence,
    ),
    Endpoint(
        "DELETE",
        "/v1/silences/{id}",
        "End a silence now, by its id or the start of it",
        _unquery(lambda desk, asked: desk.expire_silence(asked.id())),
        KnownSilence,
        may_miss=True,
    ),
)
