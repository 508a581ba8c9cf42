"""Names: looked up without holding anything up, failures told as what they are."""

import asyncio
import socket
import subprocess
import sys

import pytest

from connectors.names import NameResolver
from connectors.notify.signing.secrets import new_secret
from connectors.notify.store import DATABASE, open_database
from tests.notify.support import Outbox, arrival
from tests.service.support import ROOT, environment, make_site
from wirewatch.part import utc_now


def resolve(host, family=socket.AF_UNSPEC):
    return asyncio.run(NameResolver().resolve(host, 80, family))


def test_a_name_is_its_addresses():
    found = resolve("localhost", socket.AF_INET)
    assert [(each["hostname"], each["host"], each["port"]) for each in found] == [
        ("localhost", "127.0.0.1", 80)
    ]


def test_a_name_that_is_none_is_an_oserror():
    with pytest.raises(OSError, match=r"^no\.such\.name"):
        resolve("no.such.name.invalid")


def test_a_look_up_that_hangs_does_not_keep_the_part_from_ending(tmp_path):
    url = "http://hang.invalid/"
    routes = f"receivers: [{{name: r1, webhook: {{url: '{url}', secret_file: secret}}}}]\n"
    site = make_site(tmp_path, routes=routes)
    (site.config / "secret").write_text(new_secret())
    outbox = Outbox(open_database(site.data / DATABASE))
    outbox.take_in("alerts", [arrival("a")], {0: 1}, now=utc_now())
    outbox.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.notify.hanging_names_host", str(site.config), str(site.data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    try:
        while process.stdout.readline() != "asked\n":
            assert process.poll() is None
        process.terminate()
        assert process.wait(40) == 0  # the look-up takes a minute
    finally:
        process.kill()
        process.communicate()
