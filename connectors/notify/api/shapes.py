"""What requests hold and what is answered, where it is not the desk's own: checked as it is described."""

from datetime import datetime
from typing import Annotated

import msgspec

from connectors.notify.silences.silence import MAX_MATCHERS
from connectors.notify.store import MAX_NOTE
from connectors.notify.store.listing import Status

Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Seq = Annotated[int, msgspec.Meta(ge=1, le=2**62)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No parameters, or no body."""


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


class WaitingQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which groups: those that are due next."""

    limit: Limit = 50
    receiver: Name | None = None


class VerdictQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which verdicts: the latest, newest first."""

    limit: Limit = 100
    watch: Name | None = None


class Said(msgspec.Struct, forbid_unknown_fields=True):
    """What is said of an alert."""

    is_true: bool
    note: Annotated[str, msgspec.Meta(max_length=MAX_NOTE)] = ""


class Again(msgspec.Struct, forbid_unknown_fields=True):
    """What to deliver again: all that fits everything given, of what was given up.

    Also what waits for a retry, where ids or the receiver are named, or the status is; and what was
    delivered, where ids and the receiver are, or the status is.
    """

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


class Done(msgspec.Struct):
    """It is done."""

    done: bool = True
