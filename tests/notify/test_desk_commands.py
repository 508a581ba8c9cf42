"""deliveries, receivers, secrets: as typed, on the database of a data folder."""

import contextlib
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner

from connectors.kept import Kept
from connectors.notify import alarm
from connectors.notify.grouping.decider import Decider
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.receivers.config import ReceiverConfig, ReceiverMaker
from connectors.notify.routes import load_routes, version_of
from connectors.notify.signing.secrets import new_secret, secrets_of_environment
from connectors.notify.store import (
    DATABASE,
    Arrival,
    Delivery,
    ReceiverStates,
    Result,
    Shared,
    open_database,
)
from connectors.notify.store.receivers import Quiet
from tests.notify.support import T0, TRACE, Outbox, arrival
from tests.routing.timeline import Listing, make
from wirewatch.errors import ConfigError, WirewatchError
from wirewatch.part import utc_now
from wirewatch.records import ALERTS
from wirewatch.service.cli.app import app

NOBODY = 65534
FAR = datetime(9000, 1, 1, tzinfo=UTC)


class Site:
    """A config with the receiver r1, and a data folder that is still to be made."""

    def __init__(self, folder):
        self.config, self.data = folder / "config", folder / "data"
        self.config.mkdir()
        (self.config / "wirewatch.yaml").write_text("")
        (self.config / "secret").write_text(new_secret())
        (self.config / "routes.yaml").write_text("receivers: [{name: r1, file: {path: '{data}/out.jsonl'}}]")

    def __call__(self, *arguments):
        """Type a command; return what it printed, without these options where it names another command.

        Raises what main() would turn into one line.
        """
        options = ["--config", str(self.config), "--data", str(self.data)]
        done = CliRunner().invoke(app, [*arguments, *options])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout.replace(f" {' '.join(options)}", "")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


MAKE_IT = {
    "silences": ("silences", "add", "watch=nato", "--for", "1h", "--reason", "summit"),
    "receivers": ("receivers", "disable", "r1"),
}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files that another cannot write")
@pytest.mark.parametrize("command", MAKE_IT.values(), ids=MAKE_IT)
def test_by_root_before_notify_first_ran_it_is_left_to_the_user_of_the_service(site, command):
    site.data.mkdir()
    os.chown(site.data, NOBODY, NOBODY)
    site(*command)
    assert (site.data / DATABASE).exists()
    assert {path.stat().st_uid for path in site.data.rglob("*")} == {NOBODY}


@pytest.fixture
def told(site):
    """Two alerts: one delivered, one given up after two attempts."""
    outbox = Outbox(open_database(site.data / DATABASE))
    outbox.take_in("alerts", [arrival("a1"), arrival("b2")], {0: 2}, now=T0)
    first, second = outbox.due("r1", now=T0, limit=9)
    outbox.record([Result(first.seq, Answer(DeliveryOutcome.DELIVERED, 204), NextStep("delivered"), T0)])
    failed = Answer(DeliveryOutcome.SERVER_ERROR, 500, "HTTP 500 no")
    outbox.record([Result(second.seq, failed, NextStep("pending", T0), T0)])
    outbox.record([Result(second.seq, Answer(DeliveryOutcome.GONE, 410, "HTTP 410"), NextStep("dead"), T0)])
    outbox.close()
    return site


def test_list_and_show(told):
    assert [line.split()[0] for line in told("deliveries", "list").splitlines()] == ["b2", "a1"]
    (dead,) = told("deliveries", "list", "--dead", "--json").splitlines()
    assert (json.loads(dead)["id"], json.loads(dead)["outcome"]) == ("b2", "gone")
    shown = told("deliveries", "show", "b")
    assert "server_error HTTP 500" in shown
    assert "gone HTTP 410" in shown
    assert told("deliveries", "list", "--pending").strip() == "no such deliveries"


