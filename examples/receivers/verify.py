"""Verify a wirewatch webhook (Standard Webhooks, v1). Standard library only.

WEBHOOK_SECRET=whsec_… python verify.py ID TIMESTAMP SIGNATURE < body
"""

import base64
import hashlib
import hmac
import os
import sys
import time

TOLERANCE = 300  # seconds


def verify(secret: str, id_: str, timestamp: str, signature: str, body: bytes) -> bool:
    """Whether `body` was signed with `secret` at most five minutes ago or ahead.

    The arguments are the headers webhook-id, webhook-timestamp and webhook-signature as they came, and the
    body's bytes before anything has parsed them.
    """
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id_}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # Several signatures, a blank between: one for each secret in force while it is changed.
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in signature.split(" "))


if __name__ == "__main__":
    sys.exit(0 if verify(os.environ["WEBHOOK_SECRET"], *sys.argv[1:4], sys.stdin.buffer.read()) else 1)
