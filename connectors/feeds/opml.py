"""OPML 2.0 (https://opml.org/spec2.opml): feeds from other readers into feeds.yaml, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import yaml

from connectors.feeds.config import FEEDS_FILE, Feed, load_feeds
from connectors.feeds.fetch.urls import host_of, url_refusal
from wirewatch.errors import ConfigError
from wirewatch.text import one_line

MAX_OPML_BYTES = 10 << 20
NAMESPACE = "urn:wirewatch:opml"
"""Of the attributes that other readers pass over: `wirewatch:source` and `wirewatch:enabled`."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed as an OPML file lists it; `folders` from the outside in."""

    url: str
    site: str
    folders: tuple[str, ...]
    source: str = ""
    """As feeds.yaml names it, in a file of our own."""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    off: tuple[str, ...]
    """Those of the known ones that feeds.yaml has switched off."""
    refused: tuple[str, ...]
    """With the reason behind each URL."""


def read_opml(path: Path) -> list[Outline]:
    """Return the feeds of the OPML file at `path`. Raises ConfigError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > MAX_OPML_BYTES:
        raise ConfigError(f"{path}: more than {MAX_OPML_BYTES} bytes: not read")
    reader = _Reader()
    try:
        reader.read(data)
    except (expat.ExpatError, ValueError) as error:
        raise ConfigError(f"{path}: not an OPML file: {error}") from error
    return reader.found


def import_opml(path: Path, config_dir: Path) -> Imported:
    """Add the feeds of the OPML file at `path` to feeds.yaml, below what stands there; comments stay.

    Raises ConfigError; feeds.yaml is then as it was.
    """
    stand = {feed.url: feed for feed in load_feeds(config_dir, missing_ok=True)}
    found = {outline.url: outline for outline in read_opml(path)}
    known = tuple(url for url in found if url in stand)
    why_not = {url: why for url in found if url not in stand and (why := url_refusal(url))}
    fresh = [outline for url, outline in found.items() if url not in stand and url not in why_not]
    if fresh:
        _append(config_dir / FEEDS_FILE, fresh)
    return Imported(
        added=tuple(outline.url for outline in fresh),
        known=known,
        off=tuple(url for url in known if not stand[url].enabled),
        refused=tuple(f"{url}: {why}" for url, why in why_not.items()),
    )


def write_opml(feeds: Iterable[Feed]) -> str:
    """Return `feeds` as an OPML document; tags are folders in one another, as `import_opml` reads them."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:wirewatch="{NAMESPACE}">']
    lines += ["<head><title>wirewatch</title></head>", "<body>"]
    for tags, own in groupby(sorted(feeds, key=_folders), key=_folders):
        lines += [f"<outline text={quoteattr(tag)}>" for tag in tags]
        lines += [_outline(feed) for feed in own]
        lines += ["</outline>" for _ in tags]
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _outline(feed: Feed) -> str:
    source = quoteattr(feed.source)
    off = "" if feed.enabled else ' wirewatch:enabled="false"'
    url = quoteattr(feed.url)
    return f'<outline type="rss" text={source} xmlUrl={url} wirewatch:source={source}{off}/>'


def _folders(feed: Feed) -> tuple[str, ...]:
    return feed.tags


def _append(path: Path, fresh: list[Outline]) -> None:
    before = path.read_text(encoding="utf-8") if path.exists() else "sources:\n"
    sources: dict[tuple[str, tuple[str, ...]], list[str | dict[str, object]]] = {}
    for outline in fresh:
        name = outline.source or (host_of(outline.site) or host_of(outline.url)).removeprefix("www.")
        feed = outline.url if outline.enabled else {"url": outline.url, "enabled": False}
        sources.setdefault((name, outline.folders), []).append(feed)
    items = [
        {"name": name, **({"tags": list(folders)} if folders else {}), "feeds": feeds}
        for (name, folders), feeds in sources.items()
    ]
    block = yaml.safe_dump(items, sort_keys=False, allow_unicode=True)
    text = before.replace("sources: []", "sources:").rstrip("\n") + "\n"
    new = path.with_suffix(".new")
    # Written beside and read back by the loader itself: what it refuses never becomes feeds.yaml.
    for indent in ("  ", ""):
        new.write_text(text + "".join(f"{indent}{line}\n" for line in block.splitlines()), encoding="utf-8")
        if _holds(new, {outline.url for outline in fresh}):
            new.replace(path)
            return
    new.unlink()
    raise ConfigError(f"{path}: the feeds cannot be added below what stands there; put `sources:` last")


def _holds(path: Path, urls: set[str]) -> bool:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        feeds = [feed for source in data["sources"] for feed in source.get("feeds") or ()]
        return urls <= {feed if isinstance(feed, str) else feed["url"] for feed in feeds}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return False


class _Reader:
    """Collects outlines with an xmlUrl, and the texts of the outlines around them."""

    def __init__(self) -> None:
        self.found: list[Outline] = []
        self._open: list[str] = []
        self._is_opml = False

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _refuse
        parser.Parse(data, True)  # noqa: FBT003  # the library's own signature

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_opml and name.lower() != "opml":
            raise ValueError(f"its first element is <{name[:100]}>, not <opml>")
        self._is_opml = True
        if name != "outline":
            return
        given = {key.lower(): value.strip() for key, value in attributes.items()}
        title = one_line(given.get("title") or given.get("text") or "")[:100]
        if url := given.get("xmlurl"):
            folders = tuple(folder for folder in self._open if folder)
            source = one_line(given.get("wirewatch:source", ""))[:200]
            enabled = given.get("wirewatch:enabled") != "false"
            self.found.append(Outline(_of_the_web(url), given.get("htmlurl", ""), folders, source, enabled))
        self._open.append("" if url else title)

    def _end(self, name: str) -> None:
        if name == "outline":
            self._open.pop()


def _of_the_web(url: str) -> str:
    """Return a `feed:` URL, as some readers write them (feed://host/…, feed:https://…), as one of the web."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _refuse(*_: object) -> None:
    raise ValueError("it declares entities")
