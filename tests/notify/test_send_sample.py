"""`receivers test --kind`: a receiver gets one of each message that the page on webhooks promises."""

import asyncio
import json
import re

import jsonschema
import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner

from connectors.notify.receivers.samples import Sample, telling
from connectors.notify.signing.secrets import new_secret
from tests.notify.support import T0, http, status
from tests.service.support import ROOT
from wirewatch.service.cli.app import app
from wirewatch.service.cli.delivery.receivers import SAMPLES

SECRET = new_secret()


@pytest.fixture
def told(tmp_path):
    """Type the command to a receiver that answers `code`; return what was printed and the requests it got."""

    def run(*arguments, code=204):
        async def go():
            async with http(status(code)) as server:
                webhook = {"url": server.url, "secret_file": "secret", "allow_private": True}
                routes = {"receivers": [{"name": "desk", "webhook": webhook}]}
                (tmp_path / "routes.yaml").write_text(json.dumps(routes))
                done = await asyncio.to_thread(typed)
                return done, server.requests

        def typed():
            where = ["--config", str(tmp_path), "--data", str(tmp_path / "data")]
            return CliRunner().invoke(app, ["receivers", "test", "desk", *arguments, *where])

        return asyncio.run(go())

    (tmp_path / "wirewatch.yaml").write_text("{}")
    (tmp_path / "secret").write_text(SECRET)
    return run


def body_of(request):
    """Return the JSON of a request that is signed as it should be and is as the schemas say."""
    body = Webhook(SECRET).verify(request.body, request.headers)
    schema = "webhook-group" if body["kind"] == "group" else "webhook"
    jsonschema.validate(body, json.loads((ROOT / "config" / "schemas" / f"{schema}.json").read_text()))
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", request.headers["traceparent"])
    return body


def test_all_kinds_are_sent_signed_and_by_the_schemas(told):
    done, requests = told("--kind", "all")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [f"desk: {sample.value}: delivered" for sample in Sample]
    bodies = dict(zip([*Sample, Sample.REPEATED], map(body_of, requests), strict=True))
    ids = [request.headers["webhook-id"] for request in requests]
    assert ids[-1] == ids[-2]
    assert len(set(ids)) == len(ids) - 1
    assert requests[-1].body == requests[-2].body
    assert {bodies[kind]["status"] for kind in ("opened", "updated", "closed")} == {
        "opened",
        "updated",
        "closed",
    }
    assert bodies["opened"]["story"]["id"] == bodies["updated"]["story"]["id"]
    assert bodies["incident"]["story"]["id"] == bodies["closed"]["story"]["id"]
    assert [bodies[kind]["incident"] is None for kind in ("opened", "incident", "closed")] == [
        True,
        False,
        False,
    ]
    assert (bodies["system"]["kind"], bodies["system"]["story"]) == ("system", None)
    assert len(bodies["group"]["alerts"]) == 2
    assert bodies["reminder"]["id"] != ids[list(Sample).index(Sample.REMINDER)]
    assert bodies["opened"]["id"] == ids[list(Sample).index(Sample.OPENED)]


def test_a_receiver_that_does_not_know_what_it_was_told_before_gets_new_ids(told):
    sent = [told("--kind", "opened")[1][0].headers["webhook-id"] for _ in range(2)]
    assert sent[0] != sent[1]


def test_without_a_kind_it_is_the_test_alone(told):
    done, (request,) = told()
    assert (done.output, body_of(request)["watch"]) == ("desk: delivered\n", "system/test")


def test_all_are_tried_and_who_refuses_is_told_of(told):
    done, requests = told("--kind", "opened", "--kind", "repeated", code=400)
    assert len(requests) == 2
    assert str(done.exception) == "desk: opened: rejected: HTTP 400; desk: repeated: rejected: HTTP 400"


def test_a_kind_that_is_none(told):
    done, requests = told("--kind", "opend")
    assert (requests, "--kind opend: must be one of test, opened" in str(done.exception)) == ([], True)


def test_the_words_that_a_sample_shows_stand_where_it_says():
    for sample in Sample:
        for alert in telling(sample, T0).alerts:
            for evidence in (each for clause in alert.why for each in clause.evidence):
                place = evidence.place
                assert alert.title[place.start : place.end] == evidence.text
                assert evidence.context[evidence.offset :].startswith(evidence.text)


def test_command_and_page_name_every_kind():
    assert (*Sample, "all") == SAMPLES
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    page = page[page.index("| `--kind`") : page.index("## Answer it")]
    assert tuple(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == tuple(Sample)
