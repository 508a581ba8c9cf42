"""The HTTP API: as its OpenAPI document says, only with the token, and the same answers as the database."""

import asyncio
import contextlib
import json
import socket
import stat
import threading
import urllib.request
from datetime import timedelta
from urllib.error import HTTPError

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from typer.testing import CliRunner

from connectors.notify.api import ensure_token, serve_api
from connectors.notify.api.endpoints import ENDPOINTS
from connectors.notify.desk import ApiDesk, LocalDesk, NonsenseError
from connectors.notify.grouping.decider import Decider
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.routing.config import RouteConfig
from connectors.notify.routing.policy import compile_policy
from connectors.notify.store import DATABASE, Result, Selection, Shared, open_database
from tests.notify.support import T0, Outbox, arrival
from tests.service.support import ROOT
from wirewatch.errors import ConfigError, WirewatchError
from wirewatch.part import utc_now
from wirewatch.service.cli.app import app

TOKEN = "t" * 40
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def filled(data):
    outbox = Outbox(open_database(data / DATABASE))
    outbox.take_in("alerts", [arrival(f"a{n}", receivers=("r1", "r2")) for n in range(5)], {0: 5}, now=T0)
    for n, delivery in enumerate(outbox.due("r1", now=T0, limit=9)):
        dead = n % 2
        answer = Answer(DeliveryOutcome.GONE if dead else DeliveryOutcome.DELIVERED, 410 if dead else 204, "")
        outbox.record([Result(delivery.seq, answer, NextStep("dead" if dead else "delivered"), T0)])
    outbox.close()
    shared, grouped = Shared(open_database(data / DATABASE)), {"receiver": "r3", "group_by": ["watch"]}
    policy = compile_policy(RouteConfig.model_validate(grouped), (), (), ("r3",))
    waits = arrival("w0", offset=5).arrival()
    Decider(shared, policy, {}).take_in("alerts", [waits], {0: 6}, now=T0)
    shared.close()
    return data


@contextlib.contextmanager
def served(folder):
    """The API on a thread; its URL."""
    loop = asyncio.new_event_loop()
    started, url = threading.Event(), []
    stop = asyncio.Event()

    async def run():
        desk = LocalDesk.open(folder)
        async with serve_api(desk, TOKEN, bind="127.0.0.1", port=0) as port:
            url.append(f"http://127.0.0.1:{port}")
            started.set()
            await stop.wait()
        desk.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert started.wait(60)
    yield url[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def api(folder):
    with served(folder) as url:
        yield url


def ask(url, token=TOKEN, method="GET"):
    request = urllib.request.Request(url, method=method, headers={"authorization": f"Bearer {token}"})
    with contextlib.closing(urllib.request.urlopen(request, timeout=60)) as answer:
        return answer.read()


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    """What is asked by its document changes what is kept: that is nobody else's."""
    with served(filled(tmp_path_factory.mktemp("asked"))) as url:
        yield schemathesis.openapi.from_url(
            f"{url}/openapi.json", headers={"authorization": f"Bearer {TOKEN}"}
        )


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_it_does_what_its_document_says(schema, endpoint, mode):
    """Also for requests made to break it (`negative`)."""
    operation = schema[endpoint.path][endpoint.method]

    @settings(
        max_examples=10,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def conforms(case):
        case.call_and_validate(headers={"authorization": f"Bearer {TOKEN}"}, checks=CHECKS)

    try:
        conforms()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing to get wrong


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "é" * 40])
@pytest.mark.parametrize("path", ["/v1/alerts", "/openapi.json", "/nowhere"])
def test_nothing_without_the_token(api, path, token):
    with pytest.raises((HTTPError, UnicodeEncodeError)) as refused:
        ask(api + path, token.encode().decode("latin-1"))
    if isinstance(refused.value, HTTPError):
        assert refused.value.code == 401


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/alerts?limit=0", 400),
        ("GET", "/v1/alerts?limt=3", 400),
        ("GET", "/v1/alerts?limit=3&limit=4", 400),
        ("GET", "/v1/alerts/nothing", 404),
        ("GET", "/v1/alerts/%00", 404),
        ("DELETE", "/v1/alerts", 405),
        ("GET", "/v1/deliveries?status=lost", 400),
        ("GET", "/v1/deliveries?since=2026-01-01", 400),
        ("PUT", "/v1/alerts/a1/verdict", 400),
        ("POST", "/v1/receivers/nobody/enable", 404),
    ],
)
def test_errors(api, method, path, code):
    with pytest.raises(HTTPError) as refused:
        ask(api + path, method=method)
    assert refused.value.code == code
    assert refused.value.headers["content-type"].startswith("application/problem+json")


