"""The four topics: how they should be, making them, and waiting for the broker that holds them."""

import threading
import time
from collections.abc import Callable, Iterable

from connectors.kafka.clients import open_admin
from connectors.kafka.connection import Where
from connectors.kafka.limits import MAX_RECORD_BYTES
from connectors.kafka.protocols import Admin, BrokerAwayError, TopicInfo, TopicSpec
from connectors.reach import reach
from wirewatch.errors import ConfigError
from wirewatch.settings import Settings, TopicSettings

VISIBLE_TIMEOUT = 15.0
CONNECT_TIMEOUT = 2.0
_DAY_MS = 86_400_000
_KEEPS = ("retention.ms", "retention.bytes", "segment.ms", "segment.bytes")
_MIN_SEGMENT, _MAX_SEGMENT = 1 << 20, 128 << 20


def topic_specs(settings: Settings) -> list[TopicSpec]:
    """Return the four topics of these settings, by their names on the broker."""
    kafka, topics = settings.kafka, settings.kafka.topics
    return [
        TopicSpec(kafka.topic("articles"), topics.articles.partitions, _config(topics.articles)),
        TopicSpec(
            kafka.topic("articles.tagged"), topics.articles_tagged.partitions, _config(topics.articles_tagged)
        ),
        TopicSpec(kafka.topic("alerts"), topics.alerts.partitions, _config(topics.alerts)),
        TopicSpec(kafka.topic("dead-letters"), topics.dead_letters.partitions, _config(topics.dead_letters)),
    ]


def ensure_topics(
    admin: Admin, settings: Settings, *, timeout: float = VISIBLE_TIMEOUT
) -> dict[str, TopicInfo]:
    """Make the topics that are missing and return all four once they are visible.

    One that exists stays as it is, whatever its partitions and retention (for these see fit_topics). Raises
    ConfigError when topics are missing and `kafka.create_topics` is false or the broker refuses to make them;
    BrokerAwayError when it does not answer, or a new topic is not visible after `timeout` seconds.
    """
    specs = topic_specs(settings)
    missing = _missing(admin, specs)
    if missing and not settings.kafka.create_topics:
        names = ", ".join(f"{spec.name} ({spec.partitions} partitions)" for spec in missing)
        raise ConfigError(
            f"{settings.bootstrap_servers} has no topic {names}: make them, with max.message.bytes="
            f"{MAX_RECORD_BYTES}, or set kafka.create_topics to true"
        )
    if missing:
        admin.create(missing)
    return _wait_visible(admin, specs, timeout)


def fit_topics(admin: Admin, settings: Settings) -> list[str]:
    """Have those of the four topics that exist keep their records as the settings say.

    For a broker of our own: of another, that is its administrator's. Return what was changed, in words.
    Raises BrokerAwayError.
    """
    specs = {spec.name: spec.config for spec in topic_specs(settings)}
    changes: dict[str, dict[str, str]] = {}
    said = []
    for name, has in admin.configs(specs).items():
        for key in _KEEPS:
            if has.get(key) != specs[name][key]:
                changes.setdefault(name, {})[key] = specs[name][key]
                said.append(f"{name}: {key} {specs[name][key]}, was {has.get(key)}")
    if changes:
        admin.set_configs(changes)
    return said


def wait_for_broker(
    where: Where,
    stop: threading.Event,
    report: Callable[[str], None],
    *,
    first_pause: float = 0.1,
    longest_pause: float = 1.0,
) -> bool:
    """Try until the broker answers or `stop` is set; return whether it answered.

    `report` is told before each pause what is waited for (`context.health.waiting` fits); pauses double from
    `first_pause` to `longest_pause` seconds. What `report` raises ends the wait.
    """
    pause = first_pause
    while not stop.is_set():
        away = why_away(where)
        if away is None:
            return True
        report(f"the broker at {where.settings.bootstrap_servers} is away: {away}")
        stop.wait(pause)
        pause = min(2 * pause, longest_pause)
    return False


def why_away(where: Where) -> str | None:
    """Return why the broker does not answer; None when it does."""
    admin = open_admin(where)
    try:
        _refuse_closed_ports(where.settings.bootstrap_servers)
        admin.cluster_id()
    except OSError as error:
        return error.strerror or str(error)
    except BrokerAwayError as error:
        return str(error)
    finally:
        admin.close()
    return None


def _refuse_closed_ports(servers: str) -> None:
    """Raise OSError when none of `servers` accepts a connection: at once; a client tries for seconds."""
    refusal: OSError | None = None
    for server in servers.split(","):
        try:
            reach(server.strip(), timeout=CONNECT_TIMEOUT)
        except OSError as error:
            refusal = error
        else:
            return
    if refusal is not None:
        raise refusal


def _config(topic: TopicSettings) -> dict[str, str]:
    retention_ms = int(topic.retention_days * _DAY_MS)
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(retention_ms),
        "retention.bytes": str(topic.retention_bytes),
        "max.message.bytes": str(MAX_RECORD_BYTES),
        # Only whole closed segments are dropped, so an eighth of each bound is how far it may be overshot.
        "segment.bytes": str(min(max(topic.retention_bytes // 8, _MIN_SEGMENT), _MAX_SEGMENT)),
        "segment.ms": str(max(retention_ms // 8, 1)),
    }


def _missing(admin: Admin, specs: Iterable[TopicSpec]) -> list[TopicSpec]:
    specs = list(specs)
    found = admin.topics([spec.name for spec in specs])
    return [spec for spec in specs if spec.name not in found]


def _wait_visible(admin: Admin, specs: list[TopicSpec], timeout: float) -> dict[str, TopicInfo]:
    names = [spec.name for spec in specs]
    deadline = time.monotonic() + timeout
    while len(found := admin.topics(names)) < len(names):
        if time.monotonic() > deadline:
            absent = ", ".join(name for name in names if name not in found)
            raise BrokerAwayError(f"{absent}: not visible {timeout:g} s after they were made")
        time.sleep(0.05)
    return found
