"""What a tagger is built of, kept in files: the same tags, whatever became of the file."""

import os

import msgspec
import pytest
import structlog

from tests.tagging.conftest import make_article
from wirewatch.ids import digest
from wirewatch.tagging import Actor, Alias, Builds, Catalogue, Phrase, Tagger, TopicRules
from wirewatch.tagging.build import make_build
from wirewatch.tagging.builds import FORMAT, MOST_FILES
from wirewatch.tagging.search.word_index import word_index

ARTICLE = make_article(
    "Côte d'Ivoire and Iran", "Michael Jordan met King Abdullah of Jordan, Mr Trump said. US tankers sailed."
)


FEW = Catalogue(
    [
        Actor(id="iran", name="Iran", type="country", aliases=("Iran",)),
        Actor(id="us", name="United States", type="country", aliases=("US",)),
    ]
)
NO_TOPICS = TopicRules(())
PHRASES = (Phrase(1, "tanker", prefix=True), Phrase(2, "Cote d’Ivoire"))  # noqa: RUF001


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "builds"


@pytest.fixture
def tagger(folder):
    def make(phrases=PHRASES, actors=FEW, rules=NO_TOPICS):
        return Tagger(actors, rules, phrases, Builds(folder, least=0))

    return make


def test_a_tagger_from_a_file_gives_the_same_tags(tagger, catalogue, topics, folder):
    rejected = [[], [], []]
    never_kept = Tagger(catalogue, topics, PHRASES).tag(ARTICLE, rejected[0])
    assert tagger(actors=catalogue, rules=topics).tag(ARTICLE, rejected[1]) == never_kept
    (file,) = folder.iterdir()
    before = file.stat().st_ino
    assert tagger(actors=catalogue, rules=topics).tag(ARTICLE, rejected[2]) == never_kept
    assert file.stat().st_ino == before
    assert rejected[0] == rejected[1] == rejected[2] != []


@pytest.mark.parametrize(
    "damage",
    [lambda b: b"", lambda b: b[:-1], lambda b: b[:50] + bytes([b[50] ^ 1]) + b[51:], lambda b: b + b" "],
    ids=["empty", "cut", "a byte changed", "longer"],
)
def test_a_damaged_file_is_made_anew(tagger, folder, damage):
    tags = tagger().tag(ARTICLE)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert tagger().tag(ARTICLE) == tags
    assert file.read_bytes() == whole


def test_what_it_is_made_of_tells_the_file(tagger, folder):
    tagger()
    tagger(phrases=())
    tagger(actors=Catalogue(reversed(FEW.actors.values())))
    assert len(list(folder.iterdir())) == 3


def test_a_build_of_another_content_has_another_format():
    actors = [
        Actor(
            id="a",
            name="Côte d'Ivoire",
            type="country",
            aliases=("Côte d'Ivoire", Alias("us", case="upper", needs=("Abidjan", "cocoa*"))),
            decoys=("Ivory soap",),
        ),
        Actor(id="b", name="Trump", type="person", aliases=(Alias("Trump", kind="surname", case="any"),)),
    ]
    build = make_build(
        Catalogue(actors), ["prime minister"], ["sanction*", "nuclear deal"], PHRASES, word_index
    )
    parts = [msgspec.structs.asdict(build) | {"tables": 0, "bare": 0}]
    parts += [msgspec.structs.asdict(tables) for tables in (build.tables, build.bare)]
    assert (FORMAT, digest(repr(parts))) == (5, "73c79b1c3921e7b81f26"), (
        "count FORMAT up: kept builds would be of the old kind"
    )


def test_those_go_that_were_not_used_for_longest(tagger, folder):
    def build(n):
        before = files()
        tagger(phrases=[Phrase(1, f"phrase {n}")])
        (new,) = files() - before or {None}
        for file in files() - {new}:  # as if it had been a minute ago
            os.utime(file, (file.stat().st_mtime - 60,) * 2)
        return new

    def files():
        return set(folder.glob("*")) if folder.exists() else set()

    first, second, *_ = [build(n) for n in range(MOST_FILES)]
    assert build(0) is None
    build("another")
    assert len(files()) == MOST_FILES
    assert first in files()
    assert second not in files()


def test_what_a_killed_process_left_goes(tagger, folder):
    folder.mkdir()
    left, of_now = folder / ".a.build.7", folder / ".b.build.8"
    for draft in (left, of_now):
        draft.touch()
    os.utime(left, (left.stat().st_mtime - 2 * 3600,) * 2)
    tagger()
    assert not left.exists()
    assert of_now.exists()


def test_one_that_is_kept_is_not_said_to_be_lost_for_what_cannot_be_tidied_up(tagger, folder):
    stays = folder / "a folder"
    stays.mkdir(parents=True)
    os.utime(stays, (0, 0))
    with structlog.testing.capture_logs() as logged:
        tagger()
    assert len(list(folder.glob("*.build"))) == 1
    assert logged == []


def test_a_folder_that_can_not_be_written_is_no_error(tagger, folder):
    folder.write_text("a file")
    assert tagger().tag(ARTICLE).actors


def test_small_catalogues_are_not_kept(folder):
    actors = [Actor(id="a", name="Aa", type="company", aliases=(Alias("Aa", needs=("bank",)),))]
    Tagger(Catalogue(actors), TopicRules(()), (), Builds(folder))
    assert not folder.exists()
