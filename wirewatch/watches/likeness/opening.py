"""Where the words of headline and lead begin: byline, dateline and `UPDATE 2-` are the teller's."""

import re
from typing import Final

from wirewatch.article import Article
from wirewatch.tagging.dateline import dateline_of

_BY: Final = ("By ", "BY ")
_BRACKET_WITHIN: Final = 80  # code points; of an agency's name, if there is one
_VERSION = re.compile(r"(?:(?:CORRECTED|REFILE|RPT|UPDATE|WRAPUP)(?: \d+)?[-: ]+)+")
"""`UPDATE 2-`, `CORRECTED-UPDATE 1-`."""


def headline_start(title: str) -> int:
    """Return where in `title` its words begin."""
    match = _VERSION.match(title)
    return match.end() if match else 0


def lead_start(article: Article) -> tuple[int | None, int]:
    """Return the number of the paragraph that is the lead, and where in it its words begin.

    None for an article without a text.
    """
    filled = (number for number, text in enumerate(article.paragraphs) if text)
    first = next(filled, None)
    if first is None:
        return None, 0
    text = article.paragraphs[first]
    # Told fast of most: no dateline, no byline.
    if not (text[:3].isupper() or text.find("(", 0, _BRACKET_WITHIN) >= 0 or text.startswith(_BY)):
        return first, 0
    second = next(filled, None)
    before = ".\n"  # in place of the title
    follows = "" if second is None else f"\n{article.paragraphs[second]}"
    begin = max(0, dateline_of(before + text + follows).stop - len(before))
    return (first, begin) if begin <= len(text) else (second, begin - len(text) - 1)
