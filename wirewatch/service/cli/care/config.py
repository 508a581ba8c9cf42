"""config: is it right, what is in force, and is it of this version."""

from typing import Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, place, print_json

app = typer.Typer(help="Config: check, show, renew.", no_args_is_help=True)


@app.command()
def check(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check every file of the config folder. Ends with 1 when a test in routes.yaml fails.

    Settings, receivers, feeds, actors, topics, watches. Of each that is wrong, what is wrong first is told.

    Example: wirewatch config check --config /etc/wirewatch
    """
    from wirewatch.service.cli.watches.output import finding_json, finding_text
    from wirewatch.service.config_check import check_config, with_other_files
    from wirewatch.service.place import find_config
    from wirewatch.text import count

    try:
        where = place(config, data)
    except ConfigError as error:
        folder, _ = find_config(config)
        raise with_other_files(error, folder) if folder.is_dir() else error from error
    checked = check_config(where)
    if json:
        said = [finding_json(warning) for warning in checked.warnings]
        counts = {"ok": not checked.failed, **checked.figures}
        print_json(
            {"config": str(where.config_dir), **counts, "warnings": said, "failed_tests": checked.failed}
        )
    else:
        how = f"{count(len(checked.failed), 'fault')} in the tests of routes.yaml"
        warned = f", {count(len(checked.warnings), 'warning')}" if checked.warnings else ""
        typer.echo(f"{where.config_dir}: {how if checked.failed else 'all right'}{warned}")
        for name, value in checked.figures.items():
            typer.echo(f"  {name}: {value}")
        for line in checked.failed:
            typer.echo(f"failed: {line}")
        for warning in checked.warnings:
            typer.echo(finding_text(warning))
    raise typer.Exit(int(bool(checked.failed)))


@app.command()
def show(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Show the settings in force, defaults and environment included. Secrets stay in their files.

    Example: wirewatch config show --json
    """
    import yaml

    where = place(config, data)
    settings = where.settings.model_dump(mode="json")
    folders = {"config": str(where.config_dir), "data": str(where.data_dir)}
    if json:
        print_json({**folders, "settings": settings})
    else:
        typer.echo(f"# config {folders['config']}\n# data   {folders['data']}")
        typer.echo(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), nl=False)


@app.command()
def renew(
    only_check: Annotated[
        bool, typer.Option("--check", help="Say what would change, write nothing.")
    ] = False,
    over_mine: Annotated[
        bool,
        typer.Option(
            "--over-mine", help="Also what you changed, where it comes along; what you added stays."
        ),
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Bring in the actors and topics of this wirewatch.

    `init` copies them and writes down, in came-along.json, how each line came. After an upgrade this renews
    the lines that are still so, adds the new ones, and takes out those that are gone; what you changed, added
    or took out is left, and so is what is gone if a watch names some of it. Where the config would be wrong
    with it, nothing is written. Without that file (an older `init` wrote none) all that differs is taken for
    yours, but with --over-mine, and what you took out comes back: --check names it.

    Example: wirewatch config renew --check --config /etc/wirewatch
    """
    from wirewatch.resources import default_config_dir, is_default_config
    from wirewatch.service.cli.common import UsageError
    from wirewatch.service.renewal.renew import renew as renewed

    folder = place(config, data).config_dir
    if is_default_config(folder):
        raise UsageError(f"config renew: {folder} is what comes along itself; name yours with --config DIR")
    plan = renewed(folder, over_mine=over_mine, write=not only_check)
    if not plan:
        typer.echo(f"{folder}: no actors or topics here came along; all are yours")
    for name, done in plan.items():
        if done.gone:
            typer.echo(
                f"{folder / name}: taken out by you and kept out; {default_config_dir() / name} has it"
            )
            continue
        counts = {
            "renewed": done.renewed,
            "added": done.added,
            "taken out": done.removed,
            "yours kept": done.yours,
            "taken out by you and kept out": done.left_out,
        }
        said = ", ".join(f"{len(keys)} {what}" for what, keys in counts.items() if keys)
        typer.echo(f"{folder / name}: {said or 'as it comes along'}")
        for what, keys in counts.items() if only_check else ():
            for key in keys:
                typer.echo(f"  {what}: {key or 'its head'}")
        for key in done.both:
            typer.echo(f"  to look at: {key or 'its head'} comes along changed, yours is kept")
        for key in done.kept:
            typer.echo(
                f"  to look at: {key} comes along no longer; it is kept, as your config needs one of these"
            )
