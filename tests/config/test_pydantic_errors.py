"""What is told of mistakes in a file of the config: each with its line and place, one a line."""

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from connectors.feeds.config import load_feeds
from connectors.notify.routes import load_routes
from wirewatch.errors import ConfigError
from wirewatch.pydantic_errors import PlacedError, config_error
from wirewatch.settings import load_settings

FEEDS = """\
sources:
  - name: first.example
    feeds:
      - https://first.example/rss
      - ftp://first.example/rss
  - name: second.example
    tier: none
    feeds:
      - url: https://second.example/rss
        minutes: 5
  - feeds: []
"""


FTP = "ftp://first.example/rss: only http and https are fetched: it must begin with https:// or http://"
MINUTES = "no such setting; did you mean min_minutes or max_minutes?"


def refusal(read, folder):
    with pytest.raises(ConfigError) as refused:
        read(folder)
    return refused.value


def test_each_with_its_line_and_the_name_of_what_it_is_in(tmp_path):
    path = tmp_path / "feeds.yaml"
    path.write_text(FEEDS)
    error = refusal(load_feeds, tmp_path)
    said = [str(error), *error.excerpt.splitlines()]
    assert said == [
        f"{path}:5:9: sources[first.example].feeds[2]: {FTP} (the first of 4 mistakes)",
        f"{path}:7:5: sources[second.example].tier: must be a whole number",
        f"{path}:10:9: sources[second.example].feeds[1].minutes: {MINUTES}",
        f"{path}:11:5: sources[3].name: is missing",
    ]


def test_a_feed_given_twice_is_told_where_it_is_again(tmp_path):
    (tmp_path / "feeds.yaml").write_text(
        "sources:\n- {name: a, feeds: [https://a.example/]}\n- name: b\n  feeds:\n  - url: https://a.example/\n"
    )
    error = refusal(load_feeds, tmp_path)
    assert ":5:5: sources[b].feeds[1]: feed given twice: https://a.example/" in str(error)
    assert "mistakes" not in str(error)


def test_of_what_may_be_one_or_another_both_are_told_as_one_mistake(tmp_path):
    (tmp_path / "wirewatch.yaml").write_text("replay:\n  speed: fast\n")
    error = refusal(load_settings, tmp_path)
    assert str(error).endswith("wirewatch.yaml:2:3: replay.speed: must be a number or must be 'max'")


MISTYPED = [
    pytest.param(load_settings, "notfy: {}", "notfy: no such setting; did you mean notify?", id="a section"),
    pytest.param(
        load_settings,
        "kafka: {security: {user: x}}",
        "kafka.security.user: no such setting; did you mean username?",
        id="in a section of a section",
    ),
    pytest.param(
        load_settings,
        "spacy_model: x",
        "spacy_model: no such setting; did you mean tagging.spacy_model?",
        id="without its section",
    ),
    pytest.param(load_settings, "xyzzy: 1", "xyzzy: no such setting", id="nothing like it"),
    pytest.param(
        load_routes,
        "receivers: []\nroute: {routes: [{receiver: a}, {continu: true}]}",
        "route.routes[2].continu: no such setting; did you mean continue?",
        id="of an item, by the name it has in the file",
    ),
    pytest.param(
        load_routes,
        "receivers: [{name: a, webhok: {}}]",
        "receivers[a].webhok: no such setting; did you mean webhook?",
        id="a kind of receiver",
    ),
]


@pytest.mark.parametrize(("read", "text", "says"), MISTYPED)
def test_a_setting_that_is_none_was_meant_for_another(tmp_path, read, text, says):
    name = "routes.yaml" if read is load_routes else "wirewatch.yaml"
    (tmp_path / name).write_text(text)
    error = refusal(read, tmp_path)
    said = [line.partition(" (the first of")[0] for line in [str(error), *error.excerpt.splitlines()]]
    assert any(line.endswith(f": {says}") for line in said), said


def test_what_the_environment_says_is_at_no_line(tmp_path, monkeypatch):
    monkeypatch.setenv("WIREWATCH_PORTS__NOTIFY", "x")
    (tmp_path / "wirewatch.yaml").write_text("ports:\n  notify: 9404\n")
    error = refusal(load_settings, tmp_path)
    assert f"{tmp_path}/wirewatch.yaml: ports.notify (set by $WIREWATCH_PORTS__NOTIFY): " in str(error)


def test_no_end_of_mistakes_has_an_end(tmp_path):
    lines = "".join(f"  - {{name: s{n}, tier: 0}}\n" for n in range(150))
    (tmp_path / "feeds.yaml").write_text(f"sources:\n{lines}")
    error = refusal(load_feeds, tmp_path)
    assert str(error).endswith("(the first of 150 mistakes)")
    assert len(error.excerpt.splitlines()) == 100
    assert error.excerpt.endswith("… and 50 more")


def test_lines_of_the_file_are_not_shown_they_may_hold_a_password(tmp_path):
    (tmp_path / "routes.yaml").write_text(
        "receivers: [{name: a, slack: {url: 'https://u:hunter2@x/'}, x: 1}]"
    )
    error = refusal(load_routes, tmp_path)
    assert "hunter2" not in f"{error}{error.excerpt}"


class Pair(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[dict[str, int]]

    @model_validator(mode="after")
    def _no_nine(self):
        for n, item in enumerate(self.items):
            if 9 in item.values():
                raise PlacedError(("items", n), "holds a nine")
        return self


def test_a_validator_may_say_where(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("items:\n- a: 1\n- name: 9\n")
    with pytest.raises(ValidationError) as error:
        Pair.model_validate({"items": [{"a": 1}, {"name": 9}]})
    assert str(config_error(path, error.value, Pair)) == f"{path}:3:3: items[9]: holds a nine"
