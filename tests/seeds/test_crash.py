"""kill -9 at any moment: nothing is skipped, and what is repeated has the id it had."""

import random
import subprocess
import sys
import time
from pathlib import Path

from connectors.seeds.folder import read_articles
from tests.offline import PYTHON_PATH
from tests.seeds.memory import write
from wirewatch.part import utc_now

ROOT = Path(__file__).parents[2]
KILLS = 5
ARTICLES = 200  # an hour apart at 200 hours a second: a second's work


def start(folder: Path, data: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.seeds.crash_victim", str(folder), str(data), str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env={"PYTHONPATH": PYTHON_PATH})


def wait_for_lines(out: Path, lines: int) -> None:
    deadline = time.monotonic() + 60
    while not out.exists() or out.read_bytes().count(b"\n") < lines:
        assert time.monotonic() < deadline, "the victim does not get on"
        time.sleep(0.005)


def test_resumes_after_kill_9_at_random_moments(tmp_path):
    folder, out = tmp_path / "seeds", tmp_path / "out"
    folder.mkdir()
    for n in range(ARTICLES):
        write(folder, f"{n:03}.txt", f"number {n}", f"{1 + n // 24} January 2020 {n % 24:02}:00")
    moments = random.Random(7)
    for kill in range(KILLS):
        victim = start(folder, tmp_path, out)
        wait_for_lines(out, 1 + (kill + 1) * ARTICLES // (KILLS + 2))
        time.sleep(moments.uniform(0, 0.02))
        victim.kill()
        assert victim.wait() == -9
    last = start(folder, tmp_path, out)
    try:
        wanted = [article.id for article in read_articles([folder], undated=utc_now()).articles]
        wait_for_lines(out, ARTICLES)
        while len(set(out.read_text().split())) < ARTICLES and last.poll() is None:
            time.sleep(0.05)
    finally:
        last.kill()
        last.wait()
    written = out.read_text().split()
    assert list(dict.fromkeys(written)) == wanted
    assert len(written) - ARTICLES <= 10 * KILLS
