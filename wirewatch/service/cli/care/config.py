"""config: is it right, what is in force, and is it of this version."""

from typing import Annotated

import typer

from wirewatch.errors import ConfigError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, place, print_json

app = typer.Typer(help="Config: check, show, renew.", no_args_is_help=True)


@app.command()
def check(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check every file of the config folder.

    Settings, receivers, feeds, actors, topics and watches: of each, the first error is reported, and the exit
    code is 2. It is 1 if only a test in routes.yaml fails; warnings leave it at 0.

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
        how = f"{count(len(checked.failed), 'failure')} in the tests of routes.yaml"
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
        bool, typer.Option("--check", help="Show what would change; write nothing.")
    ] = False,
    over_mine: Annotated[
        bool,
        typer.Option(
            "--over-mine",
            help="Also replace lines that you changed by the shipped ones; what you added stays.",
        ),
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Update actors and topics to those of this version.

    `init` copies them, and records in came-along.json what each line was. After an upgrade, this updates the
    lines that you have not changed, adds new ones, and removes those that are no longer shipped, unless a
    watch needs one of these. What you changed, added or removed is left alone. If the config would then be
    wrong, nothing is written.

    Without came-along.json (an older `init` wrote none), every difference counts as yours unless you give
    --over-mine, and lines that you removed come back: --check lists them.

    Example: wirewatch config renew --check --config /etc/wirewatch
    """
    from wirewatch.resources import default_config_dir, is_default_config
    from wirewatch.service.cli.common import UsageError
    from wirewatch.service.renewal.renew import renew as renewed

    folder = place(config, data).config_dir
    if is_default_config(folder):
        raise UsageError(
            f"config renew: {folder} is the config shipped with wirewatch; name yours with --config DIR"
        )
    plan = renewed(folder, over_mine=over_mine, write=not only_check)
    if not plan:
        typer.echo(f"{folder}: none of its actors and topics came with wirewatch; all are yours")
    for name, done in plan.items():
        if done.gone:
            typer.echo(
                f"{folder / name}: you removed it, so it stays out; "
                f"it is shipped as {default_config_dir() / name}"
            )
            continue
        counts = {
            "updated": done.renewed,
            "added": done.added,
            "removed": done.removed,
            "of yours kept": done.yours,
            "removed by you and not restored": done.left_out,
        }
        said = ", ".join(f"{len(keys)} {what}" for what, keys in counts.items() if keys)
        typer.echo(f"{folder / name}: {said or 'up to date'}")
        for what, keys in counts.items() if only_check else ():
            for key in keys:
                typer.echo(f"  {what}: {key or 'its head'}")
        for key in done.both:
            typer.echo(f"  check: {key or 'its head'} has changed in this version, but yours is kept")
        for key in done.kept:
            typer.echo(f"  check: {key} is no longer shipped, but is kept: your config needs one of these")
