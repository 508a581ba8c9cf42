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
                await eventually(lambda: ids(one) == ["a1"], 60)
                write(notify, "receivers: [")
                await eventually(lambda: "routes.yaml" in str(context.health.configs()), 60)
                notify.write(record("a2"))
                await eventually(lambda: ids(one) == ["a1", "a2"], 60)
                grouped = "route: {receiver: two, group_by: [watch], group_wait: 500ms, group_interval: 1s}\n"
                write(notify, routes(entry("one", one.url), entry("two", two.url), rest=grouped))
                written = 0
                while not two.requests:  # the first of them may still be decided by the old routes
                    assert written < 300, "the new routes are not in force"
                    notify.write(record(f"b{written}"))
                    written += 1
                    await asyncio.sleep(0.1)
                notify.write(record(f"b{written}"))  # comes after the group was told: waits for its interval
                expected = sorted(f"b{n}" for n in range(written + 1))

                def told():
                    return sorted([name for r in two.requests for name in inside(r.body)] + ids(one)[2:])

                await eventually(lambda: told() == expected, 60)
                assert len(two.requests) > 1

    asyncio.run(scenario())


def inside(body: bytes) -> list[str]:
    """Return the ids of the alerts of a delivery: of several, or of one that was alone in its group."""
    told = json.loads(body)
    return [each["id"] for each in told.get("alerts", [told])]
