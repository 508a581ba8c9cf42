"""Writes a new watch into a config folder."""

import re
from pathlib import Path

import yaml

from wirewatch.errors import ConfigError
from wirewatch.on_disk import replacing
from wirewatch.part import utc_now
from wirewatch.snapshot import kept_builds, load_actors_and_topics
from wirewatch.tagging import Tagger, Tags
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.model import Watch, WatchTest
from wirewatch.watches.parse import WATCHES_FILE, load_watches, parse_watches
from wirewatch.watches.starter import skeleton
from wirewatch.watches.watch_tests import written


def write_watch(config_dir: Path, about: str) -> str:
    """Return the YAML of a watch for what `about` names.

    Raises ConfigError, and ValueError if `about` names none, or what neither catalogue nor topics know.
    """
    catalogue, topics = load_actors_and_topics(config_dir)
    tagger, now = Tagger(catalogue, topics, (), kept_builds()), utc_now()
    blank = Watch(id="new", name="new", when="new")

    def tag(title: str) -> Tags:
        return tagger.tag(written(WatchTest(text=title, expect="alert"), blank, now))

    text = skeleton(about, catalogue, topics, tag)
    WatchSet(parse_watches(yaml.safe_load(text)), catalogue, topics)  # refuses names that nothing has
    return text


def append_watch(config_dir: Path, text: str) -> tuple[Path, int]:
    """Add a watch to watches.yaml; return its path and the line where it begins.

    Raises ConfigError, and changes nothing, when the file would then not be right.
    """
    path = (config_dir / WATCHES_FILE).resolve()  # a message names what a link leads to
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    before = re.sub(r"(?m)^\[\].*$", "", before)  # in a line of its own: none so far
    head = f"{before.rstrip()}\n\n" if before.strip() else ""
    (new,) = parse_watches(yaml.safe_load(text))
    if head and new.id in {watch.id for watch in load_watches(path)}:
        raise ConfigError(
            f"{path}: has a watch {new.id!r} already; change that one, or give it another id first"
        )
    try:
        with replacing(path) as draft:
            draft.write_text(head + text, encoding="utf-8")
            load_watches(draft)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    return path, head.count("\n") + 1
