"""state: the pipeline's checkpoint."""

from dataclasses import asdict
from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

app = typer.Typer(help="The pipeline's checkpoint: show, reset, migrate.", no_args_is_help=True)


@app.command()
def show(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Show what each step of the pipeline keeps, and how much.

    Example: wirewatch state show
    """
    from pipelines.engines.embedded.admin import CHECKPOINT, describe

    checkpoint = describe(place(config, data).data_dir / CHECKPOINT)
    for kept in checkpoint.kept:
        if json:
            print_json(asdict(kept))
        else:
            typer.echo(f"{kept.transform}  {kept.slot}  {kept.rows:,} rows  {kept.bytes:,} bytes")
    for position in checkpoint.positions:
        where, at = str(position.element), str(position.restriction)
        if json:
            print_json({"transform": position.transform, "source": where, "position": at})
        else:
            typer.echo(f"{position.transform}  {where}  from {at}")


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
    from pipelines.engines.embedded.admin import CHECKPOINT
    from pipelines.engines.embedded.admin import reset as reset_checkpoint

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
    from pipelines.engines.embedded.admin import CHECKPOINT
    from pipelines.engines.embedded.admin import drop as drop_kept
    from pipelines.engines.embedded.admin import rename as rename_kept

    if not rename and not drop:
        raise UsageError(
            "state migrate: give --rename OLD=NEW or --drop STEP; `wirewatch state show` lists them"
        )
    checkpoint = place(config, data).data_dir / CHECKPOINT
    for old, new in [_pair(text) for text in rename or ()]:
        rename_kept(checkpoint, old, new)
        typer.echo(f"{old} is now {new}")
    for step in drop or ():
        drop_kept(checkpoint, step)
        typer.echo(f"what {step} kept is gone")


def _pair(text: str) -> tuple[str, str]:
    old, found, new = text.partition("=")
    if not (found and old and new):
        raise UsageError(f"--rename {text}: must be OLD=NEW")
    return old, new
