"""config: is it right, and what is in force."""

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, place, print_json

app = typer.Typer(help="Config: check, show.", no_args_is_help=True)


@app.command()
def check(json: JsonOption = False, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check every file of the config folder.

    Settings, receivers, feeds, actors, topics, watches.

    Example: wirewatch config check --config /etc/wirewatch
    """
    where = place(config, data)
    from wirewatch.service.cli.watches_output import finding_json, finding_text
    from wirewatch.service.config_check import check_config
    from wirewatch.text import count

    found, warnings = check_config(where)
    if json:
        said = [finding_json(warning) for warning in warnings]
        print_json({"config": str(where.config_dir), "ok": True, **found, "warnings": said})
        return
    typer.echo(
        f"{where.config_dir}: all right" + (f", {count(len(warnings), 'warning')}" if warnings else "")
    )
    for name, value in found.items():
        typer.echo(f"  {name}: {value}")
    for warning in warnings:
        typer.echo(finding_text(warning))


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
