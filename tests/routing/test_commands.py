"""`wirewatch routes` and `wirewatch silences` as they are typed, and docs/routes.md."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.notify.grouping.decider import Decider
from connectors.notify.receivers.config import KINDS, ReceiverConfig
from connectors.notify.routes import load_routes
from connectors.notify.signing.secrets import new_secret
from connectors.notify.store import DATABASE, Arrival, Deliveries, Selection, Shared, open_database
from tests.notify.support import TRACE
from tests.routing.timeline import Listing, make
from tests.service.support import ROOT, make_site
from tests.service.test_cli_help import commands
from wirewatch.errors import WirewatchError
from wirewatch.part import utc_now
from wirewatch.records import ALERTS
from wirewatch.service.cli.app import app

PAGE = (ROOT / "docs" / "routes.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]


class Site:
    def __init__(self, folder: Path, routes: str) -> None:
        self.site = make_site(folder, routes=routes)
        secrets = self.site.config / "secrets"
        secrets.mkdir()
        (secrets / "oncall").write_text(new_secret())
        (secrets / "gulf-slack").write_text("https://hooks.example.com/services/T0/B0/xyzzy-token\n")
        self.alert = folder / "alert.json"
        self.write(severity="high", labels={"desk": "gulf"})

    def write(self, **changes) -> None:
        self.alert.write_bytes(ALERTS.encode(make("a1", **changes)))

    def run(self, *arguments: str, code: int = 0) -> str:
        where = ["--config", str(self.site.config), "--data", str(self.site.data)]
        done = CliRunner().invoke(app, [*arguments, *where])
        if isinstance(done.exception, WirewatchError):
            assert done.exception.exit_code == code
            return str(done.exception)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path, EXAMPLE)


def test_the_example_of_the_page_is_right(site):
    assert "all right, 3 tests" in site.run("routes", "check")


def test_the_commands_of_the_page_are_there():
    named = set(re.findall(r"`wirewatch (\w+ \w+)", PAGE))
    assert len(named) == 8
    assert named <= set(commands())


def test_the_page_lists_every_kind_with_its_settings():
    listed = {
        kind: set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", settings)))
        for kinds, settings in re.findall(r"^\| (`[^|]*) \|[^|]*\| ([^|]*) \|$", PAGE, re.MULTILINE)
        for kind in re.findall(r"`(\w+)`", kinds)
        if kind in KINDS
    }
    fields = {kind: ReceiverConfig.model_fields[kind].annotation.__args__[0].model_fields for kind in KINDS}
    assert listed == {kind: set(of_kind) for kind, of_kind in fields.items()}


@pytest.mark.parametrize("folder", ["config", "wirewatch/service/templates"])
def test_the_files_that_come_along_are_right(folder):
    done = CliRunner().invoke(app, ["routes", "check", "--config", str(ROOT / folder)])
    assert done.exit_code == 0, (done.output, done.exception)


def test_what_is_not_as_expected_is_said(site):
    routes = site.site.config / "routes.yaml"
    routes.write_text(EXAMPLE.replace("expect: {oncall: now}", "expect: {oncall: 30s, editors: now}"))
    said = site.run("routes", "check", code=1)
    assert "wakes somebody: editors: no route leads there" in said
    assert "wakes somebody: oncall: expected 2026-01-05T12:00:30+00:00 (0:00:30 later), but now" in said
    found = json.loads(site.run("routes", "check", "--json", code=1))
    assert len(found["failed"]) == 2


def test_a_test_of_nonsense_is_said(site):
    routes = site.site.config / "routes.yaml"
    routes.write_text(EXAMPLE.replace("{watch: nato, severity: critical}", "{watch: nato, severity: dire}"))
    assert "Invalid enum value 'dire'" in site.run("routes", "check", code=1)
    routes.write_text(EXAMPLE.replace("{watch: nato, severity: critical}", "{what: nato}"))
    assert "an alert has no what" in site.run("routes", "check", code=1)


def test_a_receiver_that_no_route_leads_to_is_noted(site):
    routes = site.site.config / "routes.yaml"
    routes.write_text(EXAMPLE.replace("receivers:\n", "receivers:\n  - {name: idle, stdout: {}}\n", 1))
    assert "note: no route leads to idle" in site.run("routes", "check")


def test_a_secret_that_is_not_there_is_noted_with_what_makes_it(site):
    routes = site.site.config / "routes.yaml"
    hook = "webhook: {url: 'https://example.com/', secret_file: secrets/new}"
    routes.write_text(f"receivers: [{{name: desk, {hook}}}]\n")
    secret = site.site.config / "secrets" / "new"
    said = site.run("routes", "check")
    assert (
        f"note: {secret}: the secret for receiver desk is not there; `wirewatch secrets new {secret}`" in said
    )
    site.run("secrets", "new", str(secret))
    assert "note:" not in site.run("routes", "check")
    assert (secret.stat().st_mode & 0o777) == 0o600


def test_who_would_be_told_of_an_alert(site):
    said = site.run("routes", "test", str(site.alert), "--at", "2026-01-05T23:30")
    assert "oncall: at once (no group_wait)" in said
    assert "gulf-desk: 2026-01-06 06:00:00 UTC (muted by night)" in said
    assert 'route {}/{severity=~"high|critical"}, group watch=nato' in said
    lines = [json.loads(line) for line in site.run("routes", "test", str(site.alert), "--json").splitlines()]
    assert [line["receiver"] for line in lines] == ["oncall", "gulf-desk"]


def test_the_request_each_would_get(site):
    said = site.run("routes", "preview", str(site.alert))
    assert "# oncall\nPOST https://oncall.example.com/wirewatch" in said
    assert "webhook-signature: v1," in said
    assert "# gulf-desk\nPOST https://hooks.example.com/" in said
    assert "xyzzy-token" not in said
    assert "# editors" not in said


@pytest.mark.parametrize("grouping", ["", "group_by: [watch], group_wait: 0s, "], ids=["alone", "grouped"])
def test_the_id_of_a_preview_is_that_of_the_delivery(site, grouping):
    """Of a group it is not the alert's own."""
    config = site.site.config
    (config / "routes.yaml").write_text(
        "receivers: [{name: hook, webhook: {url: 'https://example.com/', secret_file: secrets/oncall}}]\n"
        f"route: {{{grouping}receiver: hook}}\n"
    )
    shared = Shared(open_database(site.site.data / DATABASE))
    decider = Decider(shared, load_routes(config).policy(), {"hook": Listing()})
    alert = make("a1", severity="high")
    decider.take_in("alerts", [Arrival(alert, ALERTS.encode(alert), 0, 0, 0, TRACE)], {0: 1}, now=utc_now())
    decider.look(utc_now())
    (sent,) = Deliveries(shared).latest(Selection())
    shared.close()
    assert (sent.id == "a1") == (not grouping)
    assert f"webhook-id: {sent.id}\n" in site.run("routes", "preview", "a1")


