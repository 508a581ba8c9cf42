"""Tests that share what is costly, or get in each other's way, run on one worker: `xdist_group` holds."""

import os
import subprocess
import sys

TESTS = """\
import os
import pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("n", range(8))
def test_it(n):
    with open(os.environ["WORKERS"], "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_the_tests_of_a_group_run_on_one_worker(tmp_path):
    """Nothing else fails when a new pytest or xdist no longer sees the marks: all is then set up on each."""
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    workers = tmp_path / "workers"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**environ, "WORKERS": str(workers)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    ran_on = workers.read_text().split()
    assert len(ran_on) == 8
    assert len(set(ran_on)) == 1
