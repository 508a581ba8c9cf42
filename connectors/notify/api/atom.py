"""Alerts as Atom feeds (RFC 4287), for Grafana's News panel and feed readers that can send a token. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from xml.etree import ElementTree as ET

from connectors.notify.store import StoredAlert
from wirewatch.text import count

TYPE: Final = "application/atom+xml"
ENTRIES: Final = 50
LOOKED_AT: Final = 1000
"""Latest alerts among which the stories are found."""
RECENT: Final = timedelta(hours=24)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""


def latest(alerts: Sequence[StoredAlert], now: datetime) -> bytes:
    """Return the feed of the newest of `alerts`, which come newest first."""
    return _feed("latest", "Latest alerts", alerts[:ENTRIES], now)


def widest(alerts: Iterable[StoredAlert], now: datetime) -> bytes:
    """Return the feed of the stories of the last 24 hours that most sources tell, each as last told."""
    stories: dict[str, StoredAlert] = {}
    for stored in alerts:
        if stored.alert.story is not None and now - stored.received <= RECENT:
            stories.setdefault(stored.alert.story.id, stored)
    found = sorted(stories.values(), key=_width, reverse=True)[:ENTRIES]
    return _feed("widest", "Stories with most sources", found, now)


def _width(stored: StoredAlert) -> tuple[int, int, int]:
    story = stored.alert.story
    return (story.sources, story.articles, stored.seq) if story else (0, 0, stored.seq)


def _feed(name: str, title: str, alerts: Sequence[StoredAlert], now: datetime) -> bytes:
    feed = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(feed, "id", f"urn:wirewatch:{name}")
    _add(feed, "title", title)
    _add(feed, "updated", max((stored.received for stored in alerts), default=now).isoformat())
    for stored in alerts:
        _entry(ET.SubElement(feed, "entry"), stored)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(entry: ET.Element, stored: StoredAlert) -> None:
    alert = stored.alert
    _add(entry, "id", f"urn:wirewatch:alert:{alert.id}")
    _add(entry, "title", alert.title)
    _add(entry, "updated", stored.received.isoformat())
    _add(entry, "published", alert.time.isoformat())
    _add(ET.SubElement(entry, "author"), "name", alert.source or "wirewatch")
    ET.SubElement(entry, "category", term=alert.watch)
    if alert.url is not None and alert.url.startswith(("https://", "http://")):
        ET.SubElement(entry, "link", href=_NO_XML.sub("", alert.url))
    told = f"{alert.severity}: {alert.watch_name}, {alert.status}"
    if alert.story is not None:
        told += f"; {count(alert.story.sources, 'source')}, {count(alert.story.articles, 'article')}"
    _add(entry, "summary", told)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NO_XML.sub("", text)
