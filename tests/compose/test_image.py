"""The Dockerfile without Docker: its rules, and the steps of its build stage run in a scratch folder."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import venv

import pytest

from tests.compose.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def instructions(dockerfile=DOCKERFILE):
    """Each instruction as (word, rest), continued lines joined, comments dropped."""
    text = re.sub(r"^#.*\n", "", dockerfile, flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", " ", text)
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def build_stage():
    """What stands between the first FROM and the second."""
    words = [word for word, _ in instructions()]
    return instructions()[1 : words.index("FROM", 1)]


def test_bases_are_pinned_and_equal_but_for_the_compiler():
    build, base = (rest.split()[0] for word, rest in instructions() if word == "FROM")
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", base)
    assert build == base.replace("-slim", "")


def test_it_runs_as_nobody_and_signals_reach_it():
    last = dict(instructions())
    assert last["USER"] == "10001:10001"
    assert last["ENTRYPOINT"] == '["wirewatch"]'  # no shell in between
    assert not {"ADD", "MAINTAINER"} & set(last)


def test_only_what_is_copied_is_sent_to_the_builder():
    """`.dockerignore` lets in what COPY names, and all of it exists."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set()
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            copied |= set(rest.split()[:-1])
    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.timeout(600)
def test_the_build_stage_runs_in_a_scratch_folder(tmp_path):
    """COPY and RUN as they stand, with /src and /opt below a folder."""
    source, target = tmp_path / "src", tmp_path / "opt" / "wirewatch"
    base = tmp_path / "base"  # what `python` is in the image
    venv.create(base, with_pip=True, symlinks=True)
    environ = {**os.environ, "PATH": f"{base / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": ""}
    source.mkdir()
    for word, rest in build_stage():
        if word == "COPY":
            *names, where = shlex.split(rest)
            for name in names:
                copy(name, source / where)
        elif word == "RUN":
            command = rest.replace("/opt/wirewatch", str(target))
            done = subprocess.run(
                ["sh", "-ec", command], cwd=source, env=environ, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
    assert not (target / "bin" / "pip").exists()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = [str(target / "bin" / "wirewatch"), "scan", str(ROOT / "seeds"), "--json"]
    found = subprocess.run(run, cwd=elsewhere, env=environ, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert len(found.stdout.splitlines()) > 30
    loops = "compiled" if shutil.which("cc") else "Python"
    command = [str(target / "bin" / "wirewatch"), "--version"]
    assert f"(tagging: {loops})" in subprocess.check_output(command, cwd=elsewhere, env=environ, text=True)
    assert f"python{sys.version_info.major}.{sys.version_info.minor}" in str(next((target / "lib").iterdir()))


def copy(name, where):
    """COPY as it is used here: a folder's content into `where`, a file into the folder `where`."""
    here = ROOT / name
    if here.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.so")
        shutil.copytree(here, where, dirs_exist_ok=True, ignore=ignored)
    else:
        where.mkdir(parents=True, exist_ok=True)
        shutil.copy(here, where)
