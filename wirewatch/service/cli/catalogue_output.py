"""What the `catalogue` commands print."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from connectors.notify.show import count, plain

if TYPE_CHECKING:
    from connectors.seeds.folder import RejectedFile
    from wirewatch.tagging.emerging import Name


def rejected_line(rejected: "RejectedFile") -> str:
    """Return what to say of a file that is no article."""
    return f"wirewatch: {rejected.path}: no article ({rejected.reason}): {rejected.detail}"


def print_name(console: Console, name: "Name") -> None:
    """Print a suggested name, its counts and where it was met."""
    missed = f", up to {name.missed} more" if name.missed else ""
    line = Text(plain(name.text), style="yellow")
    line.append(
        f"  {count(name.articles, 'article')}{missed}, {count(name.mentions, 'mention')}", style="dim"
    )
    console.print(line)
    for context in name.contexts:
        console.print(Text(f"    {plain(context)}", style="dim"))
