"""`wirewatch doctor`: each thing that can be wrong, made wrong for real, is found with its fix."""

import contextlib
import json
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from connectors.feeds.alarm import next_alert
from connectors.feeds.condition import TROUBLE, FeedHealth, condition
from connectors.feeds.config import Feed, load_feeds
from connectors.feeds.fetch.outcomes import FetchOutcome
from connectors.feeds.listing import Listed
from connectors.feeds.schedule import OFFLINE
from connectors.feeds.state import FeedState
from connectors.feeds.store import DATABASE, FeedStore, open_database
from connectors.kafka.clients import open_admin
from connectors.kafka.protocols import TopicSpec
from connectors.kafka.topics import ensure_topics, topic_specs
from connectors.kept import Kept
from tests.acceptance.harness import Receiver
from tests.ports import free_ports
from tests.service.support import make_site
from wirewatch.service.doctor import config as config_check
from wirewatch.service.doctor import feeds as feed_checks
from wirewatch.service.doctor import kafka as broker_checks
from wirewatch.service.doctor import machine, outside
from wirewatch.service.doctor.feeds import NAMED
from wirewatch.service.locks import only_one
from wirewatch.service.place import Place, find_place
from wirewatch.settings import Settings


def found(findings, check, state):
    return [one for one in findings if (one.check, one.state) == (check, state)]


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


def place_of(site):
    return find_place(site.config, site.data, environ={})


