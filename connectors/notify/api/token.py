"""The API's bearer token: a file that only its owner reads."""

import contextlib
import os
import secrets
from pathlib import Path

from wirewatch.errors import ConfigError
from wirewatch.settings import read_secret

MIN_LENGTH = 32


def ensure_token(path: Path) -> str:
    """Return the token in the file at `path`; make it first (mode 0600) when there is none.

    Raises ConfigError for one that is too short to be safe, or a file that cannot be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
    except OSError as error:
        raise ConfigError(f"{path}: the API's token cannot be written: {error.strerror}") from error
    token = read_secret(path, "the API's token")
    if len(token) < MIN_LENGTH or not token.isascii() or not token.isprintable():
        raise ConfigError(
            f"{path}: the API's token must be {MIN_LENGTH} or more ASCII characters; "
            "remove the file and a good one is made at the next start"
        )
    return token
