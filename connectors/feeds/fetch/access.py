"""How a feed's server is asked: as anybody, or with the name and the login that feeds.yaml gives."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from connectors.feeds.config import Feed
from connectors.feeds.urls import site_of
from wirewatch.errors import ConfigError
from wirewatch.settings import read_secret, resolve_path

ReadSecret = Callable[[str, str], str]
"""Return the secret in a file that feeds.yaml names, for the feed of this URL. Raises ConfigError, which does
not hold it."""


def secret_reader(config_dir: Path, data_dir: Path) -> ReadSecret:
    """Return what reads the files that a feeds.yaml in `config_dir` names."""

    def read(file: str, url: str) -> str:
        return read_secret(resolve_path(file, config_dir=config_dir, data_dir=data_dir), url)

    return read


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may reach, and what it says of itself. Its repr shows no secret."""

    site: str | None = None
    """The feed's own scheme, host and port: what is below counts there alone, wherever a redirect leads."""
    allow_private: bool = False
    """It may have a private address, and any port. Not so what its entries, sitemaps and hub name: they are
    others' words."""
    authorization: str | None = field(default=None, repr=False)
    user_agent: str | None = None
    """In place of our own, everywhere."""

    def opens(self, url: str) -> bool:
        """Tell whether `url` may lead to a private address or another port."""
        try:
            return self.allow_private and site_of(url) == self.site
        except ValueError:
            return False

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers for a request to `url`, on top of the usual ones."""
        agent = {"User-Agent": self.user_agent} if self.user_agent else {}
        if self.authorization is None or site_of(url) != self.site:
            return agent
        return {**agent, "Authorization": self.authorization}


ANYBODY = Access()


def access_of(feed: Feed, read: ReadSecret) -> Access:
    """Return how `feed` is asked for, with its secret as it is now. Raises ConfigError."""
    return Access(site_of(feed.url), feed.allow_private, _authorization(feed, read), feed.user_agent)


def _authorization(feed: Feed, read: ReadSecret) -> str | None:
    """Return the value of an Authorization header (RFC 7617, RFC 6750)."""
    if feed.token_file is not None:
        return f"Bearer {_secret(feed, feed.token_file, read)}"
    if feed.username is not None and feed.password_file is not None:
        pair = f"{feed.username}:{_secret(feed, feed.password_file, read)}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"
    return None


def _secret(feed: Feed, file: str, read: ReadSecret) -> str:
    secret = read(file, feed.url)
    if not secret.isprintable():
        raise ConfigError(f"{file}: must hold the secret for {feed.url} and nothing else, on one line")
    return secret