def test_prove(told):
    proof = told("deliveries", "prove", "a1")
    assert "written to Kafka 2026-01-05 12:00:00Z (partition 0, offset 0)" in proof
    assert "a1 to r1: delivered" in proof
    assert "sha256" in proof
    assert json.loads(told("deliveries", "prove", "a1", "--json"))["deliveries"][0]["attempts"]


def test_an_alert_says_who_was_not_told_and_why(site):
    """Silenced, or still waiting: not as if no route led anywhere."""
    routes = """
receivers: [{name: ops, stdout: {}}, {name: desk, stdout: {}}]
route: {receiver: ops, routes: [
  {matchers: [watch=iran], receiver: desk, group_by: [watch], group_wait: 1h},
]}
"""
    (site.config / "routes.yaml").write_text(routes)
    site("silences", "add", "watch=nato", "--for", "1h", "--reason", "summit", "--owner", "anna")
    shared = Shared(open_database(site.data / DATABASE))
    decider = Decider(shared, load_routes(site.config).policy(), dict.fromkeys(("ops", "desk"), Listing()))
    alerts = [make("a1", watch="nato"), make("b2", watch="iran", severity="low")]
    arrivals = [Arrival(each, ALERTS.encode(each), 0, n, 0, TRACE) for n, each in enumerate(alerts)]
    decider.take_in("alerts", arrivals, {0: 2}, now=utc_now())
    decider.look(utc_now())
    shared.close()
    assert "silenced for ops: silence " in site("alerts", "show", "a1")
    assert "waits for its group, to be sent to desk until 20" in site("alerts", "show", "b2")
    waits = site("deliveries", "list", "--pending", "--receiver", "desk")
    assert re.fullmatch(r'1 alert for desk until 20\S+ \S+Z: group \S+:\{watch="iran"\}\n', waits), waits
    assert site("deliveries", "list", "--pending", "--receiver", "ops") == "no such deliveries\n"
    listed = site("alerts", "list")
    assert re.search(r"a1 +\d{4}-\d\d-\d\d \d\d:\d\dZ ", listed)
    assert "ops silenced" in listed
    assert "desk waiting" in listed
    lines = [json.loads(line) for line in site("alerts", "list", "--json").splitlines()]
    assert [line["decisions"][0]["state"] for line in lines] == ["waiting", "silenced"]


def test_redeliver(told):
    none = told("deliveries", "redeliver", "--dead", "--since", "2027-01-01")
    assert none.startswith("0 to be delivered again: no delivery that was given up or is waiting matches")
    assert told("deliveries", "redeliver", "--dead").startswith("1 ")
    (again,) = told("deliveries", "list", "--pending", "--json").splitlines()
    assert json.loads(again)["id"] == "b2"


def test_redeliver_by_the_start_of_an_id_as_it_is_listed(told):
    assert told("deliveries", "redeliver", "b") == "1 to be delivered again: r1 (1)\n"
    assert told("deliveries", "redeliver", "b").startswith(
        "0 to be delivered again: everything named is due already"
    )


@pytest.mark.parametrize(
    ("meanwhile", "says"),
    [
        (
            lambda states: states.disable("r1", why="moves house", now=T0),
            (
                "r1 is disabled since 2026-01-05 12:00:00Z: moves house; it is told once it is enabled: "
                "`wirewatch receivers enable r1`"
            ),
        ),
        (
            lambda states: states.keep_quiet("r1", Quiet(T0, FAR)),
            (
                "r1 is quiet until 9000-01-01 00:00:00Z, as it asked; it is told then, or at once with "
                "`wirewatch receivers enable r1`"
            ),
        ),
        (
            lambda states: states.open_incident(
                "r1", alarm.opened("r1", alarm.Trouble.FAILING, "HTTP 500", T0), now=T0
            ),
            (
                "receiver r1 fails: HTTP 500; while it takes nothing, one is tried a minute at most, all at "
                "once with `wirewatch receivers enable r1`"
            ),
        ),
    ],
    ids=["disabled", "quiet", "failing"],
)
def test_redeliver_says_what_holds_a_receiver_back(told, meanwhile, says):
    with contextlib.closing(Shared(open_database(told.data / DATABASE))) as shared:
        meanwhile(ReceiverStates(shared))
    assert told("deliveries", "redeliver", "--dead").splitlines() == [
        "1 to be delivered again: r1 (1)",
        says,
    ]


