"""The project that docker-compose.yml means, as Compose's own loader reads it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = Path(__file__).parent / "check"
BUILD_SECONDS = 600  # the first build fetches and compiles Compose's loader


@pytest.fixture(scope="session")
def loader(tmp_path_factory) -> Path:
    """The program in check/, built; skips, saying so, where Go or its modules cannot be had."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("docker-compose.yml is not checked: there is no Go on this machine")
    program = tmp_path_factory.mktemp("compose") / "check"
    built = subprocess.run(
        [go, "build", "-o", str(program), "."],
        cwd=CHECK,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
        env={**os.environ, "GOFLAGS": "-mod=readonly"},
    )
    if built.returncode != 0 and ("dial tcp" in built.stderr or "no such host" in built.stderr):
        pytest.skip("docker-compose.yml is not checked: Go cannot fetch Compose's loader here")
    assert built.returncode == 0, built.stderr
    return program


@pytest.fixture(scope="session")
def load(loader):
    """`load(*profiles, file=…)`: the finished process, with the project as JSON on stdout."""

    def run(*profiles, file=ROOT / "docker-compose.yml", **environ):
        return subprocess.run(
            [str(loader), str(file), *profiles],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PATH": os.environ["PATH"], **environ},
        )

    return run


@pytest.fixture(scope="session")
def project(load) -> dict:
    """Every service, those of profiles too."""
    done = load("*")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
