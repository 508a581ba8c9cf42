"""The broker: does it answer, and are the topics as the settings have them?"""

from collections.abc import Iterator, Mapping

from connectors.kafka.clients import open_admin
from connectors.kafka.limits import MAX_RECORD_BYTES
from connectors.kafka.protocols import Admin, BrokerAwayError, TopicSpec
from connectors.kafka.topics import topic_specs, why_away
from wirewatch.service.broker.home import Home
from wirewatch.service.doctor.check_result import CheckResult, ok, warning, wrong
from wirewatch.service.place import Place
from wirewatch.service.supervisor.record import read_record
from wirewatch.service.supervisor.status import restart
from wirewatch.settings import SETTINGS_FILE

_TOLD = ("retention.ms", "retention.bytes")
_ITS_LOG = "see the log of the broker, or ask who runs it"


def broker(place: Place) -> Iterator[CheckResult]:
    """Does the broker answer, and what of its topics?"""
    settings = place.settings
    away = why_away(place)
    if away is not None:
        says = f"{settings.bootstrap_servers} is away: {away}"
        if settings.managed_broker:
            starts = f"it starts with the service: run `wirewatch up{place.options}`, then doctor again"
            fails = (
                f"the service is running: `wirewatch logs broker{place.options}` shows what stops its broker"
            )
            fix = starts if read_record(place) is None else fails
            yield warning("broker", says, fix)
        else:
            yield wrong("broker", says, "start it, or correct kafka.bootstrap_servers and kafka.security")
        return
    admin = open_admin(place)
    try:
        cluster = admin.cluster_id()
        if settings.managed_broker and cluster != Home(place.data_dir / "broker").cluster():
            says = f"{settings.bootstrap_servers} is the broker of another service (cluster {cluster})"
            fix = f"this one's is not running: stop the other, or set another ports.broker in {SETTINGS_FILE}"
            yield wrong("broker", says, fix)
            return
        yield ok("broker", f"{settings.bootstrap_servers} answers (cluster {cluster})")
        yield from _topics(place, admin)
    except BrokerAwayError as error:
        says = f"{settings.bootstrap_servers} answers only some requests: {error}"
        fix = f"`wirewatch logs broker{place.options}` shows its log" if settings.managed_broker else _ITS_LOG
        yield wrong("broker", says, fix)
    finally:
        admin.close()


def _topics(place: Place, admin: Admin) -> Iterator[CheckResult]:
    specs = topic_specs(place.settings)
    names = [spec.name for spec in specs]
    found, configs = admin.topics(names), admin.configs(names)
    for spec in specs:
        if spec.name in found:
            yield from topic(place, spec, found[spec.name].partitions, configs.get(spec.name, {}))
        elif place.settings.kafka.create_topics:
            yield ok("topic", f"{spec.name} does not exist yet; the first part to start creates it")
        else:
            configs_of = " ".join(f"--config {name}={value}" for name, value in spec.config.items())
            create = f"{_tool(place, 'kafka-topics.sh')} --create --topic {spec.name}"
            fix = (
                f"{create} --partitions {spec.partitions} {configs_of}; or set kafka.create_topics: true in "
                f"{SETTINGS_FILE}"
            )
            yield wrong("topic", f"{spec.name} does not exist", fix)


def topic(place: Place, spec: TopicSpec, partitions: int, config: Mapping[str, str]) -> Iterator[CheckResult]:
    """Is a topic that exists as the settings say? `config` is what the broker has for it."""
    problems = list(_problems(place, spec, partitions, config))
    yield from problems
    if not problems:
        days = int(config.get("retention.ms", "0")) / 86_400_000
        room = int(config.get("retention.bytes", "0")) / 1e9
        yield ok("topic", f"{spec.name}: partitions {partitions}, kept {days:g} days and {room:,.1f} GB each")


def _problems(
    place: Place, spec: TopicSpec, partitions: int, config: Mapping[str, str]
) -> Iterator[CheckResult]:
    alter = f"{_tool(place, 'kafka-configs.sh')} --alter --topic {spec.name} --add-config"
    if int(config.get("max.message.bytes", "0")) < MAX_RECORD_BYTES:
        says = f"{spec.name} accepts records of up to {config.get('max.message.bytes')} bytes only"
        yield wrong("topic", says, f"{alter} max.message.bytes={MAX_RECORD_BYTES}")
    if "compact" in config.get("cleanup.policy", ""):
        says = f"{spec.name} is compacted: only the last record of each key is kept"
        yield wrong("topic", says, f"{alter} cleanup.policy=delete")
    if partitions != spec.partitions:
        says = f"{spec.name} has {partitions} partitions, the settings say {spec.partitions}"
        fix = f"set it to {partitions} below kafka.topics in {SETTINGS_FILE}"
        if partitions < spec.partitions and not place.settings.managed_broker:
            add = f"{_tool(place, 'kafka-topics.sh')} --alter --topic {spec.name}"
            fix = f"{add} --partitions {spec.partitions}; or {fix}"
        yield warning("topic", says, fix)
    for name in _TOLD:
        if config.get(name) != spec.config[name]:
            says = f"{spec.name} has {name}={config.get(name)}, the settings say {spec.config[name]}"
            by_hand = f"{alter} {name}={spec.config[name]}"
            fix = restart(place.options) if place.settings.managed_broker else by_hand
            yield warning("topic", says, fix)


def _tool(place: Place, name: str) -> str:
    """Return how a command line tool of Kafka is led to the broker."""
    return f"{name} --bootstrap-server {place.settings.bootstrap_servers}"