def test_redeliver_tells_nobody_twice_who_is_not_named(told):
    none = told("deliveries", "redeliver", "a1")
    assert none.startswith(
        "0 to be delivered again: everything named has been delivered; name its --receiver too"
    )
    assert told("deliveries", "redeliver", "a1", "--receiver", "r1").endswith("again: r1 (1)\n")


def test_redeliver_names_receivers_that_are_gone_and_leaves_them(told):
    """Nobody would ever deliver it, and it would wait for good."""
    (told.config / "routes.yaml").write_text("receivers: [{name: other, stdout: {}}]")
    said = told("deliveries", "redeliver", "--dead").splitlines()
    assert said[0].startswith("0 to be delivered again")
    assert said[1] == "not sent to r1 (1): it is no longer in routes.yaml"
    assert json.loads(told("deliveries", "redeliver", "--dead", "--json"))["gone"] == {"r1": 1}
    assert told("deliveries", "list", "--pending").strip() == "no such deliveries"


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (["alerts", "show", "5"], "alerts"),
        (["alerts", "mark", "5", "true"], "alerts"),
        (["alerts", "mark", "5", "--clear"], "alerts"),
        (["routes", "test", "5"], "alerts"),
        (["deliveries", "prove", "5"], "alerts"),
        (["deliveries", "show", "5"], "deliveries"),
        (["deliveries", "redeliver", "5"], "deliveries"),
    ],
    ids=str,
)
def test_the_start_of_several_ids_names_them(site, command, what):
    """As git does: nothing is chosen for who asked, nor said to be missing."""
    outbox = Outbox(open_database(site.data / DATABASE))
    outbox.take_in("alerts", [arrival(f"5{n:x}0123456789") for n in range(12)], {0: 12}, now=T0)
    outbox.close()
    with pytest.raises(WirewatchError) as refused:
        site(*command)
    assert str(refused.value) == f"5 is the start of more than one id of {what}: give more of it"
    assert refused.value.exit_code == 2
    first, *_, last, more = refused.value.excerpt.splitlines()
    about = "  nato  NATO ministers meet in Brussels" if what == "alerts" else " 12:00  to r1: pending"
    assert first == f"  50012345  2026-01-05{about}"
    assert last == f"  59012345  2026-01-05{about}"
    assert more == "  …"


def test_an_id_that_others_start_with_is_itself(site):
    outbox = Outbox(open_database(site.data / DATABASE))
    outbox.take_in("alerts", [arrival("5"), arrival("5a")], {0: 2}, now=T0)
    outbox.close()
    assert json.loads(site("alerts", "show", "5", "--json"))["id"] == "5"


WATCH = "[{id: nato, name: NATO, when: actor:NATO, severity: high}]"


def test_a_watch_is_as_precise_as_its_marks_say(told):
    (told.config / "watches.yaml").write_text(WATCH)
    assert "true" not in told("watches", "list")
    told("alerts", "mark", "a", "false")
    assert "a1 of watch nato: marked true" in told("alerts", "mark", "a1", "true")  # a later word replaces
    told("alerts", "mark", "b2", "false", "--note", "a metaphor")
    assert "marked false: a metaphor" in told("alerts", "show", "b")
    listed = [json.loads(line) for line in told("alerts", "list", "--json").splitlines()]
    assert [(one["id"], one["verdict"]["is_true"]) for one in listed] == [("b2", False), ("a1", True)]
    assert [line.split()[-1] for line in told("alerts", "list").splitlines()] == ["false", "true"]
    assert "1 of 2 true" in told("watches", "list")
    assert json.loads(told("watches", "list", "--json"))["precision"] == 0.5
    told("alerts", "mark", "b2", "--clear")
    assert json.loads(told("alerts", "show", "b2", "--json"))["verdict"] is None
    assert json.loads(told("watches", "list", "--json"))["precision"] == 1


