"""flink-conf.yaml: a template of config/flink, and what depends on the machine. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from wirewatch.errors import ConfigError

_UNITS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE: Final = re.compile(r"(\d+)\s*([kmg])b?", re.IGNORECASE)


def parse(template: str, name: str) -> dict[str, Any]:
    """Return the options of a template. Raises ConfigError naming it."""
    try:
        options = yaml.safe_load(template)
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: not valid YAML: {error}") from error
    if not isinstance(options, dict):
        raise ConfigError(f"{name}: must hold Flink's options (name: value)")
    return options


def render(options: Mapping[str, Any]) -> str:
    """Return `options` as flink-conf.yaml has them: one `name: value` a line.

    Raises ConfigError for a value with a # in it, which Flink would cut there.
    """
    for name, value in options.items():
        if "#" in str(value):
            raise ConfigError(
                f"flink: {name} is {value}: Flink takes everything after # for a comment; "
                "choose a data folder, or flink.storage, without one"
            )
    return "".join(f"{name}: {_text(value)}\n" for name, value in sorted(options.items()))


def size(options: Mapping[str, Any], name: str) -> int:
    """Return the bytes that an option gives. Raises ConfigError when it is missing or no size."""
    found = _SIZE.fullmatch(str(options.get(name, "")))
    if found is None:
        raise ConfigError(f"flink: {name} must be a size such as 256m, not {options.get(name)!r}")
    return int(found[1]) * _UNITS[found[2].lower()]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
