"""The command line as a user types it: output, exit codes, one-line errors."""

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from connectors.notify.store import DATABASE, StoredAlert, open_database
from tests.notify.support import T0, TRACE, Outbox, alert, arrival
from tests.service.support import ROOT, Site, environment, make_site
from wirewatch.errors import ConfigError
from wirewatch.service.cli.delivery.alerts_output import print_table
from wirewatch.settings import load_settings


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


def one_line(done):
    """Return what a failed command said: one line, on standard error."""
    [line] = done.stderr.splitlines()
    assert line.startswith("wirewatch: ")
    assert "Traceback" not in done.stdout
    return line


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(["status"], 1, "nothing runs", id="status of nothing"),
        pytest.param(["logs", "pipeline"], 2, "nothing has run yet", id="logs of nothing"),
        pytest.param(["logs"], 2, "nothing has run yet", id="logs of all of nothing"),
        pytest.param(["logs", "--follow"], 2, "nothing has run yet", id="follow nothing"),
        pytest.param(["alerts", "list"], 1, "notify has not run", id="alerts before notify ran"),
        pytest.param(["state", "show"], 1, "there is no checkpoint yet", id="state before the pipeline ran"),
        pytest.param(["state", "migrate"], 2, "--rename OLD=NEW", id="migrate what"),
        pytest.param(["state", "migrate", "--rename", "x"], 2, "must be OLD=NEW", id="half a rename"),
        pytest.param(["scan"], 2, "name article files", id="scan what"),
        pytest.param(["scan", "/nowhere"], 2, "no such file", id="scan nowhere"),
        pytest.param(["tag"], 2, "--jsonl FILE", id="tag what"),
        pytest.param(["up", "--speed", "fast"], 2, "--speed fast: must be a number", id="speed of words"),
        pytest.param(["up", "--speed", "nan"], 2, "must be a number above 0", id="speed of no number"),
        pytest.param(["up", "--seeds", "/nowhere"], 2, "no such folder", id="seeds nowhere"),
        pytest.param(["broker"], 2, "bootstrap_servers is set", id="a broker nobody needs"),
        pytest.param(["dead-letters", "show", "x"], 2, "PARTITION:OFFSET", id="a letter's id"),
        pytest.param(["dead-letters", "list", "--reason", "x"], 2, "must be one of undecodable", id="reason"),
    ],
)
def test_errors_are_one_line_with_a_way_out(site, arguments, code, says):
    done = site.call(*arguments)
    assert done.returncode == code
    assert says in one_line(done)


def test_usage_errors_exit_with_2(site):
    done = site.call("up", "--nonsense")
    assert done.returncode == 2
    assert "No such option" in done.stderr


@pytest.mark.parametrize("command", ["config check", "status", "feeds list"])
def test_a_folder_that_stands_alone_was_meant_as_the_config(site, command):
    done = site.call(*command.split(), str(site.config))
    assert done.returncode == 2
    assert f"named with --config: --config {site.config}\n" in done.stderr


def test_another_word_too_much_was_not(site):
    assert "--config" not in site.call("config", "check", "all").stderr


