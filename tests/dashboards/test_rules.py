"""Every rule is tried by promtool, firing and not firing, and has a section in the runbooks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.service.support import ROOT

RULES = ROOT / "config" / "prometheus" / "rules"
TRIALS = sorted((Path(__file__).parent / "rules").glob("*.yml"))
RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
ALWAYS_FIRING = "Watchdog"
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def rules(kind):
    """The rules of a kind (`alert`, `record`), by name."""
    groups = [group for path in RULES.glob("*.yml") for group in yaml.safe_load(path.read_text())["groups"]]
    return {rule[kind]: rule for group in groups for rule in group["rules"] if kind in rule}


def cases(kind):
    """Everything that is tried of a kind (`alert_rule_test`, `promql_expr_test`)."""
    tests = [test for path in TRIALS for test in yaml.safe_load(path.read_text())["tests"]]
    return [case for test in tests for case in test.get(kind, ())]


@pytest.mark.parametrize("path", TRIALS, ids=lambda path: path.stem)
def test_rules_fire_when_they_should_and_only_then(path):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("rules are not tried: promtool is not installed (Debian: prometheus)")
    done = subprocess.run(
        [promtool, "test", "rules", path.name],
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", rules("alert"))
def test_every_alert_is_tried_firing_and_not_firing(alert):
    found = {bool(case["exp_alerts"]) for case in cases("alert_rule_test") if case["alertname"] == alert}
    assert found == ({True} if alert == ALWAYS_FIRING else {True, False})


@pytest.mark.parametrize("record", rules("record"))
def test_every_recording_rule_is_tried_with_its_value(record):
    found = [case for case in cases("promql_expr_test") if case["expr"] == record]
    assert any(case["exp_samples"] for case in found)


@pytest.mark.parametrize("alert", rules("alert"))
def test_every_alert_says_what_and_has_a_runbook(alert):
    annotations = rules("alert")[alert]["annotations"]
    assert annotations["summary"]
    assert annotations["description"]
    assert annotations["runbook"] == f"docs/runbooks.md#{alert.lower()}"
    section = RUNBOOKS.partition(f"\n## {alert}\n")[2].partition("\n## ")[0]
    assert len(section.split()) >= 20, f"the runbook of {alert} says nothing"


def test_the_runbooks_are_of_alerts_that_are():
    assert set(re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE)) == set(rules("alert"))


def test_links_and_commands_of_the_runbooks_are_real():
    for link in re.findall(r"\]\(([^)]+)\)", RUNBOOKS):
        page, _, anchor = link.partition("#")
        if page:
            assert (ROOT / "docs" / page).exists(), link
        else:
            assert f"\n## {anchor}\n" in RUNBOOKS.lower(), link
    usages = [f"{usage} " for usage in re.findall(r"^## `wirewatch (.*)`$", COMMANDS, re.MULTILINE)]
    for command in re.findall(r"`wirewatch ([^`]+)`", RUNBOOKS):
        words = [word for word in command.partition(" -")[0].split() if word.islower()]
        assert any(usage.startswith(" ".join(words) + " ") for usage in usages), command


def test_severities_are_those_that_the_runbooks_explain():
    severities = {name: rule["labels"]["severity"] for name, rule in rules("alert").items()}
    assert severities.pop(ALWAYS_FIRING) == "none"
    assert set(severities.values()) == {"critical", "warning", "info"}


def test_what_is_recorded_is_asked_for():
    """A recording rule nobody reads costs for nothing."""
    readers = [path.read_text() for path in (ROOT / "config").rglob("*") if path.suffix in {".yml", ".json"}]
    for name in rules("record"):
        assert sum(text.count(name) for text in readers) >= 2, name
