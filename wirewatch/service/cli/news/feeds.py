"""feeds: the part itself, and commands around feeds.yaml."""

import difflib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.errors import WirewatchError
from wirewatch.service.cli.common import ConfigOption, DataOption, JsonOption, UsageError, place, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.feeds.config import Feed
    from wirewatch.service.place import Place

app = typer.Typer()


@app.callback(invoke_without_command=True)
def feeds(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Poll every feed once, then exit.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Read the live feeds of feeds.yaml into Kafka.

    On its own, runs the part. The commands below look at feeds.yaml or change it.

    Example: wirewatch feeds --once
    """
    if context.invoked_subcommand is not None:
        return
    from wirewatch.service.run_part import run_part

    where = place(config, data)
    if once:
        from connectors.feeds.part import run_once

        raise typer.Exit(run_part("feeds", where, run_once))
    raise typer.Exit(run_part("feeds", where))


@app.command()
def check(
    urls: Annotated[list[str], typer.Argument(metavar="URL…", help="Feeds or web pages to look at.")],
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also allow private addresses and any port.")
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Show what would be read from a URL.

    Format, entries, dates, caching, robots.txt and problems. For a web page, the same for each feed it links
    to.

    A URL listed in feeds.yaml is fetched with its settings there (user agent, login, private addresses).
    Nothing is stored. Exits with 1 if any of the feeds cannot be read.

    Example: wirewatch feeds check https://example.com/rss
    """
    import asyncio

    from connectors.feeds.check import Check
    from connectors.feeds.check import check as look
    from connectors.feeds.config import Feed, load_feeds
    from connectors.feeds.fetch.access import secret_reader
    from wirewatch.part import utc_now
    from wirewatch.service.cli.news.feeds_output import check_json, print_check

    where = place(config, data)
    contact, secret = where.settings.feeds.contact, secret_reader(where.config_dir, where.data_dir)
    known = {feed.url: feed for feed in load_feeds(where.config_dir, missing_ok=True)}

    def show(url: str) -> Check:
        feed = known.get(url) or Feed(url, source="", enabled=True, allow_private=False)
        if allow_private:
            feed = replace(feed, allow_private=True)
        found = asyncio.run(look(feed, now=utc_now, contact=contact, secret=secret))
        if json:
            print_json(check_json(found))
        else:
            print_check(found)
        return found

    failed = False
    for url in urls:
        found = show(url)
        failed |= not found.ok
        for named in found.feeds:
            show(named)
    raise typer.Exit(int(failed))


@app.command("list")
def list_(
    why: Annotated[
        bool,
        typer.Option("--why", help="Give the reasons for each feed's state and for when it is polled next."),
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """List the feeds and their state, those in trouble first.

    While feeds.yaml is broken, lists the last good version, which the service keeps using, and says so on
    standard error.

    Example: wirewatch feeds list --why
    """
    from connectors.feeds.listing import feeds_in_force, list_feeds
    from wirewatch.part import utc_now
    from wirewatch.service.cli.news.feeds_output import listed_json, print_list

    where = place(config, data)
    now = utc_now()
    in_force, broken = feeds_in_force(where.config_dir, where.data_dir)
    if broken is not None:
        typer.echo(f"wirewatch: {broken}", err=True)
    found = list_feeds(in_force, where.data_dir, now=now)
    if json:
        for listed in found:
            print_json(listed_json(listed))
    else:
        print_list(found, now=now, why=why)


@app.command()
def poll(
    names: Annotated[
        list[str], typer.Argument(metavar="FEED…", help="URLs or source names from feeds.yaml.")
    ],
    json: JsonOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Have the running service poll feeds now.

    For a source, polls all of its feeds. Waits up to a minute for the results. A host that asked for a pause
    (Retry-After) is polled when that is over. A feed that is gone (410) is polled again. A poll that fails
    does not count towards the feed's failures in a row, nor does it delay its next poll. Exits with 1 if any
    feed was not read.

    Example: wirewatch feeds poll https://example.com/rss
    """
    from connectors.feeds.by_hand import poll_by_hand
    from connectors.feeds.listing import feeds_in_force
    from wirewatch.part import utc_now
    from wirewatch.service.cli.news.feeds_output import polled_json, polled_text
    from wirewatch.service.locks import is_running

    where = place(config, data)
    in_force, broken = feeds_in_force(where.config_dir, where.data_dir)
    if broken is not None:
        typer.echo(f"wirewatch: {broken}", err=True)
    feeds = {feed.url: feed for name in names for feed in _named(name, in_force)}
    if not is_running("feeds", where):
        raise WirewatchError(_not_running(where))
    failed = False
    for polled in poll_by_hand(list(feeds.values()), where.data_dir, now=utc_now):
        if json:
            print_json(polled_json(polled))
        else:
            typer.echo(polled_text(polled, utc_now()))
        failed |= not polled.read
    raise typer.Exit(int(failed))


def _named(name: str, feeds: "Sequence[Feed]") -> "list[Feed]":
    """Return the feeds that are read of those called `name`. Raises UsageError."""
    found = [feed for feed in feeds if name in {feed.url, feed.source}]
    if not found:
        names = sorted({feed.url for feed in feeds} | {feed.source for feed in feeds})
        near = [each for each in names if name.casefold() in each.casefold()]
        near = (near or difflib.get_close_matches(name, names))[:3]
        hint = f"did you mean {' or '.join(near)}?" if near else "see `wirewatch feeds list`"
        raise UsageError(f"feeds.yaml has no feed or source {name}; {hint}")
    if not (read := [feed for feed in found if feed.enabled]):
        raise UsageError(f"{name} is switched off in feeds.yaml (enabled: false)")
    return read


def _not_running(where: "Place") -> str:
    start = f"`wirewatch up{where.options}` starts it"
    if not where.settings.feeds.enabled:
        start = f"in wirewatch.yaml feeds.enabled is false; with true, {start}"
    return (
        f"feeds is not running on {where.data_dir}: {start}; "
        f"without it, `wirewatch feeds --once{where.options}` polls every feed once"
    )


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file, as exported by other readers.")],
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private",
            help="Also add feeds on private addresses or unusual ports, each with allow_private set.",
        ),
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Add the feeds of an OPML file to feeds.yaml.

    Existing entries are left as they are. Folders and categories become tags; a file exported by wirewatch
    also brings its settings. Exits with 1 if any feed was refused.

    Example: wirewatch feeds import subscriptions.opml
    """
    from connectors.feeds.opml import import_opml

    where = place(config, data)
    done = import_opml(file, where.config_dir, allow_private=allow_private)
    typer.echo(
        f"feeds: {len(done.added)} added, {len(done.known)} known already, {len(done.refused)} refused"
    )
    for url in done.off:
        typer.echo(f"  known, but switched off in feeds.yaml: {url}")
    for line in done.refused:
        typer.echo(f"  refused: {line}")
    if done.private:
        typer.echo(f"  --allow-private adds {len(done.private)} of them, with allow_private in feeds.yaml")
    raise typer.Exit(int(bool(done.refused)))


@app.command()
def export(config: ConfigOption = None, data: DataOption = None) -> None:
    """Print the feeds of feeds.yaml as OPML, for any reader.

    Tags become folders. Logins and allow_private are left out; standard error says for how many feeds.

    Example: wirewatch feeds export > feeds.opml
    """
    from connectors.feeds.config import load_feeds
    from connectors.feeds.listing import list_feeds
    from connectors.feeds.opml import HOME, write_opml
    from wirewatch.part import utc_now

    where = place(config, data)
    feeds = load_feeds(where.config_dir, missing_ok=True)
    known = list_feeds(feeds, where.data_dir, now=utc_now())
    titles = {each.feed.url: each.state.title for each in known if each.state is not None}
    typer.echo(write_opml(feeds, titles), nl=False)
    if without := sum(any(getattr(feed, name) for name in HOME) for feed in feeds):
        typer.echo(f"wirewatch: without {', '.join(HOME)}, which {without} of the feeds have", err=True)
