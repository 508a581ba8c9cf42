"""The local news of LGL, of `shared/eval` beside a parent folder: its texts belong to their newspapers."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from evaluation.score import Record, article_of, read
from wirewatch.article import Article

_BESIDE = [folder / "shared" / "eval" / "lgl.jsonl" for folder in Path(__file__).resolve().parents]
LGL = next((path for path in _BESIDE if path.exists()), _BESIDE[1])
DAY = "2009-06-01"  # its articles are of spring 2009
TOPICS = Path(__file__).resolve().parent / "lgl_topics.yaml"
_SENTENCE = re.compile(r"(?<=[.?!”\"])\s+(?=[A-Z“\"])")
_LONGEST_TITLE = 140


@cache
def records() -> list[Record]:
    """Return all records, in the file's order."""
    return list(read(LGL))


def annotated(half: str) -> Mapping[str, Mapping[str, list[str]]]:
    """Return by id the names of the gold `topics`, and of those `either` way, of a half ("dev" or "held")."""
    listed = yaml.safe_load(TOPICS.read_text(encoding="utf-8"))[half]
    return {str(number): topics for number, topics in listed.items()}


def whole(number: str) -> Article:
    """Return an article with its title and paragraphs of two sentences; the file has it as one line."""
    (text,) = (record["text"] for record in records() if str(record["id"]) == number)
    title, dot, rest = text.partition(". ")
    if not dot or len(title) > _LONGEST_TITLE:
        title, rest = "", text
    sentences = _SENTENCE.split(rest)
    return article_of(title, (" ".join(sentences[n : n + 2]) for n in range(0, len(sentences), 2)), DAY)
