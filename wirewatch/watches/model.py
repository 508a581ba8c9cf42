"""A watch as its author wrote it, checked: what to watch for, and how often to speak of it."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from wirewatch.alert import Severity
from wirewatch.ids import digest
from wirewatch.watches.language import Node, parse
from wirewatch.watches.sources import source_name

DEFAULT_WINDOW = timedelta(hours=72)
MAX_WINDOW = timedelta(days=14)  # a story's whole life; see wirewatch.watches.stories.index
MAX_SOURCES = 500
"""Distinct sources a story tells apart; more count as no new one. The highest step `update_at` may have."""
MAX_VOLUME = 10_000
"""The most articles a volume may ask for."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DURATION = re.compile(r"^(\d{1,6})\s*([mhd])$")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("write a duration as a number and a unit: 90m, 72h or 3d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        with suppress(ValueError):
            return date.fromisoformat(value.strip())
    raise ValueError("write a date such as 2020-01-31, without a time")


def _source(name: str) -> str:
    wanted = name.strip().removeprefix("-")
    return "-" * name.strip().startswith("-") + source_name(wanted)


def _remembered(value: timedelta) -> timedelta:
    if not timedelta() < value <= MAX_WINDOW:
        raise ValueError("must be more than 0 and at most 14d, the longest that anything is remembered")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""`90m`, `72h`, `3d`."""
Day = Annotated[date, BeforeValidator(_day)]
"""`2020-01-31`. A bare number is none, which pydantic would take for seconds since 1970."""
Window = Annotated[timedelta, BeforeValidator(lambda value: _remembered(_duration(value)))]
"""A duration that the state of a watch can look back."""


class Section(BaseModel):
    """Part of a watch: immutable, and nothing in it that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PerStory(Section):
    """One alert a story; `update_at` are the numbers of distinct sources at which it is told again."""

    window: Window = DEFAULT_WINDOW
    """How long after its last article a story goes on."""
    update_at: tuple[Annotated[int, Field(ge=2, le=MAX_SOURCES)], ...] = (3, 10)

    @field_validator("update_at")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError("the numbers must rise, as in [3, 10]")
        return value


class Volume(Section):
    """Speak only when this many sources (or articles) meet the watch within so long."""

    at_least: Annotated[int, Field(ge=2, le=MAX_VOLUME)]
    distinct: Literal["sources", "articles"] = "sources"
    within: Window

    @model_validator(mode="after")
    def _countable(self) -> "Volume":
        if self.distinct == "sources" and self.at_least > MAX_SOURCES:
            raise ValueError(f"at most {MAX_SOURCES} sources can be counted; count articles instead")
        return self


class Spike(Section):
    """Speak only when articles come this many times as often as they did on average over so long."""

    times: Annotated[float, Field(gt=1, le=1000, allow_inf_nan=False)]
    over: Window

    @model_validator(mode="after")
    def _long_enough(self) -> "Spike":
        if self.over < timedelta(hours=4):
            raise ValueError(
                "over at least 4h: an hour is compared with the hours before it, from 4d on a day"
            )
        return self


class Only(Section):
    """What an article must be, whatever it says. An empty list asks for nothing; what is unknown is not met.

    Of `sources`, those with a `-` before them are left out; if there are others, it must be of one of them.
    """

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tiers: tuple[Annotated[int, Field(ge=0, le=100)], ...] = ()
    published_within: Duration | None = None
    """How long before it was fetched, at most, an article was published."""

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        codes = tuple(code.strip().lower() for code in value)
        for code in codes:
            if not re.fullmatch("[a-z]{2}", code):
                raise ValueError(f"{code!r} is not a two-letter language code such as en (ISO 639-1)")
        return codes

    @field_validator("sources")
    @classmethod
    def _named(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(map(_source, value))
        for name in names:
            if not name.removeprefix("-").strip():
                raise ValueError(f"{name!r} is not the name of a source")
            if f"-{name}" in names:
                raise ValueError(f"{name!r} is both included and excluded")
        return names

    @field_validator("published_within")
    @classmethod
    def _some(cls, value: timedelta | None) -> timedelta | None:
        if value is not None and value <= timedelta():
            raise ValueError("must be more than 0")
        return value


class WatchTest(Section):
    """An example of what a watch is for, or is not: a text, or the file of an article, and what to expect."""

    text: str | None = None
    """Its first line is the title when more lines follow."""
    article: str | None = None
    """A file, beside watches.yaml unless absolute."""
    expect: Literal["alert", "none"]
    name: str | None = None
    published: Day | None = None
    """When its text was published: who holds an office hangs on it. Today unless given."""
    language: str | None = None
    source: str | None = None
    tier: int | None = None
    country: str | None = None
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of(self) -> "WatchTest":
        if (self.text is None) == (self.article is None):
            raise ValueError("a test needs either a text or an article")
        if self.article is not None and self.model_fields_set - {"article", "expect", "name"}:
            raise ValueError(
                "a test of an article takes everything from its file; these settings are for a text only"
            )
        return self


class Watch(Section):
    """What a user watches for."""

    id: str
    name: Annotated[str, Field(min_length=1, max_length=200)]
    severity: Severity = "medium"
    when: Annotated[str, Field(min_length=1)]
    """In the watch language (wirewatch.watches.language)."""
    only: Only = Only()
    volume: Volume | None = None
    spike: Spike | None = None
    per_story: PerStory = PerStory()
    labels: dict[str, str] = {}
    tests: tuple[WatchTest, ...] = ()

    @field_validator("id", mode="before")
    @classmethod
    def _slug(cls, value: object) -> object:
        if isinstance(value, str) and not _ID.fullmatch(value):
            raise ValueError(
                "must be at most 64 lower-case letters, digits and . _ - (the first a letter or digit), "
                "such as gulf-oil"
            )
        return value

    @field_validator("labels", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        for name in value if isinstance(value, dict) else ():
            if not isinstance(name, str) or not _LABEL.fullmatch(name):
                raise ValueError(
                    f"{name!r} is not a valid label name: letters a-z, digits and _, the first not a digit"
                )
        return value

    @model_validator(mode="after")
    def _one_incident(self) -> "Watch":
        if self.volume is not None and self.spike is not None:
            raise ValueError("a watch has a volume or a spike, not both: make two watches of it")
        return self

    @property
    def condition(self) -> Node:
        """What `when` says. Raises LanguageError when it makes no sense."""
        return parse(self.when)

    @property
    def basis(self) -> str:
        """The hash of what decides which articles meet the watch."""
        return digest("basis", str(self.condition), self.only.model_dump_json())

    @property
    def version(self) -> str:
        """The hash of what decides alerts: neither a new name nor new spacing makes a new version."""
        decides = {
            "when": str(self.condition),
            **self.model_dump(mode="json", include={"only", "volume", "spike", "per_story"}),
        }
        return digest("watch", msgspec.json.encode(decides, order="sorted").decode())
