"""OPML 2.0 (https://opml.org/spec2.opml): feeds from other readers into feeds.yaml, and back."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import yaml
from pydantic import ValidationError

from connectors.feeds.config import FEEDS_FILE, MAX_FEEDS, Feed, FeedConfig, SourceConfig, load_feeds
from connectors.feeds.urls import host_of, url_refusal
from connectors.guard import refusal_at
from wirewatch.errors import ConfigError
from wirewatch.on_disk import replace_file
from wirewatch.pydantic_errors import in_plain_words
from wirewatch.text import one_line

MAX_OPML_BYTES = 10 << 20
NAMESPACE = "urn:wirewatch:opml"
PREFIX = "wirewatch:"
"""Of the attributes that other readers pass over, `wirewatch:source` and so on: names of feeds.yaml."""
OF_SOURCE = ("tier", "country", "language")
OF_FEED = ("enabled", "min_minutes", "max_minutes", "full_text", "user_agent")
_NOT_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, not even escaped (XML 1.0, 2.2): one in a title, and nobody reads the document."""
_FIELDS = SourceConfig.model_fields | FeedConfig.model_fields
HOME = ("allow_private", "username", "password_file", "token_file")
"""What stays at home: such files are passed on, and one that opens our network would be obeyed at import."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed as an OPML file lists it; `folders` from the outside in."""

    url: str
    site: str
    folders: tuple[str, ...]
    """Those around it, and its categories."""
    source: str = ""
    """As feeds.yaml names it, in a file of our own."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """By their names in feeds.yaml, in a file of our own; not looked at yet."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    off: tuple[str, ...]
    """Those of the known ones that feeds.yaml has switched off."""
    refused: tuple[str, ...]
    """With the reason behind each URL."""
    private: tuple[str, ...] = ()
    """Those of the refused ones that `allow_private` would let in."""


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


def import_opml(path: Path, config_dir: Path, *, allow_private: bool = False) -> Imported:
    """Add the feeds of the OPML file at `path` to feeds.yaml, below what stands there; comments stay.

    With `allow_private` private addresses and every port too: such a feed gets the setting of this name.

    Raises ConfigError; feeds.yaml is then as it was.
    """
    stand = {feed.url: feed for feed in load_feeds(config_dir, missing_ok=True)}
    found = {outline.url: outline for outline in read_opml(path)}
    known = tuple(url for url in found if url in stand)
    fresh, refused, private = [], [], []
    for url, outline in found.items():
        if url in stand:
            continue
        try:
            fresh.append(_source(outline, allow_private=allow_private))
        except ValueError as error:
            refused.append(f"{url or 'an outline'}: {error}")
            if _refusal(url) and not _refusal(url, allow_private=True):
                private.append(url)
    if (number := len(stand) + len(fresh)) > MAX_FEEDS:
        raise ConfigError(f"{path}: {number} feeds with those of {FEEDS_FILE}; at most {MAX_FEEDS}")
    if fresh:
        _append(config_dir / FEEDS_FILE, fresh)
    return Imported(
        added=tuple(source.feeds[0].url for source in fresh),
        known=known,
        off=tuple(url for url in known if not stand[url].enabled),
        refused=tuple(refused),
        private=tuple(private),
    )


