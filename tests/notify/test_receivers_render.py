"""What each kind sends: pure, the same for the same telling, within the limits of its service."""

import email
import email.policy
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.notify.receivers import Telling
from connectors.notify.receivers.config import ReceiverConfig, ReceiverMaker
from connectors.notify.signing.secrets import new_secret
from connectors.notify.store import Delivery
from tests.notify.support import T0, TRACE, alert
from tests.records.golden_alert import golden_alert
from wirewatch.alert import AlsoMet, Clause, Evidence, Incident, Story
from wirewatch.article import Place
from wirewatch.records import ALERTS

STORY = Story(id="s1", first=T0, last=T0, articles=7, sources=3)


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("config")
    (folder / "secret").write_text(new_secret())
    (folder / "url").write_text("json://127.0.0.1:9/")
    (folder / "token").write_text("t0ken")
    return ReceiverMaker(config_dir=folder, data_dir=folder, attempt_timeout=30)


KINDS = {
    "webhook": {"url": "https://example.com/", "secret_file": "secret"},
    "alertmanager": {"url": "https://example.com/am/", "token_file": "token"},
    "slack": {"url": "https://example.com/services/T0/B0/s3cret"},
    "teams": {"url": "https://example.com/workflows/s3cret"},
    "discord": {"url": "https://example.com/api/webhooks/1/s3cret"},
    "email": {"host": "mail.example.com", "sender": "w@example.com", "to": ["a@example.com"]},
    "apprise": {"url_file": "url", "allow_private": True},
    "file": {"path": "{data}/out.jsonl"},
    "stdout": {},
}


def receiver(maker, kind, **options):
    return maker.make(ReceiverConfig.model_validate({"name": "desk", kind: KINDS[kind] | options}))


def telling(*alerts):
    return Telling("d1", tuple(alerts), tuple(ALERTS.encode(a) for a in alerts), T0, "g", {"watch": "nato"})


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_telling_is_the_same_bytes_and_shows_no_secret(maker, kind):
    told = telling(alert("a1", story=STORY), alert("a2"))
    one, other = receiver(maker, kind), receiver(maker, kind)
    body = one.render(told)
    assert body == other.render(told)
    assert b"NATO ministers meet in Brussels" in body.replace(b"=\r\n", b"")
    request = one.request(Delivery(1, "d1", "desk", body, 0, 0, TRACE), T0)
    assert request.body == body
    shown = f"{request.method} {request.target} {dict(request.headers)}"
    assert "s3cret" not in shown
    assert "t0ken" not in shown


def mailed(maker, *alerts):
    body = receiver(maker, "email").render(telling(*alerts))
    message = email.message_from_bytes(body, policy=email.policy.default)
    return message.get_body(("plain",)).get_content().splitlines()


def test_the_built_in_words_quote_each_sentence_once_and_say_why(maker):
    sentence = "Iran has seized an oil tanker, its navy said."
    met = {"actor:Iran": ("Iran", 0), "tanker*": ("tanker", 19), "title:seiz*": None}
    why = [
        Clause(
            clause=clause,
            evidence=(
                Evidence(
                    place=Place(0, where[1], where[1] + len(where[0])),
                    text=where[0],
                    context=sentence,
                    offset=where[1],
                )
                if where
                else Evidence(place=Place(None, 0, 6), text="Seized", context="Seized: a tanker", offset=0),
            ),
        )
        for clause, where in met.items()
    ]
    also = (AlsoMet(watch="gulf", severity="low"), AlsoMet(watch="oil", severity="low"))
    told = alert("a1", title="Seized: a tanker", source="wire.example", why=tuple(why), also=also)
    assert mailed(maker, told) == [
        "wire.example, 2026-01-05 12:00 UTC",
        sentence,
        "why: actor:Iran, tanker*, title:seiz*",
        "also: gulf, oil",
    ]


def test_of_a_long_clause_the_words_that_met_it_are_told(maker):
    sentence = "A Chinese ship rams a Taiwanese boat, the coast guard said."
    words = ("Chinese", "rams", "Taiwanese")
    evidence = tuple(
        Evidence(
            place=Place(0, sentence.index(word), sentence.index(word) + len(word)),
            text=word,
            context=sentence,
            offset=sentence.index(word),
        )
        for word in words
    )
    near = "actor:China NEAR/30 (ram* OR collide* OR bump* OR strike*) NEAR/30 actor:Taiwan"
    told = alert("a1", source="wire.example", why=(Clause(clause=near, evidence=evidence),))
    assert mailed(maker, told)[-1] == "why: “Chinese … rams … Taiwanese”"
    told = alert("a1", source="wire.example", why=(Clause(clause=near),))
    assert mailed(maker, told)[-1] == f"why: {near}"


