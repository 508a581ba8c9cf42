"""Draws tagged articles as a page: names and topics highlighted by displaCy, and beneath, why."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from spacy import displacy

from wirewatch.article import Article, Mention, Place
from wirewatch.reading import Reading
from wirewatch.service.cli.html_page import CLOSING, opening
from wirewatch.service.cli.news.tag_output import Fallen, not_told, place_words, rejection
from wirewatch.tagging.tagger import Tags

MAX_REJECTED = 100
MAX_NOT_TOLD = 20
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
    fallen: Fallen
    """What was found and not accepted, and topics not told."""
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
    """Yield what is to be marked; of what overlaps, the first is drawn and tells of the others."""
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
            why = f"# {topic.name} ({topic.code}) {topic.score:.2f}: {mention.text!r}"
            yield _Highlight(mention, f"# {topic.name}", why, _TOPIC)


def _drawn(text: str, highlights: Iterable[_Highlight], paragraph: int | None) -> str:
    """Return one part of the article as displaCy draws it."""
    marks: list[list[_Highlight]] = []
    for one in highlights:
        if one.mention.place.paragraph == paragraph:
            drawn = next((mark for mark in marks if _overlap(mark[0].mention.place, one.mention.place)), None)
            if drawn is None:
                marks.append([one])
            else:
                drawn.append(one)
    marks.sort(key=lambda mark: mark[0].mention.place.start)
    ents = {"text": text, "ents": list(map(_entity, marks)), "title": None}
    return displacy.render(
        ents, style="ent", manual=True, page=False, jupyter=False, options={"template": _MARK}
    )


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end


def _entity(mark: Sequence[_Highlight]) -> dict[str, Any]:
    """Return what displaCy draws: the first of the highlights, with the labels and reasons of all."""
    place = mark[0].mention.place
    label, why = (dict.fromkeys(said) for said in ((m.label for m in mark), (m.why for m in mark)))
    # displaCy escapes the text, and neither labels nor parameters.
    params = {"why": escape("; ".join(why)), "bg": mark[0].colour}
    return {"start": place.start, "end": place.end, "label": escape(" · ".join(label)), "params": params}


def _why(shown: Shown) -> str:
    return "".join(("<dl>", *(f"<{kind}>{escape(line)}</{kind}>" for kind, line in _lines(shown)), "</dl>"))


def _lines(shown: Shown) -> Iterator[tuple[str, str]]:
    tags = shown.tags
    names = {actor.id: actor.name for actor in tags.actors}
    for actor in tags.actors:
        via = f" by way of {', '.join(names.get(one, one) for one in actor.via)}" if actor.via else ""
        yield "dt", f"{actor.name} ({actor.type}, {actor.id}){via}, salience {actor.salience.score:.2f}"
        yield from (("dd", _mention(mention)) for mention in actor.mentions)
    topics = {topic.code: topic.name for topic in tags.topics}
    for topic in tags.topics:
        via = f" above {', '.join(topics[one] for one in topic.via)}" if topic.via else ""
        yield "dt", f"# {topic.name} ({topic.code}) {topic.score:.2f}{via}"
        if topic.mentions:
            yield "dd", "; ".join(f"{one.text!r} in {place_words(one.place)}" for one in topic.mentions)
    for deed in shown.reading.deeds if shown.reading else ():
        yield "dt", f"{deed.source_name} → {deed.action} → {deed.target_name}"
        yield "dd", deed.sentence
    fallen = shown.fallen
    yield from _listed("Looked at and not taken", map(rejection, fallen.rejected[:MAX_REJECTED]))
    yield from _listed("Topics not told", map(not_told, fallen.topics[:MAX_NOT_TOLD]))


def _listed(heading: str, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines):
        if number == 0:
            yield "dt", heading
        yield "dd", line


def _mention(mention: Mention) -> str:
    return f"{mention.text!r} in {place_words(mention.place)} ({mention.kind}, {mention.rule})"
