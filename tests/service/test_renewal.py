"""`config renew`: what an upgrade ships comes into a config that `init` wrote, and the user's edits stay."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from tests.service.support import ROOT
from wirewatch import resources
from wirewatch.errors import WirewatchError
from wirewatch.service.cli import app
from wirewatch.service.renewal import record
from wirewatch.service.renewal.entries import entries_of

TOPICS = """# The head.
topics:

  # ---- trade
  - code: own:one
    name: shipping
    strong: tanker*
  # of the sea
  - code: own:two
    name: ports
    strong: harbour
"""
WORDS = """# The head.

# Of players.
sport: [coach*]

war: [truce]
"""


def person(name, **fields):
    return json.dumps({"id": f"x:{name}", "name": name, "type": "person", "aliases": [name], **fields}) + "\n"


def ann(*aliases):
    return person("Ann Ba", aliases=["Ann Ba", *aliases])


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """The folder that comes along: of few actors, and a test may change it as an upgrade does."""
    folder = tmp_path / "shipped"
    (folder / "actors").mkdir(parents=True)
    (folder / "watches.yaml").write_text("- {id: ann, name: A, when: 'actor:\"Ann Ba\" OR topic:ports'}\n")
    (folder / "topics.yaml").write_text(TOPICS)
    (folder / "actors" / "words.yaml").write_text(WORDS)
    told = person("Di Ea", aliases=[{"text": "Di Ea", "needs": ["@war"], "unless": ["@sport"]}])
    (folder / "actors" / "people.jsonl").write_text(ann() + person("Bo Ce") + person("Cy De") + told)
    monkeypatch.setattr(resources, "_default", {"config": folder}.__getitem__)
    return folder


@pytest.fixture
def mine(tmp_path, shipped):
    folder = tmp_path / "mine"
    run("init", str(folder))
    return folder


def run(*words):
    done = CliRunner().invoke(app, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def renew(folder, *options):
    return run("config", "renew", "--config", str(folder), *options)


def warned(folder):
    said = json.loads(run("config", "check", "--json", "--config", str(folder)))["warnings"]
    return [one["file"] for one in said if "comes from another version" in one["message"]]


def rows(path):
    return path.read_text().splitlines(keepends=True)


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_shipped_is_split_and_joined_again():
    for path in (ROOT / "config" / "topics.yaml", *(ROOT / "config" / "actors").iterdir()):
        text = path.read_text(encoding="utf-8")
        entries = entries_of(path.name, text)
        assert "".join(entries.values()) == text
        assert len(entries) > 3


def test_a_line_that_nobody_changed_is_renewed_and_the_users_are_left(shipped, mine):
    people = mine / "actors" / "people.jsonl"
    edited = person("Bo Ce", aliases=["Bo Ce", "Boo"])
    people.write_text(ann() + edited + rows(people)[3] + person("Own One"))  # Cy De is taken out
    new = ann("Annie") + person("Al Fo") + person("Bo Ce", aliases=["Bo Ce", "Bob"]) + person("Cy De")
    (shipped / "actors" / "people.jsonl").write_text(new)  # Di Ea is shipped no longer
    assert warned(mine) == [str(people)]
    before = contents(mine)
    planned = renew(mine, "--check")
    assert contents(mine) == before
    said = renew(mine)
    named = ["  updated: x:Ann Ba", "  added: x:Al Fo", "  removed: x:Di Ea"]
    named += ["  of yours kept: x:Bo Ce", "  of yours kept: x:Own One"]
    named += ["  removed by you and not restored: x:Cy De"]
    assert [row for row in planned.splitlines() if row not in said.splitlines()] == named
    assert (
        f"{people}: 1 updated, 1 added, 1 removed, 2 of yours kept, 1 removed by you and not restored" in said
    )
    assert "check: x:Bo Ce has changed in this version, but yours is kept" in said
    assert rows(people) == [ann("Annie"), person("Al Fo"), edited, person("Own One")]
    assert warned(mine) == []
    after = contents(mine)
    assert "check: " not in renew(mine)
    assert contents(mine) == after


def test_what_the_user_took_out_is_said_and_what_he_moved_is_not(mine):
    people, topics = mine / "actors" / "people.jsonl", mine / "topics.yaml"
    topics.write_text(TOPICS[: TOPICS.index("  # of the sea")])
    first, *others = rows(people)
    people.write_text("".join(others))
    for options in ((), ("--check",), ("--over-mine",)):
        said = renew(mine, *options)
        for path in (people, topics):
            assert f"{path}: 1 removed by you and not restored" in said
        assert f"{mine / 'actors' / 'words.yaml'}: up to date" in said
    (mine / "actors" / "mine.jsonl").write_text(first)
    assert f"{people}: up to date" in renew(mine)


def test_topics_and_words_are_renewed_each_by_itself(shipped, mine):
    topics, words = mine / "topics.yaml", mine / "actors" / "words.yaml"
    topics.write_text(TOPICS.replace("harbour", "harbour, quay"))
    words.write_text(WORDS + "\nmine: [x]\n")
    (shipped / "topics.yaml").write_text(TOPICS.replace("tanker*", "tanker*, vessel").replace("sea", "SEA"))
    (shipped / "actors" / "words.yaml").write_text(WORDS.replace("truce", "truce, armistice"))
    assert warned(mine) == [str(words), str(topics)]
    renew(mine)
    assert topics.read_text() == TOPICS.replace("harbour", "harbour, quay").replace(
        "tanker*", "tanker*, vessel"
    )
    assert words.read_text() == WORDS.replace("truce", "truce, armistice") + "mine: [x]\n"


def test_nothing_is_written_where_the_config_would_be_wrong_with_it(shipped, mine):
    (mine / "actors" / "own.jsonl").write_text(person("Own One", aliases=["Zed"]))
    people = shipped / "actors" / "people.jsonl"
    people.write_text(people.read_text() + person("Zo Zed", aliases=["Zed"]))
    before = contents(mine)
    with pytest.raises(WirewatchError, match=r"nothing was updated, .*people\.jsonl:5: .* x:Own One") as told:
        renew(mine)
    assert str(mine) in str(told.value)
    assert contents(mine) == before


def test_an_actor_that_is_the_users_in_another_file_comes_no_second_time(shipped, mine):
    own = mine / "actors" / "own.jsonl"
    own.write_text(person("Zo Zed", aliases=["Zed"]))
    people = shipped / "actors" / "people.jsonl"
    people.write_text(people.read_text() + person("Zo Zed"))
    renew(mine)
    assert "Zo Zed" not in (mine / "actors" / "people.jsonl").read_text()


def test_what_moves_to_another_file_goes_with_it_unless_it_was_taken_out(shipped, mine):
    people = mine / "actors" / "people.jsonl"
    people.write_text("".join(row for row in rows(people) if "Cy De" not in row))
    (shipped / "actors" / "people.jsonl").write_text(ann() + rows(shipped / "actors" / "people.jsonl")[3])
    (shipped / "actors" / "others.jsonl").write_text(person("Bo Ce") + person("Cy De"))
    assert f"{mine / 'actors' / 'others.jsonl'}: 1 added, 1 removed by you and not restored" in renew(mine)
    assert (mine / "actors" / "others.jsonl").read_text() == person("Bo Ce")


def test_what_a_watch_names_is_kept_though_it_is_shipped_no_longer(shipped, mine):
    people = shipped / "actors" / "people.jsonl"
    people.write_text("".join(rows(people)[1:]).replace('"Bo Ce"]', '"Bo Ce", "Bob"]'))  # Ann Ba is gone
    (shipped / "watches.yaml").write_text("[]")
    said = renew(mine)
    assert "x:Ann Ba is no longer shipped, but is kept" in said
    assert rows(mine / "actors" / "people.jsonl") == [ann(), *rows(people)]
    assert "Ann Ba" not in renew(mine)  # it is the user's now


def test_a_file_that_is_shipped_anew_comes_and_one_that_was_taken_out_does_not(shipped, mine):
    (mine / "actors" / "own.jsonl").write_text(ann())
    (mine / "actors" / "people.jsonl").unlink()
    (shipped / "actors" / "more.jsonl").write_text(person("Mo Re"))
    (shipped / "actors" / "people.jsonl").write_text(ann("Annie"))
    for _ in range(2):
        renew(mine)
        assert (mine / "actors" / "more.jsonl").read_text() == person("Mo Re")
        assert not (mine / "actors" / "people.jsonl").exists()


def test_a_file_that_was_taken_out_is_told_of_and_one_that_was_renamed_is_not(shipped, mine):
    people = mine / "actors" / "people.jsonl"
    people.rename(mine / "actors" / "own.jsonl")
    assert str(people) not in renew(mine)
    (mine / "actors" / "own.jsonl").unlink()
    told = (
        f"{people}: you removed it, so it stays out; it is shipped as {shipped / 'actors' / 'people.jsonl'}\n"
    )
    for options in ((), ("--check",), ("--over-mine",)):
        assert told in renew(mine, *options)
        assert not people.exists()
    shutil.copy(shipped / "actors" / "people.jsonl", people)
    assert f"{people}: up to date" in renew(mine)


def test_without_a_record_what_differs_is_taken_for_the_users(shipped, mine):
    (mine / "came-along.json").unlink()
    people = mine / "actors" / "people.jsonl"
    assert warned(mine) == []
    new = ann("Annie") + "".join(rows(people)[1:]) + person("Mo Re")
    (shipped / "actors" / "people.jsonl").write_text(new)
    assert warned(mine) == [str(people)]
    assert "check: x:Ann Ba" in renew(mine)
    assert rows(people) == [ann(), *rows(shipped / "actors" / "people.jsonl")[1:]]
    assert warned(mine) == []
    renew(mine, "--over-mine")
    assert people.read_text() == new


def test_where_the_record_is_left_out_of_what_is_mounted_nothing_is_to_be_renewed(mine, monkeypatch):
    """A pod cannot know what the user changed, nor renew it."""
    (mine / "topics.yaml").write_text(TOPICS + "    weak: quay\n")
    (mine / "came-along.json").rename(mine / "kept")
    assert warned(mine) == [str(mine / "topics.yaml")]
    monkeypatch.setattr(record, "is_read_only", lambda folder: folder == mine)
    assert warned(mine) == []
    (mine / "kept").rename(mine / "came-along.json")
    (mine.parent / "shipped" / "topics.yaml").write_text(TOPICS + "    weak: pier\n")
    assert warned(mine) == [str(mine / "topics.yaml")]


def test_a_catalogue_of_the_users_own_is_left_alone(shipped, mine):
    (mine / "came-along.json").unlink()
    (mine / "topics.yaml").write_text("topics: [{code: own:x, name: ports, strong: quay}]\n")
    shutil.rmtree(mine / "actors")
    (mine / "actors").mkdir()
    (mine / "actors" / "people.jsonl").write_text(ann("Anna"))
    before = contents(mine)
    assert warned(mine) == []
    assert "all are yours" in renew(mine, "--over-mine")
    assert contents(mine) == before


def test_a_config_copied_from_one_that_was_edited_keeps_what_came_along(tmp_path, shipped, mine):
    people = mine / "actors" / "people.jsonl"
    people.write_text(ann("Mine") + "".join(rows(people)[1:]))
    other = tmp_path / "other"
    run("init", str(other), "--config", str(mine))
    (shipped / "actors" / "people.jsonl").write_text(ann("Annie") + person("Bo Ce", aliases=["Bo Ce", "Bob"]))
    renew(other)
    assert rows(other / "actors" / "people.jsonl") == [
        ann("Mine"),
        person("Bo Ce", aliases=["Bo Ce", "Bob"]),
    ]


def test_what_comes_along_itself_is_refused(shipped):
    (shipped / "wirewatch.yaml").write_text("")
    with pytest.raises(WirewatchError, match="name yours with --config DIR"):
        renew(shipped)


@pytest.mark.parametrize("text", ["{", '{"topics.yaml": 1}', ""], ids=["cut short", "another's", "empty"])
def test_a_record_that_cannot_be_read_is_told(shipped, mine, text):
    (mine / "came-along.json").write_text(text)
    with pytest.raises(WirewatchError, match=r"came-along\.json: cannot be read: .*: restore or delete it"):
        renew(mine)
    checked = json.loads(run("config", "check", "--json", "--config", str(mine)))
    (warning,) = checked["warnings"]
    assert (checked["ok"], warning["file"]) == (True, str(mine / "came-along.json"))
    assert warning["message"].startswith("cannot be read: ")
    (mine / "came-along.json").unlink()
    assert json.loads(run("config", "check", "--json", "--config", str(mine)))["warnings"] == []


BROKEN = {
    "no JSON": ("actors/people.jsonl", "{\n", r"people\.jsonl: cannot be read: line 1 is no actor: "),
    "an actor twice": ("actors/people.jsonl", ann() + ann(), "'x:Ann Ba' stands twice"),
    "no YAML": ("topics.yaml", "topics: [", r"topics\.yaml: cannot be read: while parsing"),
    "a list twice": ("actors/words.yaml", "a: [b]\na: [c]\n", "'a' stands twice"),
}


@pytest.mark.parametrize(("name", "text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_told_apart_is_left(shipped, mine, name, text, message):
    (mine / name).write_text(text)
    before = contents(mine)
    with pytest.raises(WirewatchError, match=message):
        renew(mine)
    assert contents(mine) == before


def test_a_config_that_this_version_would_refuse_is_mended_by_what_it_brings(tmp_path, shipped):
    people = shipped / "actors" / "people.jsonl"
    right = people.read_text()
    people.write_text(right + person("Zo Zed", aliases=["Ann Ba"]))
    run("init", str(tmp_path / "mine"))
    people.write_text(right)
    renew(tmp_path / "mine")
    assert (tmp_path / "mine" / "actors" / "people.jsonl").read_text() == right


def test_topics_in_one_row_are_renewed_only_as_a_whole():
    for text in ("topics: [{code: own:x, name: a}, {code: own:y, name: b}]\n", "a: [b]\n", "", "[]\n", "a\n"):
        assert "".join(entries_of("topics.yaml", text).values()).strip() == text.strip()
    assert list(entries_of("topics.yaml", "topics: [{code: own:x}, {code: own:y}]\n")) == [""]
