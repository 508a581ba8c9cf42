"""YAML files of the config: what is refused before anybody asks what it means."""

import pytest

from connectors.feeds.config import load_feeds
from connectors.notify.routes import load_routes
from wirewatch.errors import ConfigError
from wirewatch.settings import load_settings
from wirewatch.watches.parse import load_watches
from wirewatch.yaml_files import load_yaml

TWICE = {
    "in a watch": (
        "- id: w\n  when: a\n  name: W\n  when: b\n",
        "4:3",
        "'when' stands twice, first in line 2",
    ),
    "at the top": ("a: 1\nb: 2\na: 3\n", "3:1", "'a' stands twice, first in line 1"),
    "in one line": ("- {a: 1, b: {c: 1, c: 2}}\n", "1:20", "'c' stands twice"),
    "once in quotes": ("a: 1\n'a': 2\n", "2:1", "'a' stands twice"),
    "numbers": ("1: a\n1: b\n", "2:1", "'1' stands twice"),
    "below an anchor": ("x: &x {a: 1, a: 2}\ny: *x\n", "1:14", "'a' stands twice"),
}


@pytest.mark.parametrize(("text", "where", "what"), TWICE.values(), ids=TWICE)
def test_a_name_that_stands_twice_is_refused(tmp_path, text, where, what):
    path = tmp_path / "file.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_yaml(path)
    assert str(refused.value).startswith(f"{path}:{where}: not valid YAML: {what}")
    line, column = map(int, where.split(":"))
    assert refused.value.excerpt == f"  {text.splitlines()[line - 1]}\n  {' ' * (column - 1)}^"


QUOTED = {
    "an expression that begins with quotes": ('- id: w\n  when: "oil tanker" AND pipeline\n', "2:22", "when"),
    "an expression with a colon at its end": ("- id: w\n  when: title: oil\n", "2:14", "when"),
    "a text with a colon": ("- id: w\n  tests:\n    - text: Something: gas\n", "3:22", "text"),
}


@pytest.mark.parametrize(("text", "where", "key"), QUOTED.values(), ids=QUOTED)
def test_a_text_with_quotes_or_a_colon_of_its_own_is_refused_with_the_way_to_write_it(
    tmp_path, text, where, key
):
    path = tmp_path / "watches.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_yaml(path)
    assert str(refused.value).startswith(f"{path}:{where}: not valid YAML: ")
    assert f"; write `{key}: >` and the text in a line of its own below" in str(refused.value)
    head, _, said = text.rpartition(f"{key}: ")
    path.write_text(f"{head}{key}: >\n        {said}")
    assert said in str(load_yaml(path)).replace("\\n", "\n")


LINE_UP = "; line it up with the settings it belongs to"
INDENTED = {
    "a setting too far left": ("- id: w\n  name: W\n when: oil\n", "3:2", LINE_UP),
    "a setting too far right": ("- id: w\n  name: W\n    when: oil\n", "3:9", LINE_UP),
    "a watch too far right": ("- id: w\n  when: oil\n   - id: v\n", "3:8", LINE_UP),
    "a watch without its dash": ("- id: w\n  when: oil\nid: v\n", "3:1", LINE_UP),
    "a test too far right": ("- tests:\n  - {text: a}\n   - {text: b}\n", "3:4", LINE_UP),
    "a text not far enough": ("- when: >\n  oil\n  name: W\n", "3:3", "; the line above it is no setting"),
    "a tab": ("- id: w\n\twhen: oil\n", "2:1", "; indent with blanks: YAML takes no tabs"),
}


@pytest.mark.parametrize(("text", "where", "what"), INDENTED.values(), ids=INDENTED)
def test_a_line_that_is_indented_wrongly_is_refused_with_what_to_do(tmp_path, text, where, what):
    path = tmp_path / "watches.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_yaml(path)
    assert str(refused.value).startswith(f"{path}:{where}: not valid YAML: ")
    assert what in str(refused.value)
    assert "write `" not in str(refused.value)


