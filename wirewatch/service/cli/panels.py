"""The panels of `wirewatch --help`: what belongs together stands together."""

import re
from pathlib import Path
from typing import Any  # typer's contexts and formatters have no public types

import typer
from typer.core import TyperGroup

RUN = "Run it"
WATCH = "Watches and news"
TELL = "Alerts and delivery"
CARE = "Check and repair"
PARTS = "Parts, each by itself"
PANELS = (RUN, WATCH, TELL, CARE, PARTS)
"""In the order they are shown."""
_REFUSED: Any = typer.BadParameter.__bases__[0]
"""What typer raises for a line that makes no sense; it has no public name."""


class PanelGroup(TyperGroup):
    """Commands under the headings of their panels, in plain text.

    Typer draws panels with rich alone, which takes longer to import than the command line itself.
    """

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # as typer calls it
        """Run what was typed. A folder that a command has no place for was meant as its config."""
        try:
            return super().invoke(ctx)
        except _REFUSED as error:
            folders = [word for word in re.findall(r"[^\s()]+", error.message) if Path(word).is_dir()]
            if error.ctx is not None and folders and "config" in {p.name for p in error.ctx.command.params}:
                error.message += f"; a config folder is named with --config: --config {folders[0]}"
            raise

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002  # as typer calls it
        """Write each panel as a section; the second column begins at the same place in all of them."""
        names = max(map(len, self.commands))
        for panel in PANELS:
            rows = [
                (name.ljust(names), command.get_short_help_str(formatter.width - names - 6))
                for name, command in self.commands.items()
                if getattr(command, "rich_help_panel", None) == panel
            ]
            with formatter.section(panel):
                formatter.write_dl(rows)
