"""Where commands about alerts and deliveries ask: the database of the data folder, or notify's HTTP API."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, UsageError, as_typed, place

if TYPE_CHECKING:
    from connectors.notify.desk import Desk
    from connectors.notify.desk.local import Missing
    from connectors.notify.receivers.config import ReceiverConfig
    from wirewatch.service.place import Place

P = ParamSpec("P")

ApiOption = Annotated[
    str | None,
    typer.Option(
        "--api",
        metavar="URL",
        show_default=False,
        help="Use notify's HTTP API at this URL instead of the data folder, e.g. http://127.0.0.1:9405.",
    ),
]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        show_default=False,
        help="File with the API's token. Default: notify.api.token_file.",
    ),
]


@dataclass(frozen=True)
class Where:
    """Where a command asks, as it was typed."""

    api: str | None
    token_file: Path | None
    config: Path | None
    data: Path | None

    def place(self) -> "Place":
        """Return the config and data folders. Raises ConfigError."""
        return place(self.config, self.data)

    @property
    def options(self) -> str:
        """Return the same, for a command to type next."""
        return as_typed(**asdict(self))

    @functools.cached_property
    def receivers(self) -> "Mapping[str, ReceiverConfig]":
        """Those of the routes.yaml here, by name; while it is broken, those that notify goes by.

        stderr then says so. Raises ConfigError.
        """
        from connectors.notify.routes import routes_in_force

        where = self.place()
        routes, broken = routes_in_force(where.config_dir, where.data_dir)
        if broken is not None:
            typer.echo(f"wirewatch: {broken}", err=True)
        return {receiver.name: receiver for receiver in routes.receivers}

    @contextmanager
    def desk(self, *, missing: "Missing" = "refuse") -> "Iterator[Desk]":
        """Hold open what answers; `missing` is for where notify has never run. Raises WirewatchError."""
        from connectors.notify.desk import ApiDesk, LocalDesk

        where = self.place()
        opened: Desk
        if self.api is None:
            opened = LocalDesk.open(where.data_dir, missing=missing, configured=lambda: self.receivers)
        else:
            from wirewatch.settings import read_secret, resolve_path

            path = self.token_file or resolve_path(
                where.settings.notify.api.token_file, config_dir=where.config_dir, data_dir=where.data_dir
            )
            if not path.exists():
                raise UsageError(
                    f"{path}: the API's token is not there: name its file with --token-file; "
                    "where notify runs with notify.api.enabled it is secrets/api-token in the data folder"
                )
            opened = ApiDesk(self.api, read_secret(path, "the API's token"))
        try:
            yield opened
        finally:
            opened.close()


def unknown(what: str, start: str) -> WirewatchError:
    """Return the error for an id of one of the `what` (alerts, deliveries, silences) that none has."""
    return WirewatchError(f"no id of {what} is or starts with {start}: see `wirewatch {what} list`")


def _options(
    *,
    api: ApiOption = None,
    token_file: TokenOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """The options that make a Where, by its fields' names."""


def asks(command: Callable[Concatenate[Where, P], None]) -> Callable[..., None]:
    """Return `command` with the options of a Where behind its own; it is given the Where first."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    options = inspect.signature(_options, eval_str=True).parameters
    named = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401  # as typer has read them
        where = Where(**{name: given.pop(name) for name in options})
        command(where, **given)  # type: ignore[call-arg]  # the rest is what it declares

    parameters = [*named, *options.values()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
