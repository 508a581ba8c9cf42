"""The broker's jars."""

import threading
from collections.abc import Callable
from pathlib import Path

from wirewatch.service.jars import JarSet
from wirewatch.service.jars import prepare_jars as prepare
from wirewatch.service.java import BROKER

KAFKA = JarSet(name="kafka", pom="broker/pom.xml", size="44 MB", proof="kafka_*.jar", need=BROKER)


def prepare_jars(
    progress: Callable[[str], None],
    *,
    config_dir: Path | None = None,
    cache: Path | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """Return the folder of the broker's jars (see `wirewatch.service.jars.prepare_jars`)."""
    return prepare(KAFKA, progress, config_dir=config_dir, cache=cache, stop=stop)
