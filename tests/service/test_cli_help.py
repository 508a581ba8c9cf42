"""Every command is explained, takes --config and --data, and is quick to say so."""

import re
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from tests.service.support import ROOT, environment
from wirewatch.service.cli import app
from wirewatch.service.cli.panels import PANELS

HEAVY = (
    "apache_beam",
    "kafka",
    "confluent_kafka",
    "spacy",
    "pydantic",
    "aiohttp",
    "msgspec",
    "rich.markdown",
)
WANTED = {
    *(
        "up",
        "down",
        "status",
        "logs",
        "broker",
        "replay",
        "pipeline",
        "notify",
        "receive",
        "init",
        "scan",
        "tag",
    ),
    *("backup", "restore", "migrate", "install-service", "prometheus", "top", "doctor"),
    *("alerts list", "alerts show", "alerts mark"),
    *("dead-letters list", "dead-letters show", "dead-letters replay"),
    *("state show", "state reset", "state migrate", "config check", "config show", "config renew"),
    "secrets new",
    *("catalogue add", "catalogue check", "catalogue find", "catalogue suggest", "topics find"),
    *("flink up", "flink down", "flink status", "flink savepoint", "flink stop", "flink upgrade"),
    "flink worker-pool",
    *("feeds", "feeds check", "feeds export", "feeds import", "feeds list", "feeds poll"),
    *("secrets rotate", "receivers list", "receivers test", "receivers enable", "receivers disable"),
    *("deliveries list", "deliveries show", "deliveries redeliver", "deliveries prove"),
    *("routes check", "routes preview", "routes test", "silences add", "silences expire", "silences list"),
    *("watches backtest", "watches check", "watches explain", "watches list", "watches new", "watches test"),
}


def commands():
    """Return {name: command} of the whole tree, without groups that do nothing by themselves."""
    found = {}

    def walk(command, path):
        if not hasattr(command, "commands") or command.invoke_without_command:
            found[" ".join(path)] = command
        for name, child in getattr(command, "commands", {}).items():
            walk(child, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


def test_the_commands_are_those_of_the_readme():
    assert set(commands()) == WANTED


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_command_is_explained(name):
    command = commands()[name]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--config", "--data"} <= options
    assert "Example: wirewatch " + name in command.help
    assert all(getattr(parameter, "help", "x") for parameter in command.params)
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.output


def groups():
    """Return {name: group} of every command that has commands below it; the whole line is ``."""
    found = {}

    def walk(command, path):
        if hasattr(command, "commands"):
            found[" ".join(path)] = command
            for name, child in command.commands.items():
                walk(child, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


def test_every_command_stands_in_a_panel():
    named = {name: command.rich_help_panel for name, command in groups()[""].commands.items()}
    assert {name: panel for name, panel in named.items() if panel not in PANELS} == {}
    shown = CliRunner().invoke(app, ["--help"]).output
    places = [shown.index(f"{panel}:\n") for panel in PANELS]
    assert places == sorted(places)
    width = max(map(len, named)) + 2
    for name in named:
        assert len(re.findall(rf"^  {name.ljust(width)}\S", shown, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", sorted(groups()))
def test_each_short_help_fits_on_a_line(name):
    shown = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "80"}, terminal_width=80)
    lines = shown.output.splitlines()
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage: ")] == []
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", ["alerts list", "alerts show", "dead-letters list", "status", "scan", "tag"])
def test_commands_that_print_data_print_json_too(name):
    assert "--json" in {option for parameter in commands()[name].params for option in parameter.opts}


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nsys.argv = ['wirewatch', '--help']\n"
        "from wirewatch.service.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(','.join(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment(), check=True
    )
    assert "Exit codes" in done.stdout
    assert done.stderr.strip() == ""
