"""How to reach the broker, and the same said in the options of each client library."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from wirewatch.errors import ConfigError
from wirewatch.settings import Settings, read_secret, resolve_path

# Soon enough to notice a broker that is back, seldom enough not to hammer one that is down.
RECONNECT_MS = 50
RECONNECT_MAX_MS = 1000


class Where(Protocol):
    """Whose Kafka is meant: a part's context, the place of a command, or what else has these three."""

    @property
    def settings(self) -> Settings:
        """The settings, of which `kafka` says how to reach it."""

    @property
    def config_dir(self) -> Path:
        """Where paths of secrets and certificates begin, unless they name the data folder."""

    @property
    def data_dir(self) -> Path:
        """The data folder."""


@dataclass(frozen=True)
class Connection:
    """Address and credentials, read from their files. Its repr shows no secret."""

    bootstrap: str
    protocol: str = "PLAINTEXT"
    mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, where: Where) -> "Connection":
        """Return what the settings say. Raises ConfigError for a file that is not there."""
        security = where.settings.kafka.security

        def path(value: str | None) -> Path | None:
            if not value:
                return None
            return resolve_path(value, config_dir=where.config_dir, data_dir=where.data_dir)

        def secret(value: str | None, what: str) -> str | None:
            file = path(value)
            return read_secret(file, what) if file else None

        def existing(value: str | None, what: str) -> Path | None:
            file = path(value)
            if file and not file.is_file():
                raise ConfigError(f"{file}: no such file; kafka.security.{what} names it")
            return file

        sasl, tls = security.protocol.startswith("SASL"), security.protocol.endswith("SSL")
        return cls(
            bootstrap=where.settings.bootstrap_servers,
            protocol=security.protocol,
            mechanism=security.sasl_mechanism if sasl else None,
            username=security.username if sasl else None,
            password=secret(security.password_file, "Kafka's SASL") if sasl else None,
            ca_file=existing(security.ca_file, "ca_file") if tls else None,
            cert_file=existing(security.cert_file, "cert_file") if tls else None,
            key_file=existing(security.key_file, "key_file") if tls else None,
            key_password=secret(security.key_password_file, "Kafka's TLS key") if tls else None,
        )


def librdkafka_options(connection: Connection, client_id: str) -> dict[str, Any]:
    """Return the options every librdkafka client takes."""
    return _without_none(
        {
            "bootstrap.servers": connection.bootstrap,
            "client.id": client_id,
            "security.protocol": connection.protocol,
            "sasl.mechanism": connection.mechanism,
            "sasl.username": connection.username,
            "sasl.password": connection.password,
            "ssl.ca.location": _text(connection.ca_file),
            "ssl.certificate.location": _text(connection.cert_file),
            "ssl.key.location": _text(connection.key_file),
            "ssl.key.password": connection.key_password,
            "reconnect.backoff.ms": RECONNECT_MS,
            "reconnect.backoff.max.ms": RECONNECT_MAX_MS,
            "socket.keepalive.enable": True,
        }
    )


def kafka_python_options(connection: Connection, client_id: str) -> dict[str, Any]:
    """Return the options every kafka-python client takes."""
    return _without_none(
        {
            "bootstrap_servers": connection.bootstrap.split(","),
            "client_id": client_id,
            "security_protocol": connection.protocol,
            "sasl_mechanism": connection.mechanism,
            "sasl_plain_username": connection.username,
            "sasl_plain_password": connection.password,
            "ssl_cafile": _text(connection.ca_file),
            "ssl_certfile": _text(connection.cert_file),
            "ssl_keyfile": _text(connection.key_file),
            "ssl_password": connection.key_password,
            "reconnect_backoff_ms": RECONNECT_MS,
            "reconnect_backoff_max_ms": RECONNECT_MAX_MS,
        }
    )


def _text(path: Path | None) -> str | None:
    return str(path) if path else None


def _without_none(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
