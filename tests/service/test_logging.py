"""One event a line, whoever logs it."""

import io
import json
import logging

import pytest
import structlog

from wirewatch.service.logging import configure_logging
from wirewatch.settings import LoggingSettings


@pytest.fixture
def lines():
    """Return a function: configure, and get the lines logged since."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def configure(stream=None, **settings):
        stream = stream or io.StringIO()
        configure_logging(LoggingSettings(**settings), part="pipeline", stream=stream)
        return lambda: stream.getvalue().splitlines()

    yield configure
    root.handlers[:], root.level = before
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_every_line_is_json_with_part_time_level_and_trace(lines):
    logged = lines()
    structlog.contextvars.bind_contextvars(trace="abc")
    try:
        structlog.get_logger("x").info("alert_sent", alert="a\nb", count=2)
        logging.getLogger("some.library").warning("it %s", "happened", extra={"more": 1})
    finally:
        structlog.contextvars.clear_contextvars()
    ours, theirs = map(json.loads, logged())
    assert (ours["event"], ours["alert"], ours["count"]) == ("alert_sent", "a\nb", 2)
    assert (theirs["event"], theirs["more"], theirs["logger"]) == ("it happened", 1, "some.library")
    for event in (ours, theirs):
        assert (event["part"], event["trace"]) == ("pipeline", "abc")
        assert event["time"].endswith("Z")
    assert (ours["level"], theirs["level"]) == ("info", "warning")


def test_a_traceback_stays_on_its_line(lines):
    logged = lines()
    try:
        _ = {}["k"]
    except KeyError:
        structlog.get_logger().exception("failed")
    [line] = logged()
    assert "KeyError: 'k'" in json.loads(line)["exception"]


def test_levels(lines):
    logged = lines(level="warning")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    logging.getLogger("apache_beam").info("chatter")
    assert [json.loads(line)["event"] for line in logged()] == ["loud"]


def test_console_is_for_people(lines):
    logged = lines(format="console")
    structlog.get_logger("x").info("alert_sent", alert="a")
    [line] = logged()
    assert "alert_sent" in line
    assert not line.startswith("{")
    assert "\x1b" not in line


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "form", "environ", "json_lines", "colours"),
    [
        pytest.param(Terminal, "auto", {}, False, True, id="a terminal is for people"),
        pytest.param(Terminal, "auto", {"NO_COLOR": "1"}, False, False, id="who may want no colours"),
        pytest.param(Terminal, "json", {}, True, False, id="or JSON all the same"),
        pytest.param(io.StringIO, "auto", {}, True, False, id="a file is for programs"),
    ],
)
def test_who_reads_it(lines, monkeypatch, stream, form, environ, json_lines, colours):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    logged = lines(stream=stream(), format=form)
    structlog.get_logger("x").info("alert_sent", alert="a")
    [line] = logged()
    assert line.startswith('{"time": "20') == json_lines
    assert ("\x1b[" in line) == colours


def test_a_logger_made_before_follows(lines):
    early = structlog.get_logger("early")
    logged = lines()
    early.info("here")
    assert json.loads(logged()[0])["logger"] == "early"


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_holds_no_local_variables(lines, form):
    def sign(secret):
        raise ZeroDivisionError(len(secret))

    logged = lines(format=form)
    try:
        sign("whsec_" + "x" * 9)
    except ZeroDivisionError:
        structlog.get_logger("x").exception("unexpected failure")
    text = "\n".join(logged())
    assert "ZeroDivisionError" in text
    assert "whsec_xxx" not in text


@pytest.mark.parametrize(
    ("path", "level", "kept"),
    [
        pytest.param("/lib/apache_beam/io/gcp/x.py", logging.WARNING, 0, id="Beam's chatter at its import"),
        pytest.param("/lib/apache_beam/io/gcp/x.py", logging.ERROR, 1, id="Beam's errors"),
        pytest.param("/lib/other/x.py", logging.WARNING, 1, id="what others log as the root logger"),
    ],
)
def test_what_a_library_logs_as_the_root_logger(lines, path, level, kept):
    logged = lines()
    root = logging.getLogger()
    root.handle(root.makeRecord("root", level, path, 1, "said", (), None))
    assert len(logged()) == kept