def test_an_error_of_another_kind_has_no_such_hint(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text("a: [b, c\nd: e\n")
    with pytest.raises(ConfigError) as refused:
        load_yaml(path)
    assert "write `" not in str(refused.value)


def test_an_error_at_the_end_of_the_file_has_no_line_to_show(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text("a: [\n")
    with pytest.raises(ConfigError, match=r"file.yaml:2:1: not valid YAML: ") as refused:
        load_yaml(path)
    assert refused.value.excerpt == ""


ONCE = {
    "what is merged in may be said anew": (
        "a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, x: 4}\nd: {<<: [*a, *b], y: 5}\n",
        {
            "a": {"x": 1, "y": 2},
            "b": {"x": 3, "y": 2},
            "c": {"x": 4, "y": 2},
            "d": {"x": 1, "y": 5},
        },
    ),
    "a number and its digits as text": ("1: a\n'1': b\n", {1: "a", "1": "b"}),
    "in different mappings": ("- a: 1\n- a: 2\n", [{"a": 1}, {"a": 2}]),
    "nothing": ("# nothing\n", None),
}


@pytest.mark.parametrize(("text", "holds"), ONCE.values(), ids=ONCE)
def test_what_stands_once_is_read(tmp_path, text, holds):
    (tmp_path / "file.yaml").write_text(text)
    assert load_yaml(tmp_path / "file.yaml") == holds


FILES = {
    "wirewatch.yaml": load_settings,
    "routes.yaml": load_routes,
    "feeds.yaml": load_feeds,
    "watches.yaml": lambda folder: load_watches(folder / "watches.yaml"),
}


@pytest.mark.parametrize(("name", "load"), FILES.items(), ids=FILES)
def test_every_file_is_read_so(tmp_path, name, load):
    (tmp_path / name).write_text("a: 1\na: 2\n")
    with pytest.raises(ConfigError, match=f"{name}:2:1: .*'a' stands twice, first in line 1"):
        load(tmp_path)


@pytest.mark.parametrize(("name", "load"), FILES.items(), ids=FILES)
def test_a_date_that_no_calendar_has_is_refused(tmp_path, name, load):
    (tmp_path / name).write_text("- 1\n- {until: 2026-02-30}\n")
    with pytest.raises(
        ConfigError, match=f"{name}:2:11: .*'2026-02-30' is no day or time of the cal"
    ) as told:
        load(tmp_path)
    assert told.value.excerpt == f"  - {{until: 2026-02-30}}\n  {' ' * 10}^"


@pytest.mark.parametrize("escape", [r"\U00110000", r"\UFFFFFFFF"])
def test_an_escape_that_is_no_character_is_refused(tmp_path, escape):
    path = tmp_path / "file.yaml"
    path.write_text(f'a: "{escape}"\n')
    with pytest.raises(ConfigError, match=r"file.yaml: not valid YAML: "):
        load_yaml(path)


NOT_WHAT_IT_LOOKS_LIKE = {
    "a month": ("2026-13-01", "'2026-13-01' is no day or time of the calendar"),
    "an hour": ("2026-01-01 25:00:00", "'2026-01-01 25:00:00' is no day or time of the calendar"),
    "a number of ever so many digits": ("1" * 5000, f"'{'1' * 40}' is no whole number; text goes in quotes"),
    "half of a character": ('"\\uD800"', r"'\ud800' has half of a character, which is no text"),
    "said to be a number": ("!!int ten", "'ten' is no whole number"),
    "said to be a number, and nothing": ("!!int ''", "'' is no whole number"),
    "said to be true or false": ("!!bool maybe", "'maybe' is no true or false"),
    "said to be a time": ("!!timestamp soon", "'soon' is no day or time of the calendar"),
}


@pytest.mark.parametrize(("value", "what"), NOT_WHAT_IT_LOOKS_LIKE.values(), ids=NOT_WHAT_IT_LOOKS_LIKE)
def test_a_value_that_is_not_what_it_looks_like_is_refused_with_its_place(tmp_path, value, what):
    path = tmp_path / "file.yaml"
    path.write_text(f"a:\n  - b: {value}\n")
    with pytest.raises(ConfigError) as refused:
        load_yaml(path)
    assert str(refused.value).startswith(f"{path}:2:8: not valid YAML: {what}")
