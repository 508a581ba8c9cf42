"""Jars that are fetched by Maven once per user and version, then taken from the cache."""

import hashlib
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from wirewatch.errors import DependencyMissingError, WirewatchError
from wirewatch.resources import config_file, default_config_dir
from wirewatch.service.java import Need, find_maven

MANIFEST = "SHA256SUMS"
FETCH_TIMEOUT = 900.0  # 44 MB: 5 s on a good line, a quarter of an hour on 400 kbit/s


@dataclass(frozen=True)
class JarSet:
    """The jars of one pom.xml. `name` is their folder in the cache."""

    name: str
    pom: str
    """In the config folder, or the one that comes along."""
    size: str
    """For a person who waits: `44 MB`."""
    proof: str
    """Names of the jars without which Maven has fetched nothing of use."""
    need: Need


def prepare_jars(
    jars: JarSet,
    progress: Callable[[str], None],
    *,
    config_dir: Path | None = None,
    cache: Path | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """Return the folder of `jars`, fetching them when this user has not got them yet.

    `progress` is told, in a line each, what takes time. `cache` defaults to the user's cache folder. Two
    processes may call this at once: one fetches, the other waits. Setting `stop` ends a fetch.
    Raises DependencyMissingError when Maven is missing, fails, or is cut off.
    """
    pom = config_file(config_dir or default_config_dir(), jars.pom)
    name = hashlib.sha256(pom.read_bytes()).hexdigest()[:16]
    folder = (cache or user_cache_path("wirewatch")) / jars.name / name
    if _whole(folder):
        return folder
    maven = find_maven(jars.need)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock"), timeout=FETCH_TIMEOUT):
            if not _whole(folder):
                damaged = folder.is_dir()
                shutil.rmtree(folder, ignore_errors=True)
                what = jars.need.fetches
                again = f"{folder} is damaged: fetching {what} again" if damaged else f"fetching {what}"
                progress(f"{again} with Maven ({jars.size}, once)")
                _fetch(jars, maven, pom, folder, stop or threading.Event())
    except Timeout:
        raise WirewatchError(
            f"{folder}: another wirewatch has been fetching {jars.need.fetches} for too long"
        ) from None
    except OSError as error:
        raise WirewatchError(
            f"{folder}: the jars of {jars.need.fetches} cannot be stored there: {error}"
        ) from error
    return folder


def _fetch(jars: JarSet, maven: str, pom: Path, folder: Path, stop: threading.Event) -> None:
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)  # of a fetch that was cut off
    part.mkdir()
    output = folder.with_suffix(".log")
    command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={part}"]
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
        code = _wait(process, stop)
    if code != 0 and stop.is_set():
        raise DependencyMissingError(
            f"the fetch of {jars.need.fetches} was interrupted: it starts again next time"
        )
    if code != 0 or not any(part.glob(jars.proof)):
        raise DependencyMissingError(
            f"Maven could not fetch {jars.need.fetches} ({_reason(output)}; full output in {output}): "
            f"check the network and Maven's settings.xml, {jars.need.instead}"
        )
    (part / MANIFEST).write_text(_manifest(part), encoding="utf-8")
    part.rename(folder)


def _whole(folder: Path) -> bool:
    """Return whether `folder` holds exactly what was fetched into it. Reads all of it: 45 jars in 0.1 s."""
    try:
        return (folder / MANIFEST).read_text(encoding="utf-8") == _manifest(folder)
    except (OSError, UnicodeDecodeError):
        return False


def _manifest(folder: Path) -> str:
    """Return a line for each jar: SHA-256 and name, as `sha256sum *.jar` prints them."""
    jars = sorted(folder.glob("*.jar"))
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in jars)


def _wait(process: "subprocess.Popen[bytes]", stop: threading.Event) -> int:
    deadline = time.monotonic() + FETCH_TIMEOUT
    try:
        while process.poll() is None:
            if stop.wait(0.1) or time.monotonic() > deadline:
                break
    finally:
        if process.poll() is None:
            process.terminate()
    return process.wait()


def _reason(output: Path) -> str:
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if "ERROR" in line]
    return (errors or lines or ["no output"])[0].replace("[ERROR]", "").strip()[:300]
