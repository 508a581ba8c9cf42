"""Writes a production config: settings and routes from templates, watches, topics and actors copied."""

import json
import os
import shutil
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from wirewatch.errors import ConfigError
from wirewatch.resources import default_config_dir, is_default_config
from wirewatch.service.renewal.record import read_record, shipped_files, write_record

TEMPLATES = ("wirewatch.yaml", "routes.yaml", "feeds.yaml")
COPIED = ("watches.yaml", "topics.yaml", "actors")
DATA_LINE = "data_dir: data\n"


@dataclass(frozen=True)
class Written:
    """What became of each file (the actors' folder is one): nothing that is there is ever written over."""

    written: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    """Was there already, and is as it was."""


def init_config(
    folder: Path, *, data_dir: Path | None = None, source: Path | None = None, force: bool = False
) -> Written:
    """Write a config into `folder`; `source` is where the watches come from.

    In a folder that is not empty, with `force`, only what is missing. Each file comes whole or not at all:
    one that a full disk cut short would be left as it is the next time.

    Raises ConfigError when `folder` is not empty (unless `force`) or cannot be written.
    """
    source = source or default_config_dir()
    try:
        if not force and folder.exists() and any(folder.iterdir()):
            raise ConfigError(f"{folder}: is not empty; --force writes only the files that it lacks")
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".init-", dir=folder) as name:
            draft = Path(name)
            _write_templates(draft, data_dir)
            _copy(source, draft)
            done = _move_in(draft, folder)
            _record(source, folder, done)
            return done
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from error


def _write_templates(folder: Path, data_dir: Path | None) -> None:
    for name in TEMPLATES:
        text = (files("wirewatch.service") / "templates" / name).read_text(encoding="utf-8")
        if data_dir is not None:
            text = text.replace(DATA_LINE, f"data_dir: {json.dumps(str(data_dir.resolve()))}\n")
        (folder / name).write_text(text, encoding="utf-8")


def _copy(source: Path, folder: Path) -> None:
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name)
        elif (source / name).exists():
            shutil.copyfile(source / name, folder / name)


def _move_in(draft: Path, folder: Path) -> Written:
    done = Written()
    for name in (*TEMPLATES, *COPIED):
        new, path = draft / name, folder / name
        if not new.exists():
            continue
        if _is_there(path):
            done.left.append(path)
            continue
        _move(new, path)
        done.written.append(path)
    return done


def _record(source: Path, folder: Path, done: Written) -> None:
    """Write down what came along: what the user then changes is left by `wirewatch config renew`."""
    written = {path.name for path in done.written}
    shipped = {name: file for name, file in shipped_files().items() if Path(name).parts[0] in written}
    if is_default_config(source):
        new = {name: file.came for name, file in shipped.items()}
    else:
        new = {name: was for name, was in read_record(source).items() if name in shipped}
    if new:
        write_record(folder, read_record(folder) | new)


def _is_there(path: Path) -> bool:
    """Tell whether there is one: of the actors, any list, as several would name the same ones twice."""
    return any(path.glob("*.jsonl")) if path.is_dir() else os.path.lexists(path)


def _move(new: Path, path: Path) -> None:
    if not path.is_dir():
        new.rename(path)
        return
    for each in sorted(new.iterdir()):
        if not os.path.lexists(path / each.name):
            each.rename(path / each.name)
