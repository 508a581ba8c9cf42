"""Draws tagged articles as a page: names and topics highlighted by displaCy, and beneath, why."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from spacy import displacy

from wirewatch.article import Article, Mention
from wirewatch.reading import Reading
from wirewatch.service.cli.html_page import CLOSING, opening
from wirewatch.service.cli.tag_output import place_words
from wirewatch.tagging.fold import Text
from wirewatch.tagging.found import REASONS, Rejected
from wirewatch.tagging.tagger import Tags

MAX_REJECTED = 100
_ACTOR, _TOPIC, _OUTSIDE = "#ffe08a", "#b8dcff", "#d9d2e9"
_MARK = '<mark class="entity" style="background: {bg}" title="{why}">{text}<span>{label}</span></mark>'
_STYLE = """\
article { border-top: 1px solid #ccc; padding-top: 1em }
mark span { font-size: 0.65em; margin-left: 0.4em; opacity: 0.75 }
dl { font-size: 0.85em } dt { font-weight: bold; margin-top: 0.6em } dd { margin: 0 0 0 1.5em; color: #555 }
"""


class Shown(NamedTuple):
    """An article with all that is to be shown of it."""

    article: Article
    day: str
    """Which day's offices count, in words."""
    tags: Tags
    rejected: Sequence[Rejected]
    """What was found and not accepted, with its places in `Text.plain`."""
    reading: Reading | None = None
    """What a trained model adds."""


class _Highlight(NamedTuple):
    mention: Mention
    label: str
    why: str
    colour: str


def page(shown: Iterable[Shown]) -> Iterator[str]:
    """Yield the page piece by piece: self-contained, no script, and whatever the articles say is escaped."""
    yield opening("wirewatch tag", _STYLE)
    for one in shown:
        yield _article(one)
    yield CLOSING


def _article(shown: Shown) -> str:
    highlights = list(_highlights(shown))
    article = shown.article
    parts = [f"<h1>{_drawn(article.title, highlights, None)}</h1>" if article.title else ""]
    parts += [_drawn(text, highlights, n) for n, text in enumerate(article.paragraphs)]
    parts.insert(1, f"<p><small>{escape(shown.day)}</small></p>")
    return f"<article>{''.join(parts)}{_why(shown)}</article>\n"


def _highlights(shown: Shown) -> Iterator[_Highlight]:
    """Yield what is to be marked; of what overlaps, what comes first here is drawn."""
    for actor in shown.tags.actors:
        for mention in actor.mentions:
            why = f"{actor.name} ({actor.type}, {actor.id}): {mention.kind}, {mention.rule}"
            yield _Highlight(mention, actor.name, why, _ACTOR)
    for name in shown.reading.names if shown.reading else ():
        for mention in name.mentions:
            why = f"{name.type} outside the catalogue: {mention.rule}, by the model"
            yield _Highlight(mention, f"{name.type}?", why, _OUTSIDE)
    for topic in shown.tags.topics:
        for mention in topic.mentions:
            yield _Highlight(mention, topic.name, f"{topic.name} ({topic.code}): {topic.score:.2f}", _TOPIC)


def _drawn(text: str, highlights: Iterable[_Highlight], paragraph: int | None) -> str:
    """Return one part of the article as displaCy draws it."""
    ents: list[dict[str, Any]] = []
    for mark in highlights:
        place = mark.mention.place
        if place.paragraph != paragraph or any(
            place.start < e["end"] and e["start"] < place.end for e in ents
        ):
            continue
        # displaCy escapes the text, and neither labels nor parameters.
        params = {"why": escape(mark.why), "bg": mark.colour}
        ents.append({"start": place.start, "end": place.end, "label": escape(mark.label), "params": params})
    ents.sort(key=lambda ent: int(ent["start"]))
    drawn = {"text": text, "ents": ents, "title": None}
    return displacy.render(
        drawn, style="ent", manual=True, page=False, jupyter=False, options={"template": _MARK}
    )


def _why(shown: Shown) -> str:
    return "".join(("<dl>", *(f"<{kind}>{escape(line)}</{kind}>" for kind, line in _lines(shown)), "</dl>"))


def _lines(shown: Shown) -> Iterator[tuple[str, str]]:
    tags = shown.tags
    names = {actor.id: actor.name for actor in tags.actors}
    for actor in tags.actors:
        via = f" by way of {', '.join(names.get(one, one) for one in actor.via)}" if actor.via else ""
        yield "dt", f"{actor.name} ({actor.type}, {actor.id}){via}, salience {actor.salience.score:.2f}"
        yield from (("dd", _mention(mention)) for mention in actor.mentions)
    for topic in tags.topics:
        via = " as a broader topic" if topic.via else ""
        yield "dt", f"# {topic.name} ({topic.code}) {topic.score:.2f}{via}"
        if topic.mentions:
            yield "dd", ", ".join(mention.text for mention in topic.mentions)
    for deed in shown.reading.deeds if shown.reading else ():
        yield "dt", f"{deed.source_name} → {deed.action} → {deed.target_name}"
        yield "dd", deed.sentence
    if shown.rejected:
        yield "dt", "Looked at and not taken"
        text = Text.of(shown.article)
        for one in shown.rejected[:MAX_REJECTED]:
            place, said = text.place(one.start, one.end)
            why = f"{one.kind}, {one.rule}: {REASONS.get(one.rule, one.rule)}"
            yield "dd", f"{said!r} in {place_words(place)}: not {one.actor or 'an actor'} ({why})"


def _mention(mention: Mention) -> str:
    return f"{mention.text!r} in {place_words(mention.place)} ({mention.kind}, {mention.rule})"
