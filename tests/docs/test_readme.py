"""README.md is true: its links lead somewhere, its examples load, its commands do what it says."""

import json
import re

import jsonschema
import pytest
import yaml

from tests.service.support import ROOT
from wirewatch.settings import Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def example(language, holding):
    (found,) = [block for block in blocks(language) if holding in block]
    return found


def commands(block):
    """Return the lines of `block` that run wirewatch, without comments."""
    lines = (line.partition("  #")[0].strip() for line in block.splitlines())
    return [line for line in lines if line.startswith("wirewatch ")]


def test_links_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not (ROOT / link.partition("#")[0]).exists()] == []


def test_targets_are_there():
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= made


def closed(schema):
    """Return a schema that lets an example leave fields out, and have none that is not there."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: closed(part) for name, part in schema.items() if name != "required"}
    return {**changed, "additionalProperties": False} if "properties" in schema else changed


def test_the_alert_is_one_of_the_schema():
    schema = json.loads((ROOT / "config/schemas/webhook.json").read_text(encoding="utf-8"))
    alert = json.loads(example("json", '"why"'))
    jsonschema.validate(alert, closed(schema))
    alert["why"][0]["evidence"][0]["wrods"] = "a field that is not there"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(alert, closed(schema))


def test_the_alert_is_one_that_the_seeds_raise(shell):
    shown = json.loads(example("json", '"why"'))
    scanned = shell("wirewatch scan --json seeds/013-*.txt").stdout.splitlines()
    assert any(abridges(shown, json.loads(line)) for line in scanned)


def abridges(shown, real):
    """Return whether `shown` is `real` with fields, list items and the ends of texts (…) left out."""
    if isinstance(shown, dict):
        return all(name in real and abridges(value, real[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return all(any(abridges(item, other) for other in real) for item in shown)
    if isinstance(shown, str) and shown.endswith("…"):
        return real.startswith(shown.removesuffix("…").rstrip())
    return shown == real


def test_settings_for_an_existing_kafka_load():
    kafka = Settings(**yaml.safe_load(example("yaml", "bootstrap_servers"))).kafka
    assert (kafka.security.protocol, kafka.topic("alerts")) == ("SASL_SSL", "news.alerts")


def test_the_watch_checks_and_tells_something_of_the_seeds(shell, tmp_path):
    watch = example("yaml", "- id:")
    with (tmp_path / "config" / "watches.yaml").open("a") as file:
        file.write(f"\n{watch}")
    checked = shell("wirewatch config check")
    assert "watches: 4" in checked.stdout, checked.stderr
    scanned = shell("wirewatch scan seeds --json")
    assert yaml.safe_load(watch)[0]["id"] in {
        json.loads(line)["watch"] for line in scanned.stdout.splitlines()
    }


def test_commands_on_files(shell):
    inline = re.findall(r"`(wirewatch (?:scan|tag|config|watches) [^`]+)`", README)
    lines = sorted({*inline, *commands(example("sh", "wirewatch scan"))})
    assert len(lines) == 7
    for line in lines:
        done = shell(line)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout


@pytest.mark.kafka
@pytest.mark.timeout(400)
def test_commands_in_the_background(shell):
    lines = commands(example("sh", "wirewatch init"))
    said = {}
    try:
        for line in lines:
            done = shell(line.replace(" -f ", " "))  # it would go on for ever
            assert done.returncode == 0, f"{line}: {done.stderr}"
            said[line.split()[1]] = done.stdout
    finally:
        shell("wirewatch down --config myconfig")
    assert list(said) == ["init", "up", "status", "logs", "alerts", "down"]
    assert re.findall(r"^(\w+) +● ready", said["status"], re.MULTILINE) == [
        "broker",
        "pipeline",
        "notify",
        "feeds",
    ]
    assert said["alerts"] == "no alerts yet\n"
    assert said["down"] == "stopped\n"
    assert shell("wirewatch status --config myconfig").returncode == 1
