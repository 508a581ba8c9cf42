"""Identity: every id is a hash of what makes the thing that thing, so a repeat has the same id."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

ID_BYTES = 10  # 80 bits: a collision among 10 million ids has odds of 1 in 2.4e10

# What publishers and their tools add to tell where a reader came from (at_ and ns_: AT Internet and comScore,
# in the BBC's feeds; xtor: Le Monde's; smid, emc: The New York Times').
_TRACKING = re.compile(
    r"^(?:utm_\w+|at_\w+|ns_\w+|[gdy]clid|fbclid|msclkid|gbraid|wbraid|mc_[ce]id|mkt_tok|_g[al]|igsh(?:id)?|"
    r"cmp(?:id)?|ocid|xtor|smid|emc|ftag|guccounter)$",
    re.IGNORECASE,
)
_AMP_PARAMETERS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_READER = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.)")
"""The part of a host name that says for which reader a page is laid out; `m.com` itself is none."""
_AMP_PATH = re.compile(r"^/amp(?=/.)|(?<=.)/amp$|\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_AMP_CACHE = re.compile(
    r"^https?://(?:(?:www\.)?google\.[a-z.]+/amp|[\w-]+\.cdn\.ampproject\.org/[cv])/(s/)?(?=[\w-]+\.)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SPACE = re.compile(r"\s+")


def digest(*parts: str) -> str:
    """Return the id of `parts`, in order: 20 hex digits. Parts are length-prefixed, so no two lists meet."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    data = b"".join([piece for part in encoded for piece in (len(part).to_bytes(8, "big"), part)])
    return hashlib.blake2b(data, digest_size=ID_BYTES).hexdigest()


def canonical_url(url: str) -> str:
    """Return `url` without what does not change the article it names.

    Scheme and host in lower case, http as https, no default port, fragment, tracking parameters or
    trailing slash; the remaining parameters sorted (RFC 3986, section 6.2). AMP and mobile pages, copies in
    an AMP cache, and hosts with and without `www.` count as one.
    Raises ValueError when it is not an absolute http or https URL.
    """
    parts = urlsplit(_AMP_CACHE.sub(r"https://", url.strip()))
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an absolute http(s) URL: {url!r}")
    host = _plain_host(parts.hostname.lower())
    if parts.port is not None and parts.port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{parts.port}"
    path = _AMP_PATH.sub("", parts.path.rstrip("/"))
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name) and (name.lower(), value.lower()) not in _AMP_PARAMETERS
    )
    return urlunsplit(("https", host, path or "/", urlencode(query), ""))


def is_tracking(query: str) -> bool:
    """Tell whether a query, or a fragment written like one, says only where a reader came from."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return bool(pairs) and all(_TRACKING.match(name) for name, _ in pairs)


def _plain_host(host: str) -> str:
    """Return a host name without `www.`, `m.` and the like; `en.m.wikipedia.org` as `en.wikipedia.org`."""
    host = _READER.sub("", host)
    first, _, rest = host.partition(".")
    return f"{first}.{rest[2:]}" if rest.startswith("m.") and rest.count(".") > 1 else host


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
