"""Signing secrets of webhooks: `whsec_` and the base64 of 24 to 64 random bytes (Standard Webhooks 1.0.0)."""

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from connectors.watched import Reread
from wirewatch.errors import ConfigError
from wirewatch.on_disk import replace_file
from wirewatch.settings import read_secret

PREFIX = "whsec_"
NEW_BYTES = 32
MIN_BYTES = 24
MAX_BYTES = 64
_MIN_DISTINCT = 12  # 24 random bytes have 22.9 distinct values on average; under 12 is a pattern, not chance
DEMO_SECRET = Path("secrets") / "demo-webhook"
"""Where the demo's secret lives within the data folder."""


MAX_SECRETS = 2
"""In force at once: the new one and the one it replaces."""


def new_secret() -> str:
    """Return a fresh secret: 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(NEW_BYTES)).decode()


def weakness(secret: str) -> str | None:
    """Return why `secret` cannot be used for signing (never quoting it), or None when it can."""
    if not secret.startswith(PREFIX):
        return f"must start with {PREFIX}"
    try:
        key = base64.b64decode(secret[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        return f"must be {PREFIX} and base64"
    if not MIN_BYTES <= len(key) <= MAX_BYTES:
        return f"must hold {MIN_BYTES} to {MAX_BYTES} bytes, not {len(key)}"
    if len(set(key)) < _MIN_DISTINCT:
        return "is too regular to be random"
    return None


def ensure_demo_secret(path: Path) -> str:
    """Return the secret in the file at `path`; make it first (mode 0600) when there is none.

    Safe when several processes do so at once: the first one's secret is everyone's. Raises ConfigError when
    it cannot be made.
    """
    try:
        return _ensured(path)
    except OSError as error:
        raise ConfigError(f"{path}: the demo's secret cannot be made: {error.strerror}") from error


def _ensured(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(new_secret() + "\n")
            with contextlib.suppress(FileExistsError):  # another process was first: its secret holds
                path.hardlink_to(draft)
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def parse_secrets(text: str, where: str) -> tuple[str, ...]:
    """Return the one or two secrets in `text`, a line each, newest first.

    Raises ConfigError naming `where`, never quoting a secret.
    """
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not found:
        raise ConfigError(f"{where} is empty; `wirewatch secrets new FILE` makes a secret")
    if len(found) > MAX_SECRETS:
        raise ConfigError(
            f"{where} holds {len(found)} secrets: {MAX_SECRETS} at most can be in force at once"
        )
    for secret in found:
        why = weakness(secret)
        if why is not None:
            raise ConfigError(f"{where} {why}; `wirewatch secrets new FILE` makes one")
    return found


def rotate_secret(path: Path) -> None:
    """Put a new secret before the one in the file at `path`, which stays valid.

    Raises ConfigError when there is none, or a rotation is under way already.
    """
    found = parse_secrets(read_secret(path, "the rotation"), f"{path}")
    if len(found) == MAX_SECRETS:
        raise ConfigError(
            f"{path}: a rotation is under way; end it first: wirewatch secrets rotate --finish {path}"
        )
    _write(path, (new_secret(), *found))


def drop_old_secret(path: Path) -> None:
    """Leave only the newest secret in the file at `path`. Raises ConfigError when there is only one."""
    found = parse_secrets(read_secret(path, "the rotation"), f"{path}")
    if len(found) == 1:
        raise ConfigError(f"{path}: holds one secret only; `wirewatch secrets rotate {path}` adds a new one")
    _write(path, found[:1])


def _write(path: Path, secrets_in_force: Sequence[str]) -> None:
    replace_file(path, "".join(f"{secret}\n" for secret in secrets_in_force).encode("ascii"))


def secrets_of_file(path: Path, what: str) -> Reread[tuple[str, ...]]:
    """Return the secrets in the file at `path`, newest first, at each call as it is then.

    Raises ConfigError for secrets that are missing or weak.
    """

    def read() -> tuple[str, ...]:
        try:
            text = read_secret(path, what)
        except ConfigError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            raise ConfigError(
                f"{path}: the secret for {what} is not there; `wirewatch secrets new {path}` makes one"
            ) from None
        return parse_secrets(text, f"{path}: the secret for {what}")

    return Reread(path, read, what)


def secrets_of_environment(
    name: str, what: str, environ: Mapping[str, str] = os.environ
) -> Callable[[], tuple[str, ...]]:
    """Return those in the environment variable `name` (two secrets: blank between). Raises ConfigError."""
    found = parse_secrets("\n".join(environ.get(name, "").split()), f"${name}: the secret for {what}")
    return lambda: found
