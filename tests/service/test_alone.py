"""Parts without a supervisor, as in containers: what the commands say of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.support import ROOT, environment, make_site, wait_until
from wirewatch.service.place import find_place
from wirewatch.service.supervisor.alone import alone
from wirewatch.service.supervisor.status import PartCondition


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


@pytest.fixture
def notify(site):
    """A part called notify that runs by itself."""
    script = Path(__file__).parent / "part_process.py"
    started = subprocess.Popen(
        [sys.executable, script, "well", site.config, site.data],
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: [one.condition for one in alone(place(site))] == [PartCondition.READY], "the part")
        yield started
    finally:
        started.kill()
        started.wait()


def place(site):
    return find_place(site.config, site.data, environ={})


def test_the_commands_tell_of_parts_that_run_by_themselves(site, notify):
    done = site.call("status")
    assert (done.returncode, done.stdout.split()[:3]) == (0, ["notify", "●", "ready"])
    assert "no supervisor: each of these parts runs on its own" in done.stderr
    assert "docker compose logs notify" in site.call("logs").stderr
    assert "notify ● ready" in " ".join(site.call("top", "--once", "--every", "0.2").stdout.split())
    found = site.call("doctor", "--no-test-alert").stdout
    assert "notify run on their own and use theirs" in found
    assert "is taken" not in found


def test_their_settings_may_be_behind_too(site, notify):
    with (site.config / "wirewatch.yaml").open("a") as settings:
        settings.write("tagging: {}\n")
    done = site.call("status")
    assert done.returncode == 1
    assert "has changed and is not yet in force in notify: restart them" in done.stderr


def test_of_a_part_in_another_container_only_its_lock_is_seen(site, notify):
    text = (site.config / "wirewatch.yaml").read_text()
    other = place(make_site(site.config.parent / "other")).settings.ports.notify
    (site.config / "wirewatch.yaml").write_text(
        text.replace(str(place(site).settings.ports.notify), str(other))
    )
    (found,) = alone(place(site))
    assert (found.condition, f"does not answer on 127.0.0.1:{other}" in found.why) == (
        PartCondition.WAITING,
        True,
    )


def test_when_it_has_ended_nothing_runs(site, notify):
    notify.kill()
    notify.wait()
    assert alone(place(site)) == []
    assert "nothing runs on" in site.call("status").stderr
    assert "nothing has run yet" in site.call("logs").stderr
