"""Signing, verification and secrets."""

import base64
import stat
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from connectors.notify.signing.secrets import ensure_demo_secret, new_secret, weakness
from connectors.notify.signing.signature import BadSignatureError, sign, verify
from tests.notify.support import SECRET


def now() -> datetime:
    return datetime.now(UTC)


def test_the_library_takes_our_signature():
    headers = sign(SECRET, id="m1", body=b'{"a": "\xc3\xa9"}', at=now())
    assert Webhook(SECRET).verify(b'{"a": "\xc3\xa9"}', headers) == {"a": "é"}
    assert verify(SECRET, b'{"a": "\xc3\xa9"}', headers) == "m1"


@given(st.integers(-14, 14))
def test_the_zone_of_the_time_does_not_matter(hours):
    at = now()
    there = at.astimezone(timezone(timedelta(hours=hours)))
    assert sign(SECRET, id="m", body=b"{}", at=there) == sign(SECRET, id="m", body=b"{}", at=at)


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"):
        sign(SECRET, id="m", body=b"{}", at=datetime(2026, 1, 1))  # noqa: DTZ001


def altered(**changes):
    headers = sign(SECRET, id="m1", body=b"{}", at=now())
    return {k: v for k, v in (headers | changes).items() if v is not None}


def aged(seconds):
    return sign(SECRET, id="m1", body=b"{}", at=now() + timedelta(seconds=seconds))


# Made when they are asked for: a suite takes longer than a signature holds.
BAD = {
    "no headers": dict,
    "no id": lambda: altered(**{"webhook-id": None}),
    "another id": lambda: altered(**{"webhook-id": "m2"}),
    "no comma": lambda: altered(**{"webhook-signature": "v1"}),
    "two commas": lambda: altered(**{"webhook-signature": "v1,a,b"}),
    "not base64": lambda: altered(**{"webhook-signature": "v1,!"}),
    "not ascii": lambda: altered(**{"webhook-signature": "v1,é"}),
    "only another version": lambda: altered(**{"webhook-signature": "v2,AAAA"}),
    "timestamp no number": lambda: altered(**{"webhook-timestamp": "now"}),
    "timestamp nan": lambda: altered(**{"webhook-timestamp": "nan"}),
    "too old": lambda: aged(-301),
    "too new": lambda: aged(360),
    "another secret": lambda: sign(new_secret(), id="m1", body=b"{}", at=now()),
}


@pytest.mark.parametrize("headers", BAD.values(), ids=BAD.keys())
def test_bad_signatures(headers):
    with pytest.raises(BadSignatureError):
        verify(SECRET, b"{}", headers())


def test_a_body_that_is_no_utf8_is_a_bad_signature():
    with pytest.raises(BadSignatureError):
        verify(SECRET, b"\xff", altered())


@given(st.text(max_size=80))
def test_no_signature_header_crashes(value):
    with pytest.raises(BadSignatureError):
        verify(SECRET, b"{}", altered(**{"webhook-signature": value}))


def whsec(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


WEAK = {
    "no prefix": base64.b64encode(bytes(range(32))).decode(),
    "only the prefix": "whsec_",
    "not base64": "whsec_é!",
    "short": whsec(bytes(range(23))),
    "long": whsec(bytes(range(65))),
    "zeros": whsec(bytes(32)),
    "a pattern": whsec(b"abcd" * 8),
}


@pytest.mark.parametrize("secret", WEAK.values(), ids=WEAK.keys())
def test_weak_secrets_are_refused_and_not_quoted(secret):
    why = weakness(secret)
    assert why
    assert len(secret) < 8 or secret not in why


def test_new_secrets_are_strong_and_differ():
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert not any(map(weakness, made))


def test_the_demo_secret_is_made_once(tmp_path):
    path = tmp_path / "secrets" / "demo"
    found = []
    threads = [threading.Thread(target=lambda: found.append(ensure_demo_secret(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert not weakness(found[0])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
