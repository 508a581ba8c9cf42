"""What `status` makes of what the supervisor and the part say."""

import json
import os
import signal

import pytest

from connectors.notify.store import DATABASE
from tests.notify import in_trouble
from tests.service.support import make_site
from wirewatch.errors import of_ended
from wirewatch.part import utc_now
from wirewatch.service.doctor import machine
from wirewatch.service.place import find_place
from wirewatch.service.supervisor.broken import BrokenConfig
from wirewatch.service.supervisor.probe import Probe
from wirewatch.service.supervisor.processes import PartState, PartView
from wirewatch.service.supervisor.record import PartRecord, SupervisorRecord, start_of, write_record
from wirewatch.service.supervisor.status import address, describe, trouble
from wirewatch.settings import Settings

SAID = ("starting", "wirewatch: routes.yaml:1:4: not valid YAML: no end", "  a: [b", "     ^")


def view(state=PartState.RUNNING, pid=7, wait=None, said=(), code=None):
    return PartView("notify", state, pid=pid, restarts=0, exit_code=code, wait=wait, last_lines=said)


@pytest.mark.parametrize(
    ("part", "probe", "condition", "why"),
    [
        pytest.param(view(), Probe(), "waiting", "starting", id="does not answer yet"),
        pytest.param(view(), Probe(True, True, "ready", pid=7), "ready", "", id="ready"),
        pytest.param(view(), Probe(True, False, "for rain", pid=7), "waiting", "for rain", id="waits"),
        pytest.param(
            view(),
            Probe(True, True, "ready", pid=8),
            "waiting",
            "another process (pid 8) answers on its port",
            id="another service's part answers",
        ),
        pytest.param(
            view(PartState.RESTARTING, pid=None, wait=2.0),
            Probe(True, True, "ready", pid=8),
            "restarting",
            "exit code None (next start in 2 s)",
            id="dead, and another's answers",
        ),
        pytest.param(
            view(PartState.FAILED, pid=None, said=SAID),
            Probe(),
            "failed",
            f"{SAID[1]} (running again)",
            id="died of an error with an excerpt",
        ),
        pytest.param(
            view(PartState.RESTARTING, pid=None, wait=1.0, said=("config_reloaded",), code=-9),
            Probe(),
            "restarting",
            "ended by SIGKILL (next start in 1 s)",
            id="killed in the middle of its work",
        ),
        pytest.param(
            view(PartState.FAILED, pid=None, code=-(signal.SIGRTMIN + 3)),
            Probe(),
            "failed",
            f"ended by signal {signal.SIGRTMIN + 3} (running again)",
            id="killed by a signal without a name",
        ),
        pytest.param(
            view(PartState.RESTARTING, pid=None, wait=1.0, said=("one", "wirewatch: no answer"), code=-9),
            Probe(),
            "restarting",
            "wirewatch: no answer (next start in 1 s)",
            id="killed by the supervisor, which says why",
        ),
        pytest.param(
            view(PartState.FAILED, pid=None, said=("one", "two")),
            Probe(),
            "failed",
            "two (running again)",
            id="died of something else",
        ),
    ],
)
def test_condition(part, probe, condition, why):
    found = describe(part, probe, "")
    assert (found.condition, found.why) == (condition, why)


def test_a_start_in_the_background_that_failed_tells_the_error_and_not_its_excerpt():
    error = of_ended("\n".join(SAID), 2)
    assert (str(error), error.exit_code) == (SAID[1].removeprefix("wirewatch: "), 2)


def test_broken_config_is_trouble_and_told_once():
    wrong = ("watches.yaml:3: no such actor",)
    parts = [describe(view(), Probe(True, True, "ready", pid=7, config_errors=wrong), "") for _ in range(2)]
    assert (
        trouble(parts, None, options="")
        == f"the last good config stays in force, since this one is broken: {wrong[0]}"
    )
    assert trouble([describe(view(), Probe(True, True, "ready", pid=7), "")], None, options="") is None


def test_what_is_advised_leads_to_the_same_service():
    failed = describe(view(PartState.FAILED, pid=None), Probe(), "")
    says = trouble([failed], None, options=" --config mine")
    assert says == "failed: notify (`wirewatch logs notify --config mine`)"


