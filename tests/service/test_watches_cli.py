"""The commands for watches, as a user types them: what they say, and the code they end with."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.service.desk import Desk
from tests.service.support import ROOT

TESTED = """\
- id: tankers
  name: Tankers
  when: actor:Iran NEAR/5 tanker* NOT title:drill
  tests:
    - {text: "Iran seized a tanker.", expect: alert}
    - {text: "A drill\\nIran seized a tanker.", expect: none}
    - {name: too far, text: "Iran said that in the end it had not yet seen any tanker.", expect: alert}
    - {article: nowhere.txt, expect: none}
"""
TWICE = "- {id: a, name: A, when: oil OR oil}\n"


@pytest.mark.parametrize("whens", [("oil tanker", "oil"), ("oil", "oil tanker"), ("oil", "oil")])
def test_a_second_watch_of_an_id_is_told_also_when_one_is_broken(desk, whens):
    desk.write("".join(f"- {{id: a, name: A, when: {when}}}\n" for when in whens))
    said = desk.run("watches", "check", code=2)
    assert "watches.yaml:2:4: watch 'a': id: a second watch has this id (the first is number 1)" in said
    assert ("nothing joins tanker" in said) == ("oil tanker" in whens)


def test_a_file_that_is_no_configs_is_checked_by_the_configs_actors(desk, tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text("- {id: a, name: A, when: actor:Irann OR actor:NATO}\n")
    said = desk.run("watches", "check", str(draft), code=2)
    assert f"{draft}:1:26: watch 'a': no actor 'Irann' is known; did you mean 'Iran'" in said
    draft.write_text("- {id: a, name: A, when: actor:Iran OR actor:NATO}\n")
    assert desk.run("watches", "check", str(draft)) == f"{draft}: all right\n"
    assert "--config DIR" in desk.run("watches", "check", str(tmp_path), code=2)


def test_check_shows_all_with_a_caret(desk):
    desk.write("- {id: a, name: A, when: actor:Irann}\n- {id: a, name: B, when: oil tanker}\n" + TWICE)
    said = desk.run("watches", "check", code=2)
    assert "watches.yaml:1:26: watch 'a': no actor 'Irann' is known; did you mean 'Iran'" in said
    assert "  - {id: a, name: A, when: actor:Irann}\n" + " " * 27 + "^" * 11 in said
    assert "nothing joins tanker" in said
    found = [json.loads(line) for line in desk.run("watches", "check", "--json", code=2).splitlines()]
    assert [(one["line"], one["level"]) for one in found] == [
        (1, "error"), (2, "error"), (2, "error"), (3, "error"), (3, "warning"),
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["watches", "config"])
def test_a_warning_is_shown_and_stops_nothing(desk, command):
    desk.write(TWICE)
    said = desk.run(command, "check")
    assert "warning: " in said
    assert "watches.yaml:1:33: watch 'a': \"oil\" occurs here twice: once is enough" in said
    assert said.splitlines()[-1] == " " * 34 + "^" * 3


def test_warnings_are_in_the_json_of_config_check(desk):
    assert json.loads(desk.run("config", "check", "--json"))["warnings"] == []
    desk.write(TWICE)
    (warning,) = json.loads(desk.run("config", "check", "--json"))["warnings"]
    assert (warning["line"], warning["column"], warning["level"]) == (1, 33, "warning")


def test_what_is_wrong_is_shown_wherever_config_is_read(tmp_path):
    desk = Desk(tmp_path)
    desk.write("- {id: a, name: A, when: actor:Irann}\n")
    done = desk.site.run("config", "check")
    assert done.returncode == 2
    said, line, caret = done.stderr.splitlines()
    assert said.startswith("wirewatch: ")
    assert line[caret.index("^") :].startswith("actor:Irann")


def test_the_tests_of_watches(desk, tmp_path):
    desk.write(TESTED)
    said = desk.run("watches", "test", "--junit", str(tmp_path / "out.xml"), code=1)
    assert [line[:11] for line in said.splitlines() if line[:1] in "✓✗"] == [
        "✓ tankers 1", "✓ tankers 2", "✗ tankers 3", "✗ tankers 4",
    ]  # fmt: skip
    assert "the nearest have 11 words between them, more than 5" in said
    assert "4 tests, 2 failed" in said
    (suite,) = ET.parse(tmp_path / "out.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("tankers", "4", "2")
    assert [case.find("failure") is None for case in suite] == [True, True, False, False]
    shown = suite[2].find("failure").text.splitlines()
    assert shown == [line[4:] for line in said[said.index("    ✗ all of") :].splitlines()[: len(shown)]]
    assert shown[-1].endswith("the nearest have 11 words between them, more than 5")
    assert suite[3].find("failure").get("message").endswith("nowhere.txt: no such file or folder")
    desk.write(TESTED.split("    - {name", maxsplit=1)[0])
    desk.run("watches", "test", "tankers")
    assert "did you mean tankers?" in desk.run("watches", "test", "tanker", code=2)


def test_a_text_is_of_the_day_it_says(desk):
    who = '{"id": "p", "name": "Ann Onymous", "type": "person", "aliases": ["Ann Onymous"], "roles": [%s]}'
    role = '{"title": "secretary general", "of": "NATO", "from": "2014-10-01", "to": "2024-10-01"}'
    path = desk.site.config / "actors" / "people.jsonl"
    path.write_text(who % role, encoding="utf-8")
    test = '{text: "Ann Onymous said no.", published: %s, expect: %s}'
    tests = ", ".join((test % ("2020-01-09", "alert"), test % ("2025-01-09", "none")))
    desk.write(f"- {{id: a, name: A, when: actor:NATO, tests: [{tests}]}}\n")
    try:
        assert "2 tests passed" in desk.run("watches", "test")
    finally:
        path.unlink()


def test_explain_says_that_one_article_is_not_all_that_a_volume_takes(desk):
    desk.write("- {id: vol, name: V, when: actor:NATO, volume: {at_least: 3, within: 2h}}\n" + TWICE)
    seed = str(next((ROOT / "seeds").glob("013-*.txt")))
    said = desk.run("watches", "explain", "vol", seed)
    assert (
        "it counts towards the volume but raises no alert by itself; `wirewatch watches backtest vol`" in said
    )
    assert "counts towards" not in desk.run("watches", "explain", "a", seed)


def test_explain(desk):
    seed = str(next((ROOT / "seeds").glob("013-*.txt")))
    said = desk.run("watches", "explain", "nato-iran", seed)
    assert "✓ meets nato-iran: After Trump call, NATO offers to do more in the Middle East" in said
    assert "✓ actor:Iran" in said
    shown = json.loads(desk.run("watches", "explain", "nato-iran", seed, "--json"))
    assert shown["met"] is True
    assert [part["met"] for part in shown["condition"]["parts"]] == [True, True]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["watches", "explain", "nato"], id="explain"),
        pytest.param(["watches", "explain", "nato", "--json"], id="explain, as JSON"),
        pytest.param(["scan"], id="scan"),
        pytest.param(["tag"], id="tag"),
        pytest.param(["tag", "--html", "-"], id="tag, as a page"),
    ],
)
def test_a_file_that_is_no_article_is_named_and_the_exit_code_says_so(desk, tmp_path, command):
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_text("NATO meets\n\n14 January 2020\n\nNATO met in Brussels.\n", encoding="utf-8")
    empty.touch()
    said = desk.run(*command, str(empty), str(good), code=2)
    assert f"{empty}: no article" in said
    assert "NATO" in said
    if command == ["scan"]:
        assert said.splitlines()[-1] == "1 alert from 1 article; 1 more could not be read"
    desk.run(*command, str(good))


def test_list_of_some(desk):
    (line,) = desk.run("watches", "list", "nato", "--json").splitlines()
    assert json.loads(line)["id"] == "nato"
    assert "did you mean nato?" in desk.run("watches", "list", "nto", code=2)


def test_a_file_to_check_that_is_not_there(desk):
    said = desk.run("watches", "check", "/nowhere.yaml", code=2)
    assert "/nowhere.yaml: no such file; without one, " in said
    assert "init" not in said


def test_list(desk):
    assert "nato-iran" in desk.run("watches", "list")
    rows = [json.loads(line) for line in desk.run("watches", "list", "--json").splitlines()]
    assert [row["id"] for row in rows] == ["nato", "iran", "nato-iran"]
    assert len({row["version"] for row in rows}) == 3
