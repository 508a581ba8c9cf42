"""The feeds that are read: which are in trouble, since when, and what helps?"""

import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from connectors.feeds.condition import TROUBLE, FeedCondition
from connectors.feeds.config import FEEDS_FILE
from connectors.feeds.fetch.outcomes import FetchOutcome
from connectors.feeds.listing import Listed, feeds_in_force, list_feeds
from connectors.feeds.schedule import OFFLINE
from wirewatch.errors import ConfigError
from wirewatch.service.doctor.check_result import CheckResult, ok, warning
from wirewatch.service.locks import is_running
from wirewatch.service.place import Place

NAMED: Final = 10
"""Feeds in trouble that are named; `feeds list` has all of them."""
_ADDRESS: Final = (
    f"correct its address in {FEEDS_FILE}: `{{check}}`, of a page of its site, names what it has"
)
_WAIT: Final = "its server's matter: it is asked again, ever less often; once it is mended, `{poll}`"
_TAKE_OUT: Final = f"take it out of {FEEDS_FILE}"
_SITE: Final = f"see whether its site has another feed now, and put that into {FEEDS_FILE}: `{{check}}`"

_BY_CONDITION: Final = {
    FeedCondition.GONE: f"{_TAKE_OUT}; if it is back, `{{poll}}`",
    FeedCondition.SILENT: _SITE,
    FeedCondition.STALE: _SITE,
    FeedCondition.COPIES: f"{_TAKE_OUT}, unless it is kept in case the others fail",
    FeedCondition.NO_FULL_TEXT: f"in {FEEDS_FILE}, give it a login, or take full_text out",
    FeedCondition.PARTIAL: "see what it breaks off at: `{check}`",
    FeedCondition.JUMP: f"see what it sends: `{{check}}`; `enabled: false` in {FEEDS_FILE} leaves it out",
}
_BY_OUTCOME: Final = {
    FetchOutcome.CLIENT_ERROR: f"correct its address or its login in {FEEDS_FILE}; `{{check}}` tries it",
    FetchOutcome.NO_ADDRESS: _ADDRESS,
    FetchOutcome.REDIRECTS: _ADDRESS,
    FetchOutcome.NOT_A_FEED: _ADDRESS,
    FetchOutcome.TLS_FAILED: "tell its publisher: its certificate is not valid; `{check}` tries it",
    FetchOutcome.REFUSED: f"if it may be read all the same, set allow_private: true for it in {FEEDS_FILE}",
    FetchOutcome.ROBOTS: f"{_TAKE_OUT}, or ask its publisher to let robots in",
    FetchOutcome.TOO_LARGE: f"{_TAKE_OUT}, or look for a shorter one on its site: `{{check}}`",
    FetchOutcome.NO_LOGIN: f"make the file that {FEEDS_FILE} names for its login readable; then `{{poll}}`",
}
"""Of feeds that fail; of other outcomes, what is to be done is to wait."""


def feeds(place: Place, now: datetime) -> Iterator[CheckResult]:
    """Which feeds are in trouble?"""
    if not place.settings.feeds.enabled:
        yield ok("feeds", "none are read (feeds.enabled)")
        return
    if not is_running("feeds", place):  # then nothing new comes of any, and that is no trouble of theirs
        yield ok("feeds", f"none are read: the part does not run on {place.data_dir}")
        return
    try:
        in_force, _ = feeds_in_force(place.config_dir, place.data_dir)
    except ConfigError:
        return  # the config's check has said so
    listed = [one for one in list_feeds(in_force, place.data_dir, now=now) if one.feed.enabled]
    if offline := _is_offline(listed):
        helps = (
            f"is it this machine's network, DNS or proxy? `wirewatch feeds check{place.options} URL` of any"
        )
        yield warning("feeds", OFFLINE, helps)
    bad = [one for one in listed if one.health.condition in TROUBLE]
    if not bad and not offline:
        yield ok("feeds", f"{len(listed)} are read, none is in trouble")
    for one in bad[:NAMED]:
        yield warning("feeds", _says(one), fix(one, place))
    if more := len(bad[NAMED:]):
        helps = f"`wirewatch feeds list{place.options} --why` names them, with the reasons"
        yield warning("feeds", f"{more} more are in trouble", helps)


def _is_offline(listed: list[Listed]) -> bool:
    """Tell whether nobody could be reached when a feed was last tried, by what the part wrote of it."""
    tried = [(one.state.last_try, one.state.why) for one in listed if one.state and one.state.last_try]
    return bool(tried) and max(tried)[1] == OFFLINE


def _says(one: Listed) -> str:
    since = f" since {one.since:%Y-%m-%d %H:%M} UTC" if one.since is not None else ""
    return f"{one.feed.url}: {one.health.condition.value.replace('_', ' ')}{since}: {one.health.why}"


def fix(one: Listed, place: Place) -> str:
    """Return what helps a feed that is in trouble."""
    helps = _BY_CONDITION.get(one.health.condition)
    if helps is None:
        outcome = one.state.outcome if one.state is not None else ""
        helps = _BY_OUTCOME.get(FetchOutcome(outcome), _WAIT) if outcome else _WAIT
    rest = f"{place.options} {shlex.quote(one.feed.url)}"
    return helps.format(check=f"wirewatch feeds check{rest}", poll=f"wirewatch feeds poll{rest}")