def test_a_watch_without_alerts_is_told_from_one_there_is_not(told):
    (told.config / "watches.yaml").write_text(WATCH.replace("nato,", "other,"))
    assert "NATO ministers" in told("alerts", "list", "--watch", "nato")  # taken out of the config since
    assert "no alerts of watch other yet" in told("alerts", "list", "--watch", "other")
    assert "no alerts of watch system/feed yet" in told("alerts", "list", "--watch", "system/feed")
    with pytest.raises(WirewatchError, match="no watch has the id 'ohter'; did you mean other"):
        told("alerts", "list", "--watch", "ohter")


def test_watches_are_listed_before_notify_has_ever_run(site):
    (site.config / "watches.yaml").write_text(WATCH)
    assert json.loads(site("watches", "list", "--json"))["precision"] is None
    assert not (site.data / DATABASE).exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["alerts", "mark", "zz", "true"], "alerts list"),
        (["alerts", "mark", "a1"], "true or false, or only --clear"),
        (["alerts", "mark", "a1", "true", "--clear"], "only --clear"),
        (["alerts", "mark", "a1", "--clear"], "is not marked"),
        (["alerts", "mark", "a1", "true", "--note", "x" * 2001], "2000 is the most"),
        (["deliveries", "redeliver"], "name the ids"),
        (["deliveries", "show", "zz"], "deliveries list"),
        (["deliveries", "redeliver", "zz"], "deliveries list"),
        (["deliveries", "prove", "zz"], "alerts list"),
        (["deliveries", "list", "--dead", "--pending"], "choose one"),
        (["receivers", "test", "nobody"], "receivers list"),
        (["receivers", "disable", "nobody"], "receivers list"),
        (["deliveries", "list", "--api", "ftp://x"], "token"),
    ],
)
def test_errors_have_a_way_out(told, arguments, says):
    with pytest.raises(WirewatchError, match=says):
        told(*arguments)


def test_receivers(told):
    listed = told("receivers", "list").split()
    assert listed == ["r1", "file", "enabled", "0", "pending", "1", "dead", "last", "gone"]
    told("receivers", "disable", "r1", "--why", "moves house")
    assert "disabled" in told("receivers", "list")
    assert json.loads(told("receivers", "list", "--json"))["why"] == "moves house"
    said = told("receivers", "enable", "r1")
    assert (
        "1 given up earlier, and not sent now; to send them too: wirewatch deliveries redeliver --dead"
        in said
    )
    assert json.loads(told("receivers", "list", "--json"))["disabled"] is False


def test_what_waits_says_for_whom(site):
    """A receiver that asked for quiet, or is disabled, holds back what is due all the same."""
    shared = Shared(open_database(site.data / DATABASE))
    outbox = Outbox(open_database(site.data / DATABASE))
    outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=T0)
    now = utc_now()
    until = now + timedelta(hours=1)
    ReceiverStates(shared).keep_quiet("r1", Quiet(now, until))
    quiet = f"quiet until {until:%Y-%m-%d %H:%M:%S}Z"
    assert quiet in site("receivers", "list")
    assert quiet in site("deliveries", "list")
    for command in (("deliveries", "show", "a1"), ("deliveries", "prove", "a1")):
        assert f"waits      for r1: {quiet}" in site(*command)
    site("receivers", "disable", "r1", "--why", "moves house")
    assert re.search("disabled since 20.*: moves house", site("receivers", "list"))
    assert re.search("waits      for r1: disabled since 20.*: moves house", site("deliveries", "show", "a1"))
    site("receivers", "enable", "r1")
    assert "quiet" not in site("receivers", "list")
    assert "waits      until 20" in site("deliveries", "show", "a1")
    outbox.close()
    shared.close()


