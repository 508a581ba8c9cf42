"""dead-letters: records that were given up; look at them, send them again."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

if TYPE_CHECKING:
    from wirewatch.service.dead_letter_desk import DeadLetterDesk

app = typer.Typer(help="Records set aside as unusable: list, show, replay.", no_args_is_help=True)

ReasonOption = Annotated[
    str | None,
    typer.Option(
        "--reason",
        metavar="REASON",
        show_default=False,
        help="Only those with this reason, e.g. undecodable.",
    ),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since", metavar="TIME", show_default=False, help="Only those set aside after this time (UTC)."
    ),
]


@app.command("list")
def list_(
    reason: ReasonOption = None,
    since: SinceOption = None,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List dead letters, oldest first.

    With the topic, partition and offset of each, and why it was set aside.

    Example: wirewatch dead-letters list --reason undecodable --since 2026-01-31
    """
    from wirewatch.service.cli.care.dead_letter_output import letter_fields, letter_line

    found = False
    with _desk(config, data) as desk:
        for letter in desk.letters(_reason(reason), since):
            found = True
            if json:
                print_json(letter_fields(letter))
            else:
                typer.echo(letter_line(letter))
    if not found:
        typer.echo("no dead letters", err=True)


@app.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="PARTITION:OFFSET, as shown by `list`.")],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show one dead letter with its content.

    Example: wirewatch dead-letters show 0:17
    """
    from wirewatch.service.cli.care.dead_letter_output import letter_fields, letter_page

    partition, _, offset = letter.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise UsageError(f"{letter}: must be PARTITION:OFFSET, such as 0:17")
    with _desk(config, data) as desk:
        found = next((each for each in desk.letters() if each.id == (int(partition), int(offset))), None)
    if found is None:
        raise WirewatchError(f"there is no dead letter {letter}; `wirewatch dead-letters list` shows them")
    if json:
        print_json(letter_fields(found, whole=True))
    else:
        typer.echo(letter_page(found))


@app.command()
def replay(
    reason: ReasonOption = None,
    since: SinceOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be sent.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Send dead letters back to the topic they came from.

    A record that has come back three times is not sent again.

    Example: wirewatch dead-letters replay --reason tag_failed --dry-run
    """
    from wirewatch.service.cli.care.dead_letter_output import letter_fields, letter_line

    sent = passed = 0
    with _desk(config, data) as desk:
        for letter, note in desk.replay(_reason(reason), since, dry_run=dry_run):
            sent, passed = sent + (note is None), passed + (note is not None)
            if json:
                print_json({**letter_fields(letter), "sent": note is None and not dry_run, "note": note})
            elif note != "replayed already":
                typer.echo(f"{letter_line(letter)}{f'  [{note}]' if note else ''}")
    typer.echo(f"{'would be sent' if dry_run else 'sent'}: {sent}, passed over: {passed}", err=True)


def _reason(text: str | None) -> str | None:
    from wirewatch.reasons import Reason

    if text is not None and text not in {reason.value for reason in Reason}:
        raise UsageError(f"--reason {text}: must be one of {', '.join(Reason)}")
    return text


def _desk(config: "Path | None", data: "Path | None") -> "DeadLetterDesk":
    from wirewatch.service.dead_letter_desk import DeadLetterDesk

    return DeadLetterDesk(place(config, data))


if TYPE_CHECKING:
    from pathlib import Path
