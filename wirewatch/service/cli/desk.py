"""Where commands about alerts and deliveries ask: the database of the data folder, or notify's HTTP API."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.service.cli.common import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.notify.desk import Desk

ApiOption = Annotated[
    str | None,
    typer.Option(
        "--api",
        metavar="URL",
        show_default=False,
        help="Ask notify's HTTP API there instead of the data folder, e.g. http://127.0.0.1:9405.",
    ),
]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        show_default=False,
        help="The API's token; default: notify.api.token_file.",
    ),
]


@contextmanager
def desk(
    config: Path | None,
    data: Path | None,
    api: str | None = None,
    token_file: Path | None = None,
    *,
    make: bool = False,
) -> "Iterator[Desk]":
    """Hold open what answers; with `make`, also where notify has never run. Raises WirewatchError."""
    from connectors.notify.desk import ApiDesk, LocalDesk

    where = place(config, data)
    opened: Desk
    if api is None:
        opened = LocalDesk.open(where.data_dir, make=make)
    else:
        from wirewatch.settings import read_secret, resolve_path

        path = token_file or resolve_path(
            where.settings.notify.api.token_file, config_dir=where.config_dir, data_dir=where.data_dir
        )
        opened = ApiDesk(api, read_secret(path, "the API's token"))
    try:
        yield opened
    finally:
        opened.close()
