"""What `wirewatch tag` prints."""

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from rich.console import Console
from rich.text import Text

from wirewatch.article import ActorTag, Article, Mention, Place, TopicTag
from wirewatch.service.screen.console import output_console
from wirewatch.tagging.names.found import REASONS
from wirewatch.tagging.text.language import ENGLISH
from wirewatch.text import printable_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wirewatch.reading import Reading
    from wirewatch.tagging.names.found import NotAccepted
    from wirewatch.tagging.tagger import Tags
    from wirewatch.tagging.topics.explain import TopicNotTold

_TOPICS_SHOWN = 8
"""Topics not told that are printed: a long article has phrases of dozens."""


class Fallen(NamedTuple):
    """What was found in an article and fell out: mentions that were rejected, topics that were not told."""

    rejected: "Sequence[NotAccepted]"
    topics: "Sequence[TopicNotTold]"


def tagged_json(
    article: Article,
    tags: "Tags",
    reading: "Reading | None" = None,
    fallen: Fallen | None = None,
) -> bytes:
    """Return one article's tags as a line of JSON.

    With what a trained model's `reading` adds, and what has `fallen` out when that was asked for.
    """
    fields: dict[str, object] = {
        "id": article.id,
        "title": article.title,
        "time": article.time,
        "time_source": article.time_source,
        "language": tags.language,
        "actors": [_actor(actor) for actor in tags.actors],
        "topics": [_topic(topic) for topic in tags.topics],
    }
    if reading is not None:
        fields |= {"names": reading.names, "deeds": reading.deeds}
    if fallen is not None:
        fields["rejected"] = [one._asdict() for one in fallen.rejected]
        fields["topics_not_told"] = [one._asdict() for one in fallen.topics]
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


def as_of(article: Article, otherwise: str) -> str:
    """Return the day whose offices count in `article`; `otherwise` says whose it is without a date line."""
    undated = "" if article.time_source == "published" else f" (no date line: {otherwise})"
    return f"as of {article.time.date()}{undated}"


def print_tags(
    article: Article,
    day: str,
    tags: "Tags",
    reading: "Reading | None" = None,
    fallen: Fallen | None = None,
) -> None:
    """Print one article's tags for a person: the `day` they are of; the salient first, with mentions."""
    console = output_console()
    console.print(Text(printable_line(article.title), style="bold"))
    console.print(Text(f"  {day}", style="dim"))
    if tags.language not in (None, ENGLISH):
        console.print(Text(f"  in another language ({tags.language}): names alone", style="dim"))
    for actor in sorted(tags.actors, key=lambda item: -item.salience.score):
        via = f" via {', '.join(actor.via)}" if actor.via else ""
        line = Text(f"  {printable_line(actor.name)}", style="yellow" if not via else "dim")
        line.append(f"  {actor.id}{via}  salience {actor.salience.score:.2f}", style="dim")
        console.print(line)
        for mention in actor.mentions[:2]:
            console.print(_mention(mention))
    for topic in tags.topics:
        style = "dim" if topic.via else "cyan"
        console.print(Text(f"  # {printable_line(topic.name)}  {topic.code}  {topic.score:.2f}", style=style))
        if words := ", ".join(printable_line(mention.text) for mention in topic.mentions):
            console.print(Text(f"      {words}", style="dim"))
    if reading is not None:
        _print_reading(console, reading)
    if fallen is not None:
        _print_fallen(console, fallen)
    console.print()


def _print_reading(console: Console, reading: "Reading") -> None:
    for name in reading.names:
        line = Text(f"  {printable_line(name.name)}", style="magenta")
        line.append(f"  {name.type}, outside the catalogue, by the model", style="dim")
        console.print(line)
        console.print(_mention(name.mentions[0]))
    for deed in reading.deeds:
        told = printable_line(f"{deed.source_name} → {deed.action} → {deed.target_name}")
        console.print(Text(f"  {told}", style="green"))
        console.print(Text(f"      {printable_line(deed.sentence)}", style="dim"))


def _print_fallen(console: Console, fallen: Fallen) -> None:
    for one in fallen.rejected:
        console.print(Text(f"  {rejection(one)}", style="dim"))
    for topic in fallen.topics[:_TOPICS_SHOWN]:
        console.print(Text(f"  {not_told(topic)}", style="dim"))
    if (more := len(fallen.topics) - _TOPICS_SHOWN) > 0:
        console.print(
            Text(f"  and {more} topics more of which there is a word (--json has all)", style="dim")
        )


def rejection(one: "NotAccepted") -> str:
    """Return what was found and why it was not accepted."""
    who = f"{one.actor} as {one.kind}" if one.actor else "a decoy"
    why = REASONS.get(one.rule, one.rule)
    return f"not {printable_line(one.text)!r} in {place_words(one.place)} ({who}, {one.rule}: {why})"


def not_told(one: "TopicNotTold") -> str:
    """Return which topic was not told, why, and the words that speak for it and against."""
    return printable_line(f"not # {one.name} ({one.because})")


def _mention(mention: Mention) -> Text:
    where = place_words(mention.place)
    return Text(
        f"      {printable_line(mention.text)!r} in {where} ({mention.kind}, {mention.rule})", style="dim"
    )


def place_words(place: Place) -> str:
    """Return `place` in words; paragraphs count from 1, as people do."""
    start = f"character {place.start + 1}"
    return f"the title, {start}" if place.paragraph is None else f"paragraph {place.paragraph + 1}, {start}"
