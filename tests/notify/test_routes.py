"""routes.yaml: what is accepted, what is refused and how it is said."""

from pathlib import Path

import pytest

from connectors.notify.routes import load_routes, make_receivers
from connectors.notify.signing.secrets import new_secret
from wirewatch.errors import ConfigError

DEMO = Path(__file__).parents[2] / "config"


def write(folder: Path, text: str) -> Path:
    (folder / "routes.yaml").write_text(text, encoding="utf-8")
    return folder


def one(webhook_lines: str, name: str = "ops") -> str:
    return f"receivers:\n  - name: {name}\n    webhook: {{{webhook_lines}}}\n"


def test_the_demo_file(tmp_path):
    secret = tmp_path / "secrets" / "demo-webhook"
    secret.parent.mkdir()
    secret.write_text(new_secret())
    routes = load_routes(DEMO)
    (receiver,) = make_receivers(routes, config_dir=DEMO, data_dir=tmp_path, attempt_timeout=15)
    assert receiver.name == "demo"


def test_nobody_is_a_choice(tmp_path):
    assert load_routes(write(tmp_path, "receivers: []")).receivers == ()
    assert load_routes(write(tmp_path, "receivers:\n#  - name: ops\n")).receivers == ()


REFUSED = {
    "empty file": ("", "must hold `receivers:`"),
    "a list": ("- a", "must hold `receivers:`"),
    "bad yaml": ("receivers: [", "routes.yaml:1"),
    "unknown setting": ("receivers: []\nrouting: 1", "routing: no such setting"),
    "a number for the list": ("receivers: 5", "receivers: must be a list"),
    "no kind": ("receivers:\n  - name: ops", "exactly one kind"),
    "unknown kind": (
        "receivers:\n  - name: ops\n    pager: {}",
        "routes.yaml:3:5: receivers[ops].pager: no such setting",
    ),
    "bad name": (one("url: 'https://example.com/', secret_file: s", name="'a b'"), "receivers[a b].name"),
    "same name twice": (
        "receivers:\n" + 2 * "  - {name: ops, webhook: {url: 'https://example.com/', secret_file: s}}\n",
        "more than one receiver is called ops",
    ),
    "no secret": (one("url: 'https://example.com/'"), "needs secret_file or secret_env"),
    "file scheme": (one("url: 'file:///etc/passwd', secret_file: s"), "must start with https://"),
    "no scheme": (one("url: 'example.com', secret_file: s"), "must start with https://"),
    "no host": (one("url: 'https:///x', secret_file: s"), "names no host"),
    "bad port": (one("url: 'https://example.com:99999/', secret_file: s"), "not a URL"),
    "password in it": (one("url: 'https://u:hunter2@example.com/', secret_file: s"), "user or password"),
    "loopback": (one("url: 'http://127.0.0.1:9/', secret_file: s"), "set allow_private: true"),
    "localhost": (one("url: 'http://localhost:9/', secret_file: s"), "is loopback"),
    "metadata service": (
        one("url: 'http://169.254.169.254/', secret_file: s, allow_private: true"),
        "is link-local",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(tmp_path, text, message):
    with pytest.raises(ConfigError) as refused:
        load_routes(write(tmp_path, text))
    assert message in str(refused.value)
    assert "routes.yaml" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


SECRETS = {
    "missing": (None, "is not there; `wirewatch secrets new "),
    "empty": (" \n", "is empty"),
    "no whsec": ("correct horse battery staple", "must start with whsec_"),
    "short": ("whsec_c2hvcnQ=", "must hold 24 to 64 bytes"),
}


@pytest.mark.parametrize(("secret", "message"), SECRETS.values(), ids=SECRETS.keys())
def test_bad_secrets(tmp_path, secret, message):
    if secret is not None:
        (tmp_path / "s").write_text(secret)
    routes = load_routes(write(tmp_path, one("url: 'https://example.com/', secret_file: s")))
    with pytest.raises(ConfigError, match=message) as refused:
        make_receivers(routes, config_dir=tmp_path, data_dir=tmp_path, attempt_timeout=15)
    assert not (secret or "").strip() or secret not in str(refused.value)
