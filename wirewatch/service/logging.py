"""Logs: structlog and the standard library through one handler, one event a line.

On a terminal it is written for people, anywhere else as JSON.

A part binds its trace id with `structlog.contextvars.bound_contextvars(trace=…)`; it then stands on every
line, also on those of libraries.
"""

import logging
import os
import sys
from typing import TextIO

import structlog

from wirewatch.settings import LoggingSettings

# Libraries that say more than an operator can use. Kafka's are quieted where its clients are opened.
_TAMED = {
    "apache_beam": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "asyncio": logging.WARNING,
    "filelock": logging.WARNING,
    "urllib3": logging.WARNING,
}


def configure_logging(settings: LoggingSettings, *, part: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (stderr), each with `part`."""

    def name_part(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["part"] = part
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        name_part,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.addFilter(_worth_a_line)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(settings, target),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for name, level in _TAMED.items():
        logging.getLogger(name).setLevel(max(level, root.level))
    logging.captureWarnings(True)  # noqa: FBT003  # the signature is the standard library's
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a logger made before this call must follow it
    )


def log_on_stderr() -> None:
    """Send what a command logs to standard error: standard output is for what it was asked for."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            for_people(colours=sys.stderr.isatty()),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,  # `quiet_place`, or a part, may say otherwise later
    )


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Return whether a record is more than Beam's chatter at its import, which it logs as the root logger."""
    return record.name != "root" or "apache_beam" not in record.pathname or record.levelno >= logging.ERROR


def _rendering(settings: LoggingSettings, target: TextIO) -> list[structlog.typing.Processor]:
    terminal = target.isatty()
    if settings.format == "console" or (settings.format == "auto" and terminal):
        return [for_people(colours=terminal)]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        _when_and_what_first,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def for_people(*, colours: bool) -> structlog.dev.ConsoleRenderer:
    """Return what writes an event as a person reads it; without colours also when NO_COLOR asks for it."""
    return structlog.dev.ConsoleRenderer(
        colors=colours and "NO_COLOR" not in os.environ,
        timestamp_key="time",
        # Not the default, which prints the local variables of every frame: secrets among them.
        exception_formatter=structlog.dev.plain_traceback,
    )


def _when_and_what_first(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    first = {name: event.pop(name) for name in ("time", "level", "event") if name in event}
    return {**first, **event}
