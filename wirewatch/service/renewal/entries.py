"""Splits a file of actors, words or topics into entries, and merges two such files."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec
import yaml

from wirewatch.ids import digest

Entries = dict[str, str]
"""The text of each entry by its key (an actor's id, a list's name, a topic's code), in order.

Whatever comes before the first entry has the empty key.
"""
Digests = Mapping[str, str]
"""The digest of each entry's text, by its key."""
_START = "\n"  # no entry's key
_SHORT = 8  # hexadecimal digits: an edit goes unseen in one of 4e9


class _Actor(msgspec.Struct):
    id: str


_ACTORS = msgspec.json.Decoder(_Actor)


def mark(text: str) -> str:
    """Return the digest of an entry's text, without the blank lines around it."""
    return digest("entry", text.strip())[:_SHORT]


def entries_of(name: str, text: str) -> Entries:
    """Return the entries of the file called `name`: JSON lines if `*.jsonl`, else YAML.

    YAML that does not begin each entry on its own line is one entry. Raises ValueError for text that is not
    valid, and for a key that occurs twice.
    """
    rows = [f"{row}\n" for row in text.removesuffix("\n").split("\n")]
    entries: Entries = {}
    for key, entry in _lines(rows) if name.endswith(".jsonl") else _blocks(text, rows):
        if key in entries:
            raise ValueError(f"{key!r} stands twice; merge the two")
        entries[key] = entry
    return entries


def _lines(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(rows, 1):
        if row.strip():
            try:
                yield _ACTORS.decode(row).id, row
            except msgspec.DecodeError as error:
                raise ValueError(f"line {number} is no actor: {error}") from error


def _blocks(text: str, rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield lists or topics, with the comments right above them; first whatever comes before them all."""
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    starts = [("", 0)]
    for key, row in _listed(root):
        start = row
        while start and rows[start - 1].lstrip().startswith("#"):
            start -= 1
        starts.append((key, start))
    if any(here >= after for (_, here), (_, after) in pairwise(starts[1:])):
        starts = [("", 0)]  # several on one line: the file is one entry
    for (key, start), end in zip(starts, [*(start for _, start in starts[1:]), len(rows)], strict=True):
        yield key, "".join(rows[start:end])


def _listed(root: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """Yield the key of each list or topic, and the line on which it begins."""
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        listed = value.value if isinstance(value, yaml.SequenceNode) else []
        topics = [item for item in listed if isinstance(item, yaml.MappingNode)]
        if not topics:
            yield key.value, key.start_mark.line
        for topic in topics:
            codes = [text.value for field, text in topic.value if field.value == "code"]
            yield str(codes[0] if codes else topic.start_mark), topic.start_mark.line


@dataclass
class Joined:
    """The user's file merged with the shipped one; for each kind of change, the keys of the entries."""

    entries: Entries
    renewed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """No longer shipped."""
    yours: list[str] = field(default_factory=list)
    """Changed or written by the user, and kept."""
    both: list[str] = field(default_factory=list)
    """Those of `yours` that have changed in the shipped file too."""
    kept: list[str] = field(default_factory=list)
    """No longer shipped, but kept because the config needs them."""
    left_out: list[str] = field(default_factory=list)
    """Shipped, but removed by the user, and not restored."""
    gone: bool = False
    """The user removed the whole file; none of it is restored."""

    @property
    def changed(self) -> bool:
        """Whether anything differs from the user's file."""
        return bool(self.renewed or self.added or self.removed)


def joined(
    mine: Entries,
    shipped: Entries,
    before: Digests,
    *,
    elsewhere: Collection[str] = (),
    out: Collection[str] = (),
    over_mine: bool = False,
    keep: Collection[str] = (),
) -> Joined:
    """Return `mine` with every entry that the user has not changed since it was shipped `before` updated.

    Entries that the user removed stay out, and so do those that he has `elsewhere`, or took `out` there.
    `over_mine`: shipped entries replace those that the user changed. `keep`: entries that stay although they
    are no longer shipped.
    """
    done = Joined({})
    for key, text in mine.items():
        now = shipped.get(key)
        if now is not None and text.strip() == now.strip():
            done.entries[key] = text
        elif now is None and key in keep and before.get(key) == mark(text):
            done.entries[key] = text
            done.kept.append(key)
        elif before.get(key) == mark(text) or (over_mine and now is not None):
            (done.removed if now is None else done.renewed).append(key)
            if now is not None:
                done.entries[key] = now
        else:
            done.entries[key] = text
            done.yours.append(key)
            if now is not None and before.get(key) != mark(now):
                done.both.append(key)
    for key in shipped:
        if key in mine or key in elsewhere:
            continue
        (done.left_out if key in before or key in out else done.added).append(key)
    done.entries = _with_added(done.entries, shipped, set(done.added))
    return done


def _with_added(entries: Entries, shipped: Entries, added: Collection[str]) -> Entries:
    """Return `entries` with those `added`, each after the entry that it follows in the shipped file."""
    behind: dict[str, list[str]] = {}
    last = _START
    for key in shipped:
        if key in added:
            behind.setdefault(last, []).append(key)
        elif key in entries:
            last = key
    whole = {key: shipped[key] for key in behind.get(_START, ())}
    for key, text in entries.items():
        whole[key] = text
        whole |= {each: shipped[each] for each in behind.get(key, ())}
    return whole
