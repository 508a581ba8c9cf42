"""Writes the systemd unit that runs the service: for the machine, or for a user."""

import getpass
import pwd
import shlex
import sys
from importlib.resources import files
from pathlib import Path
from string import Template

import platformdirs

from wirewatch.errors import ConfigError
from wirewatch.resources import default_config_dir
from wirewatch.service.place import Place

UNIT = "wirewatch.service"
SYSTEM_UNITS = Path("/etc/systemd/system")
_SYSTEM_ONLY = """\
ProtectSystem=strict
ReadWritePaths=$data
# Where the broker's jars are; the program itself may lie in a home folder, which stays readable.
CacheDirectory=wirewatch
Environment=XDG_CACHE_HOME=/var/cache HOME=/var/cache/wirewatch
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectProc=invisible
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RemoveIPC=yes
CapabilityBoundingSet=
AmbientCapabilities=
"""
"""A user's manager may not set these up: it would refuse to start the service, or leave them out unsaid."""


def unit_text(place: Place, *, run_as: str | None) -> str:
    """Return the unit for `place`; `run_as` None: of a user's own manager.

    Raises ConfigError for the demo's config, and for what no unit can name.
    """
    _refuse_demo(place)
    data = _quoted(str(place.data_dir))
    command = (sys.executable, "-m", "wirewatch", "up", "--config", str(place.config_dir))
    sandbox = Template(_SYSTEM_ONLY).substitute(data=data) if run_as else ""
    template = (files("wirewatch.service") / "templates" / UNIT).read_text(encoding="utf-8")
    text = Template(template).substitute(
        after="Wants=network-online.target\nAfter=network-online.target" if run_as else "",
        identity=f"User={run_as}" if run_as else "",  # whose own group is the default
        command=" ".join(
            _quoted(word).replace("$", "$$") for word in (*command, "--data", str(place.data_dir))
        ),
        data_plain=str(place.data_dir).replace("%", "%%"),
        sandbox=sandbox,
        wanted="multi-user.target" if run_as else "default.target",
    )
    return "\n".join(line for line, last in _pairs(text) if line or last)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return each line with the one before it: an option that is left out leaves no gap."""
    lines = text.splitlines()
    return list(zip([*lines, ""], ["", *lines], strict=True))


def install(text: str, *, user: bool) -> Path:
    """Write the unit where systemd looks for it; return the file. Raises ConfigError when it cannot."""
    folder = platformdirs.user_config_path("systemd") / "user" if user else SYSTEM_UNITS
    path = folder / UNIT
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = "" if user else ": as root, or with --user for a service of your own"
        raise ConfigError(f"{path}: cannot be written: {error.strerror}{hint}") from error
    return path


def next_steps(place: Place, *, run_as: str | None) -> list[str]:
    """Return the commands that are left to type."""
    if run_as is None:
        return [
            "systemctl --user daemon-reload",
            "systemctl --user enable --now wirewatch",
            f"loginctl enable-linger {getpass.getuser()}    # so that it runs while you are away",
        ]
    data, config, secrets = (
        shlex.quote(str(path)) for path in (place.data_dir, place.config_dir, place.config_dir / "secrets")
    )
    owned = f"{data} {secrets}" if (place.config_dir / "secrets").is_dir() else data
    return [
        *([] if _is_known(run_as) else [f"useradd --system --user-group --shell /usr/sbin/nologin {run_as}"]),
        f"mkdir -p {data}",
        f"chown -R {run_as}: {owned}    # of {config} it need only read the rest",
        "systemctl daemon-reload",
        "systemctl enable --now wirewatch",
    ]


def _is_known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _refuse_demo(place: Place) -> None:
    if place.settings.demo.receiver or place.config_dir == default_config_dir():
        raise ConfigError(
            f"{place.config_dir}: this is the demo's config, which sends old articles to a receiver on "
            "this machine; `wirewatch init DIR` writes one for real use"
        )


def _quoted(word: str) -> str:
    """Return `word` as one word of a unit file (systemd.syntax(7), systemd.unit(5): % is special)."""
    if any(character in word for character in "\n\r\0"):
        raise ConfigError(f"{word!r}: no unit file can name a path with a line break")
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if any(c in escaped for c in " \t\"'\\;") or not escaped else escaped
