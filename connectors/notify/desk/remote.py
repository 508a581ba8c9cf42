"""The desk through notify's HTTP API: for another machine, or without access to the data folder."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from http.client import HTTPException
from typing import Any, TypeVar

import msgspec

from connectors.notify.desk.protocol import KnownReceiver, KnownSilence, NonsenseError
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
from wirewatch.errors import WirewatchError

TIMEOUT = 30.0
MAX_ANSWER = 64 << 20
MAX_PROBLEM = 64 << 10
T = TypeVar("T")


class ApiDesk:
    """See Desk. Every method raises WirewatchError when the API does not answer, or says no."""

    def __init__(self, url: str, token: str) -> None:
        """Take the address (`http://127.0.0.1:9405`) and the bearer token. Raises WirewatchError."""
        if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
            raise WirewatchError(f"--api {url}: must start with http:// or https://")
        self._url = url.rstrip("/")
        self._token = token

    def alerts(
        self, *, limit: int = 20, watch: str | None = None, before: int | None = None
    ) -> Sequence[StoredAlert]:
        """See Desk."""
        query = {"limit": limit, "watch": watch, "before": before}
        return self._get("/v1/alerts", list[StoredAlert], query) or []

    def alert(self, id: str) -> StoredAlert | None:  # noqa: A002
        """See Desk."""
        return self._get(f"/v1/alerts/{_quoted(id)}", StoredAlert)

    def deliveries(
        self, which: Selection, *, limit: int = 50, before: int | None = None
    ) -> Sequence[ListedDelivery]:
        """See Desk."""
        query = {
            "limit": limit,
            "before": before,
            "receiver": which.receiver,
            "status": which.status,
            "since": which.since.isoformat() if which.since else None,
        }
        return self._get("/v1/deliveries", list[ListedDelivery], query) or []

    def delivery(self, id: str) -> Sequence[DeliveryRecord]:  # noqa: A002
        """See Desk."""
        return self._get(f"/v1/deliveries/{_quoted(id)}", list[DeliveryRecord]) or []

    def waiting(self, *, receiver: str | None = None, limit: int = 50) -> Sequence[WaitingGroup]:
        """See Desk."""
        query = {"receiver": receiver, "limit": limit}
        return self._get("/v1/waiting", list[WaitingGroup], query) or []

    def redeliver(self, which: Selection) -> Redelivered:
        """See Desk."""
        return self._send("POST", "/v1/redeliver", which, Redelivered) or Redelivered(0)

    def prove(self, alert: str) -> Proof | None:
        """See Desk."""
        return self._get(f"/v1/alerts/{_quoted(alert)}/proof", Proof)

    def mark(self, alert: str, *, is_true: bool, note: str = "") -> StoredVerdict | None:
        """See Desk."""
        said = {"is_true": is_true, "note": note}
        return self._send("PUT", f"/v1/alerts/{_quoted(alert)}/verdict", said, StoredVerdict)

    def unmark(self, alert: str) -> bool:
        """See Desk."""
        return self._ask("DELETE", f"/v1/alerts/{_quoted(alert)}/verdict") is not None

    def verdicts(self, *, watch: str | None = None, limit: int = 1000) -> Sequence[StoredVerdict]:
        """See Desk."""
        return self._get("/v1/verdicts", list[StoredVerdict], {"watch": watch, "limit": limit}) or []

    def receivers(self) -> Sequence[KnownReceiver]:
        """See Desk."""
        return self._get("/v1/receivers", list[KnownReceiver]) or []

    def enable(self, receiver: str) -> None:
        """See Desk."""
        self._switch(receiver, "enable", {})

    def disable(self, receiver: str, *, why: str) -> None:
        """See Desk."""
        self._switch(receiver, "disable", {"why": why})

    def _switch(self, receiver: str, how: str, body: Mapping[str, str]) -> None:
        if self._send("POST", f"/v1/receivers/{_quoted(receiver)}/{how}", body, Any) is None:
            raise WirewatchError(f"{self._url}: there is no receiver {receiver}")

    def silences(self, *, expired: bool = False) -> Sequence[KnownSilence]:
        """See Desk."""
        query = {"expired": "true"} if expired else {}
        return self._get("/v1/silences", list[KnownSilence], query) or []

    def silence(
        self,
        matchers: Sequence[str],
        *,
        ends: datetime,
        owner: str,
        reason: str,
        starts: datetime | None = None,
    ) -> KnownSilence:
        """See Desk."""
        asked = {"matchers": matchers, "starts": starts, "ends": ends, "owner": owner, "reason": reason}
        made = self._send("POST", "/v1/silences", asked, KnownSilence)
        if made is None:
            raise WirewatchError(f"{self._url}: its API does not know silences: upgrade wirewatch there")
        return made

    def expire_silence(self, id: str) -> KnownSilence | None:  # noqa: A002
        """See Desk."""
        data = self._ask("DELETE", f"/v1/silences/{_quoted(id)}")
        return None if data is None else self._read(data, KnownSilence)

    def close(self) -> None:
        """See Desk."""

    def _get(self, path: str, kind: type[T], query: Mapping[str, object] | None = None) -> T | None:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        data = self._ask("GET", f"{path}?{urllib.parse.urlencode(given)}" if given else path)
        return None if data is None else self._read(data, kind)

    def _send(self, method: str, path: str, body: object, kind: type[T]) -> T | None:
        data = self._ask(method, path, msgspec.json.encode(body))
        return None if data is None else self._read(data, kind)

    def _read(self, data: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.DecodeError as error:
            raise WirewatchError(
                f"{self._url}: gives an answer that this wirewatch does not understand: {error}"
            ) from error

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes | None:
        """Return the answer's body; None for a 404."""
        request = urllib.request.Request(  # noqa: S310  # the scheme was checked
            self._url + path,
            data=body,
            method=method,
            headers={"authorization": f"Bearer {self._token}", "content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                data: bytes = answer.read(MAX_ANSWER)
                return data
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            detail, excerpt = _problem(error.read(MAX_PROBLEM))
            kind = NonsenseError if error.code == 400 else WirewatchError
            refused = kind(f"{self._url}: HTTP {error.code}: {detail}")
            refused.excerpt = excerpt
            raise refused from error
        except HTTPException as error:  # what listens there may be anything: its word is cut
            what = f"{type(error).__name__} {str(error)[:200]!r}"
            raise WirewatchError(
                f"{self._url}: its answer is not HTTP ({what}): is that notify's API?"
            ) from error
        except OSError as error:
            why = error.reason if isinstance(error, urllib.error.URLError) else error
            raise WirewatchError(
                f"{self._url}: no answer: {why}; is notify running there, and is its API on "
                "(notify.api.enabled, off by default)?"
            ) from error


def _problem(said: bytes) -> tuple[str, str]:
    """Return what an RFC 9457 answer says, and the lines to show below; of any other answer, its start."""
    try:
        problem = msgspec.json.decode(said, type=dict[str, Any])
        return str(problem["detail"]), str(problem.get("excerpt", ""))
    except (msgspec.DecodeError, KeyError):
        return said[:200].decode("utf-8", "replace").strip(), ""


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")