def test_a_broker_that_is_away_is_named(site):
    done = site.call("dead-letters", "list")
    assert done.returncode == 3
    assert "does not answer" in one_line(done)
    assert "kafka.bootstrap_servers" in one_line(done)


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1"])
def test_what_the_locale_cannot_show_ends_nothing(site, tmp_path, locale):
    (tmp_path / "a.txt").write_text("NATO „weighs“ Łódź\n\nNATO — of course.\n", encoding="utf-8")
    plain = {**environment(), "LC_ALL": locale, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    done = subprocess.run(
        site.command("tag", str(tmp_path / "a.txt")), capture_output=True, cwd=ROOT, env=plain, check=False
    )
    assert (done.returncode, b"NATO ?weighs? ?\xf3d?" in done.stdout) == (0, True), done.stderr
    as_json = subprocess.run(
        site.command("tag", "--json", str(tmp_path / "a.txt")),
        capture_output=True,
        cwd=ROOT,
        env=plain,
        check=False,
    )
    assert json.loads(as_json.stdout.decode("utf-8"))["title"] == "NATO „weighs“ Łódź"


def test_no_alerts_of_a_watch_is_not_no_alerts(capsys):
    print_table([], "typo")
    assert capsys.readouterr().out == "no alerts of watch typo yet\n"


def test_alerts_of_one_story_are_told_apart(capsys):
    points = {"opened": "opened", "sources:3": "updated", "closed": "closed"}
    told = [alert(step, step=step, status=status) for step, status in points.items()]
    print_table([StoredAlert(1, one, T0, 0, 1, TRACE, ()) for one in told])
    lines = capsys.readouterr().out.splitlines()
    assert [re.split(r"\s{2,}", line)[2] for line in lines] == ["opened", "3 sources", "closed"]


def test_a_reader_that_has_had_enough_is_no_failure(site, tmp_path):
    lines = b'{"id": "1", "text": "NATO met."}\n' * 2_000
    (tmp_path / "lines.jsonl").write_bytes(lines)
    started = subprocess.Popen(
        site.command("tag", "--jsonl", str(tmp_path / "lines.jsonl")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(),
    )
    started.stdout.readline()
    started.stdout.close()
    with started.stderr:
        assert (started.wait(60), started.stderr.read()) == (0, b"")


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        pytest.param("wirewatch.yaml", "ports: {broker: 0}", ":1:9: ports.broker: ", id="a wrong value"),
        pytest.param("wirewatch.yaml", "nonsense: 1", "nonsense: no such setting", id="unknown setting"),
        pytest.param("wirewatch.yaml", "a: [", "wirewatch.yaml:1:", id="no YAML"),
        pytest.param("routes.yaml", "a: 1\na: 2\n", "'a' stands twice", id="a name twice"),
        pytest.param(
            "routes.yaml",
            "receivers: [{name: x}]",
            ":1:13: receivers[x]: ",
            id="half a receiver",
        ),
        pytest.param(
            "feeds.yaml", "sources: [{name: x, feeds: ['x/rss']}]", "must begin with https://", id="no URL"
        ),
        pytest.param("feeds.yaml", "", "must hold `sources:`", id="emptied"),
    ],
)
def test_config_check_names_file_and_place(site, file, text, says):
    (site.config / file).write_text(text)
    done = site.call("config", "check")
    assert done.returncode == 2
    said, *excerpt = done.stderr.splitlines()
    assert said.startswith(f"wirewatch: {site.config / file}")
    assert says in said
    assert len(excerpt) == (2 if "not valid YAML" in said else 0)


def test_config_check_tells_what_is_wrong_in_each_file_at_once(site):
    (site.config / "routes.yaml").write_text("receivers: [{name: x}]")
    (site.config / "feeds.yaml").write_text("sources: [{name: x, feeds: ['x/rss']}]")
    (site.config / "watches.yaml").write_text("- {id: a, name: A, when: actor:Irann}\n")
    files = ["routes.yaml", "feeds.yaml", "watches.yaml"]
    told = [f"{site.config / file}:1:" for file in files]
    said = site.call("config", "check")
    assert said.returncode == 2
    assert [one for one in told if one in said.stderr] == told
    assert "did you mean" in said.stderr
    (site.config / "wirewatch.yaml").write_text("ports: {broker: 0}")  # the settings, which all others need
    told.insert(0, f"wirewatch: {site.config / 'wirewatch.yaml'}:1:9:")
    said = site.call("config", "check").stderr
    assert [one for one in told if one in said] == told


def test_config_check_names_the_tests_of_routes_that_fail(site):
    (site.config / "routes.yaml").write_text(
        "receivers: [{name: desk, stdout: {}}]\n"
        "tests: [{name: nobody is woken, alert: {severity: critical}, expect: {}}]\n"
    )
    done = site.call("config", "check")
    assert done.returncode == 1
    assert "all right" not in done.stdout
    assert "failed: nobody is woken: desk: expected not told, but now" in done.stdout
    assert json.loads(site.call("config", "check", "--json").stdout)["ok"] is False
    assert "nobody is woken" in site.call("doctor", "--no-test-alert").stdout


@pytest.mark.parametrize(("enabled", "code"), [(True, 2), (False, 0)])
def test_who_reads_feeds_needs_a_feeds_yaml(site, enabled, code):
    (site.config / "wirewatch.yaml").write_text(f"feeds: {{enabled: {str(enabled).lower()}}}")
    done = site.call("config", "check")
    assert (done.returncode, "feeds.yaml: no such file" in done.stderr) == (code, enabled)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        pytest.param("PORTS__NOTIFY", "x", "ports.notify (set by $WIREWATCH_PORTS__NOTIFY)", id="a setting"),
        pytest.param("KAFKA", "x", "the environment: ", id="a section that is no JSON"),
        pytest.param("KAFKA__BOOTSTRAP_SERVERS", "", "must be host:port", id="nothing for an address"),
    ],
)
def test_config_check_names_the_variable_that_is_wrong(site, variable, value, says):
    done = subprocess.run(
        site.command("config", "check"),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment(), f"WIREWATCH_{variable}": value},
        check=False,
    )
    assert done.returncode == 2
    assert says in one_line(done)


