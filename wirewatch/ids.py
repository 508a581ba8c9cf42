"""Identity: every id is a hash of what makes the thing that thing, so a repeat has the same id."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

ID_BYTES = 10  # 80 bits: a collision among 10 million ids has odds of 1 in 2.4e10

_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_cid|mc_eid|igshid|cmpid|ocid)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SPACE = re.compile(r"\s+")


def digest(*parts: str) -> str:
    """Return the id of `parts`, in order: 20 hex digits. Parts are length-prefixed, so no two lists meet."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    data = b"".join([piece for part in encoded for piece in (len(part).to_bytes(8, "big"), part)])
    return hashlib.blake2b(data, digest_size=ID_BYTES).hexdigest()


def canonical_url(url: str) -> str:
    """Return `url` without what does not change the page it names.

    Scheme and host in lower case, http as https, no default port, fragment, tracking parameters or
    trailing slash; the remaining parameters sorted (RFC 3986, section 6.2).
    Raises ValueError when it is not an absolute http or https URL.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an absolute http(s) URL: {url!r}")
    host = parts.hostname.lower()
    if parts.port is not None and parts.port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{parts.port}"
    query = sorted(
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)
    )
    return urlunsplit(("https", host, parts.path.rstrip("/") or "/", urlencode(query), ""))


def article_id(
    *,
    url: str | None,
    source: str,
    guid: str | None,
    title: str,
    published: datetime | None,
    salt: str = "",
) -> str:
    """Return an article's id: from its canonical URL, else source + guid, else source + title + published.

    `salt` tells the rounds of a looped replay apart; empty for everything else.
    """
    extra = (salt,) if salt else ()
    if url:
        try:
            return digest("url", canonical_url(url), *extra)
        except ValueError:  # not a web address: it still names the article within its source
            return digest("guid", source, url, *extra)
    if guid:
        return digest("guid", source, guid, *extra)
    return digest("title", source, title, published.isoformat() if published else "", *extra)


def text_hash(title: str, paragraphs: Iterable[str]) -> str:
    """Return the hash of an article's words: case, compatibility forms and spacing do not count."""
    text = "\n".join((title, *paragraphs))
    return digest(_SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold())


def story_id(watch: str, article: str) -> str:
    """Return the id of the story of `watch` that `article` (an id) opened."""
    return digest("story", watch, article)


def alert_id(story: str, step: str) -> str:
    """Return the id of the alert of `story` at `step` (`opened`, `sources:3`, `closed`)."""
    return digest("alert", story, step)
