"""Texts of watches' own tests are articles as feeds and files bring them."""

import pytest

from tests.watches.world import CATALOGUE, NOW, TOPICS, tag
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.model import Watch, WatchTest
from wirewatch.watches.watch_tests import written

WATCH = Watch(id="w", name="W", when='actor:"White House" AND "oil tanker"')


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [("One line", ["One line"]), ("A line\nand more\nyet", ["and more", "yet"]), ("", [])],
)
def test_one_line_is_title_and_text(text, paragraphs):
    article = written(WatchTest(text=text, expect="alert"), WATCH, NOW)
    assert (article.title, list(article.paragraphs)) == (text.split("\n")[0], paragraphs)


@pytest.mark.parametrize("blank", [" ", "  ", "\t", "\u00a0", " \u200b", " \u00ad "])
def test_blanks_of_any_kind_part_words_and_no_more(blank):
    text = f"The White{blank}House waits\nAn oil{blank}tan\u00adker is late."
    article = written(WatchTest(text=text, expect="alert"), WATCH, NOW)
    assert (article.title, article.paragraphs) == ("The White House waits", ("An oil tanker is late.",))
    watches = WatchSet([WATCH], CATALOGUE, TOPICS)
    assert len(watches.match(article, tag(article, watches.phrases))) == 1
