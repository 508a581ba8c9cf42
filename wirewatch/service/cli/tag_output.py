"""What `wirewatch tag` prints, and the evaluation lines it reads."""

import codecs
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.text import Text

from connectors.notify.show import output_console, plain
from wirewatch.article import ActorTag, Article, Mention, Place, TopicTag
from wirewatch.errors import WirewatchError
from wirewatch.ids import text_hash
from wirewatch.tagging.found import REASONS
from wirewatch.tagging.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wirewatch.reading import Reading
    from wirewatch.tagging.found import NotAccepted
    from wirewatch.tagging.tagger import Tagger, Tags

MAX_LINE_BYTES = 4 << 20
_PARAGRAPH = re.compile(r"\n\s*\n")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EvaluationLine(msgspec.Struct):
    """A line of an evaluation set: other fields are passed over."""

    id: str | int
    text: str


class FileUnreadableError(WirewatchError):
    """The file of evaluation lines cannot be read."""

    exit_code = 2


@dataclass(frozen=True)
class BadLine:
    """A line of the file that is no evaluation line, counted from 1, and why."""

    number: int
    why: str


def tagged_json(
    id: str,  # noqa: A002  # the field's own name
    title: str,
    tags: "Tags",
    reading: "Reading | None" = None,
    rejected: "Iterable[NotAccepted] | None" = None,
) -> bytes:
    """Return one article's tags as a line of JSON.

    With what a trained model's `reading` adds, and what was `rejected` when that was asked for.
    """
    fields: dict[str, object] = {
        "id": id,
        "title": title,
        "language": tags.language,
        "actors": [_actor(actor) for actor in tags.actors],
        "topics": [_topic(topic) for topic in tags.topics],
    }
    if reading is not None:
        fields |= {"names": reading.names, "deeds": reading.deeds}
    if rejected is not None:
        fields["rejected"] = [one._asdict() for one in rejected]
    return msgspec.json.encode(fields)


def _actor(actor: ActorTag) -> dict[str, object]:
    fields: dict[str, object] = {"id": actor.id, "name": actor.name, "type": actor.type}
    if actor.iso2 is not None:
        fields["iso2"] = actor.iso2
    if actor.via:
        fields["via"] = actor.via
    return {**fields, "salience": actor.salience, "mentions": actor.mentions}


def _topic(topic: TopicTag) -> dict[str, object]:
    fields: dict[str, object] = {"code": topic.code, "name": topic.name, "score": topic.score}
    return {**fields, **({"via": topic.via} if topic.via else {"mentions": topic.mentions})}


def tag_lines(path: Path, tagger: "Tagger") -> Iterator[bytes | BadLine]:
    """Yield the tags of each line of `path` (`-`: standard input) as JSON, or what is wrong with it.

    Blank lines are passed over. Raises FileUnreadableError.
    """
    decoder = msgspec.json.Decoder(EvaluationLine)
    try:
        source = nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise FileUnreadableError(f"{path}: cannot be read: {error.strerror}") from error
    with source as lines:
        for number, line in enumerate(_bounded(lines), 1):
            if line is None:
                yield BadLine(number, f"longer than {MAX_LINE_BYTES >> 20} MiB")
                continue
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not text.strip():
                continue
            try:
                item = decoder.decode(text)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield BadLine(number, f'must be {{"id": …, "text": …}}: {error}')
                continue
            yield tagged_json(str(item.id), "", tagger.tag(article_of(str(item.id), item.text)))


def _bounded(lines: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line, None for one that is too long, which is never in memory whole."""
    while line := lines.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = lines.readline(MAX_LINE_BYTES)
        yield None


def article_of(id: str, text: str) -> Article:  # noqa: A002  # the field's own name
    """Return an evaluation text as an article: no headline, paragraphs apart by blank lines."""
    paragraphs = tuple(part.strip() for part in _PARAGRAPH.split(text) if part.strip())
    return Article(
        id=id,
        origin="replay",
        source="evaluation",
        title="",
        paragraphs=paragraphs,
        fetched=_EPOCH,
        time=_EPOCH,
        time_source="fetched",
        text_hash=text_hash("", paragraphs),
    )


def print_tags(
    title: str, tags: "Tags", reading: "Reading | None" = None, rejected: "Iterable[NotAccepted]" = ()
) -> None:
    """Print one article's tags for a person: the salient first, each with its first mention."""
    console = output_console()
    console.print(Text(plain(title), style="bold"))
    if tags.language not in (None, ENGLISH):
        console.print(Text(f"  in another language ({tags.language}): names alone", style="dim"))
    for actor in sorted(tags.actors, key=lambda item: -item.salience.score):
        via = f" via {', '.join(actor.via)}" if actor.via else ""
        line = Text(f"  {plain(actor.name)}", style="yellow" if not via else "dim")
        line.append(f"  {actor.id}{via}  salience {actor.salience.score:.2f}", style="dim")
        console.print(line)
        for mention in actor.mentions[:2]:
            console.print(_mention(mention))
    for topic in tags.topics:
        style = "dim" if topic.via else "cyan"
        console.print(Text(f"  # {plain(topic.name)}  {topic.code}  {topic.score:.2f}", style=style))
        if words := ", ".join(plain(mention.text) for mention in topic.mentions):
            console.print(Text(f"      {words}", style="dim"))
    if reading is not None:
        _print_reading(console, reading)
    for one in rejected:
        console.print(_rejection(one))
    console.print()


def _print_reading(console: Console, reading: "Reading") -> None:
    for name in reading.names:
        line = Text(f"  {plain(name.name)}", style="magenta")
        line.append(f"  {name.type}, outside the catalogue, by the model", style="dim")
        console.print(line)
        console.print(_mention(name.mentions[0]))
    for deed in reading.deeds:
        told = plain(f"{deed.source_name} → {deed.action} → {deed.target_name}")
        console.print(Text(f"  {told}", style="green"))
        console.print(Text(f"      {plain(deed.sentence)}", style="dim"))


def _rejection(one: "NotAccepted") -> Text:
    who = f"{one.actor} as {one.kind}" if one.actor else "a decoy"
    why = REASONS.get(one.rule, one.rule)
    where = place_words(one.place)
    return Text(f"  not {plain(one.text)!r} in {where} ({who}, {one.rule}: {why})", style="dim")


def _mention(mention: Mention) -> Text:
    where = place_words(mention.place)
    return Text(f"      {plain(mention.text)!r} in {where} ({mention.kind}, {mention.rule})", style="dim")


def place_words(place: Place) -> str:
    """Return `place` in words; paragraphs count from 1, as people do."""
    start = f"character {place.start + 1}"
    return f"the title, {start}" if place.paragraph is None else f"paragraph {place.paragraph + 1}, {start}"
