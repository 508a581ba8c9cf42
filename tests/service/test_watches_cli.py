"""The commands for watches, as a user types them: what they say, and the code they end with."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.service.support import ROOT, make_site
from wirewatch.service.new_watch import append_watch, write_watch
from wirewatch.watches.parse import load_watches

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


@pytest.fixture
def site(tmp_path):
    site = make_site(tmp_path)
    path = site.config / "watches.yaml"  # a link to the one that comes along, which stays as it is
    text = path.read_text(encoding="utf-8")
    path.unlink()
    path.write_text(text, encoding="utf-8")
    return site


def write(site, text):
    (site.config / "watches.yaml").write_text(text, encoding="utf-8")


def test_check_shows_all_with_a_caret(site):
    write(
        site,
        "- {id: a, name: A, when: actor:Irann}\n- {id: a, name: B, when: oil tanker}\n"
        "- {id: c, name: C, when: oil OR oil}\n",
    )
    done = site.run("watches", "check")
    assert done.returncode == 2
    assert "watches.yaml:1:26: watch 'a': no actor 'Irann' is known; did you mean 'Iran'" in done.stdout
    assert "  - {id: a, name: A, when: actor:Irann}\n" + " " * 27 + "^" * 11 in done.stdout
    assert "nothing joins tanker" in done.stdout
    assert "warning: " in done.stdout
    found = [json.loads(line) for line in site.run("watches", "check", "--json").stdout.splitlines()]
    assert [(one["line"], one["level"]) for one in found] == [(1, "error"), (2, "error"), (3, "warning")]


def test_what_is_wrong_is_shown_wherever_config_is_read(site):
    write(site, "- {id: a, name: A, when: actor:Irann}\n")
    done = site.run("config", "check")
    assert done.returncode == 2
    said, line, caret = done.stderr.splitlines()
    assert said.startswith("wirewatch: ")
    assert line[caret.index("^") :].startswith("actor:Irann")


def test_the_tests_of_watches(site, tmp_path):
    write(site, TESTED)
    done = site.run("watches", "test", "--junit", str(tmp_path / "out.xml"))
    assert done.returncode == 1
    assert [line[:11] for line in done.stdout.splitlines() if line[:1] in "✓✗"] == [
        "✓ tankers 1", "✓ tankers 2", "✗ tankers 3", "✗ tankers 4",
    ]  # fmt: skip
    assert "the nearest have 11 words between them, not 5" in done.stdout
    assert "4 tests, 2 failed" in done.stdout
    (suite,) = ET.parse(tmp_path / "out.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("tankers", "4", "2")
    write(site, TESTED.split("    - {name", maxsplit=1)[0])
    assert site.run("watches", "test", "tankers").returncode == 0
    refused = site.run("watches", "test", "tanker")
    assert (refused.returncode, "did you mean tankers?" in refused.stderr) == (2, True)


def test_explain(site):
    seed = str(next((ROOT / "seeds").glob("013-*.txt")))
    said = site.run("watches", "explain", "nato-iran", seed).stdout
    assert "✓ meets nato-iran: After Trump call, NATO offers to do more in the Middle East" in said
    assert "✓ actor:Iran" in said
    shown = json.loads(site.run("watches", "explain", "nato-iran", seed, "--json").stdout)
    assert shown["met"] is True
    assert [part["met"] for part in shown["condition"]["parts"]] == [True, True]


def test_list(site):
    assert "nato-iran" in site.run("watches", "list").stdout
    rows = [json.loads(line) for line in site.run("watches", "list", "--json").stdout.splitlines()]
    assert [row["id"] for row in rows] == ["nato", "iran", "nato-iran"]
    assert len({row["version"] for row in rows}) == 3


def test_new(site):
    said = site.run("watches", "new", "Iran and oil").stdout
    assert 'when: >\n    actor:Iran AND "oil"\n' in said
    assert site.run("watches", "new", "Iran and oil", "--append").returncode == 0
    assert site.run("watches", "test").returncode == 0
    again = site.run("watches", "new", "Iran and oil", "--append")
    assert (again.returncode, "a second watch has this id" in again.stderr) == (2, True)
    assert site.run("watches", "new", "and").returncode == 2


NEW = {
    "a name and a word": ("Iran and oil", 'actor:Iran AND "oil"'),
    "words": ("pipeline leaks in the Arctic", 'pipeline* AND leaks* AND "Arctic"'),
    "either": ("NATO or tankers", "actor:NATO OR tankers*"),
    "a topic": ("diplomacy of Iran", "topic:diplomacy AND actor:Iran"),
    "blanks": ("  oil   spill  ", '"oil" AND spill*'),
}


@pytest.mark.parametrize(("about", "when"), NEW.values(), ids=NEW)
def test_what_a_new_watch_looks_for(site, about, when):
    path, line = append_watch(site.config, write_watch(site.config, about))
    watch = load_watches(path)[-1]
    assert str(watch.condition) == when
    assert path.read_text(encoding="utf-8").splitlines()[line - 1] == f"- id: {watch.id}"
