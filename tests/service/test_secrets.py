"""No secret is printed: not by any command, log, error, process list or file of a service that uses them."""

import re
from pathlib import Path

import psutil
import pytest
import yaml

from connectors.notify.signing.secrets import new_secret
from tests.broker_host import broker_settings, wait_until_answers
from tests.kafka.test_sasl import _PASSWORD, _SASL
from tests.service.support import make_site, wait_until
from wirewatch.resources import config_file, default_config_dir
from wirewatch.service.broker import make_broker
from wirewatch.service.supervisor.probe import get, samples
from wirewatch.settings import load_settings

pytestmark = pytest.mark.kafka

WRONG = "wr0ng-s3cret-of-kafka"
TOKEN = "t0ken-in-the-url"
COMMANDS = (
    ("status", "--json"),
    ("logs",),
    ("config", "show", "--json"),
    ("config", "check"),
    ("alerts", "list", "--json"),
    ("dead-letters", "list", "--json"),
    ("state", "show", "--json"),
    ("deliveries", "list", "--json"),
    ("receivers", "list", "--json"),
    ("routes", "check"),
)


@pytest.fixture
def sasl_broker(tmp_path):
    config = tmp_path / "broker-config"
    (config / "broker").mkdir(parents=True)
    template = config_file(default_config_dir(), "broker/server.properties").read_text()
    (config / "broker" / "server.properties").write_text(template + _SASL)
    (tmp_path / "password").write_text(_PASSWORD)
    security = {"protocol": "SASL_PLAINTEXT", "username": "wire", "password_file": str(tmp_path / "password")}
    managed = broker_settings(kafka={"security": security})
    broker = make_broker(managed, config_dir=config, data_dir=tmp_path / "broker", progress=print)
    broker.start()
    try:
        wait_until_answers(broker, managed, tmp_path)
        yield {"bootstrap_servers": broker.bootstrap, "security": security}
    finally:
        broker.stop()


def leaks(secrets, texts):
    """Return where which of `secrets` stands; also base64 bodies without their prefix."""
    forms = [re.escape(form) for secret in secrets for form in {secret, secret.removeprefix("whsec_")}]
    pattern = re.compile("|".join(forms).encode())
    return [f"{name}: {found.group()!r}" for name, text in texts for found in pattern.finditer(text)]


def files_of(folder: Path, *but: Path):
    files = [p for p in folder.rglob("*") if p.is_file() and not any(hidden in p.parents for hidden in but)]
    return [(str(p), p.read_bytes()) for p in files]


def process_list(pid):
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return [(f"pid {p.pid}", "\0".join([*p.cmdline(), *p.environ().values()]).encode()) for p in tree]


@pytest.mark.timeout(300)
def test_no_secret_is_printed(sasl_broker, tmp_path):
    signing, secrets = new_secret(), tmp_path / "site" / "data" / "secrets"
    kept = tmp_path / "site" / "data" / "kept-config"
    site = make_site(
        tmp_path / "site",
        kafka=sasl_broker,
        demo={"receiver": True},
        replay={"enabled": True},
        logging={"level": "debug", "format": "console"},
        routes=yaml.safe_dump(
            {
                "receivers": [
                    {
                        "name": name,
                        "webhook": {"url": url, "secret_file": "{data}/secrets/hook", "allow_private": True},
                    }
                    for name, url in [
                        ("gone", f"http://127.0.0.1:9/{TOKEN}"),
                        ("lost", f"http://x.invalid/{TOKEN}"),
                    ]
                ]
            }
        ),
    )
    secrets.mkdir(parents=True)
    (secrets / "hook").write_text(signing)
    (secrets / "wrong").write_text(WRONG)
    said = []

    def run(*arguments):
        done = site.call(*arguments)
        said.append((" ".join(arguments), (done.stdout + done.stderr).encode()))
        return done

    process = site.start("up")
    try:
        wait_until(lambda: tried(site) == {"gone", "lost"}, "an attempt at every receiver", patience=200)
        for arguments in COMMANDS:
            run(*arguments)
        listed = process_list(process.pid)
        break_config(site, sasl_broker)
        assert run("dead-letters", "list").returncode == 3
    finally:
        process.terminate()
        output = process.communicate(timeout=60)[0]
    demo = (secrets / "demo-webhook").read_text().strip()
    every = {signing, demo, _PASSWORD, WRONG, TOKEN}
    texts = [*said, ("up", output.encode()), *listed, *files_of(site.data, secrets, kept)]
    assert len(texts) > 20
    assert leaks(every, texts) == []
    assert leaks(every, files_of(tmp_path))  # it would be found where it does stand
    assert kept.stat().st_mode & 0o077 == 0  # the copy of a config has what is written into it
    assert (secrets / "demo-webhook").stat().st_mode & 0o777 == 0o600


def tried(site):
    """Return the receivers that notify has tried to reach, by its metrics."""
    answer = get("127.0.0.1", load_settings(site.config).ports.notify, "/metrics")
    found = samples(answer[1].decode(), "wirewatch_deliveries_total") if answer else []
    return {labels["receiver"] for labels, count in found if count}


def break_config(site, kafka):
    """Name the wrong password in the settings: the broker refuses what is asked from now on."""
    path = site.config / "wirewatch.yaml"
    settings = yaml.safe_load(path.read_text())
    settings["kafka"] = {**kafka, "security": {**kafka["security"], "password_file": "{data}/secrets/wrong"}}
    path.write_text(yaml.safe_dump(settings))