def write_opml(feeds: Iterable[Feed], titles: Mapping[str, str]) -> str:
    """Return `feeds` as an OPML document; tags are folders in one another, as `import_opml` reads them.

    `titles` are the feeds' own, by URL; the others are called as their source. What is in HOME stays there.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:wirewatch="{NAMESPACE}">']
    lines += ["<head><title>wirewatch</title></head>", "<body>"]
    for tags, own in groupby(sorted(feeds, key=_folders), key=_folders):
        lines += [f"<outline text={quoteattr(tag)}>" for tag in tags]
        lines += [_outline(feed, titles.get(feed.url) or feed.source) for feed in own]
        lines += ["</outline>" for _ in tags]
    return _NOT_XML.sub("", "\n".join([*lines, "</body>", "</opml>", ""]))


def _outline(feed: Feed, title: str) -> str:
    given = {"text": title, "xmlUrl": feed.url, PREFIX + "source": feed.source}
    for name in (*OF_SOURCE, *OF_FEED):
        value = getattr(feed, name)
        if value != _FIELDS[name].default:
            given[PREFIX + name] = value if isinstance(value, str) else json.dumps(value)
    return f'<outline type="rss" {" ".join(f"{name}={quoteattr(v)}" for name, v in given.items())}/>'


def _folders(feed: Feed) -> tuple[str, ...]:
    return feed.tags


def _source(outline: Outline, *, allow_private: bool) -> SourceConfig:
    """Return `outline` as feeds.yaml would have it: a source with one feed. Raises ValueError."""
    if why := _refusal(outline.url, allow_private=allow_private):
        raise ValueError(why)
    name = outline.source or (host_of(outline.site) or host_of(outline.url)).removeprefix("www.")
    given = outline.settings
    feed = {"url": outline.url, **{key: given[key] for key in OF_FEED if key in given}}
    if _refusal(outline.url):  # else it stays closed to what it may redirect to
        feed["allow_private"] = "true"
    about = {key: given[key] for key in OF_SOURCE if key in given}
    try:
        return SourceConfig.model_validate({"name": name, "tags": outline.folders, "feeds": [feed], **about})
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        setting = wrong["loc"][-1]
        why = in_plain_words(wrong).removeprefix(f"{outline.url}: ")
        raise ValueError(f"{setting}: {why}" if setting in _FIELDS else why) from error


def _refusal(url: str, *, allow_private: bool = False) -> str | None:
    """Return why a feed of this URL would never be fetched; an address in it counts, a name may change."""
    if not url:
        return "its xmlUrl is empty"
    try:
        address = refusal_at(host_of(url), allow_private=allow_private)
    except ValueError:  # a name
        address = None
    return url_refusal(url, allow_private=allow_private) or address


def _append(path: Path, fresh: list[SourceConfig]) -> None:
    before = path.read_text(encoding="utf-8") if path.exists() else "sources:\n"
    sources: dict[SourceConfig, list[str | dict[str, object]]] = {}
    for source in fresh:
        own = sources.setdefault(source.model_copy(update={"feeds": ()}), [])
        own += [_short(feed) for feed in source.feeds]
    items = [{**_given(source), "feeds": feeds} for source, feeds in sources.items()]
    block = yaml.safe_dump(items, sort_keys=False, allow_unicode=True)
    text = before.replace("sources: []", "sources:").rstrip("\n") + "\n"
    urls = {feed.url for source in fresh for feed in source.feeds}
    for indent in ("  ", ""):
        new = text + "".join(f"{indent}{line}\n" for line in block.splitlines())
        if _holds(new, urls):  # what does not never becomes feeds.yaml
            break
    else:
        raise ConfigError(f"{path}: the feeds cannot be added below what stands there; put `sources:` last")
    try:
        replace_file(path, new.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error


def _short(feed: FeedConfig) -> str | dict[str, object]:
    given = _given(feed)
    return feed.url if given.keys() == {"url"} else given


def _given(of: SourceConfig | FeedConfig) -> dict[str, object]:
    return of.model_dump(mode="json", exclude_defaults=True)


def _holds(text: str, urls: set[str]) -> bool:
    try:
        data = yaml.safe_load(text)
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
        if (url := given.get("xmlurl")) is not None:
            around = (*self._open, *_categories(given.get("category", "")))
            ours = {key.removeprefix(PREFIX): value for key, value in given.items() if key.startswith(PREFIX)}
            self.found.append(
                Outline(
                    url=_of_the_web(url),
                    site=given.get("htmlurl", ""),
                    folders=tuple(dict.fromkeys(folder for folder in around if folder)),
                    source=one_line(ours.get("source", ""))[:200],
                    settings=ours,
                )
            )
        self._open.append(title if url is None else "")

    def _end(self, name: str) -> None:
        if name == "outline":
            self._open.pop()


def _categories(text: str) -> Iterator[str]:
    """Yield the names in the `category` of an outline: tags with commas between, paths with slashes."""
    for name in text.replace("/", ",").split(","):
        if tag := one_line(name)[:100]:
            yield tag


def _of_the_web(url: str) -> str:
    """Return a `feed:` URL, as some readers write them (feed://host/…, feed:https://…), as one of the web."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _refuse(*_: object) -> None:
    raise ValueError("it declares entities")
