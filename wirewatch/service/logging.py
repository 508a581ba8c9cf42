"""Logs: structlog and the standard library through one handler, one event a line.

A part binds its trace id with `structlog.contextvars.bound_contextvars(trace=…)`; it then stands on every
line, also on those of libraries.
"""

import logging
import sys
from typing import TextIO

import structlog

from wirewatch.settings import LoggingSettings

# Libraries that say more than an operator can use.
_TAMED = {
    "kafka": logging.WARNING,
    "kafka.net.selector": logging.ERROR,  # warns about every task slower than a tick
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
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_worth_a_line)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(settings)],
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


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Return whether a record is more than Beam's chatter at its import, which it logs as the root logger."""
    return record.name != "root" or "apache_beam" not in record.pathname or record.levelno >= logging.ERROR


def _rendering(settings: LoggingSettings) -> list[structlog.typing.Processor]:
    if settings.format == "console":
        # Not the default, which prints the local variables of every frame: secrets among them.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
