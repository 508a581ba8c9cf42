"""routes.yaml edited while the part runs, against a real broker and real receivers."""

import asyncio
import json

import pytest

from tests.notify.support import eventually, http, status
from tests.notify.test_part import Notify, ids, record

pytestmark = pytest.mark.kafka


def routes(*entries: str, rest: str = "") -> str:
    return "receivers:\n" + "".join(entries) + rest


def entry(name: str, url: str) -> str:
    return f"  - name: {name}\n    webhook: {{url: '{url}', secret_file: secret, allow_private: true}}\n"


def write(notify: Notify, text: str) -> None:
    draft = notify.config_dir / ".routes.yaml"
    draft.write_text(text)
    draft.replace(notify.config_dir / "routes.yaml")


def test_an_edit_is_taken_and_a_broken_one_is_not(kafka, tmp_path):
    async def scenario():
        async with http(status(204)) as one, http(status(204)) as two:
            notify = Notify(kafka.settings(), tmp_path, {"one": one.url})
            notify.make_topics()
            with notify.running() as context:
                notify.write(record("a1"))
                await eventually(lambda: ids(one) == ["a1"], 15)
                write(notify, "receivers: [")
                await eventually(lambda: "routes.yaml" in str(context.health.configs()), 15)
                notify.write(record("a2"))
                await eventually(lambda: ids(one) == ["a1", "a2"], 15)
                grouped = "route: {receiver: two, group_by: [watch], group_wait: 500ms}\n"
                write(notify, routes(entry("one", one.url), entry("two", two.url), rest=grouped))
                written = 0
                while not two.requests and written < 100:  # a few may still be decided by the old ones
                    notify.write(record(f"b{written}"))
                    written += 1
                    await asyncio.sleep(0.1)

                def told():
                    return [name for r in two.requests for name in inside(r.body)] + ids(one)[2:]

                await eventually(lambda: sorted(told()) == sorted(f"b{n}" for n in range(written)), 15)
            assert any(len(inside(request.body)) > 1 for request in two.requests)
            assert notify.stopped_in < 4

    asyncio.run(scenario())


def inside(body: bytes) -> list[str]:
    """Return the ids of the alerts of a group."""
    return [each["id"] for each in json.loads(body)["alerts"]]
