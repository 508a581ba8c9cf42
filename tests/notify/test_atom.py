"""Alerts as Atom feeds, read by the parser that the feeds part reads the world with."""

import io
from datetime import timedelta

import feedparser

from connectors.notify.api import atom
from connectors.notify.store import StoredAlert
from tests.notify.support import T0, TRACE, alert
from wirewatch.alert import Story


def stored(seq, *, received=T0, sources=1, story="s1", **changes):
    told = Story(id=story, first=T0, last=T0, articles=sources + 1, sources=sources)
    found = alert(f"a{seq}", story=told, source="wire.example", **changes)
    return StoredAlert(seq, found, received, 0, seq, TRACE, ())


def entries(body):
    read = feedparser.parse(io.BytesIO(body))
    assert not read.bozo
    assert read.version == "atom10"
    return read.entries


def test_the_latest_come_with_title_link_and_what_they_are():
    (entry,) = entries(atom.latest([stored(1, title="Fire & smoke", url="https://wire.example/1")], T0))
    assert (entry.title, entry.link, entry.author) == (
        "Fire & smoke",
        "https://wire.example/1",
        "wire.example",
    )
    assert entry.summary == "high: NATO, opened; 1 source, 2 articles"
    assert entry.tags[0].term == "nato"


def test_what_xml_cannot_hold_is_left_out():
    (entry,) = entries(atom.latest([stored(1, title="a\x00b\ud800c\ufffed", url="javascript:alert(1)")], T0))
    assert entry.title == "abcd"
    assert not entry.get("links")


def test_an_empty_history_is_an_empty_feed():
    assert entries(atom.latest([], T0)) == []


def test_stories_come_once_as_last_told_those_with_most_sources_first():
    old = T0 - timedelta(hours=25)
    found = [
        stored(5, sources=3, story="wide"),
        stored(4, sources=1, story="narrow"),
        stored(3, sources=1, story="wide"),
        stored(2, sources=9, story="yesterday", received=old),
        StoredAlert(1, alert("system", kind="system"), T0, 0, 1, TRACE, ()),
    ]
    listed = entries(atom.widest(found, T0))
    assert [entry.id.rpartition(":")[2] for entry in listed] == ["a5", "a4"]
    assert "3 sources" in listed[0].summary