def test_an_alert_that_is_not_there(site):
    assert "cannot be read" in site.run("routes", "test", "/nowhere.json", code=2)
    assert "notify has not run" in site.run("routes", "test", "3f2a", code=1)
    site.alert.write_text("{}")
    assert "is no alert" in site.run("routes", "test", str(site.alert), code=2)


def test_a_silence_from_its_beginning_to_its_end(site):
    assert site.run("silences", "list") == "no silences\n"
    added = site.run(
        "silences", "add", "watch=nato", "severity=~high", "--for", "2h", "--reason", "summit", "--json"
    )
    silence = json.loads(added)
    assert silence["matchers"] == ['watch="nato"', 'severity=~"high"']
    assert silence["state"] == "active"
    assert "summit" in site.run("routes", "test", str(site.alert))
    assert "oncall: not told" in site.run("routes", "test", str(site.alert))
    assert silence["id"] in site.run("silences", "list")
    assert "expired" in site.run("silences", "expire", silence["id"][:4])
    assert site.run("silences", "list") == "no silences\n"
    assert silence["id"] in site.run("silences", "list", "--expired")
    assert "oncall: at once" in site.run("routes", "test", str(site.alert), "--at", "2100-01-05T12:00")


def test_a_time_keeps_the_zone_it_names(site):
    """One without is meant in UTC."""
    for typed, meant in (("2100-11-26T10:00:00+05:00", "T05:00"), ("2100-11-26T10:00:00", "T10:00")):
        times = ["--start", typed, "--until", typed.replace("T10", "T11")]
        made = json.loads(site.run("silences", "add", "watch=nato", *times, "--reason", "x", "--json"))
        assert made["starts"].startswith(f"2100-11-26{meant}")
    said = site.run("routes", "test", str(site.alert), "--at", "2026-01-06T04:30:00+05:00")
    assert "gulf-desk: 2026-01-06 06:00:00 UTC (muted by night)" in said  # it is 23:30 UTC


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["watch=nato"], "--for or --until"),
        (["watch", "--for", "2h"], "is no matcher"),
        (["watch=~.*", "--for", "2h"], "must not fit the empty value"),
        (["watch=nato", "--for", "soon"], "write a duration"),
        (["watch=nato", "--until", "2020-01-01"], "would be over already"),
        (["watch=nato", "--for", "2h", "--owner", " "], "needs an owner"),
        (["watch=nato", "--until", "9999-12-31T23:59:59"], "must lie between 1970 and 3000"),
        (["watch=nato", "--until", "9999-12-31T23:59:59-05:00"], "not within the years 1 to 9999"),
    ],
)
def test_silences_that_are_refused(site, arguments, says):
    assert says in site.run("silences", "add", *arguments, "--reason", "x", code=2)


