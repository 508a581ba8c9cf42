"""Writes docs/commands.md from the command line itself: `make docs`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any  # typer's commands and parameters have no public types

import typer

from wirewatch.service.cli import app

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
EVERYWHERE = ("config", "data")
"""Options of every command, told once."""
_HEAD = """\
# The commands

Written by `make docs` from what `wirewatch COMMAND --help` says; change it there.

Every command takes these two; every one that prints data takes `--json`, one object a line.

"""
_EXIT = """
An error is one line on standard error that says what, where, and what to do. The exit code tells its kind:

| code | means |
|---|---|
"""


def page() -> str:
    """Return the page: what all commands share, then each one."""
    root: Any = typer.main.get_command(app)
    found = list(_commands(root, ()))
    shared = [param for param in found[0][1].params if param.name in EVERYWHERE]
    codes = (line.split(maxsplit=1) for line in root.epilog.splitlines() if line.strip()[:1].isdigit())
    parts = [_HEAD, _table(shared), _EXIT, *(f"| {code} | {means} |\n" for code, means in codes)]
    return "".join([*parts, *(_section(path, command) for path, command in found)])


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401
    if not hasattr(command, "commands") or command.invoke_without_command:  # `feeds` is a part by itself too
        yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, (*path, name))


def _section(path: tuple[str, ...], command: Any) -> str:  # noqa: ANN401
    own = [p for p in command.params if p.name not in EVERYWHERE and not getattr(p, "hidden", False)]
    arguments = [_argument(param) for param in own if param.param_type_name == "argument"]
    text, _, example = command.help.partition("Example: ")
    said = "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
    table = f"{_table(own)}\n" if own else ""
    usage = " ".join(["wirewatch", *path, *arguments])
    return f"\n## `{usage}`\n\n{said}\n\n{table}```sh\n{example.strip()}\n```\n"


def _argument(param: Any) -> str:  # noqa: ANN401
    many = "…" if param.nargs == -1 else ""
    name = f"{param.metavar.removesuffix('…')}{many}"
    return name if param.required else f"[{name}]"


def _table(params: list[Any]) -> str:
    if not params:
        return ""
    return "| | |\n|---|---|\n" + "".join(f"| {_name(param)} | {_help(param)} |\n" for param in params)


def _name(param: Any) -> str:  # noqa: ANN401
    if param.param_type_name == "argument":
        return f"`{param.metavar}`".replace("|", "\\|")
    names = ", ".join(f"`{name}`" for name in param.opts)
    return names if param.is_flag else f"{names} `{param.metavar}`".replace("|", "\\|")


def _help(param: Any) -> str:  # noqa: ANN401
    told = param.show_default and param.default is not None and not getattr(param, "is_flag", False)
    default = f" Default: {param.default}." if told else ""
    return f"{param.help}{default}".replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
