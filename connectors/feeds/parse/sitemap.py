"""News sitemaps and sitemap index files.

https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap, https://www.sitemaps.org
"""

from datetime import UTC, datetime
from xml.parsers import expat

from connectors.feeds.parse.document import MAX_ENTRIES, Child, Document, Entry, NotAFeedError
from connectors.feeds.parse.feed import language_code, make_entry, web_link
from connectors.feeds.parse.references import mended
from connectors.feeds.parse.text import to_line
from connectors.feeds.parse.times import from_text
from wirewatch.article import MAX_URL

MAX_CHILDREN = 5
"""Sitemaps of an index that are looked at: the latest changed."""
_PLACES = {
    ("loc",): "loc",
    ("lastmod",): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "publication_date",
    ("news", "publication", "language"): "language",
}
"""Where in a <url> or <sitemap> what is read stands."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def parse_sitemap(body: bytes, *, url: str) -> Document:
    """Return the document in `body`. Raises NotAFeedError when it is broken before the first entry."""
    reader = _Reader()
    body, problems = mended(body)
    missed = ""
    try:
        reader.read(body)
    except expat.ExpatError as error:
        if not reader.items:
            raise NotAFeedError(f"a sitemap that is not well-formed: {error}") from error
        missed = f"not well-formed: {error}; what is behind is not read"
        problems.append(missed)
    if reader.root == "sitemapindex":
        children = _children(reader, url)
        undated = sum(child.changed is None for child in children)
        if undated and len(children) > MAX_CHILDREN:
            problems.append(
                f"{undated} of {len(children)} sitemaps do not say when they changed (lastmod), and only "
                f"{MAX_CHILDREN} are read: those that do, latest first, and then the first of the others"
            )
        return Document(
            format="sitemap-index", children=children[:MAX_CHILDREN], missed=missed, problems=tuple(problems)
        )
    items = reader.items[:MAX_ENTRIES]
    entries = tuple(entry for item in items if (entry := _entry(item, url)))
    if len(items) < len(reader.items):
        problems.append(f"{len(reader.items)} URLs, only the first {MAX_ENTRIES} are read")
    if len(entries) < len(items):
        problems.append(f"{len(items) - len(entries)} of {len(items)} URLs carry no news title")
    return Document(format="sitemap", entries=entries, missed=missed, problems=tuple(problems))


def _entry(item: dict[str, str], base: str) -> Entry | None:
    link = web_link(item.get("loc"), base)
    if link is None or not item.get("title"):
        return None  # a page of the site, not a news article
    return make_entry(
        title=to_line(item["title"]),
        paragraphs=(),
        url=link,
        guid=None,
        published=from_text(item.get("publication_date")),
        language=language_code(item.get("language")),
    )


def _children(reader: "_Reader", base: str) -> tuple[Child, ...]:
    found = [
        Child(link, from_text(item.get("lastmod")))
        for item in reader.items
        if (link := web_link(item.get("loc"), base))
    ]
    found.sort(key=lambda child: child.changed or _LONG_AGO, reverse=True)
    return tuple(found)


class _Reader:
    """Collects the texts of each <url> or <sitemap>, as the parser comes to them.

    By local names, since sites bind prefixes to what they like, and by place: a picture has a title too.
    """

    def __init__(self) -> None:
        self.root = ""
        self.items: list[dict[str, str]] = []
        self._open: dict[str, str] | None = None
        self._path: list[str] = []
        """From the open item to the element the parser is in."""
        self._text: list[str] = []

    def read(self, body: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = _refuse
        parser.Parse(body, True)  # noqa: FBT003  # the library's own signature

    def _start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.root = self.root or name
        self._text.clear()
        if self._open is not None:
            self._path.append(name)
        elif name in {"url", "sitemap"}:
            self._open = {}

    def _end(self, _: str) -> None:
        if self._open is None:
            return
        if not self._path:
            self.items.append(self._open)
            self._open = None
        else:
            name = _PLACES.get(tuple(self._path[:4]))  # what is deeper is at none of them
            if name is not None:
                self._open.setdefault(name, "".join(self._text).strip()[: MAX_URL + 1])
            self._path.pop()
        self._text.clear()


def _refuse(*_: object) -> None:
    raise NotAFeedError("a sitemap with entities of its own")
