"""The panels of `wirewatch --help`: what belongs together stands together."""

from typing import Any  # typer's contexts and formatters have no public types

from typer.core import TyperGroup

RUN = "Run it"
WATCH = "Watches and news"
TELL = "Alerts and delivery"
CARE = "Check and repair"
PARTS = "Parts, each by itself"
PANELS = (RUN, WATCH, TELL, CARE, PARTS)
"""In the order they are shown."""


class PanelGroup(TyperGroup):
    """Commands under the headings of their panels, in plain text.

    Typer draws panels with rich alone, which takes longer to import than the command line itself.
    """

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
