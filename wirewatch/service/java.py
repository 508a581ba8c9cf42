"""Finding Java and Maven, and saying clearly what to do when they are not there."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wirewatch.errors import DependencyMissingError

MIN_JAVA = 17  # Kafka 4 brokers need it: https://kafka.apache.org/40/getting-started/compatibility/

_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True)
class Need:
    """Who needs Java, what Maven fetches for it, and what else a user can do: words for messages."""

    who: str
    fetches: str
    instead: str


BROKER = Need(
    "the managed broker",
    "Kafka",
    "or run wirewatch with Docker, or use a Kafka you have (kafka.bootstrap_servers in wirewatch.yaml)",
)


def find_java(need: Need = BROKER) -> str:
    """Return the path of a Java new enough: JAVA_HOME's, else the one on PATH.

    Raises DependencyMissingError when there is none, or it is too old.
    """
    java = _in_java_home() or shutil.which("java")
    if java is None:
        raise DependencyMissingError(
            f"{need.who} needs Java {MIN_JAVA} or newer and finds none: install a JDK "
            f"(and set JAVA_HOME or PATH), {need.instead}"
        )
    found = java_version(java, need)
    if found < MIN_JAVA:
        raise DependencyMissingError(
            f"{need.who} needs Java {MIN_JAVA} or newer, {java} is {found}: "
            f"install a newer JDK, {need.instead}"
        )
    return java


def java_version(java: str, need: Need = BROKER) -> int:
    """Return the major version of the Java at the path `java`.

    Raises DependencyMissingError when it does not run.
    """
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except subprocess.CalledProcessError as error:
        why = f"`java -version` ends with exit code {error.returncode}"
        raise DependencyMissingError(f"{java} does not run ({why}): install a JDK, {need.instead}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise DependencyMissingError(
            f"{java} does not run ({error}): install a JDK, {need.instead}"
        ) from error
    match = _VERSION.search(done.stderr + done.stdout)
    if match is None:
        raise DependencyMissingError(f"{java} -version answers no version: install a JDK, {need.instead}")
    return int(match[1])


def find_maven(need: Need = BROKER) -> str:
    """Return the path of Maven. Raises DependencyMissingError when there is none."""
    maven = shutil.which("mvn")
    if maven is None:
        raise DependencyMissingError(
            f"the first start of {need.who} downloads {need.fetches} with Maven (mvn) and finds none: "
            f"install Apache Maven, {need.instead}"
        )
    return maven


def _in_java_home() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if not home:
        return None
    java = Path(home) / "bin" / "java"
    return str(java) if java.exists() else None
