"""The command line. Every command imports what it needs when it runs, so that `--help` is instant."""

from wirewatch.service.cli.app import app, main

__all__ = ["app", "main"]