def test_java_that_is_missing(site, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    place = Place(Settings(), site.config, site.data)
    assert "JDK" in found(machine.java(place), "java", "wrong")[0].fix


def test_a_trained_model_that_is_missing(site):
    place = Place(Settings(tagging={"spacy_model": "xx_no_such"}), site.config, site.data)
    (missing,) = found(config_check.config(place), "config", "wrong")
    assert "python -m spacy download xx_no_such" in missing.says


def test_a_disk_that_topics_may_outgrow(site):
    topics = {"articles": {"retention_bytes": 1 << 60}}
    place = Place(Settings(kafka={"topics": topics}), site.config, site.data)
    assert "retention_bytes" in found(machine.disk(place), "disk", "warning")[0].fix


def test_a_clock_that_is_years_off():
    assert found(machine.clock(datetime(1970, 1, 1, tzinfo=UTC)), "clock", "wrong")


def test_a_port_that_is_taken(site):
    place = place_of(site)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier test's may linger
        other.bind(("127.0.0.1", place.settings.ports.notify))
        other.listen()
        (one,) = found(machine.ports(place), "ports", "wrong")
    assert "ports.notify" in one.fix


def test_secrets_that_others_may_read(site):
    secret = site.config / "desk"
    secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    secret.chmod(0o644)
    webhook = {"url": "http://127.0.0.1:9/", "secret_file": "desk", "allow_private": True}
    (site.config / "routes.yaml").write_text(
        yaml.safe_dump({"receivers": [{"name": "desk", "webhook": webhook}]})
    )
    done = site.call("doctor", "--json", "--no-test-alert")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    (one,) = [one for one in findings if one["check"] == "secrets"]
    assert one["state"] == "warning"
    assert one["fix"] == f"chmod 600 {secret}"
    assert "whsec_" not in done.stdout + done.stderr


def test_a_secret_that_a_container_mounts_has_the_mode_of_its_host(site, monkeypatch):
    secret = site.config / "mounted" / "api-token"
    secret.parent.mkdir()
    secret.write_text("0123456789abcdef0123456789abcdef")
    secret.chmod(0o644)
    place = Place(Settings(notify={"api": {"token_file": str(secret)}}), site.config, site.data)
    assert found(config_check.secrets(place), "secrets", "warning")
    monkeypatch.setattr(config_check, "MOUNTED", secret.parent)
    assert not found(config_check.secrets(place), "secrets", "warning")


def test_a_config_that_is_wrong_and_a_broker_that_is_away_fail(site):
    (site.config / "routes.yaml").write_text("receivers: [{name: x}]\n")
    done = site.call("doctor", "--no-test-alert")
    assert done.returncode == 1
    assert "✗ config" in done.stdout
    assert (
        f"fix: correct it, then run `wirewatch config check --config {site.config} --data {site.data}`"
        in done.stdout
    )
    assert "last good copy" not in done.stdout  # nothing ran here
    assert "✗ broker" in done.stdout
    assert "fix: start it, or correct kafka.bootstrap_servers" in done.stdout


def test_each_doubt_about_the_config_says_its_own_fix(site):
    """Not that another command would say it."""
    (site.config / "watches.yaml").write_text(
        "- {id: twice, name: T, when: oil OR oil}\n"
        "- {id: all, name: A, when: the}\n"
        "- {id: topic, name: O, when: 'topic:sport AND lang:de', only: {languages: [en]}}\n"
    )
    (site.config / "desk").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    (site.config / "routes.yaml").write_text(
        f"{ROUTES}\nroute: {{receiver: desk, routes: [{{matchers: [severity=hihg, desk=gulf]}}]}}"
    )
    doubts = found(config_check.config(place_of(site)), "config", "warning")
    assert [one.fix for one in doubts] == [
        "once is enough",
        "say what it is to be about, as in actor:Iran",
        "let English in, or name words and actors in place of topic:sport",
        "add de to only.languages, or take lang:de out",
        "did you mean high?",
        "take it out, or give a watch the label desk",
    ]
    assert all(one.fix not in one.says for one in doubts)


ROUTES = (
    "receivers: [{name: desk, webhook: {url: 'http://127.0.0.1:9/', secret_file: desk, allow_private: true}}]"
)


@pytest.mark.parametrize(
    ("kept", "of", "break_it", "helps"),
    [
        (
            "routes",
            "this",
            lambda config: (config / "routes.yaml").write_text("receivers: [{name: x}]"),
            True,
        ),
        ("routes", "another", lambda config: (config / "routes.yaml").write_text("[]"), False),
        ("watches", "this", lambda config: (config / "routes.yaml").write_text("[]"), False),
        ("watches", "this", lambda config: (config / "watches.yaml").write_text(""), True),
        ("watches", "this", lambda config: (config / "actors" / "people.jsonl").write_text("{"), True),
        ("routes", "this", lambda config: (config / "desk").unlink(), False),
    ],
    ids=["routes", "another folder", "another config", "watches", "actors", "a secret that is gone"],
)
def test_a_kept_copy_is_told_of_where_it_helps(site, tmp_path, kept, of, break_it, helps):
    (site.config / "desk").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    (site.config / "routes.yaml").write_text(ROUTES)
    folder = site.config if of == "this" else tmp_path / "another"
    folder.mkdir(exist_ok=True)
    Kept(kept, config_dir=folder, data_dir=site.data).keep([], "1", unchanged=lambda: True)
    break_it(site.config)
    (one,) = found(config_check.config(place_of(site)), "config", "wrong")
    assert ("last good copy" in one.fix) == helps, one


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def feeds(tmp_path):
    """Look at feeds of which these records are stored, by the name of each."""
    site = make_site(tmp_path, feeds={"enabled": True})
    place = replace(place_of(site), options=" --config x")

    def look(running=True, **records):
        url = {name: f"https://{name}.example/rss?a&b" for name in records}
        sources = [{"name": f"{name}.example", "feeds": [each]} for name, each in url.items()]
        (site.config / "feeds.yaml").write_text(yaml.safe_dump({"sources": sources}))
        store = FeedStore(open_database(site.data / DATABASE))
        for feed in load_feeds(site.config):
            fields = records[feed.source.removesuffix(".example")]
            state = FeedState(next_at=NOW, **{"last_try": NOW - MINUTES, "outcome": "read", **fields})
            at = NOW - 2 * DAYS
            alert = next_alert(feed, condition(state, NOW), None, "", at)
            store.record(feed.url, state, alert=alert, traceparent="")
        store.close()
        with only_one("feeds", place) if running else contextlib.nullcontext():
            return list(feed_checks.feeds(place, NOW))

    return look


def test_feeds_in_trouble_are_named_with_since_when_and_what_helps(feeds):
    findings = feeds(
        fine={},
        wavering={"failures": 1, "outcome": "timeout"},
        moved={"failures": 5, "outcome": "client_error", "detail": "HTTP 404", "last_ok": NOW - 3 * DAYS},
        down={"failures": 9, "outcome": "server_error", "detail": "HTTP 500", "last_ok": NOW - 4 * DAYS},
        left={"gone": True, "failures": 1, "outcome": "gone"},
    )
    assert {one.check for one in findings} == {"feeds"}
    assert {one.says.partition(".")[0]: (one.state, one.says, one.fix) for one in findings} == {
        "https://moved": (
            "warning",
            (
                "https://moved.example/rss?a&b: failing since 2026-02-27 12:00 UTC: client error: HTTP 404; "
                "5 times in a row, last good answer 3 d ago"
            ),
            (
                "correct its address or its login in feeds.yaml; "
                "`wirewatch feeds check --config x 'https://moved.example/rss?a&b'` tries it"
            ),
        ),
        "https://down": (
            "warning",
            (
                "https://down.example/rss?a&b: failing since 2026-02-27 12:00 UTC: server error: HTTP 500; "
                "9 times in a row, last good answer 4 d ago"
            ),
            (
                "its server's matter: it is asked again, ever less often; once it is mended, "
                "`wirewatch feeds poll --config x 'https://down.example/rss?a&b'`"
            ),
        ),
        "https://left": (
            "warning",
            (
                "https://left.example/rss?a&b: gone since 2026-02-27 12:00 UTC: 410: its publisher says it "
                "will not come back; `feeds poll` asks again"
            ),
            (
                "take it out of feeds.yaml; if it is back, "
                "`wirewatch feeds poll --config x 'https://left.example/rss?a&b'`"
            ),
        ),
    }


def test_feeds_that_are_well(feeds):
    assert [(one.state, one.says) for one in feeds(a={}, b={})] == [("ok", "2 are read, none is in trouble")]


def test_of_many_feeds_in_trouble_some_are_named(feeds):
    *named, rest = feeds(**{f"n{n}": {"gone": True, "failures": 1} for n in range(NAMED + 3)})
    assert len(named) == NAMED
    assert (rest.says, rest.fix.startswith("`wirewatch feeds list --config x --why`")) == (
        "3 more are in trouble",
        True,
    )


def test_when_nobody_can_be_reached_it_is_said_beside_feeds_that_failed_before(feeds):
    offline = {"outcome": "no_address", "why": OFFLINE}
    gone = {"gone": True, "failures": 1, "outcome": "gone", "last_try": NOW - DAYS}
    (one, left) = feeds(a=offline, b=offline, left=gone)
    assert (one.state, one.says) == ("warning", OFFLINE)
    assert "network, DNS or proxy" in one.fix
    assert left.says.startswith("https://left")


def test_once_a_feed_is_reached_nobody_is_out_of_reach(feeds):
    offline = {"outcome": "no_address", "why": OFFLINE, "last_try": NOW - 2 * MINUTES}
    assert [one.says for one in feeds(a=offline, b={})] == ["2 are read, none is in trouble"]


def test_two_feeds_of_a_host_that_does_not_answer_are_named(feeds):
    silent = {"failures": 5, "outcome": "unreachable", "last_ok": NOW - 3 * DAYS}
    assert len([one for one in feeds(a=silent, b=silent) if one.says.startswith("https://")]) == 2


def test_of_feeds_while_their_part_does_not_run_nothing_is_said(feeds):
    (one,) = feeds(running=False, a={"failures": 9, "outcome": "timeout"})
    assert (one.state, "the part does not run" in one.says) == ("ok", True)


def test_of_feeds_where_none_are_read_nothing_is_said(site):
    (off,) = feed_checks.feeds(place_of(site), NOW)
    assert (off.state, off.says) == ("ok", "none are read (feeds.enabled)")


def test_each_trouble_of_a_feed_has_what_helps(tmp_path):
    place = Place(Settings(), tmp_path, tmp_path)
    feed = Feed("https://a.example/{rss}", "a.example", enabled=True, allow_private=False)
    for state in TROUBLE:
        for outcome in FetchOutcome:
            listed = Listed(feed, FeedState(next_at=NOW, outcome=outcome), FeedHealth(state))
            fix = feed_checks.fix(listed, place)
            assert fix, (state, outcome)
            assert "{check}" not in fix


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_receivers_get_a_signed_alert_each(site, receiver):
    secret = site.config / "desk"
    secret.write_text(receiver.secret)
    webhook = {"secret_file": "desk", "allow_private": True}
    closed = Receiver()
    closed.close()
    listed = [
        {"name": "desk", "webhook": {**webhook, "url": receiver.url}},
        {"name": "gone", "webhook": {**webhook, "url": closed.url}},
    ]
    (site.config / "routes.yaml").write_text(yaml.safe_dump({"receivers": listed}))
    findings = list(outside.receivers(place_of(site), lambda: datetime.now(UTC)))
    assert [one.says for one in found(findings, "receiver", "ok")] == ["desk accepted a test alert"]
    (gone,) = found(findings, "receiver", "wrong")
    assert gone.fix == "start it, or correct its address in routes.yaml; then `wirewatch receivers test gone`"
    assert [alert["watch"] for _, alert in receiver.received] == ["system/test"]
    assert receiver.refused == []


def test_a_config_that_is_broken_is_told_of_once(site):
    (site.config / "routes.yaml").write_text("receivers: [{name: x}]\n")
    done = site.call("doctor", "--test-alert")
    assert done.stdout.count("routes.yaml:1:") == 1


class Targets(BaseHTTPRequestHandler):
    """What Prometheus's API answers. (The real one is asked by the long run with faults.)"""

    body = b""

    def do_GET(self):
        self.send_response(200 if self.path == "/api/v1/targets?state=active" else 404)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


def answering(body):
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answer", (Targets,), {"body": body}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_parts_that_prometheus_does_not_scrape(site):
    place = place_of(site)
    active = [
        {"labels": {"instance": f"127.0.0.1:{place.settings.ports.pipeline}"}, "health": "up"},
        {"labels": {"instance": f"127.0.0.1:{place.settings.ports.notify}"}, "health": "down"},
    ]
    server = answering(json.dumps({"data": {"activeTargets": active}}).encode())
    try:
        findings = list(outside.prometheus(place, f"http://127.0.0.1:{server.server_port}"))
    finally:
        server.shutdown()
        server.server_close()
    assert [one.says.rpartition(" ")[2] for one in found(findings, "prometheus", "warning")] == ["notify"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": {}}'])
def test_what_is_no_prometheus(site, body):
    server = answering(body)
    try:
        (one,) = outside.prometheus(place_of(site), f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
    assert "is not a Prometheus" in one.says
    assert "`wirewatch prometheus`" in one.fix


def test_a_prometheus_that_is_away_can_be_started_on_a_file_of_ours(site):
    place = replace(place_of(site), options=" --config myconfig")
    (one,) = outside.prometheus(place, f"http://127.0.0.1:{free_ports(1)[0]}")
    assert "`wirewatch prometheus --config myconfig`" in one.fix


@pytest.mark.kafka
def test_topics_that_differ_from_the_settings(kafka, site):
    settings = kafka.settings()
    place = Place(settings, site.config, site.data)
    admin = open_admin(place)
    odd = {"max.message.bytes": "1000000", "retention.ms": "1000", "cleanup.policy": "compact"}
    try:
        admin.create([TopicSpec(settings.kafka.topic("alerts"), 3, odd)])
        ensure_topics(admin, settings)
    finally:
        admin.close()
    findings = list(broker_checks.broker(place))
    assert len(found(findings, "broker", "ok")) == 1
    assert len(found(findings, "topic", "ok")) == 3
    alerts = [one for one in findings if one.check == "topic" and one.state != "ok"]
    assert sorted(one.state for one in alerts) == ["warning"] * 3 + ["wrong"] * 2
    name = settings.kafka.topic("alerts")
    alter = f"kafka-configs.sh --bootstrap-server {kafka.bootstrap} --alter --topic {name} --add-config"
    fixes = [one.fix for one in alerts]
    assert f"{alter} max.message.bytes=2097152" in fixes
    assert f"{alter} retention.ms=2592000000" in fixes


def test_what_topics_of_our_own_broker_keep_is_set_by_its_start(site):
    """It comes without Kafka's command line tools."""
    (spec, *_) = topic_specs(Settings())
    place = Place(Settings(), site.config, site.data, options=" --data x")
    (one,) = broker_checks.topic(place, spec, 1, {**spec.config, "retention.ms": "1000"})
    assert one.fix == "`wirewatch down --data x`, then `wirewatch up --data x` applies it"


def test_of_a_broker_that_is_away_though_the_service_runs_the_log_is_named(site, monkeypatch):
    place = Place(Settings(ports={"broker": free_ports(1)[0]}), site.config, site.data, options=" --data x")
    (one,) = broker_checks.broker(place)
    assert "`wirewatch up --data x`" in one.fix
    monkeypatch.setattr(broker_checks, "read_record", lambda _: object())
    (one,) = broker_checks.broker(place)
    assert "`wirewatch logs broker --data x`" in one.fix


def test_topics_of_a_broker_that_is_not_ours_are_mended_by_kafkas_own_tools(site):
    place = Place(Settings(kafka={"bootstrap_servers": "k:9092"}), site.config, site.data)
    (spec, *_) = topic_specs(Settings())
    (one,) = broker_checks.topic(place, spec._replace(partitions=3), 1, spec.config)
    tool = "kafka-topics.sh --bootstrap-server k:9092"
    assert one.fix == (
        f"{tool} --alter --topic articles --partitions 3; or set it to 1 below kafka.topics in wirewatch.yaml"
    )
    (one,) = broker_checks.topic(place, spec, 3, spec.config)
    assert one.fix == "set it to 3 below kafka.topics in wirewatch.yaml"


@pytest.mark.kafka
def test_the_broker_of_another_service_is_told_from_ones_own(kafka, site):
    port = int(kafka.bootstrap.rpartition(":")[2])
    place = Place(Settings(ports={"broker": port}), site.config, site.data)
    (one,) = broker_checks.broker(place)
    assert one.state == "wrong"
    assert "is the broker of another service (cluster " in one.says
    assert "ports.broker" in one.fix

    admin = open_admin(place)
    try:
        cluster = admin.cluster_id()
    finally:
        admin.close()
    log = site.data / "broker" / "kafka"
    log.mkdir(parents=True)
    (log / "meta.properties").write_text(f"#\nversion=1\ncluster.id={cluster}\nnode.id=1\n")
    assert found(broker_checks.broker(place), "broker", "ok")


@pytest.mark.kafka
def test_topics_that_are_not_there_and_may_not_be_made(kafka, site):
    settings = kafka.settings(kafka={"create_topics": False})
    findings = list(broker_checks.broker(Place(settings, site.config, site.data)))
    assert len(found(findings, "topic", "wrong")) == 4