def test_receivers_while_routes_yaml_is_broken_are_those_that_notify_goes_by(site):
    file = site.config / "routes.yaml"
    kept = Kept("routes", config_dir=site.config, data_dir=site.data)
    kept.keep([file], version_of(load_routes(site.config)), unchanged=lambda: True)
    file.write_text("receivers: [")
    assert json.loads(site("receivers", "list", "--json"))["kind"] == "file"
    assert "disabled" in site("receivers", "disable", "r1")
    assert "delivered" in site("receivers", "test", "r1")


def test_receivers_of_a_broken_routes_yaml_that_was_never_good_say_what_is_wrong(site):
    (site.config / "routes.yaml").write_text("receivers: [")
    with pytest.raises(ConfigError, match=r"routes\.yaml"):
        site("receivers", "list")


def test_receivers_test_tells_the_receiver_and_nobody_else(site):
    assert "delivered" in site("receivers", "test", "r1")
    (line,) = (site.data / "out.jsonl").read_text().splitlines()
    assert json.loads(line)["alerts"][0]["watch"] == "system/test"
    assert not (site.data / DATABASE).exists()


def test_a_receiver_is_disabled_before_notify_has_ever_run(site):
    assert "disabled" in site("receivers", "disable", "r1", "--why", "moves house")
    assert json.loads(site("receivers", "list", "--json"))["why"] == "moves house"


def test_receivers_test_says_what_went_wrong(site, unused_port):
    (site.config / "routes.yaml").write_text(
        f"receivers: [{{name: r1, slack: {{url: 'http://127.0.0.1:{unused_port}/x', allow_private: true}}}}]"
    )
    with pytest.raises(
        WirewatchError,
        match=rf"r1: unreachable: cannot connect to 127.0.0.1:{unused_port}: Connection refused$",
    ):
        site("receivers", "test", "r1")


def test_a_rotation_has_no_gap(site):
    path = site.config / "rotated"
    site("secrets", "new", str(path))
    with pytest.raises(WirewatchError, match="secrets rotate"):
        site("secrets", "new", str(path))
    (old,) = path.read_text().split()
    maker = ReceiverMaker(config_dir=site.config, data_dir=site.data, attempt_timeout=30)
    receiver = maker.make(
        ReceiverConfig.model_validate(
            {"name": "r1", "webhook": {"url": "https://example.com/", "secret_file": "rotated"}}
        )
    )
    body = arrival("a1").body
    delivery = Delivery(1, "a1", "r1", body, 0, 0, TRACE)

    def taken_by(secret):
        from wirewatch.part import utc_now  # noqa: PLC0415

        headers = receiver.request(delivery, utc_now()).headers
        try:
            Webhook(secret).verify(body, dict(headers))
        except Exception:  # noqa: BLE001
            return False
        return True

    assert taken_by(old)
    said = site("secrets", "rotate", str(path))
    new, kept = path.read_text().split()
    assert kept == old
    assert new not in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert taken_by(old)
    assert taken_by(new)
    with pytest.raises(WirewatchError, match="--finish"):
        site("secrets", "rotate", str(path))
    site("secrets", "rotate", "--finish", str(path))
    assert path.read_text().split() == [new]
    assert taken_by(new)
    assert not taken_by(old)
    path.write_text("whsec_AAAA")  # broken by now: the last good one stays in force
    assert taken_by(new)
    with pytest.raises(WirewatchError, match="one secret only"):
        path.write_text(new)
        site("secrets", "rotate", "--finish", str(path))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "is empty"),
        ("whsec_AAAA", "24 to 64"),
        ("hello", "must start with"),
        (f"{new_secret()} {new_secret()} {new_secret()}", "2 at most"),
    ],
    ids=["empty", "short", "no secret", "three"],
)
def test_secrets_of_the_environment_that_are_refused(value, says):
    with pytest.raises(WirewatchError, match=says) as refused:
        secrets_of_environment("HOOK", "receiver r1", {"HOOK": value})
    assert not value or value not in str(refused.value)


def test_secrets_of_the_environment():
    one, two = new_secret(), new_secret()
    assert secrets_of_environment("HOOK", "r", {"HOOK": f"{one} {two}"})() == (one, two)
