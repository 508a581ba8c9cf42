"""The settings of wirewatch.yaml: one model, checked at load, with environment overrides.

`WIREWATCH_KAFKA__BOOTSTRAP_SERVERS=…` overrides `kafka.bootstrap_servers`, and so on for every setting.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from wirewatch.errors import ConfigError, why
from wirewatch.ids import digest
from wirewatch.pydantic_errors import config_error
from wirewatch.yaml_files import load_yaml

SETTINGS_FILE = "wirewatch.yaml"
ENVIRONMENT = "WIREWATCH_"
Port = Annotated[int, Field(ge=1, le=65535)]
_STORAGE = re.compile(r"(?!file://[^/])([a-z][a-z0-9+.-]*:)?/.*", re.IGNORECASE)
"""A file of another host is none: Flink refuses it."""
_SERVER = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(\d{1,5})")


def address(text: str) -> str:
    """Return `text` if it is host:port (IPv6 in brackets). Raises ValueError."""
    found = _SERVER.fullmatch(text)
    if not found or not 0 < int(found[1]) <= 65535:  # as in Port
        raise ValueError(f"{text!r} is no address: must be host:port, with a port from 1 to 65535")
    return text


Address = Annotated[str, AfterValidator(address)]


def shared_storage(text: str) -> str | None:
    """Return `text` if every host finds the same there, None if it is empty. Raises ValueError.

    Commands are called in any folder, and Flink's processes have theirs.
    """
    if text and not _STORAGE.fullmatch(text):
        raise ValueError(
            f"{text!r}: must be a folder from the root on, as /mnt/flink, or a URI of one, as "
            "file:///mnt/flink or s3://bucket/flink"
        )
    return text or None


Storage = Annotated[str, AfterValidator(shared_storage)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KafkaSecurity(_Section):
    """How to speak to a broker that asks for more than plain text. Secrets come from files."""

    protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    key_password_file: str | None = None

    @model_validator(mode="after")
    def _sasl_needs_credentials(self) -> "KafkaSecurity":
        if self.protocol.startswith("SASL") and not (self.username and self.password_file):
            raise ValueError("SASL needs username and password_file")
        return self


class TopicSettings(_Section):
    """One topic: partitions, and retention in both days and bytes (per partition)."""

    partitions: Annotated[int, Field(ge=1, le=1024)] = 1
    retention_days: Annotated[float, Field(gt=0)] = 7
    retention_bytes: Annotated[int, Field(ge=1 << 20)] = 2 << 30


class Topics(_Section):
    """The four topics. The managed broker keeps one `articles` partition: its engine has one thread."""

    articles: TopicSettings = TopicSettings()
    articles_tagged: TopicSettings = TopicSettings()
    alerts: TopicSettings = TopicSettings(retention_days=30, retention_bytes=256 << 20)
    dead_letters: TopicSettings = TopicSettings(retention_days=30, retention_bytes=256 << 20)


class KafkaSettings(_Section):
    """Which broker, and how. `bootstrap_servers` unset: wirewatch runs a broker of its own."""

    bootstrap_servers: str | None = None
    security: KafkaSecurity = KafkaSecurity()
    topic_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,100}$")] = ""
    group_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")] = "wirewatch"
    create_topics: bool = True
    pipeline_client: Literal["confluent", "kafka-python"] = "confluent"
    topics: Topics = Topics()

    @field_validator("bootstrap_servers")
    @classmethod
    def _servers_have_ports(cls, value: str | None) -> str | None:
        if value is None:
            return None
        return ",".join(address(server.strip()) for server in value.split(","))  # one or several

    def topic(self, name: Literal["articles", "articles.tagged", "alerts", "dead-letters"]) -> str:
        """Return the name on the broker of the topic wirewatch calls `name`."""
        return self.topic_prefix + name


class BrokerSettings(_Section):
    """The managed broker."""

    heap: Annotated[str, Field(pattern=r"^\d+[mMgG]$")] = "512m"
    start_timeout: Annotated[float, Field(gt=0, le=600)] = 60
    """Seconds until a broker that does not answer counts as failed."""


class Ports(_Section):
    """Every port wirewatch listens on."""

    broker: Port = 19092
    broker_controller: Port = 19093
    broker_health: Port = 9400
    replay: Port = 9401
    feeds: Port = 9402
    pipeline: Port = 9403
    notify: Port = 9404
    api: Port = 9405
    """The HTTP API of notify."""
    websub: Port = 9406
    """Where hubs reach the feeds part, behind a proxy of yours; only with feeds.websub_callback."""
    receiver: Port = 9410
    """The demo webhook receiver itself."""
    receiver_health: Port = 9411
    flink_rest: Port = 9420
    """Flink's JobManager: its REST API and web page."""
    flink_rpc: Port = 9421
    """Where TaskManagers find the JobManager."""
    flink_blob: Port = 9422
    """Where they fetch a job's files from it."""
    flink_job_server: Port = 9423
    """Beam's job server, where jobs are submitted."""
    flink_artifacts: Port = 9424
    flink_expansion: Port = 9425
    flink_worker_pool: Port = 9426
    """Where a TaskManager asks for Python workers, on its own host."""
    flink_workers: Port = 9427
    """/metrics and /readyz of all Python workers of a host."""
    flink_jobmanager_metrics: Port = 9428
    flink_zookeeper: Port = 9429
    flink_taskmanager_metrics: Port = 9430
    """Flink's own metrics of the first TaskManager; a second one's are on the next port, and so on."""

    @model_validator(mode="after")
    def _no_port_twice(self) -> "Ports":
        users: dict[int, list[str]] = {}
        for name, port in self:
            users.setdefault(port, []).append(name)
        twice = [f"{' and '.join(names)} are both {port}" for port, names in users.items() if len(names) > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)}: each needs a port of its own")
        return self

    def health_setting(self, part: str) -> str:
        """Return which of these is the port of /metrics, /healthz and /readyz of `part`."""
        return {"broker": "broker_health", "receiver": "receiver_health", "workers": "flink_workers"}.get(
            part, part
        )

    def health(self, part: str) -> int:
        """Return the port of /metrics, /healthz and /readyz of `part`."""
        port: int = getattr(self, self.health_setting(part))
        return port


