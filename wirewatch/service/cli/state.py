"""state: the pipeline's checkpoint."""

from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

app = typer.Typer(help="The pipeline's checkpoint: show, reset, migrate.", no_args_is_help=True)


@app.command()
def show(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Show what each step of the pipeline keeps, and how much.

    Example: wirewatch state show
    """
    from pipelines.engines.checkpoint import CHECKPOINT, contents

    where = place(config, data)
    for kept in contents(where.data_dir / CHECKPOINT):
        if json:
            print_json(kept._asdict())
        else:
            typer.echo(f"{kept.transform}  {kept.slot}  {kept.rows:,} rows  {kept.bytes:,} bytes")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Start over with an empty checkpoint; the old one is kept beside it.

    The pipeline then reads every article Kafka still holds. Alerts keep their ids, so notify tells nothing
    twice that it remembers.

    Example: wirewatch state reset --yes
    """
    from pipelines.engines.checkpoint import CHECKPOINT
    from pipelines.engines.checkpoint import reset as reset_checkpoint

    path = place(config, data).data_dir / CHECKPOINT
    if not yes and not typer.confirm(f"Start over without {path}?"):
        raise UsageError("nothing was changed; --yes does it without asking")
    kept = reset_checkpoint(path)
    typer.echo(f"the old checkpoint is {kept}" if kept else f"there was no checkpoint at {path}")


@app.command()
def migrate(
    rename: Annotated[
        list[str] | None,
        typer.Option("--rename", metavar="OLD=NEW", show_default=False, help="A step has a new name."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="STEP", show_default=False, help="Forget what a step kept."),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Fit the checkpoint to a changed pipeline: rename steps, or drop what one kept.

    Example: wirewatch state migrate --rename "stories=tell stories"
    """
    from pipelines.engines.checkpoint import CHECKPOINT
    from pipelines.engines.checkpoint import migrate as migrate_checkpoint

    if not rename and not drop:
        raise UsageError(
            "state migrate: give --rename OLD=NEW or --drop STEP; `wirewatch state show` lists them"
        )
    renames = [_pair(text) for text in rename or ()]
    changed = migrate_checkpoint(place(config, data).data_dir / CHECKPOINT, renames=renames, drops=drop or ())
    typer.echo(f"{changed} entries changed")


def _pair(text: str) -> tuple[str, str]:
    old, found, new = text.partition("=")
    if not (found and old and new):
        raise UsageError(f"--rename {text}: must be OLD=NEW")
    return old, new
