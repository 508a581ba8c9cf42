"""Names of log events: whoever filters logs, or alerts on them, knows one convention."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    path for room in ("wirewatch", "connectors", "pipelines") for path in sorted((ROOT / room).rglob("*.py"))
]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
NAME = re.compile(r"[a-z]+(_[a-z0-9]+)*")
"""snake_case, what and what became of it (`broker_away`); facts are fields, `error` what went wrong."""


def is_logger(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith("get_logger")


def texts(event: ast.expr) -> list[ast.expr]:
    return [event.body, event.orelse] if isinstance(event, ast.IfExp) else [event]


def complaints(tree: ast.Module) -> Iterator[str]:
    loggers = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and is_logger(node.value)]
    for node in loggers:
        assert isinstance(node.value, ast.Call)
        if [ast.unparse(argument) for argument in node.value.args] not in ([], ["__name__"]):
            yield f"line {node.lineno}: a logger is called as its module is"
    names = {ast.unparse(target) for node in loggers for target in node.targets}
    calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and ast.unparse(node.value) in names and node.attr in LEVELS):
            continue
        if id(node) not in calls:
            yield f"line {node.lineno}: `{ast.unparse(node)}` is not called where it stands"
            continue
        event = calls[id(node)].args[1 if node.attr == "log" else 0]
        for text in texts(event):
            if not (isinstance(text, ast.Constant) and NAME.fullmatch(text.value)):
                yield f"line {node.lineno}: {ast.unparse(text)} is no name of an event"


def test_events_are_named_alike():
    logging = [path for path in MODULES if "get_logger(" in path.read_text()]
    assert len(logging) > 30
    assert [
        f"{path.relative_to(ROOT)}, {complaint}"
        for path in logging
        for complaint in complaints(ast.parse(path.read_text()))
    ] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('log.info("broker_away", error=1)', []),
        ('log.warning("reading_paused" if full else "reading_resumed")', []),
        ('log.log(level, "broker_away")', []),
        ('log.info("the broker is away")', ["line 3: 'the broker is away' is no name of an event"]),
        ('log.info("broker.away")', ["line 3: 'broker.away' is no name of an event"]),
        ('log.info("a_b" if full else "c d")', ["line 3: 'c d' is no name of an event"]),
        ("log.error(str(error))", ["line 3: str(error) is no name of an event"]),
        ("write = log.info", ["line 3: `log.info` is not called where it stands"]),
        ('other = structlog.get_logger("x")', ["line 3: a logger is called as its module is"]),
    ],
)
def test_what_is_held_up(line, expected):
    tree = ast.parse(f"import structlog\nlog = structlog.get_logger(__name__)\n{line}\n")
    assert list(complaints(tree)) == expected