class ReplaySettings(_Section):
    """The part that replays article files."""

    enabled: bool = False
    seeds: str | None = None
    """Folder of article files; relative to the config folder. Unset: the seeds that come with wirewatch."""
    speed: Annotated[float, Field(gt=0)] | Literal["max"] = "max"
    """1 is the original pace, 3600 an hour a second."""
    loop: bool = False


class FeedsSettings(_Section):
    """The part that reads the live feeds of feeds.yaml."""

    enabled: bool = False
    contact: str | None = None
    """A URL or mail address of whoever runs this, told to publishers in the User-Agent."""
    shortest_minutes: Annotated[float, Field(ge=0.01, le=1440)] = 2
    """No feed is polled more often."""
    longest_minutes: Annotated[float, Field(ge=1, le=1440)] = 240
    """A feed that answers is polled at least so often, however seldom it brings something."""
    backlog: Annotated[int, Field(ge=100, le=10_000_000)] = 50_000
    """Articles kept while Kafka is away; then reading pauses."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How long an entry is remembered after its feed has dropped it."""
    oldest_days: Annotated[int, Field(ge=1, le=36_500)] = 14
    """What was published longer ago is no news when it is first seen; 14 days is a story's longest life."""
    websub_callback: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    """Public URL of ports.websub: feeds that name a hub are then pushed (WebSub), and polled less."""


class PipelineSettings(_Section):
    """The Beam pipeline."""

    engine: Literal["embedded", "flink"] = "embedded"
    max_poll_records: Annotated[int, Field(ge=1, le=4000)] = 400
    """Articles that go through the steps of the embedded engine at once, of the 4,000 of a bundle; 4 MiB at
    most. Of more, so many objects live at a time that looks for garbage take their share of all work."""
    commit_interval: Annotated[float, Field(ge=0, le=10)] = 0.05
    """Seconds between commits at least, under load; less is lower latency, more is higher throughput."""


class FlinkSettings(_Section):
    """Apache Flink as the engine: which cluster, and how the job runs on it."""

    master: Address | None = None
    """host:port of the JobManager's REST API. Unset: the cluster of `wirewatch flink up`."""
    job_server: Address | None = None
    """host:port of a Beam job server. Unset: that of `wirewatch flink up`, or one started to submit."""
    worker_pool: Address | None = None
    """Where a TaskManager finds its worker pool. Unset: on its own host, ports.flink_worker_pool."""
    job_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")] = "wirewatch"
    """Tells the job from others on the cluster."""
    parallelism: Annotated[int, Field(ge=1, le=128)] = 1
    """Slots that the job takes. The partitions of `articles` are shared out among them by hash: have eight
    times as many."""
    workers: Annotated[int, Field(ge=0, le=64)] = 1
    """Python processes a TaskManager, as many as it has slots; as many again run the alerts' sink. 0: one a
    core."""
    checkpoint_interval: Annotated[float, Field(ge=0.1, le=3600)] = 1.0
    """Seconds. An alert waits for the next checkpoint: half of this on average."""
    storage: Storage | None = None
    """Folder or URI of checkpoints and savepoints, the same for all of the cluster. Unset: {data}/flink."""
    detach: bool = False
    """`wirewatch pipeline` ends once the job runs, instead of staying to say how it is."""
    task_managers: Annotated[int, Field(ge=1, le=16)] = 1
    """How many `wirewatch flink up` starts."""
    slots: Annotated[int, Field(ge=1, le=64)] = 2
    """Slots of each of them."""
    zookeeper: bool = False
    """Whether `wirewatch flink up` starts a ZooKeeper: a JobManager that died then finds its job again."""


class TaggingSettings(_Section):
    """Who and what articles are about. Topics and actors are config files of their own."""

    spacy_model: str | None = None
    """A trained model (`en_core_web_sm`): alerts and `tag` then tell names the catalogue lacks, and deeds."""


