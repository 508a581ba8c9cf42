"""The minimal HTTP API of notify, on loopback, with a bearer token: the commands' desk for programs."""

from connectors.notify.api.server import serve_api
from connectors.notify.api.token import ensure_token

__all__ = ["ensure_token", "serve_api"]
