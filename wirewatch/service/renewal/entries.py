"""A file of actors, words or topics as its entries, each with its text, and the joining of two such files."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec
import yaml

from wirewatch.ids import digest

Entries = dict[str, str]
"""The text of each entry by its key (an actor's id, a list's name, a topic's code), in order.

What stands before the first is the entry without a key.
"""
Digests = Mapping[str, str]
"""The digest of each entry's text, by its key."""
_START = "\n"  # no entry's key
_SHORT = 8  # hexadecimal digits: an edit goes unseen in one of 4e9


class _Actor(msgspec.Struct):
    id: str


_ACTORS = msgspec.json.Decoder(_Actor)


def mark(text: str) -> str:
    """Return the digest of an entry's text, whatever blank lines part it from the next."""
    return digest("entry", text.strip())[:_SHORT]


def entries_of(name: str, text: str) -> Entries:
    """Return the entries of a file by its name: `*.jsonl`, or YAML, which is one entry if written otherwise.

    Raises ValueError for what is no JSON or YAML, and for a key that stands twice.
    """
    rows = [f"{row}\n" for row in text.removesuffix("\n").split("\n")]
    entries: Entries = {}
    for key, entry in _lines(rows) if name.endswith(".jsonl") else _blocks(text, rows):
        if key in entries:
            raise ValueError(f"{key!r} stands twice; join the two")
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
    """Yield lists or topics, comments right above them included, and first what stands before them all."""
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
        starts = [("", 0)]  # several in one row: only as a whole
    for (key, start), end in zip(starts, [*(start for _, start in starts[1:]), len(rows)], strict=True):
        yield key, "".join(rows[start:end])


def _listed(root: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """Yield the key of each list or topic, and the row that it begins in."""
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
    """The user's file with what is new in the shipped one; of each kind of change, the keys."""

    entries: Entries
    renewed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Shipped once and no longer."""
    yours: list[str] = field(default_factory=list)
    """Changed or written by the user, and kept."""
    both: list[str] = field(default_factory=list)
    """Those of them that the shipped file has too, and not as it was before."""
    kept: list[str] = field(default_factory=list)
    """Shipped once and no longer, and left all the same."""
    left_out: list[str] = field(default_factory=list)
    """Shipped, taken out by the user, and not brought back."""
    gone: bool = False
    """The user took the file out as a whole; none of it is brought back."""

    @property
    def changed(self) -> bool:
        """Tell whether anything is other than in the user's file."""
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
    """Return `mine` with each entry that is still as it was shipped `before` as it is shipped now.

    What the user took out stays out, and so does what he has `elsewhere`, or took `out` there. `over_mine`:
    an entry of the user's that is shipped too gives way. `keep`: what is left though it is shipped no longer.
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
    """Return `entries` with those `added`, each behind the one that it is shipped behind."""
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
