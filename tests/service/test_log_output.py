"""Log lines as `wirewatch logs` shows them on a terminal."""

import json

import pytest

from wirewatch.service.cli.run.log_output import line_reader


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param(
            json.dumps({"time": "2026-11-25T21:39:33Z", "level": "info", "event": "ready", "port": 9}),
            ["2026-11-25T21:39:33Z [info     ] ready", "port=9"],
            id="an event",
        ),
        pytest.param(
            json.dumps({"event": "failed", "exception": "Traceback:\n  line 1\nKeyError: 'k'"}),
            ["failed", "\nTraceback:\n  line 1\nKeyError: 'k'"],
            id="a traceback",
        ),
        pytest.param(json.dumps({"event": "a\x1b[2Jb", "\x1b": "\x1b"}), ["a[2Jb"], id="escape sequences"),
        pytest.param(
            "Picked up JAVA_TOOL_OPTIONS\x1b[2J\n", ["Picked up JAVA_TOOL_OPTIONS[2J"], id="another's"
        ),
        pytest.param('{"event": 1}', ['{"event": 1}'], id="JSON that is no event"),
        pytest.param("[" * 100_000, ["[[["], id="nested too deep"),
    ],
)
def test_a_line_is_readable(line, shown):
    read = line_reader(colours=False)(line)
    assert [part for part in shown if part not in read] == []
    assert "\x1b" not in read
    assert not read.endswith("\n")