@pytest.mark.parametrize("servers", ["b", "b:9092,", "b:0", "b:99999", "PLAINTEXT://b:1", "::1:9092"])
def test_an_address_without_a_port_is_refused_at_load(site, servers):
    (site.config / "wirewatch.yaml").write_text(yaml.safe_dump({"kafka": {"bootstrap_servers": servers}}))
    with pytest.raises(ConfigError, match=r"kafka\.bootstrap_servers: .* host:port"):
        load_settings(site.config)


def test_config_check_reads_the_secrets_of_kafka(site):
    security = {"protocol": "SASL_SSL", "username": "w", "password_file": "none"}
    kafka = {"bootstrap_servers": "b:1, [::1]:2", "security": security}
    (site.config / "wirewatch.yaml").write_text(yaml.safe_dump({"kafka": kafka}))
    assert str(site.config / "none") in one_line(site.call("config", "check"))


def test_config_check_reads_the_secrets_of_feeds_that_are_on(site):
    feed = {"url": "https://x.example/rss", "token_file": "none"}
    sources = [
        {"name": "x", "feeds": [feed]},
        {"name": "y", "enabled": False, "feeds": ["https://y.example/"]},
    ]
    (site.config / "feeds.yaml").write_text(yaml.safe_dump({"sources": sources}))
    said = one_line(site.call("config", "check"))
    assert str(site.config / "none") in said
    assert "https://x.example/rss" in said
    (site.config / "none").write_text("t0ken")
    assert json.loads(site.call("config", "check", "--json").stdout)["feeds"] == 1


def test_config_show_gives_what_is_in_force(site):
    shown = json.loads(site.call("config", "show", "--json").stdout)
    assert shown["data"] == str(site.data)
    assert shown["settings"]["ports"] == yaml.safe_load((site.config / "wirewatch.yaml").read_text())["ports"]
    assert yaml.safe_load(site.call("config", "show").stdout) == shown["settings"]


def test_init_writes_a_config_without_demo(tmp_path):
    site = make_site(tmp_path)
    new = tmp_path / "new"
    done = site.call("init", str(new))
    assert done.returncode == 0, done.stderr
    settings = yaml.safe_load((new / "wirewatch.yaml").read_text())
    assert settings == {"data_dir": str(site.data), "feeds": {"enabled": True}}
    assert yaml.safe_load((new / "routes.yaml").read_text()) == {"receivers": []}
    assert "# The demo's three watches" in (new / "watches.yaml").read_text()
    written = Site(new, site.data)
    shown = json.loads(written.call("config", "show", "--json").stdout)["settings"]
    assert (shown["replay"]["enabled"], shown["demo"]["receiver"]) == (False, False)