def test_settings_that_were_changed_are_told_until_the_parts_go_by_them():
    def part(version):
        return describe(view(), Probe(True, True, "ready", pid=7, settings_version=version), "")

    says = trouble([part("old"), part("new")], 20.0, options=" --config mine", settings="new")
    assert says == (
        "wirewatch.yaml has changed and is not yet in force in notify: `wirewatch down --config mine`, then "
        "`wirewatch up --config mine` applies it"
    )
    assert trouble([part("new"), part(None)], None, options="", settings="new") is None
    assert trouble([part("old")], None, options="", settings="") is None


def test_the_broker_is_found_by_clients_and_by_prometheus():
    assert address("broker", Settings()) == "127.0.0.1:19092, http://127.0.0.1:9400/metrics"


@pytest.fixture
def running(tmp_path):
    """A site where, by the record, a supervisor runs: the process that started this one."""
    site, pid = make_site(tmp_path), os.getppid()
    place = find_place(site.config, site.data, environ={})
    place.make_folders()
    waiting = PartRecord(
        name="notify",
        state=PartState.RUNNING,
        pid=pid,
        restarts=0,
        exit_code=None,
        next_start=None,
        last_lines=(),
        health=place.settings.ports.notify,
    )
    record = SupervisorRecord(
        pid=pid,
        process_started=start_of(pid),
        started=utc_now(),
        version="1",
        config_dir=str(site.config),
        bind="127.0.0.1",
        parts=(waiting,),
    )
    write_record(place, record)
    return site


def test_settings_that_are_broken_by_now_are_told_beside_the_parts(running):
    assert running.call("status").returncode == 0
    (running.config / "wirewatch.yaml").write_text("nonsense: 1")
    done = running.call("status")
    assert done.returncode == 1
    assert "notify" in done.stdout
    assert "wirewatch.yaml:1:1: nonsense: no such setting" in done.stderr


def test_a_disk_without_room_is_told(running, monkeypatch):
    assert "make room" not in running.call("status").stderr
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 62)
    done = running.call("status")
    assert f"GB free for {running.data}: free some space" in done.stderr
    assert done.returncode == 1


def test_receivers_in_trouble_stand_below_the_parts(running):
    assert running.call("status").stdout.count("\n") == 1
    (running.config / "routes.yaml").write_text(in_trouble.ROUTES)
    now = utc_now().replace(microsecond=0)
    in_trouble.write(running.data, now)
    done = running.call("status")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.strip() for line in done.stdout.splitlines()[1:]] == in_trouble.lines(now)
    [part] = map(json.loads, running.call("status", "--json").stdout.splitlines())
    told = [(known["name"], known["disabled"], bool(known["quiet_until"])) for known in part["receivers"]]
    assert told == [("away", True, False), ("chat", False, True), ("hook", False, False)]


def test_receivers_of_which_nothing_can_be_known_are_said_to_be(running):
    (running.data / DATABASE).parent.mkdir()
    (running.data / DATABASE).write_text("no database, whoever wrote it")
    done = running.call("status")
    assert done.returncode == 0
    assert "notify" in done.stdout
    assert "wirewatch: the state of receivers is unknown: " in done.stderr
    assert f"{running.data / DATABASE}: " in done.stderr


def test_a_config_that_broke_is_told_once_and_so_is_that_it_is_mended():
    broken, said = BrokenConfig(), "the last good config stays in force, since this one is broken: "

    def news(*errors, answers=True):
        probe = Probe(True, True, "ready", pid=7, configs={"routes": "abc"}, config_errors=errors)
        return broken.news([describe(view(), probe if answers else Probe(), "")])

    assert news() == []
    assert news("routes.yaml: x") == [f"{said}routes.yaml: x"]
    assert news(answers=False) == []  # killed, and started again by the copy
    assert news("routes.yaml: x") == []
    assert news("routes.yaml: y") == [f"{said}routes.yaml: y"]
    assert news() == ["the saved config is in force again"]
    assert news() == []
