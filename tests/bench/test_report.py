"""Reports of one day do not write over each other."""

import pytest

from bench import report


@pytest.mark.parametrize(
    ("options", "end"),
    [
        pytest.param({"quick": False}, "", id="the day's"),
        pytest.param({"quick": False, "name": "flink"}, "-flink", id="named"),
        pytest.param({"quick": True, "name": "flink"}, "-flink-quick", id="named and quick"),
        pytest.param({"quick": True}, "-quick", id="quick"),
    ],
)
def test_a_report_has_a_file_of_its_own(tmp_path, options, end):
    path = report.write(tmp_path, [("cores", "2")], [], **options)
    assert path.stem.startswith("bench-2")
    assert path.stem[len("bench-2026-01-01") :] == end
    assert "- cores: 2" in path.read_text()


def test_a_second_report_of_a_day_leaves_the_first(tmp_path):
    first = report.write(tmp_path, [("cores", "2")], [], quick=False)
    second = report.write(tmp_path, [("cores", "4")], [], quick=False)
    assert first != second
    assert "- cores: 2" in first.read_text()
