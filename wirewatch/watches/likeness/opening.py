"""Where the words of headline and lead begin and end: a dateline and a paper's name are the teller's."""

import re
from typing import Final, NamedTuple

from wirewatch.article import Article
from wirewatch.tagging.text.dateline import dateline_of

_BY: Final = ("By ", "BY ")
_SENTENCE: Final = 60  # code points that a paragraph has at least, where no stop ends it
_BRACKETS: Final = ")]"
_CREDIT: Final = 40  # code points at the end of a caption that name who took the picture, and for whom
_BRACKET_WITHIN: Final = 80  # code points; of an agency's name, if there is one
_VERSION = re.compile(r"(?:(?:CORRECTED|REFILE|RPT|UPDATE|WRAPUP)(?: \d+)?[-: ]+)+")
"""`UPDATE 2-`, `CORRECTED-UPDATE 1-`."""
_PAPER_WORDS = (
    r"Chronicle|Courier|Daily|Dispatch|Echo|Gazette|Globe|Guardian|Herald|Independent|Inquirer|Journal|Mail|Mirror"
    r"|Monitor|News|Observer|Post|Press|Radio|Record|Reporter|Review|Sentinel|Standard|Star|Sun|Telegraph|Times"
    r"|Today|Tribune|TV|Wire|World|Zeitung|AP|BBC|CNN|Reuters|[\w-]+\.(?:com|net|org|co\.uk|de|fr)"
)
_PAPER = re.compile(rf" (?:\| [^|]{{2,40}}| ?[-–—] (?=[^|]*\b(?:{_PAPER_WORDS})\b)[A-Z][^|–—]{{1,40}})$")  # noqa: RUF001
"""` | Lagos Herald`, ` - The Times of Israel`; in ` - Galway` it may be where it happened."""


def headline_range(title: str) -> tuple[int, int]:
    """Return where in `title` its words begin and end."""
    version, paper = _VERSION.match(title), _PAPER.search(title)
    return version.end() if version else 0, paper.start() if paper else len(title)


class Lead(NamedTuple):
    """Where the words of a lead begin."""

    paragraph: int
    begin: int

    def of(self, article: Article) -> str:
        """Return the lead of `article`, without byline and dateline."""
        return article.paragraphs[self.paragraph][self.begin :]


def lead_of(article: Article) -> Lead | None:
    """Return where the lead is; None for an article without a text."""
    paragraphs = article.paragraphs
    filled = [number for number, text in enumerate(paragraphs) if text and not text.isspace()]
    if not filled:
        return None
    first = next((number for number in filled if not _tells_nothing(paragraphs[number])), filled[0])
    text = paragraphs[first]
    # Told fast of most: no dateline, no byline.
    if not (text[:3].isupper() or text.find("(", 0, _BRACKET_WITHIN) >= 0 or text.startswith(_BY)):
        return Lead(first, 0)
    second = next((number for number in filled if number > first), None)
    before = ".\n"  # in place of the title
    follows = "" if second is None else f"\n{paragraphs[second]}"
    begin = max(0, dateline_of(before + text + follows).stop - len(before))
    if begin <= len(text) or second is None:
        return Lead(first, begin)
    return Lead(second, begin - len(text) - 1)


def _tells_nothing(text: str) -> bool:
    """Tell whether a paragraph is a credit, a caption or a time: what has no stop at its end.

    `Photo: Getty Images`, `Updated Monday, 10:15 GMT`; longer, `Troops in Kivu. [File: Ada Roe/AFP]`.
    """
    text = text.rstrip()
    if not (text[-1].isalnum() or text[-1] in _BRACKETS):
        return False
    return len(text) < _SENTENCE or "/" in text[-_CREDIT:]
