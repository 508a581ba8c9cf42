"""docs/watches.md is true: its watch passes its tests, its terms are the language's, its commands run."""

import re

import pytest
import yaml

from tests.docs.test_readme import commands
from tests.service.support import ROOT
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.watches.check import check_watches
from wirewatch.watches.language import parse
from wirewatch.watches.model import Only, PerStory, Spike, Volume, Watch

PAGE = (ROOT / "docs" / "watches.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TERMS, OPERATORS = (
    re.findall(r"`((?:[^`\\]|\\.)+)`", " ".join(re.findall(r"^\| (.*?) \| ", section, re.MULTILINE)))
    for section in re.findall(r"^## (?:Terms|Operators).*?\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
)


def test_every_way_of_writing_makes_sense(tmp_path):
    """Each of both tables loads against the actors and topics that come along."""
    assert (len(TERMS), len(OPERATORS)) == (23, 6)
    written = [text for text in (*TERMS, *OPERATORS) if "…" not in text]
    path = tmp_path / "watches.yaml"
    watches = [
        # NOT alone is refused, as the page says.
        {"id": f"w{n}", "name": text, "when": f"x {text}" if text.startswith("NOT") else text}
        for n, text in enumerate(written)
    ]
    path.write_text(yaml.safe_dump(watches, allow_unicode=True), encoding="utf-8")
    findings = check_watches(path, *load_actors_and_topics(ROOT / "config"))
    assert [finding.message for finding in findings if not finding.warning] == []


def test_precedence_is_as_the_table_has_it():
    assert str(parse("a OR b AND c NEAR/10 d NOT e")) == '"a" OR "b" AND "c" NEAR/10 "d" AND NOT "e"'


def test_every_setting_stands_in_it():
    told = {"id", "name", "severity", "when", "labels"}
    table = PAGE.partition("## Beside `when`")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z_]+)[`:]", table))
    assert set(Watch.model_fields) - told <= named
    for section in (Only, PerStory, Spike, Volume):
        assert set(section.model_fields) <= named, section.__name__


def test_its_watch_passes_its_tests(shell, tmp_path):
    (tmp_path / "config" / "watches.yaml").write_text(EXAMPLE, encoding="utf-8")
    assert "all right" in shell("wirewatch watches check").stdout
    done = shell("wirewatch watches test")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 tests passed")


@pytest.mark.parametrize(
    "line", commands("".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)))
)
def test_its_commands_run(shell, line):
    done = shell(line)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_its_links_lead_somewhere():
    local = [link for link in re.findall(r"\]\(([^)]+)\)", PAGE) if not link.startswith("https://")]
    assert [link for link in local if not (ROOT / "docs" / link.partition("#")[0]).exists()] == []
