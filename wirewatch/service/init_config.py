"""Writes a production config: settings and routes from templates, watches, topics and actors copied."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

from wirewatch.errors import ConfigError
from wirewatch.resources import default_config_dir

TEMPLATES = ("wirewatch.yaml", "routes.yaml", "feeds.yaml")
COPIED = ("watches.yaml", "topics.yaml", "actors")
DATA_LINE = "data_dir: data\n"


def init_config(
    folder: Path, *, data_dir: Path | None = None, source: Path | None = None, force: bool = False
) -> list[Path]:
    """Write a config into `folder` and return what was written; `source` is where the watches come from.

    Raises ConfigError when `folder` is not empty (unless `force`) or cannot be written.
    """
    source = source or default_config_dir()
    try:
        if not force and folder.exists() and any(folder.iterdir()):
            raise ConfigError(f"{folder}: is not empty; --force writes into it all the same")
        folder.mkdir(parents=True, exist_ok=True)
        return [*_write_templates(folder, data_dir), *_copy(source, folder)]
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from error


def _write_templates(folder: Path, data_dir: Path | None) -> list[Path]:
    written = []
    for name in TEMPLATES:
        text = (files("wirewatch.service") / "templates" / name).read_text(encoding="utf-8")
        if data_dir is not None:
            text = text.replace(DATA_LINE, f"data_dir: {json.dumps(str(data_dir.resolve()))}\n")
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def _copy(source: Path, folder: Path) -> list[Path]:
    copied = []
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
        elif (source / name).exists():
            shutil.copyfile(source / name, folder / name)
        else:
            continue
        copied.append(folder / name)
    return copied
