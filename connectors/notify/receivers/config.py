"""Receivers as routes.yaml describes them: a name and exactly one kind."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.notify.receivers.alertmanager import Alertmanager, AlertmanagerConfig
from connectors.notify.receivers.apprise import AppriseConfig, AppriseReceiver, open_service
from connectors.notify.receivers.base import Receiver
from connectors.notify.receivers.discord import Discord, DiscordConfig
from connectors.notify.receivers.email import EmailConfig, EmailReceiver
from connectors.notify.receivers.file import FileConfig, FileReceiver, StdoutConfig, StdoutReceiver
from connectors.notify.receivers.http import HttpReceiver, check_url
from connectors.notify.receivers.options import ChatOptions
from connectors.notify.receivers.slack import Slack, SlackConfig
from connectors.notify.receivers.teams import Teams, TeamsConfig
from connectors.notify.receivers.webhook import Webhook, WebhookConfig
from connectors.notify.signing.secrets import secrets_of_environment, secrets_of_file
from connectors.watched import Reread
from wirewatch.errors import ConfigError
from wirewatch.settings import read_secret, resolve_path

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
KINDS = ("webhook", "alertmanager", "slack", "teams", "discord", "email", "apprise", "file", "stdout")


class ReceiverConfig(BaseModel):
    """One receiver."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    webhook: WebhookConfig | None = None
    alertmanager: AlertmanagerConfig | None = None
    slack: SlackConfig | None = None
    teams: TeamsConfig | None = None
    discord: DiscordConfig | None = None
    email: EmailConfig | None = None
    apprise: AppriseConfig | None = None
    file: FileConfig | None = None
    stdout: StdoutConfig | None = None

    @model_validator(mode="after")
    def _exactly_one_kind(self) -> "ReceiverConfig":
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"receiver {self.name} needs exactly one kind of {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        """The kind it is of."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


class ReceiverMaker:
    """Makes receivers from their config, secrets read."""

    def __init__(self, *, config_dir: Path, data_dir: Path, attempt_timeout: float) -> None:
        self._config_dir = config_dir
        self._data_dir = data_dir
        self._timeout = attempt_timeout
        self._makers: dict[str, Callable[[ReceiverConfig], Receiver]] = {
            "webhook": self._webhook,
            "alertmanager": self._alertmanager,
            "slack": self._slack,
            "teams": self._teams,
            "discord": self._discord,
            "email": self._email,
            "apprise": self._apprise,
            "file": self._file,
            "stdout": lambda config: StdoutReceiver(config.name, timeout=self._timeout),
        }

    def make(self, config: ReceiverConfig) -> Receiver:
        """Return the receiver. Raises ConfigError for a secret that is missing or weak."""
        return self._makers[config.kind](config)

    def _path(self, value: str) -> Path:
        return resolve_path(value, config_dir=self._config_dir, data_dir=self._data_dir)

    def _secret(self, name: str, value: str, make: "Callable[[str], T]") -> Reread[T]:
        """Return what `make` makes of the secret in a file, at each call as that is then."""
        path, what = self._path(value), f"receiver {name}"
        return Reread(path, lambda: make(read_secret(path, what)), what)

    def _http(self, name: str, kind: Webhook | Alertmanager | Slack | Teams | Discord) -> Receiver:
        return HttpReceiver(name, kind, timeout=self._timeout)

    def _webhook(self, config: ReceiverConfig) -> Receiver:
        assert config.webhook is not None
        what = f"receiver {config.name}"
        secrets: Callable[[], tuple[str, ...]]
        if config.webhook.secret_file is not None:
            secrets = secrets_of_file(self._path(config.webhook.secret_file), what)
        else:
            assert config.webhook.secret_env is not None
            secrets = secrets_of_environment(config.webhook.secret_env, what)
        return self._http(config.name, Webhook(config.name, config.webhook, secrets=secrets))

    def _alertmanager(self, config: ReceiverConfig) -> Receiver:
        assert config.alertmanager is not None
        file = config.alertmanager.token_file
        token = None if file is None else self._secret(config.name, file, str)
        return self._http(config.name, Alertmanager(config.name, config.alertmanager, token=token))

    def _chat_url(self, name: str, chat: ChatOptions) -> "Callable[[], str]":
        if (url := chat.url) is not None:
            return lambda: url
        assert chat.url_file is not None
        file = self._path(chat.url_file)

        def checked(url: str) -> str:
            try:
                check_url(url, allow_private=chat.allow_private)
            except ValueError as error:
                raise ConfigError(f"{file}: receiver {name}: {error}") from error
            return url

        return self._secret(name, chat.url_file, checked)

    def _slack(self, config: ReceiverConfig) -> Receiver:
        assert config.slack is not None
        url = self._chat_url(config.name, config.slack)
        return self._http(config.name, Slack(config.name, config.slack, url=url))

    def _teams(self, config: ReceiverConfig) -> Receiver:
        assert config.teams is not None
        url = self._chat_url(config.name, config.teams)
        return self._http(config.name, Teams(config.name, config.teams, url=url))

    def _discord(self, config: ReceiverConfig) -> Receiver:
        assert config.discord is not None
        url = self._chat_url(config.name, config.discord)
        return self._http(config.name, Discord(config.name, config.discord, url=url))

    def _email(self, config: ReceiverConfig) -> Receiver:
        assert config.email is not None
        file = config.email.password_file
        password = None if file is None else self._secret(config.name, file, str)
        return EmailReceiver(config.name, config.email, password=password, timeout=self._timeout)

    def _apprise(self, config: ReceiverConfig) -> Receiver:
        assert config.apprise is not None
        service = self._secret(
            config.name, config.apprise.url_file, lambda url: open_service(config.name, url)
        )
        return AppriseReceiver(config.name, config.apprise, service=service, timeout=self._timeout)

    def _file(self, config: ReceiverConfig) -> Receiver:
        assert config.file is not None
        path = self._path(config.file.path)
        return FileReceiver(config.name, config.file, path=path, timeout=self._timeout)