def test_a_silence_that_no_alert_can_fit_is_made_and_noted(site):
    where = ["--config", str(site.site.config), "--data", str(site.site.data), "--for", "2h", "--reason", "x"]
    site.run("silences", "list")
    for matcher, note in {
        "watch=natt": "fits no alert, as no watch is so called: did you mean nato",
        "actor=org:opec": "fits no alert, as no actor is so called",
        "watch=nato": "",
    }.items():
        done = CliRunner().invoke(app, ["silences", "add", matcher, *where])
        assert done.exit_code == 0, done.output
        assert note in done.stderr
        assert bool(note) == bool(done.stderr)
        assert len(done.stdout.splitlines()) == 1


def test_expire_what_is_not_there(site):
    assert "see `wirewatch silences list`" in site.run("silences", "expire", "3f2a", code=1)


REFUSED = {
    "unknown receiver": (
        "route: {receiver: ops}",
        ":2:9: route.receiver: no receiver is called ops",
    ),
    "unknown receiver below": (
        "route: {receiver: one, routes: [{matchers: [a=b], receiver: two}]}",
        "no receiver is called two",
    ),
    "no receiver": ("route: {group_by: [watch]}", "route.receiver: the root needs one"),
    "the root matches": ("route: {receiver: one, matchers: [a=b]}", "the root takes every alert"),
    "bad matcher": (
        "route: {receiver: one, routes: [{matchers: [a]}]}",
        "route.routes[1].matchers[1]: ",
    ),
    "a number for a matcher": (
        "route: {receiver: one, routes: [{matchers: [5]}]}",
        "write a matcher as text",
    ),
    "bad duration": ("route: {receiver: one, group_wait: soon}", "route.group_wait: write a duration"),
    "no interval": ("route: {receiver: one, group_interval: 0s}", "route.group_interval"),
    "unknown interval": (
        "route: {receiver: one, routes: [{mute_time_intervals: [night]}]}",
        "route.routes[1].mute_time_intervals[1]: no time interval is called night",
    ),
    "digest and wait": (
        "route: {receiver: one, group_wait: 5s, digest: {times: ['07:30']}}",
        "a digest has times of its own",
    ),
    "digest without times": ("route: {receiver: one, digest: {times: []}}", "route.digest.times"),
    "digest at the end of a day": (
        "route: {receiver: one, digest: {times: ['24:00']}}",
        "route.digest.times[1]",
    ),
    "bad zone": (
        "route: {receiver: one, digest: {times: ['07:30'], location: Mars/Olympus}}",
        "is no time zone",
    ),
    "alone with others": ("route: {receiver: one, group_by: ['...', watch]}", "stands alone"),
    "a night in one": (
        "time_intervals: [{name: n, time_intervals: [{times: [{start_time: '22:00', end_time: '07:00'}]}]}]",
        "for a night write two",
    ),
    "bad weekday": (
        "time_intervals: [{name: n, time_intervals: [{weekdays: ['moonday']}]}]",
        "'moonday' is not known here",
    ),
    "a week backwards": (
        "time_intervals: [{name: n, time_intervals: [{weekdays: ['saturday:sunday']}]}]",
        "a week begins on Sunday",
    ),
    "bad day": ("time_intervals: [{name: n, time_intervals: [{days_of_month: ['0']}]}]", "days of a month"),
    "days from both ends": (
        "time_intervals: [{name: n, time_intervals: [{days_of_month: ['1:-1']}]}]",
        "from the same side",
    ),
    "two of a name": (
        "time_intervals: [{name: n, time_intervals: [{}]}, {name: n, time_intervals: [{}]}]",
        "more than one is called n",
    ),
    "a source is not known": (
        "inhibit_rules: [{name: r, source_matchers: [source=x]}]",
        "can look at watch and severity only",
    ),
    "a rule for everything": (
        "inhibit_rules: [{name: r, only_higher: false}]",
        "needs source_matchers",
    ),
    "a test without a zone": ("tests: [{name: t, at: 2026-01-05T12:00:00}]", "give the zone too"),
}


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_makes_no_sense_is_refused(tmp_path, text, says):
    site = Site(tmp_path, "receivers: [{name: one, stdout: {}}]\n" + text)
    said = site.run("routes", "check", code=2)
    assert says in said
    assert "routes.yaml" in said
    assert "\n" not in said
