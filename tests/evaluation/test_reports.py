"""Reports of the scorers: what was scored once stands nowhere else, so no run writes over one."""

from datetime import UTC, datetime

import pytest

from bench.report import Table
from evaluation import story_pairs
from evaluation.__main__ import write

NOW = datetime(2026, 11, 26, 5, 29, 7, tzinfo=UTC)
WRITERS = {
    "eval": lambda tables, folder: write(tables, {}, folder, NOW),
    "stories": lambda tables, folder: story_pairs.write(tables, folder, NOW),
}


@pytest.mark.parametrize(("name", "written"), WRITERS.items(), ids=WRITERS.keys())
def test_a_report_is_not_written_over(tmp_path, name, written):
    first = written([Table("Actors", ("", "F1"), [("held", ".88")])], tmp_path)
    first.write_text(first.read_text() + "\n## By hand\n")
    second = written([Table("Actors", ("", "F1"), [("dev", ".97")])], tmp_path)
    assert (first.name, second.name) == (f"{name}-2026-11-26.md", f"{name}-2026-11-26-052907.md")
    assert "| held | .88 |" in first.read_text()
    assert first.read_text().endswith("## By hand\n")
    assert "- date: 2026-11-26 05:29 UTC" in second.read_text()
