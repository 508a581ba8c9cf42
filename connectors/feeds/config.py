"""feeds.yaml: which sources are read, and their feeds.

sources:
  - name: example.com          # the publisher: articles carry it as `source`
    country: GB
    feeds:
      - https://example.com/rss
      - {url: https://example.com/atom, enabled: false}
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from connectors.feeds.urls import url_refusal
from wirewatch.article import MAX_NAME, MAX_TAGS, MAX_URL
from wirewatch.codes import country_code, language_code
from wirewatch.errors import ConfigError
from wirewatch.ids import digest
from wirewatch.pydantic_errors import PlacedError, config_error
from wirewatch.resources import default_config_dir
from wirewatch.yaml_files import load_yaml

FEEDS_FILE = "feeds.yaml"
MAX_FEEDS = 20_000


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedConfig(_Model):
    """One feed. `allow_private` opens private addresses and every port for it."""

    url: Annotated[str, Field(max_length=MAX_URL)]
    enabled: bool = True
    allow_private: bool = False
    min_minutes: Annotated[float, Field(gt=0, le=1440)] | None = None
    """Poll at most so often, whatever the feed's rhythm."""
    max_minutes: Annotated[float, Field(gt=0, le=1440)] | None = None
    """Poll at least so often while it answers, whatever its rhythm and its publisher's wish."""
    full_text: bool = False
    """Fetch each new entry's page and take the text from there."""
    user_agent: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[ -~]+$")] | None = None
    """In place of our own, for a server that turns ours away."""
    username: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^:\x00-\x1f]+$")] | None = None
    password_file: Annotated[str, Field(min_length=1)] | None = None
    """With `username`: HTTP Basic. Relative to the config folder; `{data}` stands for the data folder."""
    token_file: Annotated[str, Field(min_length=1)] | None = None
    """A bearer token."""

    @model_validator(mode="before")
    @classmethod
    def _bare_url(cls, value: Any) -> Any:  # noqa: ANN401  # as in the file
        return {"url": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fetchable(self) -> "FeedConfig":
        why = url_refusal(self.url, allow_private=self.allow_private)
        if why is not None:
            opens = url_refusal(self.url, allow_private=True) is None
            raise ValueError(f"{self.url}: {why}{'; `allow_private: true` opens it' if opens else ''}")
        return self

    @model_validator(mode="after")
    def _makes_sense(self) -> "FeedConfig":
        if self.min_minutes and self.max_minutes and self.min_minutes > self.max_minutes:
            raise ValueError(f"{self.url}: min_minutes is more than max_minutes")
        if (self.username is None) != (self.password_file is None):
            raise ValueError(f"{self.url}: username and password_file go together")
        if self.username is not None and self.token_file is not None:
            raise ValueError(f"{self.url}: takes username and password_file or token_file, one of the two")
        return self


class SourceConfig(_Model):
    """A publisher and its feeds."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    tier: Annotated[int, Field(ge=1, le=9)] | None = None
    """How much weight the source has for you: 1 is the most."""
    country: Annotated[str, AfterValidator(lambda code: country_code(code, _codes))] | None = None
    """ISO 3166-1 alpha-2."""
    language: Annotated[str, AfterValidator(language_code)] | None = None
    """ISO 639-1; when set it wins over what the feed says."""
    tags: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=MAX_TAGS)
    ] = ()
    enabled: bool = True
    feeds: tuple[FeedConfig, ...] = ()

    @field_validator("feeds", "tags", mode="before")
    @classmethod
    def _all_commented_out(cls, value: object) -> object:
        return () if value is None else value


class FeedsConfig(_Model):
    """The whole file."""

    sources: tuple[SourceConfig, ...]

    @field_validator("sources", mode="before")
    @classmethod
    def _all_commented_out(cls, value: object) -> object:
        return () if value is None else value

    @model_validator(mode="after")
    def _each_once(self) -> "FeedsConfig":
        seen: set[str] = set()
        for n, source in enumerate(self.sources):
            for m, feed in enumerate(source.feeds):
                if feed.url in seen:
                    raise PlacedError(("sources", n, "feeds", m), f"feed given twice: {feed.url}")
                seen.add(feed.url)
        if len(seen) > MAX_FEEDS:
            raise ValueError(f"{len(seen)} feeds; at most {MAX_FEEDS}")
        return self


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with what its source says of it."""

    url: str
    source: str
    enabled: bool
    allow_private: bool
    tier: int | None = None
    country: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    min_minutes: float | None = None
    max_minutes: float | None = None
    full_text: bool = False
    user_agent: str | None = None
    username: str | None = None
    password_file: str | None = None
    token_file: str | None = None


def load_feeds(config_dir: Path, *, missing_ok: bool = False) -> tuple[Feed, ...]:
    """Return the feeds of `config_dir`/feeds.yaml, switched off ones too.

    `missing_ok` is for what does not read them: () when there is no such file. An empty file is never right:
    an editor or a full disk has cut it. Raises ConfigError naming the file and everything that is wrong.
    """
    path = config_dir / FEEDS_FILE
    if missing_ok and not path.exists():
        return ()
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: must hold `sources:` (a list; empty means that nothing is read)")
    try:
        return tuple(_feeds(FeedsConfig.model_validate(data)))
    except ValidationError as error:
        raise config_error(path, error, FeedsConfig) from error


def version(feeds: tuple[Feed, ...]) -> str:
    """Return the hash of all that `feeds` say."""
    return digest("feeds", msgspec.json.encode(feeds).decode())


def _codes(country: str) -> list[str]:
    """Return the codes of the countries called so in the catalogue that comes along."""
    from wirewatch.snapshot import ACTORS_FOLDER  # noqa: PLC0415  # all of tagging, only to say what was meant
    from wirewatch.tagging import load_catalogue  # noqa: PLC0415

    return load_catalogue(default_config_dir() / ACTORS_FOLDER).codes(country)


def _feeds(config: FeedsConfig) -> Iterator[Feed]:
    for source in config.sources:
        for feed in source.feeds:
            yield Feed(
                source=source.name,
                tier=source.tier,
                country=source.country,
                language=source.language,
                tags=source.tags,
                **{**feed.model_dump(), "enabled": source.enabled and feed.enabled},
            )
