"""URLs as far as fetching goes: which are fetched at all, whose they are."""

from urllib.parse import urlsplit

MAX_URL = 8192
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
PORTS = frozenset({80, 443, 8080, 8443})


def url_refusal(url: str, *, allow_private: bool = False) -> str | None:
    """Return why `url` is not fetched whatever it resolves to, or None when it may be."""
    if len(url) > MAX_URL:
        return "the URL is too long"
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else 443 if parts.scheme == "https" else 80
    except ValueError:
        return "not a URL"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "only http and https are fetched: it must begin with https:// or http://"
    if parts.username is not None or parts.password is not None:
        return "the URL carries credentials; a feed takes username and password_file instead"
    if port == 0 or (port not in PORTS and not allow_private):
        return f"port {port} is none of {', '.join(map(str, sorted(PORTS)))}"
    return None


def host_of(url: str) -> str:
    """Return the host name of `url`, in lower case; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """Return the scheme, host and port of `url`: what a robots.txt and a login are for.

    A port that goes without saying is left out (RFC 3986, 6.2.3): servers drop it when they redirect. Raises
    ValueError for no URL.
    """
    parts = urlsplit(url)
    where = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, "")).removesuffix(":")
    return f"{parts.scheme}://{where}"
