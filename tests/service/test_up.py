"""The whole service as processes: a part that cannot run, one that waits, kills, one instance, the stop."""

import signal
import time

import psutil
import pytest

from connectors.kept import Kept
from tests.processes import alive
from tests.service.support import make_site, wait_until
from wirewatch.resources import default_config_dir
from wirewatch.service.place import find_place
from wirewatch.service.supervisor.record import RECORD_FILE
from wirewatch.service.supervisor.status import PartCondition

BROKEN_ROUTES = "receivers: [{name: x}]\n"


@pytest.fixture
def site(tmp_path):
    """A site with a receiver, whose notify cannot read its routes and whose broker is away."""
    return make_site(tmp_path, routes=BROKEN_ROUTES, demo={"receiver": True})


@pytest.fixture
def up(site, up_of):
    """Return a starter of `wirewatch up` on `site`."""
    return lambda: up_of(site)


@pytest.fixture
def up_of():
    """Return a starter of `wirewatch up`; whatever it started is gone afterwards."""
    started = []

    def start(site, **options):
        process = site.start("up", **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def descendants(process):
    return [child.pid for child in psutil.Process(process.pid).children(recursive=True)]


def test_a_part_that_cannot_run_shows_failed_with_its_reason_and_the_rest_runs(site, up):
    process = up()
    wait_until(
        lambda: (n := site.parts().get("notify")) and n.condition == PartCondition.FAILED, "notify to fail"
    )
    code, parts = site.status()
    assert (code, parts["notify"]["condition"]) == (1, "failed")
    assert "receivers[" in parts["notify"]["why"]
    assert parts["notify"]["exit_code"] == 2
    wait_until(lambda: site.ready("receiver"), "the receiver")
    pids = descendants(process)
    assert pids

    second = site.run("up")
    assert second.returncode == 6
    assert "already running" in second.stderr

    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert "receiver: ready" in output
    assert "notify: failed" in output
    assert f"wirewatch status --config {site.config} --data {site.data} · wirewatch top" in output
    assert not any(map(alive, pids))
    assert not (site.data / "run" / RECORD_FILE).exists()
    assert site.status() == (1, {})


def test_it_starts_by_the_last_good_config_and_says_so(tmp_path, up_of):
    site = make_site(tmp_path)
    first = up_of(site)
    wait_until(Kept("routes", config_dir=site.config, data_dir=site.data).last, "notify to keep its routes")
    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 0
    (site.config / "routes.yaml").write_text(BROKEN_ROUTES)
    second = up_of(site)
    said = next(
        line
        for line in second.stdout
        if "the last good config stays in force, since this one is broken: " in line
    )
    assert "routes.yaml:1:13: receivers[" in said
    wait_until(lambda: (n := site.parts().get("notify")) and n.config_errors, "notify to say it")
    assert "last good config stays in force" in site.call("status").stderr
    found = site.call("doctor", "--no-test-alert")
    assert "start with the last good copy" in found.stdout
    address = site.parts()["notify"].address
    assert f":{find_place(site.config, environ={}).settings.ports.notify}/" in address
    with (site.config / "wirewatch.yaml").open("a") as settings:
        settings.write("tagging: {}\n")
    assert (
        "wirewatch.yaml has changed and is not yet in force in "
        in site.call("doctor", "--no-test-alert").stdout
    )
    (site.config / "wirewatch.yaml").write_text("a: [")
    assert site.status()[1]["notify"]["address"] == address
    another = type(site)(default_config_dir(), site.data)
    assert another.status()[1]["notify"]["address"] == address
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=60)


def test_nothing_outlives_a_killed_supervisor_and_the_next_one_starts(site, up):
    process = up()
    wait_until(lambda: len(site.parts()) == 3 and descendants(process))
    pids = descendants(process)
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(alive, pids)), "the parts to die")
    assert site.parts() == {}
    up()
    wait_until(lambda: site.ready("receiver"), "the receiver")


def test_detached_it_says_what_failed_and_down_ends_it(site):
    try:
        done = site.run("up", "--detach")
        assert done.returncode == 2
        assert "notify failed: " in done.stderr
        where = f"--config {site.config} --data {site.data}"
        assert f"see `wirewatch logs notify {where}`; `wirewatch down {where}` stops it all" in done.stderr
        again = site.run("up", "--detach")
        assert again.returncode == 6
        assert "receivers[" in site.call("logs", "notify").stdout
    finally:
        ended = site.run("down")
    assert ended.stdout == "stopped\n"
    assert site.status() == (1, {})
    assert site.call("down").stdout.startswith("nothing runs")


def test_a_record_of_a_process_long_gone_is_not_believed(site, up):
    process = up()
    record = wait_until(lambda: site.parts() and (site.data / "run" / RECORD_FILE).read_bytes())
    process.kill()
    process.wait()
    (site.data / "run" / RECORD_FILE).write_bytes(record.replace(b'"pid":%d' % process.pid, b'"pid":1'))
    assert site.call("down").stdout.startswith("nothing runs")
    assert psutil.pid_exists(1)


def test_logs_are_followed_by_whole_lines(site):
    log = site.data / "logs" / "receiver.log"
    log.parent.mkdir(parents=True)
    log.write_text("earlier\nlast\n")
    following = site.start("logs", "receiver", "-f", "-n", "1")
    try:
        assert following.stdout.readline() == "last\n"
        with log.open("a") as file:
            file.write("half a ")
            file.flush()
            time.sleep(0.5)
            file.write("line\n")
        assert following.stdout.readline() == "half a line\n"
        log.replace(log.with_name("receiver.log.1"))
        log.write_text("after rotation\n")
        assert following.stdout.readline() == "after rotation\n"
    finally:
        following.kill()
        following.communicate()


def test_a_full_disk_ends_no_part(tmp_path, up_of):
    site = make_site(tmp_path, demo={"receiver": True})
    (site.data / "run").mkdir(parents=True)
    new = site.data / "run" / "supervisor.new"
    new.symlink_to("/dev/full")
    process = up_of(site)
    wait_until(lambda: "cannot be written: No space left" in process.stdout.readline(), "the message")
    pids = descendants(process)
    assert pids
    new.unlink()
    wait_until(lambda: site.ready("receiver"), "the receiver")
    assert set(pids) <= set(descendants(process))


def test_nohup_is_respected(tmp_path, up_of):
    site = make_site(tmp_path, demo={"receiver": True})
    process = up_of(site, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_until(lambda: site.ready("receiver"), "the receiver")
    process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_sighup_makes_the_parts_read_their_config_again(tmp_path, up_of):
    site = make_site(tmp_path)
    process = up_of(site)
    wait_until(lambda: (p := site.parts().get("pipeline")) and "watches" in p.configs, "the pipeline")
    pids = set(descendants(process))
    process.send_signal(signal.SIGHUP)
    log = site.data / "logs" / "pipeline.log"
    wait_until(lambda: '"config_unchanged"' in log.read_text(), "the reload")
    assert process.poll() is None
    assert pids <= set(descendants(process))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
