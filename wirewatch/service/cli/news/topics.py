"""topics: which there are."""

from typing import Annotated

import typer

from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

app = typer.Typer(help="The topics that articles are tagged with: find.", no_args_is_help=True)

_SHOWN = 8
"""Phrases that are printed of a topic."""


@app.command()
def find(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A name, a code, or words of a headline.")],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show the topics that match a name, code or phrase.

    The likeliest first, each with its code, its parent topic, and those of its phrases that contain the
    words.

    Example: wirewatch topics find strike
    """
    if not words.strip():
        raise UsageError(
            "topics find: give a name, a code, or words of a headline, as in: topics find strike"
        )
    where = place(config, data)
    from wirewatch.snapshot import TOPICS_FILE
    from wirewatch.tagging import load_topics
    from wirewatch.text import printable_line

    rules = load_topics(where.config_dir / TOPICS_FILE)
    spoken = rules.speaking(words)
    told = {topic.code for topic, _ in spoken}
    found = [*((topic, []) for topic in rules.find(words) if topic.code not in told), *spoken]
    if not found:
        near = ", ".join(rules.nearest(words))
        there = f"{where.config_dir / TOPICS_FILE} has all there are"
        hint = f"did you mean one of: {near}?" if near else there
        raise UsageError(f"no topic has {words!r} in its name or phrases; {hint}")
    names = {topic.code: topic.name for topic in rules.topics}
    for topic, phrases in found:
        above = names.get(topic.parent or "")
        if json:
            print_json({"code": topic.code, "name": topic.name, "parent": above, "phrases": phrases})
            continue
        typer.echo(printable_line(f"{topic.name}  {topic.code}" + (f"  below {above}" if above else "")))
        if phrases:
            more = f" and {len(phrases) - _SHOWN} more" if len(phrases) > _SHOWN else ""
            typer.echo(printable_line(f"    {', '.join(phrases[:_SHOWN])}{more}"))
