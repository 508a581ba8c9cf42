"""An operation as data: method, path, what it takes and answers; what is asked is checked against it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from connectors.notify.api.shapes import Nothing
from connectors.notify.desk import Desk
from wirewatch.errors import WirewatchError

Q = TypeVar("Q", bound=msgspec.Struct)
B = TypeVar("B", bound=msgspec.Struct)
S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Q, B]):
    """A request, read and checked."""

    id: str
    """The id or name in the path; empty where the path has none."""
    query: Q
    body: B


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Q, B]):
    """One operation; its answer None is a 404."""

    method: str
    path: str
    summary: str
    answer: Callable[[Desk, Asked[Q, B]], Any]
    returns: Any
    query: type[Q] = Nothing  # type: ignore[assignment]  # a default binds no type variable
    body: type[B] = Nothing  # type: ignore[assignment]
    may_miss: bool = False
    """Whether there may be no such thing."""

    @property
    def takes_body(self) -> bool:
        """Whether a request has a body."""
        return self.body is not Nothing

    def ask(self, desk: Desk, id: str, query: Sequence[tuple[str, str]], body: bytes) -> Any:  # noqa: A002, ANN401
        """Return what `desk` answers. Raises WirewatchError, also for what makes no sense."""
        read = self.body() if not self.takes_body else read_body(body, self.body)
        return self.answer(desk, Asked(id, read_query(query, self.query), read))


def read_query(query: Sequence[tuple[str, str]], kind: type[S]) -> S:
    """Return the parameters as `kind`. Raises WirewatchError saying what is wrong."""
    names = [name for name, _ in query]
    if len(set(names)) != len(names):
        raise WirewatchError("a parameter is given twice")
    try:
        return msgspec.convert(dict(query), kind, strict=False)
    except msgspec.ValidationError as error:
        raise WirewatchError(f"query: {error}") from error


def read_body(body: bytes, kind: type[S]) -> S:
    """Return the JSON body as `kind`. Raises WirewatchError saying what is wrong."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WirewatchError(f"body: {error}") from error
