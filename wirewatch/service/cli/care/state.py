"""state: the pipeline's checkpoint."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import (
    ConfigOption,
    DataOption,
    JsonOption,
    UsageError,
    print_json,
    quiet_place,
)

if TYPE_CHECKING:
    from pipelines.engines.embedded.admin import Kept
    from wirewatch.service.place import Place

app = typer.Typer(help="The pipeline's checkpoint: show, reset, migrate.", no_args_is_help=True)


@app.command()
def show(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Show what each step of the pipeline stores.

    Example: wirewatch state show
    """
    where = _place(config, data)
    from pipelines.engines.embedded.admin import CHECKPOINT, describe
    from wirewatch.text import count

    checkpoint = describe(_existing(where.data_dir / CHECKPOINT))
    for (transform, slot), (rows, size) in _by_slot(checkpoint.kept).items():
        if json:
            print_json({"transform": transform, "slot": slot, "rows": rows, "bytes": size})
        else:
            typer.echo(f"{transform}  {slot}  {count(rows, 'row')}  {count(size, 'byte')}")
    for position in checkpoint.positions:
        source, at = _source(position.element), position.restriction.start
        if json:
            print_json({"transform": position.transform, "source": source, "position": at})
        else:
            typer.echo(f"{position.transform}  {source}  at {at:,}")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Start over with an empty checkpoint.

    The old checkpoint is kept beside it.

    The pipeline then rereads every article Kafka still holds, and opens stories anew. If `articles` has one
    partition (the default) and Kafka still holds the article that opened a story, its alerts get the same ids
    as before, and notify, which remembers them, does not send them again. Otherwise the story is opened by
    another article and alerted again under a new id.

    Example: wirewatch state reset --yes
    """
    where = _place(config, data)
    from pipelines.engines.embedded.admin import CHECKPOINT
    from pipelines.engines.embedded.admin import reset as reset_checkpoint

    path = where.data_dir / CHECKPOINT
    if not yes and not _agreed(
        f"Start over without {path}? Stories may be alerted again (--help says which)."
    ):
        raise UsageError("nothing was changed; --yes does it without asking")
    kept = reset_checkpoint(path)
    typer.echo(f"the old checkpoint is {kept}" if kept else f"there was no checkpoint at {path}")


@app.command()
def migrate(
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--rename", metavar="OLD=NEW", show_default=False, help="Rename a step; may be repeated."
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            "--drop", metavar="STEP", show_default=False, help="Drop the state of a step; may be repeated."
        ),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Adapt the checkpoint to a changed pipeline.

    Renames steps, or drops the state of a step.

    Example: wirewatch state migrate --rename "stories/ParDo(DecideStories)=stories/ParDo(TellStories)"
    """
    if not rename and not drop:
        raise UsageError(
            "state migrate: give --rename OLD=NEW or --drop STEP; `wirewatch state show` lists them"
        )
    renames = [_pair(text) for text in rename or ()]
    where = _place(config, data)
    from pipelines.engines.embedded.admin import CHECKPOINT
    from pipelines.engines.embedded.admin import drop as drop_kept
    from pipelines.engines.embedded.admin import rename as rename_kept

    checkpoint = _existing(where.data_dir / CHECKPOINT)
    for old, new in renames:
        rename_kept(checkpoint, old, new)
        typer.echo(f"{old} is now {new}")
    for step in drop or ():
        drop_kept(checkpoint, step)
        typer.echo(f"dropped the state of {step}")


def _place(config: Path | None, data: Path | None) -> "Place":
    """Return where this command works. Raises UsageError where Flink keeps the checkpoints."""
    from pipelines.engines.flink.outcome import START_ANEW

    where = quiet_place(config, data, "state")
    if where.settings.pipeline.engine == "flink":
        raise UsageError(
            "pipeline.engine is flink, which keeps its job's checkpoints: `wirewatch flink status` shows "
            f"them; after `wirewatch flink stop`, {START_ANEW}"
        )
    return where


def _agreed(question: str) -> bool:
    try:
        return typer.confirm(question)
    except typer.Abort:  # nobody is there to answer
        return False


def _by_slot(kept: Iterable["Kept"]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (rows, bytes) by step and slot; the numbered cells of a ring are one."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for one in kept:
        name = one.transform, re.sub(r"-\d+$", "s", one.slot)
        rows, size = sums.get(name, (0, 0))
        sums[name] = rows + one.rows, size + one.bytes
    return sums


def _source(element: object) -> str:
    """Return what a step reads, as a person calls it: a topic, or one of its partitions."""
    if isinstance(element, tuple):
        cluster, topic_id, topic, partition = element
        return f"{topic}-{partition} (topic {topic_id} of cluster {cluster})"
    return str(element)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise WirewatchError(
            f"{path}: there is no checkpoint yet: the embedded engine has not run on this data folder; "
            "for a job on Flink, see `wirewatch flink status`"
        )
    return path


def _pair(text: str) -> tuple[str, str]:
    old, found, new = text.partition("=")
    if not (found and old and new):
        raise UsageError(f"--rename {text}: must be OLD=NEW")
    return old, new
