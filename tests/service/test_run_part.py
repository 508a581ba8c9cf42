"""A part as a process: health, signals, lock, exit codes, last words."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
import yaml

from tests.service.support import ROOT, environment, logging_as_before, make_site, wait_until
from wirewatch.service import run_part
from wirewatch.service.health import HealthServer
from wirewatch.service.place import find_place


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


@pytest.fixture
def start(site):
    started = []

    def run(kind, **environ):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.part_process", kind, str(site.config), str(site.data)],
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**environment(), **environ},
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def get(site, path):
    """Return (status, body); None while nobody answers."""
    port = yaml.safe_load((site.config / "wirewatch.yaml").read_text())["ports"]["notify"]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return None


def readiness(site):
    answer = wait_until(lambda: get(site, "/readyz") or None, "readyz")
    while "starting" in answer[1]:
        answer = get(site, "/readyz")
    return answer


def last_event(process):
    lines = process.communicate(timeout=60)[1].splitlines()
    return json.loads(lines[-1])


def test_a_ready_part_says_so_and_stops_on_sigterm(site, start):
    process = start("well")
    status, body = readiness(site)
    assert (status, json.loads(body)["why"]) == (200, "ready")
    assert get(site, "/healthz")[0] == 200
    assert get(site, "/nowhere")[0] == 404
    assert 'wirewatch_build_info{part="notify",version="0.1.0"} 1.0' in get(site, "/metrics")[1]
    process.send_signal(signal.SIGTERM)
    assert last_event(process)["event"] == "part_stopped"
    assert process.returncode == 0


def test_the_version_of_the_settings_is_that_of_the_file(site, start):
    """The environment is one part's own: docker-compose.yml tells the pipeline what it tells no other."""
    start("well", WIREWATCH_PIPELINE__ENGINE="flink")
    readiness(site)
    version = find_place(site.config, site.data, environ={}).version
    assert f'wirewatch_settings_info{{part="notify",version="{version}"}} 1.0' in get(site, "/metrics")[1]


def test_a_waiting_part_lives_but_is_not_ready(site, start):
    start("waiting")
    status, body = readiness(site)
    assert (status, json.loads(body)["why"]) == (503, "broker at nowhere is away")
    assert get(site, "/healthz")[0] == 200


def test_a_second_signal_ends_at_once(site, start):
    process = start("deaf")
    readiness(site)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None

    def ended():  # asked again: two signals that come while a busy machine lets nobody run are one
        process.send_signal(signal.SIGINT)
        return process.poll() is not None

    wait_until(ended, "the end")
    assert process.returncode == 128 + signal.SIGINT


def test_sighup_asks_a_part_without_a_terminal_to_reload(site, start):
    process = start("reloading")
    readiness(site)
    process.send_signal(signal.SIGHUP)
    wait_until(lambda: "version 1" in get(site, "/readyz")[1], "the reload")
    process.send_signal(signal.SIGTERM)
    assert last_event(process)["event"] == "part_stopped"
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("kind", "code", "error"),
    [
        pytest.param("misconfigured", 2, "watches.yaml:3: no such actor: actor:x; remove it", id="config"),
        pytest.param("without_room", 1, "DATA: No space left on device; make room", id="a full disk"),
        pytest.param("broken", 70, None, id="unexpected"),
    ],
)
def test_last_words(site, start, kind, code, error):
    process = start(kind)
    said = last_event(process)
    assert (process.returncode, said["event"], said["level"]) == (code, "part_failed", "error")
    assert said.get("error") == (error and error.replace("DATA", str(site.data)))
    assert said["part"] == "notify"
    assert ("ZeroDivisionError: oh" in said.get("exception", "")) == (kind == "broken")
    assert ("exception" in said) == (kind == "broken")


def test_a_part_that_answers_heeds_signals(site, monkeypatch):
    """Whoever reloads sends SIGHUP to the parts that answer: it ends a process that does not heed it."""
    heeds = []

    def answering(*arguments, **options):
        heeds.append(signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL)
        return HealthServer(*arguments, **options)

    monkeypatch.setattr(run_part, "HealthServer", answering)
    place = find_place(site.config, site.data, environ={})
    with logging_as_before():
        assert run_part.run_part("notify", place, lambda context: context.health.ready()) == 0
    assert heeds == [True]


def test_one_instance_a_data_folder(site, start):
    first = start("well")
    readiness(site)
    second = start("well")
    assert "notify is already running" in last_event(second)["error"]
    assert second.returncode == 6
    assert first.poll() is None


def test_a_killed_part_leaves_no_lock(site, start):
    first = start("well")
    readiness(site)
    first.kill()
    first.wait()
    start("well")
    assert readiness(site)[0] == 200