class ApiSettings(_Section):
    """The HTTP API of notify, on `bind` and `ports.api`."""

    enabled: bool = False
    token_file: str = "{data}/secrets/api-token"  # noqa: S105  # a path
    """The bearer token; made at the first start where it is missing."""


class NotifySettings(_Section):
    """The part that delivers alerts."""

    attempt_timeout: Annotated[float, Field(gt=0, le=60)] = 15
    """Seconds a receiver has to answer, in all."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How long alert ids and history are kept."""
    api: ApiSettings = ApiSettings()


class DemoSettings(_Section):
    """What only a checkout's demo has."""

    receiver: bool = False
    """Run a webhook receiver on loopback that verifies signatures."""


class LoggingSettings(_Section):
    """Logs: one event a line."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"
    """auto: for people on a terminal, else JSON."""


class Settings(BaseSettings):
    """Everything in wirewatch.yaml."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: str | None = None
    """Where state lives; relative to the config folder. `--data` and WIREWATCH_DATA win over it."""
    bind: str = "127.0.0.1"
    """Address that metrics, health and the API listen on."""
    kafka: KafkaSettings = KafkaSettings()
    broker: BrokerSettings = BrokerSettings()
    ports: Ports = Ports()
    replay: ReplaySettings = ReplaySettings()
    feeds: FeedsSettings = FeedsSettings()
    pipeline: PipelineSettings = PipelineSettings()
    flink: FlinkSettings = FlinkSettings()
    tagging: TaggingSettings = TaggingSettings()
    notify: NotifySettings = NotifySettings()
    demo: DemoSettings = DemoSettings()
    logging: LoggingSettings = LoggingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file (which arrives as init arguments)."""
        return env_settings, init_settings

    @property
    def bootstrap_servers(self) -> str:
        """The broker to speak to: the configured one, else the managed one."""
        return self.kafka.bootstrap_servers or f"127.0.0.1:{self.ports.broker}"

    @property
    def flink_master(self) -> str:
        """The JobManager's REST API: the configured one, else the local cluster's."""
        return self.flink.master or f"127.0.0.1:{self.ports.flink_rest}"

    @property
    def flink_job_server(self) -> str:
        """The job server: the configured one, else the local one."""
        return self.flink.job_server or f"127.0.0.1:{self.ports.flink_job_server}"

    @property
    def flink_worker_pool(self) -> str:
        """Where a TaskManager asks for workers."""
        return self.flink.worker_pool or f"127.0.0.1:{self.ports.flink_worker_pool}"

    @property
    def flink_worker_pool_host(self) -> str:
        """Where the worker pool listens: for its own host alone, unless others are told of it."""
        return self.bind if self.flink.worker_pool else "127.0.0.1"

    @property
    def managed_broker(self) -> bool:
        """Whether wirewatch runs the broker itself."""
        return self.kafka.bootstrap_servers is None

    def parts(self) -> tuple[str, ...]:
        """Return the parts `up` runs, in the order they start."""
        names = ["broker"] if self.managed_broker else []
        if self.demo.receiver:
            names.append("receiver")
        names += ["pipeline", "notify"]
        if self.replay.enabled:
            names.append("replay")
        if self.feeds.enabled:
            names.append("feeds")
        return tuple(names)


def load_settings(config_dir: Path) -> Settings:
    """Return the settings of `config_dir`/wirewatch.yaml with environment overrides applied.

    Raises ConfigError naming the file and every setting that is wrong.
    """
    return load_versioned(config_dir)[0]


def load_versioned(config_dir: Path) -> tuple[Settings, str]:
    """Return `load_settings`, and the version of what the file says, whatever the environment.

    Raises ConfigError as that does.
    """
    path = config_dir / SETTINGS_FILE
    data = load_yaml(path)
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: must hold settings (name: value), not {type(data).__name__}")
    try:
        settings = Settings(**data)
    except ValidationError as error:
        raise config_error(path, error, Settings, variables=ENVIRONMENT) from error
    except SettingsError as error:  # a whole section given as one variable, which must be JSON
        raise ConfigError(
            f"the environment: {error}: it must be JSON, or name a single setting, such as "
            f"{ENVIRONMENT}KAFKA__BOOTSTRAP_SERVERS"
        ) from error
    return settings, digest("settings", json.dumps(data, sort_keys=True, default=str))


def resolve_path(value: str, *, config_dir: Path, data_dir: Path) -> Path:
    """Return the path a setting names: relative to the config folder; `{data}` stands for the data folder."""
    return (config_dir / value.replace("{data}", str(data_dir))).expanduser()


def read_secret(path: Path, what: str) -> str:
    """Return the secret in the file at `path`, without surrounding blanks.

    Raises ConfigError (which never holds the secret) when it is missing, unreadable or empty.
    """
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "it is not text"
        raise ConfigError(f"{path}: the secret for {what} cannot be read: {reason}") from error
    if not secret:
        raise ConfigError(f"{path}: the secret for {what} is empty")
    return secret
