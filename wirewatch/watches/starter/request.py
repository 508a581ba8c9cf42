"""What was typed: quoted words, the capitals of names, and where what is to be left out begins."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from wirewatch.article import Place
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.tagging.tagger import Tags

TagText = Callable[[str], Tags]
"""Returns the tags of an article that says just that."""

_QUOTED = re.compile(r"[\"“”„«»](.*?)[\"“”„«»]|(?<!\w)['‘](.+?)['’](?!\w)|[\"“”„«»]")  # noqa: RUF001
_NOT = re.compile(
    r"(?P<joint>[,;(]|\s[-\u2013\u2014])?(?P<but> ?\b(?:but|and|aber|und|mais|et))? ?(?<![\w-])"
    r"(?P<word>not|except(?: for)?|excluding|without|minus|(?:other|rather) than|(?:apart|aside) from"
    r"|instead of|nicht|ohne|außer|sans|sauf|outside(?: of)?|(?(joint)|(?(but)|(?!)))(?:no|pas))(?![\w-])"
    r"|(?<=\s)-(?=[^\W\d])",
    re.IGNORECASE,
)
"""Says that what follows is to be left out: `no` and `pas` behind a comma, a dash or a `but`."""
_VERB = re.compile(
    r"\b(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|should|was|were|will|would)$",
    re.IGNORECASE,
)
"""What a `not` behind it denies."""
_WORD = re.compile(r"\s*(?:(?:the|an?|any)\s+)?(\w+)", re.IGNORECASE)
"""The next word that says something."""
_AROUND: Final = " \t,;:()[]/?!-\u2013\u2014"
"""What may stand around words and says nothing."""
_SHORT = re.compile(r"\b\w{2,4}\b")
"""As long as acronyms are that no headline writes as words."""
_NAME = re.compile(r"\s*(?:the\s)?\s*(.+?)\s*(?:$|[,;()?.!]|\b(?:and|or|nor|but)\b)", re.IGNORECASE)
"""What stands between a word and the next joint."""


@dataclass(frozen=True)
class Said:
    """Words, and the places of those that are to be found just as they are."""

    text: str
    quoted: tuple[Place, ...] = ()

    def part(self, start: int, end: int) -> "Said":
        """Return what stands between, without what says nothing at its ends."""
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip(_AROUND))
        text = self.text[start:end].rstrip(_AROUND)
        inside = (one for one in self.quoted if start <= one.start and one.end <= start + len(text))
        return Said(text, tuple(Place(None, one.start - start, one.end - start) for one in inside))


def read(typed: str, catalogue: Catalogue, tag: TagText) -> Said:
    """Return what was typed, without quote marks and with the capitals of the names in it."""
    text, quoted, at = "", [], 0
    for found in _QUOTED.finditer(typed):
        inside = (found[1] or found[2] or "").strip()
        text += typed[at : found.start()]
        if re.search(r"\w", inside):
            quoted.append(Place(None, len(text), len(text) + len(inside)))
        text, at = text + inside, found.end()
    text += typed[at:]
    return Said(_with_capitals(text, catalogue, tag), tuple(quoted))


def parted(said: Said, catalogue: Catalogue, topics: TopicRules, tags: Tags) -> list[Said]:
    """Return what is said before the first thing to leave out, and each of those. `tags`: those of it all."""
    cuts = list(_cuts(said, catalogue, topics, tags))
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(said.text)]
    return [said.part(start, end) for start, end in zip(starts, ends, strict=True)]


def _cuts(said: Said, catalogue: Catalogue, topics: TopicRules, tags: Tags) -> Iterator[tuple[int, int]]:
    """Yield where a `not` stands: none in quotes, in a name (Doctors Without Borders), or in a phrase that
    tells a topic (without power); nor that of `do not travel`; `outside` only before a state or a region.
    """
    names = [mention.place for actor in tags.actors for mention in actor.mentions if not actor.via]
    whole = [*said.quoted, *(place for place in names if place.paragraph is None)]
    for found in _NOT.finditer(said.text):
        word = (found["word"] or "").lower()
        behind = said.text[found.end() :]
        after = _WORD.match(behind)
        if (
            any(place.start < found.end() and found.start() < place.end for place in whole)
            or _VERB.search(said.text, 0, found.start())
            or (word.startswith("outside") and not _is_region(behind, catalogue))
            or (word and after and topics.speaking(f"{word} {after[1]}".lower()))
        ):
            continue
        yield found.span()


def _is_region(text: str, catalogue: Catalogue) -> bool:
    """Tell whether `text` begins with a state or a group of them, and not with one's embassy."""
    name = _NAME.match(text)
    return name is not None and any(actor.iso2 or actor.members for actor in catalogue.find(name[1]))


def _with_capitals(said: str, catalogue: Catalogue, tag: TagText) -> str:
    """Return what is typed in small letters, or all in capitals, with the capitals of the names in it:
    `opec cuts`, `us trade`.
    """
    if said.isupper() and " " in said and len(said.lower()) == len(said):
        said = said.lower()
    titled = _SHORT.sub(lambda word: _acronym(word[0], catalogue), said.title())
    if not said.islower() or len(titled) != len(said):
        return said
    for actor in tag(titled).actors:
        for mention in actor.mentions:
            if mention.place.paragraph is None and mention.rule != "office":
                start, end = mention.place.start, mention.place.end
                said = f"{said[:start]}{titled[start:end]}{said[end:]}"
    return said


def _acronym(word: str, catalogue: Catalogue) -> str:
    spelled = (alias for actor in catalogue.called(word.upper()) for alias in actor.spelled())
    return word.upper() if any(a.text == word.upper() and a.kind == "acronym" for a in spelled) else word