def test_both_desks_answer_the_same(api, folder):
    local, remote = LocalDesk.open(folder), ApiDesk(api, TOKEN)
    assert remote.alerts(limit=3) == local.alerts(limit=3)
    assert remote.alert("a2") == local.alert("a2")
    assert remote.alert("zz") is local.alert("zz") is None
    for asked in (local, remote):
        with pytest.raises(WirewatchError, match="a is the start of more than one id of alerts") as refused:
            asked.alert("a")
        assert refused.value.exit_code == 2
        assert refused.value.excerpt.splitlines()[0].startswith("  a0  ")
    which = Selection(receiver="r1", status="dead", since=T0)
    assert remote.deliveries(which) == local.deliveries(which)
    assert remote.delivery("a1") == local.delivery("a1")
    assert remote.waiting() == local.waiting()
    assert [(group.receiver, group.alerts) for group in remote.waiting(receiver="r3")] == [("r3", 1)]
    assert remote.prove("a0") == local.prove("a0")
    assert remote.receivers() == local.receivers()
    said = remote.mark("a0", is_true=False, note="a metaphor")
    assert local.verdicts() == remote.verdicts() == [said]
    assert remote.mark("nothing", is_true=True) is None
    assert remote.unmark("a0")
    assert not remote.unmark("a0")
    remote.disable("r2", why="moves")
    assert [(r.name, r.disabled, r.why) for r in local.receivers()][1] == ("r2", True, "moves")
    remote.enable("r2")
    assert not local.receivers()[1].disabled
    local.close()


def test_both_desks_silence_alike(api, folder):
    local, remote = LocalDesk.open(folder), ApiDesk(api, TOKEN)
    ends = utc_now().replace(microsecond=0) + timedelta(hours=2)
    silence = remote.silence(["watch=nato", "severity=~low|info"], ends=ends, owner="me", reason="summit")
    assert (silence.state, silence.matchers) == ("active", ('watch="nato"', 'severity=~"low|info"'))
    assert silence in local.silences()
    assert remote.silences() == local.silences()
    ended = remote.expire_silence(silence.id[:6])
    assert (ended.id, ended.state) == (silence.id, "expired")
    assert silence.id not in {each.id for each in remote.silences()}
    assert ended in remote.silences(expired=True)
    assert remote.expire_silence("zz") is local.expire_silence("zz") is None
    for asked in (local, remote):
        with pytest.raises(NonsenseError, match="must not fit the empty value"):
            asked.silence(["watch=~.*"], ends=ends, owner="me", reason="all")
    local.close()


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (None, "9999-12-31T23:59:59.999999Z"),
        (None, "9999-12-31T23:00:00-12:00"),
        ("0001-01-01T00:00:00+05:00", "2100-01-01T00:00:00Z"),
    ],
)
def test_a_silence_beyond_the_calendar_is_refused(api, starts, ends):
    body = {"matchers": ["watch=zzz"], "ends": ends, "owner": "a", "reason": "x", "starts": starts}
    request = urllib.request.Request(
        f"{api}/v1/silences", json.dumps(body).encode(), {"authorization": f"Bearer {TOKEN}"}
    )
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 400
    assert b"must lie between 1970 and 3000" in refused.value.read()
    assert ask(f"{api}/v1/silences") is not None


@pytest.fixture
def where(api, tmp_path):
    """The options that lead a command to the API, away from the data folder."""
    token = tmp_path / "token"
    token.write_text(TOKEN)
    place = ["--config", str(ROOT / "config"), "--data", str(tmp_path)]
    return ["--api", api, "--token-file", str(token), *place]


def test_the_command_silences_through_the_api(where, folder, tmp_path):
    add = ["silences", "add", "watch=moon", "--for", "2h", "--reason", "eclipse", "--json"]
    added = CliRunner().invoke(app, [*add, *where])
    assert added.exit_code == 0, added.output
    local = LocalDesk.open(folder)
    assert json.loads(added.output)["id"] in {silence.id for silence in local.silences()}
    local.close()
    assert "eclipse" in CliRunner().invoke(app, ["silences", "list", *where]).output
    assert not (tmp_path / DATABASE).exists()


def test_what_an_alert_would_do_is_said_with_the_alert_and_silences_of_the_api(where, tmp_path):
    (tmp_path / "wirewatch.yaml").write_text("")
    (tmp_path / "routes.yaml").write_text("receivers: [{name: out, stdout: {}}]\n")
    here = [*where, "--config", str(tmp_path)]
    assert "# out\nPRINT stdout" in CliRunner().invoke(app, ["routes", "preview", "a3", *here]).output
    add = ["silences", "add", "watch=nato", "--for", "1h", "--reason", "summit", "--json"]
    silence = json.loads(CliRunner().invoke(app, [*add, *where]).output)["id"]
    said = CliRunner().invoke(app, ["routes", "test", "a3", *here]).output
    assert "out: not told (silence " in said
    assert CliRunner().invoke(app, ["silences", "expire", silence, *where]).exit_code == 0
    assert not (tmp_path / DATABASE).exists()


