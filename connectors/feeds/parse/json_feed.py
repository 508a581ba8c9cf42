"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

import msgspec

from connectors.feeds.parse.document import MAX_ENTRIES, Document, Entry, NotAFeedError
from connectors.feeds.parse.feed import language_code, make_entry, web_link
from connectors.feeds.parse.text import to_line, to_paragraphs
from connectors.feeds.parse.times import from_text
from wirewatch.article import MAX_URL
from wirewatch.text import one_line


def parse_json_feed(body: bytes, *, url: str) -> Document:
    """Return the document in `body`. Raises NotAFeedError for other JSON, and for what is none."""
    data, problems = _decoded(body.removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(data, dict) or "jsonfeed.org/version/" not in str(data.get("version")):
        raise NotAFeedError("JSON, but no JSON Feed: `version` does not name one")
    items = data.get("items")
    if not isinstance(items, list):
        raise NotAFeedError("a JSON Feed without `items`")
    base = web_link(data.get("home_page_url"), url) or url
    taken = items[:MAX_ENTRIES]
    entries = tuple(entry for item in taken if isinstance(item, dict) and (entry := _entry(item, base)))
    if len(taken) < len(items):
        problems.append(f"{len(items)} items, only the first {MAX_ENTRIES} are read")
    if len(entries) < len(taken):
        problems.append(f"{len(taken) - len(entries)} of {len(taken)} items hold no title and no text")
    hubs = data.get("hubs") if isinstance(data.get("hubs"), list) else []
    return Document(
        format="json",
        title=to_line(_text(data.get("title"))),
        language=language_code(data.get("language")),
        topic=web_link(data.get("feed_url"), url),
        hub=next((web_link(hub.get("url"), url) for hub in hubs or () if isinstance(hub, dict)), None),
        entries=entries,
        problems=tuple(problems),
    )


def _decoded(body: bytes) -> tuple[Any, list[str]]:
    """Return the JSON in `body` and what is wrong with it. Raises NotAFeedError when it cannot be read.

    Writers cut an emoji in half, take bytes over that are no UTF-8, and leave a tab in a string: none of it
    is a reason to lose the other items.
    """
    try:
        return msgspec.json.decode(body), []
    except (ValueError, RecursionError) as error:
        why = f"not valid JSON: {error}"
    try:
        loose = json.loads(body.decode("utf-8", "replace"), strict=False)
        text = json.dumps(loose, ensure_ascii=False).encode("utf-16", "surrogatepass")
        return json.loads(text.decode("utf-16", "replace")), [why]
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(why) from error


def _entry(item: dict[str, Any], base: str) -> Entry | None:
    content = to_paragraphs(_text(item.get("content_html"))) or _plain(_text(item.get("content_text")))
    link = web_link(item.get("url"), base) or web_link(item.get("external_url"), base)
    guid = item.get("id")
    return make_entry(
        title=to_line(_text(item.get("title")), is_html=False),
        paragraphs=content or _plain(_text(item.get("summary"))),
        url=link,
        guid=one_line(str(guid))[:MAX_URL] if isinstance(guid, str | int | float) else None,
        published=from_text(item.get("date_published")) or from_text(item.get("date_modified")),
        language=language_code(item.get("language")),
        full=bool(content),
    )


def _plain(text: str) -> tuple[str, ...]:
    return tuple(line for line in map(one_line, text.splitlines()) if line)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
