"""`words.yaml`: lists of context words that aliases name, `@sport`."""

import json

import pytest
from typer.testing import CliRunner

from wirewatch.errors import ConfigError
from wirewatch.service.cli import app
from wirewatch.snapshot import load_snapshot, snapshot_files
from wirewatch.tagging import load_catalogue

LISTS = "sport: [coach*, striker*]\nwar:\n  - truce\n  - front line\n"
RUBIO = {"text": "Rubio", "needs": ["envoy*", "@war"], "unless": ["@sport", "coach*"]}


def write(folder, *aliases, lists=LISTS):
    actor = {"id": "x:a", "name": "A", "type": "person", "aliases": list(aliases)}
    (folder / "a.jsonl").write_text(f"\n{json.dumps(actor)}\n", encoding="utf-8")
    if lists is not None:
        (folder / "words.yaml").write_text(lists, encoding="utf-8")
    return folder


def test_a_list_stands_for_its_words_each_once(tmp_path):
    catalogue = load_catalogue(write(tmp_path, "Marco Rubio", RUBIO))
    plain, alias = catalogue.actors["x:a"].spelled()
    assert (plain.needs, plain.unless) == ((), ())
    assert (alias.needs, alias.unless) == (("envoy*", "truce", "front line"), ("coach*", "striker*"))


@pytest.mark.parametrize("lists", [None, "", "# none yet\n"], ids=["no file", "empty", "a comment"])
def test_a_folder_without_lists_is_as_good(tmp_path, lists):
    alias = {"text": "Rubio", "needs": ["truce"]}
    catalogue = load_catalogue(write(tmp_path, alias, lists=lists))
    assert catalogue.actors["x:a"].spelled()[0].needs == ("truce",)


UNKNOWN = {
    "misspelled": (
        ["@sports"],
        LISTS,
        r"a\.jsonl:2: x:a: alias 'R': no list @sports in .*; did you mean @sport\?",
    ),
    "unlike any": (["@zzz"], LISTS, r"a\.jsonl:2: .*no list @zzz in .*words\.yaml; write it there, or"),
    "no file": (["@sport"], None, r"a\.jsonl:2: .*no list @sport in .*words\.yaml; write it there, or"),
    "for and against": (["truce", "@sport"], LISTS, "'R' has 'coach.' in `needs` and in `unless`"),
}


@pytest.mark.parametrize(("needs", "lists", "message"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_alias_that_asks_for_no_list_is_refused_with_its_line(tmp_path, needs, lists, message):
    alias = {"text": "R", "needs": needs, "unless": ["coach*"]}
    with pytest.raises(ConfigError, match=message):
        load_catalogue(write(tmp_path, alias, lists=lists))


WRONG = {
    "no YAML": ("a: [", r"words\.yaml:\d:1: not valid YAML"),
    "a list of lists": ("- [coach*]", r"words\.yaml:1: must hold lists by name"),
    "twice": ("sport: [coach*]\n\nsport: [striker*]", r"words\.yaml:3: 'sport' stands in line 1 already"),
    "one word": ("sport: coach*", r"words\.yaml:1: must be a name and a list of words"),
    "no words": ("war: [truce]\nsport: []", r"words\.yaml:2: must be a name and a list"),
    "rows within": ("war:\n  - [truce]", r"words\.yaml:2: war: a list holds words and phrases"),
    "another list": ("war: [truce]\nsport: ['@war']", r"words\.yaml:2: sport: '@war': a list holds words"),
    "no letter": ("sport: ['*']", r"words\.yaml:1: sport: word '\*' has no letter or digit"),
    "two blanks": ("sport: ['a  b']", r"words\.yaml:1: sport: word 'a  b' can never be met; write 'a b'"),
}


@pytest.mark.parametrize(("lists", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_list_is_refused_with_its_line(tmp_path, lists, message):
    with pytest.raises(ConfigError, match=message):
        load_catalogue(write(tmp_path, "A", lists=lists))


def test_words_that_look_like_something_else_to_yaml_are_words(tmp_path):
    alias = {"text": "R", "needs": ["@odd"]}
    catalogue = load_catalogue(write(tmp_path, alias, lists="odd: [no, on, 2024-01-02, 007]"))
    assert catalogue.actors["x:a"].spelled()[0].needs == ("no", "on", "2024-01-02", "007")


def run(config, *words):
    return CliRunner().invoke(
        app, ["catalogue", *words, "--config", str(config), "--data", str(config.parent / "data")]
    )


def test_a_changed_list_is_another_version(config):
    before = load_snapshot(config)
    file = config / "actors" / "words.yaml"
    assert file in snapshot_files(config)
    file.write_text(file.read_text(encoding="utf-8").replace(" film, ", " film, sonata*, "), encoding="utf-8")
    assert load_snapshot(config).version != before.version


def test_check_names_every_alias_of_an_unknown_list_and_doubts_lists_of_none(config):
    file = config / "actors" / "words.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}weather: [rain*]\n", encoding="utf-8")
    done = run(config, "check")
    assert done.exit_code == 0
    assert (
        f"words.yaml:{len(text.splitlines()) + 1}: no alias names @weather; take the list out" in done.stderr
    )
    assert "@namesake;" not in done.stderr
    file.write_text(text.replace("interior:", "inside:"), encoding="utf-8")
    done = run(config, "check")
    assert done.exit_code == 2
    assert done.stderr.count("no list @interior in") > 1


def test_add_writes_the_name_of_a_list(config):
    done = run(config, "add", "Zed Yonder", "--type", "person", "--needs", "@diplomacy", "--needs", "Zedland")
    assert done.exit_code == 0
    (line,) = [
        line for line in (config / "actors" / "people.jsonl").read_text().splitlines() if "Zed Yonder" in line
    ]
    assert json.loads(line)["aliases"] == [{"text": "Zed Yonder", "needs": ["@diplomacy", "Zedland"]}]
    (zed,) = load_catalogue(config / "actors").named("Zed Yonder")
    assert "ceasefire" in zed.spelled()[0].needs


def test_add_refuses_an_unknown_list(config):
    before = (config / "actors" / "people.jsonl").read_bytes()
    done = run(config, "add", "Zed Yonder", "--type", "person", "--needs", "@diplomcy")
    assert "the new actor: person:zed-yonder: alias 'Zed Yonder': no list @diplomcy" in str(done.exception)
    assert "did you mean @diplomacy?" in str(done.exception)
    assert (config / "actors" / "people.jsonl").read_bytes() == before
