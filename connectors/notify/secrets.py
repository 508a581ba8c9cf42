"""Signing secrets of webhooks: `whsec_` and the base64 of 24 to 64 random bytes (Standard Webhooks 1.0.0)."""

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path

PREFIX = "whsec_"
NEW_BYTES = 32
MIN_BYTES = 24
MAX_BYTES = 64
_MIN_DISTINCT = 12  # 24 random bytes have 22.9 distinct values on average; under 12 is a pattern, not chance
DEMO_SECRET = Path("secrets") / "demo-webhook"
"""Where the demo's secret lives within the data folder."""


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

    Safe when several processes do so at once: the first one's secret is everyone's.
    """
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