def test_receivers_of_another_machine_are_told_by_its_api_alone(where, tmp_path):
    (tmp_path / "wirewatch.yaml").write_text("")
    (tmp_path / "routes.yaml").write_text("receivers: [{name: mine, stdout: {}}]\n")
    listed = CliRunner().invoke(app, ["receivers", "list", *where, "--config", str(tmp_path)]).output
    assert "r1" in listed
    assert "mine" not in listed
    assert "not in routes.yaml" not in listed


def test_the_command_marks_through_the_api(where, folder):
    marked = CliRunner().invoke(app, ["alerts", "mark", "a3", "false", "--note", "chess", *where])
    assert marked.exit_code == 0, marked.output
    local = LocalDesk.open(folder)
    assert [(said.alert, said.is_true, said.note) for said in local.verdicts()] == [("a3", False, "chess")]
    assert local.alert("a3").verdict == local.verdicts()[0]
    assert "marked false: chess" in CliRunner().invoke(app, ["alerts", "show", "a3", *where]).output
    assert CliRunner().invoke(app, ["alerts", "mark", "a3", "--clear", *where]).exit_code == 0
    assert local.verdicts() == []
    local.close()


def test_a_receiver_is_known_by_the_config_before_it_is_owed_anything(tmp_path):
    LocalDesk.open(tmp_path, missing="make").close()
    desk = LocalDesk.open(tmp_path, configured=lambda: ["new"])
    assert [(r.name, r.disabled, r.pending) for r in desk.receivers()] == [("new", False, 0)]
    desk.close()


def test_a_receiver_that_is_not_there_is_not_said_to_be_disabled(api):
    with pytest.raises(WirewatchError, match="no receiver nobody"):
        ApiDesk(api, TOKEN).disable("nobody", why="x")


def test_what_the_api_refuses_is_said_in_its_words(api):
    with pytest.raises(WirewatchError, match=r"HTTP 400: query: .*limit") as refused:
        ApiDesk(api, TOKEN).alerts(limit=0)
    assert "{" not in str(refused.value)


def test_the_token_is_made_once_for_the_owner_alone(tmp_path):
    path = tmp_path / "secrets" / "api"
    token = ensure_token(path)
    assert len(token) >= 32
    assert ensure_token(path) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("short")
    with pytest.raises(ConfigError, match="32 or more") as refused:
        ensure_token(path)
    assert "short" not in str(refused.value)


def test_a_desk_goes_by_the_clock_it_is_given(tmp_path):
    desk = LocalDesk.open(tmp_path, missing="make", now=lambda: T0)
    silence = desk.silence(["watch=nato"], ends=T0 + timedelta(hours=1), owner="me", reason="summit")
    assert silence.state == "active"
    desk.close()


def test_an_api_that_is_not_there_is_one_line(unused_port):
    with pytest.raises(WirewatchError, match=r"no answer: .* \(notify\.api\.enabled, off by default\)"):
        ApiDesk(f"http://127.0.0.1:{unused_port}", TOKEN).alerts()


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n", b"x" * 70_000])
def test_an_api_that_is_something_else_is_one_line(said):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with contextlib.suppress(OSError), server.accept()[0] as client:
                client.recv(1 << 16)
                client.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(WirewatchError, match=r"its answer is not HTTP .*is that notify's API") as refused:
            ApiDesk(f"http://127.0.0.1:{server.getsockname()[1]}", TOKEN).alerts()
        thread.join(60)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("path", ["/v1/alerts.atom", "/v1/stories.atom"])
def test_feeds_are_for_who_has_the_token(api, path):
    request = urllib.request.Request(api + path)
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 401
    request.add_header("Authorization", f"Bearer {TOKEN}")
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.headers.get_content_type() == "application/atom+xml"
        assert b"<feed" in answer.read()


def test_feeds_go_by_the_clock_of_the_part(folder):
    """A feed of the last day's stories that has none is as new as it is asked."""

    async def stories():
        desk = LocalDesk.open(folder)
        try:
            async with serve_api(desk, TOKEN, bind="127.0.0.1", port=0, now=lambda: T0) as port:
                return await asyncio.to_thread(ask, f"http://127.0.0.1:{port}/v1/stories.atom")
        finally:
            desk.close()

    assert f"<updated>{T0.isoformat()}</updated>".encode() in asyncio.run(stories())