def test_init_refuses_a_folder_that_is_not_empty(site, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("x")
    done = site.call("init", str(tmp_path / "new"))
    assert done.returncode == 2
    assert "--force" in one_line(done)
    assert site.call("init", str(tmp_path / "new"), "--force").returncode == 0
    assert (tmp_path / "new" / "mine").read_text() == "x"


def test_what_an_error_says_to_do_about_actors_that_are_gone_leaves_the_rest(tmp_path):
    site = make_site(tmp_path)
    mine = tmp_path / "mine"
    routes, actors = mine / "routes.yaml", mine / "actors"
    assert site.call("init", str(mine)).returncode == 0
    routes.write_text("receivers: []  # mine\n")
    shutil.rmtree(actors)
    of_mine = Site(mine, site.data)
    assert "`wirewatch init DIR --force`" in one_line(of_mine.call("config", "check"))
    done = site.call("init", str(mine), "--force")
    assert (done.returncode, f"{routes}: left as it is" in done.stdout) == (0, True)
    assert f"{site.data}" in (mine / "wirewatch.yaml").read_text()
    assert "ignores --data" in done.stdout
    assert "receiver" not in done.stdout.splitlines()[-1]
    assert routes.read_text() == "receivers: []  # mine\n"
    assert of_mine.call("config", "check").returncode == 0


def test_a_new_secret_is_private_and_never_printed(site, tmp_path):
    path = tmp_path / "secret"
    done = site.call("secrets", "new", str(path))
    secret = path.read_text().strip()
    assert secret.startswith("whsec_")
    assert secret not in done.stdout + done.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    again = site.call("secrets", "new", str(path))
    assert again.returncode == 2
    assert path.read_text().strip() == secret


def test_an_unexpected_failure_is_one_line_a_hint_and_70():
    code = (
        "import sys\n"
        "from wirewatch.service.cli import main\n"
        "from wirewatch.service.cli.care import config\n"
        "def broken(*_):\n    raise ZeroDivisionError('oh')\n"
        "config.place = broken\n"
        "sys.argv = ['wirewatch', 'config', 'show']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment(), check=False
    )
    assert done.returncode == 70
    details = Path(re.search(r"unexpected ZeroDivisionError: oh \(details: (.*)\)", one_line(done))[1])
    assert "Traceback" in details.read_text()
    shutil.rmtree(details.parent)


def test_a_full_database_is_one_line_with_a_way_out(site, monkeypatch):
    def full(*_):
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.executescript("PRAGMA max_page_count = 1; CREATE TABLE one (a); CREATE TABLE two (a);")

    monkeypatch.setattr("wirewatch.service.cli.care.config.place", full)
    done = site.call("config", "show")
    assert (done.returncode, one_line(done)) == (
        1,
        "wirewatch: the disk: database or disk is full; make room",
    )


def test_a_data_folder_that_cannot_be_is_named(site):
    site.data.write_text("a file where a folder should be")
    done = site.run("notify")
    assert done.returncode == 2
    assert (
        f"the data folder {site.data} cannot be created" in json.loads(done.stderr.splitlines()[-1])["error"]
    )


@pytest.mark.parametrize("arguments", [["up"], ["up", "--detach"], ["config", "check"]])
def test_a_service_whose_data_folder_cannot_be_is_refused(tmp_path, arguments):
    site = make_site(tmp_path, demo={"receiver": True})
    site.data.write_text("a file where a folder should be")
    done = site.run(*arguments)
    assert done.returncode == 2
    assert str(site.data) in one_line(done)


def test_a_data_folder_that_cannot_be_written_is_named(site):
    (site.data / "run" / "notify.lock").mkdir(parents=True)
    done = site.run("notify")
    assert done.returncode == 2
    assert (
        f"the data folder {site.data} cannot be written" in json.loads(done.stderr.splitlines()[-1])["error"]
    )


def test_a_service_can_be_stopped_whatever_its_config_holds_by_now(site):
    (site.config / "wirewatch.yaml").write_text("nonsense: 1\n")
    done = site.call("down")
    assert (done.returncode, done.stdout) == (0, f"nothing runs on {site.data}\n")
    without = subprocess.run(
        [sys.executable, "-m", "wirewatch", "down", "--config", str(site.config)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        check=False,
    )
    assert without.returncode == 2
    assert "with --data DIR" in one_line(without)


def test_two_parts_on_one_port_are_refused_at_load(site):
    (site.config / "wirewatch.yaml").write_text("ports: {notify: 9500, pipeline: 9500}\n")
    done = site.call("config", "check")
    assert done.returncode == 2
    assert "pipeline and notify are both 9500" in one_line(done)


def test_a_bad_line_is_named_and_the_others_are_tagged(site, tmp_path):
    lines = [
        b'\xef\xbb\xbf{"id": 1, "text": "NATO met."}',
        b"{broken",
        b"",
        b'{"id": "3"}',
        b'{"id": "deep", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b', "text": ""}',
        b'{"id": "long", "text": "' + b"x" * (5 << 20) + b'"}',
        b"\xff",
        b'{"id": "last", "text": "Iran spoke.", "more": 1}',
    ]
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join(lines))
    done = site.call("tag", "--jsonl", str(tmp_path / "lines.jsonl"))
    assert done.returncode == 2
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "last"]
    said = done.stderr.splitlines()
    assert [line.partition("lines.jsonl:")[2].partition(":")[0] for line in said] == ["2", "4", "5", "6", "7"]


def test_what_goes_wrong_beside_is_no_line_of_the_json(site, tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file where the cache folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done = site.call("tag", "--json", str(ROOT / "seeds" / "003-envoys-suspend-training-mission.txt"))
    assert [json.loads(line)["language"] for line in done.stdout.splitlines()] == ["en"]
    assert "tagger_build_not_kept" in done.stderr


def test_what_is_shown_below_an_error_cannot_steer_the_terminal(site):
    """A start that several alerts have: their headlines are shown, and anybody may have written them."""
    outbox = Outbox(open_database(site.data / DATABASE))
    outbox.take_in("alerts", [arrival("5a"), arrival("5b", title="\x1b[2JCleared")], {0: 2}, now=T0)
    outbox.close()
    done = site.call("alerts", "show", "5")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "wirewatch: 5 is the start of more than one id of alerts: give more of it",
        "  5a  2026-01-05  nato  NATO ministers meet in Brussels",
        "  5b  2026-01-05  nato  [2JCleared",
    ]