@pytest.mark.parametrize(
    ("statuses", "subject"),
    [
        pytest.param(["opened"], "[HIGH] NATO: NATO ministers meet in Brussels", id="opened"),
        pytest.param(["updated"], "[HIGH updated] NATO: NATO ministers meet in Brussels", id="updated"),
        pytest.param(["closed"], "[HIGH closed] NATO: NATO ministers meet in Brussels", id="closed"),
        pytest.param(["opened", "updated"], "[HIGH] 2 alerts: nato", id="one of several is updated"),
    ],
)
def test_the_built_in_title_tells_how_far_a_story_has_come(maker, statuses, subject):
    told = telling(*(alert(f"a{n}", status=status) for n, status in enumerate(statuses)))
    message = email.message_from_bytes(receiver(maker, "email").render(told), policy=email.policy.default)
    assert message["Subject"] == subject


def test_the_built_in_words_tell_how_many_an_incident_has_and_how_many_it_takes(maker):
    spike = Incident(kind="spike", count=12, distinct="articles", within=86_400, threshold=6, baseline=2.04)
    volume = Incident(kind="volume", count=3, distinct="sources", within=1_800, threshold=3)
    assert mailed(maker, alert("a1", incident=spike))[0].endswith(
        " UTC; 12 articles within 24 h; it takes 6, usual is 2"
    )
    assert mailed(maker, alert("a1", incident=volume))[0].endswith(
        " UTC; 3 sources within 30 min; it takes 3"
    )


def test_the_built_in_words_tell_what_a_model_read(maker):
    lines = mailed(maker, golden_alert("reading"), alert("a2"))
    assert "outside the catalogue: Rufus <Firefly> (person), Acme Works (organisation)" in lines
    assert "Iran → impose sanctions on → Iraq" in lines


def test_one_alert_is_its_own_bytes_and_several_are_wrapped(maker):
    webhook = receiver(maker, "webhook")
    one = telling(alert("a1"))
    assert webhook.render(one) == one.raw[0]
    both = json.loads(webhook.render(telling(alert("a1"), alert("a2"))))
    assert (both["kind"], both["v"], both["id"], both["truncated"]) == ("group", 1, "d1", 0)
    assert [a["id"] for a in both["alerts"]] == ["a1", "a2"]
    huge = json.loads(webhook.render(telling(*(alert(f"a{n}", title="x" * 300_000) for n in range(5)))))
    assert ([a["id"] for a in huge["alerts"]], huge["truncated"]) == (["a2", "a3", "a4"], 2)


def test_an_update_is_the_same_alert_for_alertmanager(maker):
    manager = receiver(maker, "alertmanager", labels={"env": "test"})
    opened = alert("a1", story=STORY, labels={"desk-name": "gulf"})
    grown = Story(id="s1", first=T0, last=T0, articles=9, sources=5)
    updated = alert(
        "a2", story=grown, labels={"desk-name": "gulf"}, title="Another headline", status="updated"
    )
    (first,) = json.loads(manager.render(telling(opened)))
    (second,) = json.loads(manager.render(telling(updated)))
    assert first["labels"] == second["labels"]
    assert first["labels"] == {
        "alertname": "nato",
        "story": "s1",
        "severity": "high",
        "kind": "watch",
        "desk_name": "gulf",
        "env": "test",
    }
    assert (first["annotations"]["sources"], second["annotations"]["sources"]) == ("3", "5")
    assert first["endsAt"] > first["startsAt"]
    (closed,) = json.loads(manager.render(telling(alert("a3", story=grown, status="closed"))))
    assert closed["endsAt"] == "2026-01-05T12:00:00Z"
    assert len(json.loads(manager.render(telling(opened, updated)))) == 1


NASTY = st.text(
    st.one_of(st.sampled_from("&<>*_`[]()|\\@\r\n\x00\x1b\u202e\ud800{}%"), st.characters(codec="utf-8")),
    max_size=200,
)


