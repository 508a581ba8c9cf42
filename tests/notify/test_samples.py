"""The samples that verify a webhook, against requests that were really delivered."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.notify.receivers.http import HttpReceiver
from connectors.notify.receivers.webhook import Webhook, WebhookConfig
from connectors.notify.signing import signature
from connectors.notify.signing.secrets import new_secret
from connectors.notify.store import Delivery
from tests.notify.support import TRACE, arrival, http, status
from wirewatch.part import utc_now

SAMPLES = Path(__file__).parents[2] / "examples" / "receivers"
NEW, OLD = new_secret(), new_secret()


def request_seen():
    """Return a request as a receiver gets it now, while the secret is changed from OLD to NEW."""

    async def deliver():
        async with http(status(204)) as server:
            config = WebhookConfig(url=server.url, secret_file="-", allow_private=True)
            to = HttpReceiver("r1", Webhook("r1", config, secrets=lambda: (NEW, OLD)), timeout=30)
            await to.attempt(Delivery(1, "a1", "r1", arrival("a1").body, 0, 0, TRACE), utc_now)
            await to.close()
            (seen,) = server.requests
            return seen

    return asyncio.run(deliver())


@pytest.fixture(scope="module")
def go_program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("go")
    environment = {**os.environ, "GOPROXY": "off", "CGO_ENABLED": "0"}
    subprocess.run(
        ["go", "build", "-o", str(folder / "verify"), str(SAMPLES / "verify.go")], check=True, env=environment
    )
    return [str(folder / "verify")]


RUNTIMES = {
    "python": ("python3", [sys.executable, str(SAMPLES / "verify.py")]),
    "javascript": ("node", ["node", str(SAMPLES / "verify.mjs")]),
    "shell": ("openssl", ["sh", str(SAMPLES / "verify.sh")]),
    "go": ("go", None),
}


@pytest.mark.timeout(300)  # Go builds its own library where it was never used before
@pytest.mark.parametrize("language", RUNTIMES)
def test_the_sample_takes_what_is_genuine_and_nothing_else(request, language):
    runtime, command = RUNTIMES[language]
    if shutil.which(runtime) is None:
        pytest.skip(f"no {runtime} here")
    command = command or request.getfixturevalue("go_program")
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    seen = request_seen()  # once its program is built: a signature holds for five minutes
    genuine, body = [seen.headers[name] for name in names], seen.body

    def taken(secret=NEW, headers=None, body=body):
        done = subprocess.run(
            [*command, *(headers or genuine)],
            input=body,
            env={"PATH": os.environ["PATH"], "WEBHOOK_SECRET": secret},
            check=False,
            timeout=30,
        )
        assert done.returncode in {0, 1}
        return done.returncode == 0

    assert taken(NEW)
    assert taken(OLD)
    assert not taken(new_secret())
    assert not taken(body=body + b" ")
    assert not taken(headers=["other", *genuine[1:]])
    assert not taken(headers=[*genuine[:2], "v1,"])
    assert not taken(headers=[genuine[0], "soon", genuine[2]])
    for seconds in (-400, 400):  # starting a runtime takes its time
        at = utc_now().timestamp() + seconds
        stale = signature.sign(NEW, id="a1", body=body, at=utc_now().fromtimestamp(at, utc_now().tzinfo))
        assert not taken(headers=[stale[name] for name in names])
