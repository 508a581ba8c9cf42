import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.seeds.folder import read_articles, read_seed, seed_files
from connectors.seeds.parse import MAX_SEED_BYTES, SeedReason
from tests.seeds.memory import write
from wirewatch.errors import ConfigError

NEVER = datetime(2021, 5, 5, tzinfo=UTC)


def titles(reading):
    return [article.title for article in reading.articles]


def test_order_is_of_publication_then_of_name(tmp_path):
    write(tmp_path, "1.txt", "late", "9 January 2020")
    write(tmp_path, "2.txt", "tie a", "8 January 2020")
    write(tmp_path, "3.txt", "tie b", "8 January 2020 00:00 UTC")
    write(tmp_path, "4.txt", "early", "7 January 2020 23:59")
    assert titles(read_articles([tmp_path], undated=NEVER)) == ["early", "tie a", "tie b", "late"]


def test_without_a_date_a_seed_counts_with_the_one_before_it(tmp_path):
    write(tmp_path, "1.txt", "first, undated")
    write(tmp_path, "2.txt", "ninth", "9 January 2020")
    write(tmp_path, "3.txt", "undated")
    write(tmp_path, "4.txt", "eighth", "8 January 2020")
    reading = read_articles([tmp_path], undated=NEVER)
    assert titles(reading) == ["eighth", "first, undated", "ninth", "undated"]
    assert [(article.time.day, article.time_source) for article in reading.articles] == [
        (8, "published"),
        (9, "fetched"),
        (9, "published"),
        (9, "fetched"),
    ]


def test_without_any_date_the_caller_decides(tmp_path):
    write(tmp_path, "1.txt", "undated")
    assert read_articles([tmp_path], undated=NEVER).articles[0].time == NEVER


def test_bad_files_are_reported_and_the_rest_is_read(tmp_path):
    write(tmp_path, "1.txt", "good")
    (tmp_path / "2.txt").write_bytes(b"")
    (tmp_path / "3.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "4.txt").write_bytes(b"a" * (MAX_SEED_BYTES + 1))
    (tmp_path / "README.md").write_text("no seed")
    (tmp_path / ".hidden.txt").write_text("no seed")
    (tmp_path / "folder.txt").mkdir()
    reading = read_articles([tmp_path], undated=NEVER)
    assert titles(reading) == ["good"]
    assert {(file.path.name, file.reason) for file in reading.rejected} == {
        ("2.txt", SeedReason.EMPTY),
        ("3.txt", SeedReason.NOT_UTF8),
        ("4.txt", SeedReason.TOO_LARGE),
    }


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    endless = tmp_path / "endless"
    endless.symlink_to("/dev/zero")
    assert read_articles([endless], undated=NEVER).rejected[0].reason is SeedReason.TOO_LARGE


def test_files_by_any_name_and_each_only_once(tmp_path):
    path = write(tmp_path, "story.text", "named", "9 January 2020")
    write(tmp_path, "1.txt", "found", "10 January 2020")
    reading = read_articles([path, tmp_path, tmp_path / "1.txt"], undated=NEVER)
    assert titles(reading) == ["named", "found"]


def test_warnings_come_with_their_file(tmp_path):
    path = write(tmp_path, "1.txt", "title", "3/4/2020")
    assert read_articles([path], undated=NEVER).warnings[0][0] == path


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="nowhere: no such file"):
        read_articles([tmp_path / "nowhere"], undated=NEVER)


def test_a_folder_without_seeds(tmp_path):
    with pytest.raises(ConfigError, match=r"no \.txt files"):
        read_articles([tmp_path], undated=NEVER)


def test_a_name_that_is_no_utf_8_names_a_seed_all_the_same(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("A headline\n\nText.\n")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "nowhere.txt").symlink_to("/nowhere/at/all.txt")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    (tmp_path / "folder.txt").mkdir()
    assert seed_files(tmp_path) == [path]
    assert read_seed(path).draft.title == "A headline"