LONG = st.builds(
    lambda text, times: text.encode(errors="ignore").decode() * times, NASTY, st.integers(1, 400)
)
FIELDS = st.fixed_dictionaries(
    {"title": LONG, "watch_name": LONG, "source": LONG, "url": LONG.map("https://example.com/{}".format)}
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FIELDS, min_size=1, max_size=6))
@example([{"url": "https://example.com/" + "x" * 40_000}])
@example([{"url": "https://example.com/" + "\x00" * 10_000}])
@example([{"url": "https://example.com/" + "\x00" * 2_000, "title": "\x1b[" * 10_000}])
def test_whatever_an_alert_holds_limits_are_kept(maker, fields):
    told = telling(*(alert(f"a{n}", **each) for n, each in enumerate(fields)))
    slack = json.loads(receiver(maker, "slack").render(told))
    sections = [block["text"]["text"] for block in slack["attachments"][0]["blocks"]]
    assert all(0 < len(text) <= 3000 for text in sections)
    assert not any("<" in text for text in sections)
    assert len(receiver(maker, "teams").render(told)) <= 28 * 1024
    (embed,) = json.loads(receiver(maker, "discord").render(told))["embeds"]
    assert len(embed["title"]) <= 256
    assert len(embed["description"]) <= 4096
    assert len(embed.get("url", "")) <= 2048
    mail = email.message_from_bytes(receiver(maker, "email").render(told), policy=email.policy.default)
    assert len(mail["Subject"]) <= 200
    assert max(map(len, receiver(maker, "email").render(told).split(b"\r\n"))) <= 998
    assert mail.get_body(("plain",)) is not None
    assert receiver(maker, "file").render(told).count(b"\n") == 1


def test_templates_are_used_and_what_they_cannot_do_is_refused(maker):
    own = receiver(maker, "slack", title="{{ alert.watch }} ({{ count }})", body="{{ alert.title }}")
    text = json.loads(own.render(telling(alert("a1", title="a <b> & c"))))
    assert text["text"] == "nato (1)"
    assert "a &lt;b&gt; &amp; c" in text["attachments"][0]["blocks"][0]["text"]["text"]


@pytest.mark.parametrize(
    "template",
    [
        "{{ alert.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ alert.nothing }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{% for a in range(10000) %}{% for b in range(10000) %}xxxxxxxxxx{% endfor %}{% endfor %}",
        "{% if %}",
        "{{ alerts.pop() }}",
    ],
)
def test_a_template_that_reaches_out_or_fails_is_refused_at_load(template):
    with pytest.raises(ValueError, match="title"):
        ReceiverConfig.model_validate({"name": "x", "slack": KINDS["slack"] | {"title": template}})


def test_a_template_that_fails_on_one_alert_tells_it_in_the_built_in_words(maker):
    own = receiver(maker, "discord", body="{{ alert.url.upper() }}")
    (embed,) = json.loads(own.render(telling(alert("a1", url=None))))["embeds"]
    assert "nato" in embed["description"]


@pytest.mark.parametrize(
    ("given_config", "complaint"),
    [
        ({"name": "x"}, "exactly one kind"),
        ({"name": "x", "slack": {"url": "https://a.b/"}, "stdout": {}}, "exactly one kind"),
        ({"name": "x", "slack": {}}, "url or url_file"),
        ({"name": "x", "teams": {"url": "http://127.0.0.1/"}}, "url leads to 127.0.0.1.*allow_private"),
        ({"name": "x", "email": KINDS["email"] | {"host": "127.0.0.1"}}, "host leads to 127.0.0.1"),
        ({"name": "x", "webhook": {"url": "https://a.b/"}}, "secret_file or secret_env"),
        ({"name": "x", "email": KINDS["email"] | {"to": []}}, "to"),
        ({"name": "x", "email": KINDS["email"] | {"sender": "a@b\r\nBcc: c@d"}}, "sender"),
        (
            {
                "name": "x",
                "email": KINDS["email"] | {"username": "u", "password_file": "f", "security": "none"},
            },
            "unencrypted",
        ),
    ],
)
def test_config_that_makes_no_sense_is_refused(given_config, complaint):
    with pytest.raises(ValueError, match=complaint):
        ReceiverConfig.model_validate(given_config)
