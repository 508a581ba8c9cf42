"""The machine: Java, disk, clock, ports."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from wirewatch.errors import DependencyMissingError, this_user
from wirewatch.service.backup.stores import FOLDERS
from wirewatch.service.doctor.check_result import CheckResult, ok, warning, wrong
from wirewatch.service.java import find_java, find_maven, java_version
from wirewatch.service.place import Place
from wirewatch.service.supervisor.alone import alone
from wirewatch.service.supervisor.ports import holder, is_free, listeners
from wirewatch.service.supervisor.record import read_record
from wirewatch.settings import SETTINGS_FILE, Settings

LEAST_FREE = 1 << 30
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 256  # struct timex is 208 on 64 bits; all zero asks and changes nothing
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this no clock is right: the program is younger."""


def java(place: Place) -> Iterator[CheckResult]:
    """Is there a Java that the managed broker runs on?"""
    if not place.settings.managed_broker:
        yield ok("java", "not needed: Kafka runs elsewhere (kafka.bootstrap_servers)")
        return
    try:
        found = find_java()
        version = java_version(found)
    except DependencyMissingError as error:
        yield wrong("java", str(error), "install a JDK 17 or newer, or set kafka.bootstrap_servers")
        return
    yield ok("java", f"{found} is version {version}")
    try:
        find_maven()
    except DependencyMissingError as error:
        yield warning(
            "maven", str(error), "install Maven, unless Kafka has been downloaded on this machine before"
        )


def disk(place: Place) -> Iterator[CheckResult]:
    """Is there room for what the topics may hold, and for the stores beside them?"""
    folder = next(path for path in (place.data_dir, *place.data_dir.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    free, needed = usage.free / 1e9, _retained(place.settings) / 1e9
    says = f"{free:,.1f} GB free for {place.data_dir}"
    if usage.free < LEAST_FREE:
        fix = f"free some space: a full disk stops every part; `du -sh {folder}/*` shows what takes it"
        yield wrong("disk", says, fix)
    elif place.settings.managed_broker and usage.free < _retained(place.settings):
        fix = f"free some space, or lower kafka.topics.*.retention_bytes in {SETTINGS_FILE}"
        yield warning("disk", f"{says}, but the topics may grow to {needed:,.1f} GB", fix)
    else:
        yield ok("disk", says)


def no_room(place: Place) -> list[str]:
    """Return what to say of a disk that is too full to work on; what was noted on it last may be outdated."""
    return [f"{found.says}: {found.fix}" for found in disk(place) if found.state == "wrong"]


def data(place: Place) -> Iterator[CheckResult]:
    """May this user write what the service keeps?"""
    kept = [place.data_dir, place.run_dir, place.log_dir, *(place.data_dir / name for name in FOLDERS)]
    inside = (path for folder in kept[1:] for path in folder.rglob("*"))
    bad = sorted(path for path in (*kept, *inside) if path.exists() and not _is_ours(path))
    if bad:
        others = f", and {len(bad) - 1:,} others" if len(bad) > 1 else ""
        user, says = this_user(), f"{this_user()} cannot write to {bad[0]}{others}"
        fix = (
            f"chown -R {user} {place.data_dir}; if the service runs as another user, run doctor as that user"
        )
        yield wrong("data", says, fix)
    elif place.data_dir.exists():
        yield ok("data", f"{this_user()} can write everywhere in {place.data_dir}")
    else:
        yield ok("data", f"{place.data_dir} does not exist yet; the first start creates it")


def _is_ours(path: Path) -> bool:
    """Tell whether this user may write there; a file of its own that it keeps read-only (Kafka's) is fine."""
    mode = os.W_OK | os.X_OK if path.is_dir() else os.W_OK
    if os.access(path, mode, effective_ids=os.access in os.supports_effective_ids):
        return True
    return path.is_file() and path.suffix != ".db" and path.stat().st_uid == os.geteuid()


def _retained(settings: Settings) -> int:
    topics = settings.kafka.topics
    each = (topics.articles, topics.articles_tagged, topics.alerts, topics.dead_letters)
    return sum(topic.partitions * topic.retention_bytes for topic in each)


def clock(now: datetime) -> Iterator[CheckResult]:
    """Is the clock right? Dates of articles, signatures and certificates hang on it."""
    if now < WRITTEN:
        yield wrong(
            "clock", f"the date is set to {now:%Y-%m-%d}", "set it (timedatectl set-time), and run NTP"
        )
    elif (synchronised := _synchronised()) is None:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC; whether it is synchronised is not known")
    elif synchronised:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, synchronised")
    else:
        fix = "run chrony or systemd-timesyncd; receivers refuse signatures that are minutes off"
        yield warning("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, not synchronised", fix)


def _synchronised() -> bool | None:
    """Return whether the kernel's clock is disciplined (adjtimex(2)); None where that cannot be asked."""
    if sys.platform != "linux":
        return None
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else bool(state != _TIME_ERROR)


def ports(place: Place) -> Iterator[CheckResult]:
    """Are the ports free, or ours?"""
    if read_record(place) is not None:
        yield ok("ports", f"in use by the running service (`wirewatch status{place.options}`)")
        return
    running = [part.name for part in alone(place)]
    if running:
        yield ok("ports", f"{', '.join(running)} run on their own and use theirs")
    held = {setting for part in running for setting in _settings_of(part, place.settings)}
    wanted = [one for one in listeners(place.settings, place) if one.setting not in held]
    taken = [one for one in wanted if not is_free(one)]
    for one in taken:
        says = f"{one.host}:{one.port} is taken{holder(one.port)}"
        yield wrong("ports", says, f"stop what listens there, or set ports.{one.setting} in wirewatch.yaml")
    if wanted and not taken:
        yield ok("ports", f"{len(wanted)} free: {', '.join(str(one.port) for one in wanted)}")


def _settings_of(part: str, settings: Settings) -> set[str]:
    """Return the settings below `ports` of what `part` listens on."""
    own = {"broker": {"broker", "broker_controller"}, "notify": {"api"}, "feeds": {"websub"}}
    return {settings.ports.health_setting(part), part, *own.get(part, ())}
