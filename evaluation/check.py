"""Check the evaluation sets: shape, identifiers, and that every claim about the text is found in the text.

usage: python evaluation/check.py [FACTS]

FACTS is a folder with countries.jsonl and mediatopics.jsonl, which know the valid codes; by default
`shared/facts` beside any parent folder. Without it only the form of the codes is checked. Prints one line a
problem and returns 1 if there is any.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PASSAGE_SETS = ("dev.jsonl", "held.jsonl")
DESK_SETS = ("desk_dev.jsonl", "desk_held.jsonl")
TRAP_SET = "traps.jsonl"
LINE_SET = "lines.jsonl"
NEWS_SETS = ("news_dev.jsonl", "news_held.jsonl")
WHOLE_SET = "lgl_topics.yaml"
BRIEF_SETS = ("brief_topics.yaml", "plain_topics.yaml")
KINDS = frozenset(
    {"wire", "local", "sport", "culture", "business", "science", "opinion", "brief", "headline", "historic"}
    | {"list", "feature", "court", "health", "obituary", "politics", "weather"}
)
PASSAGE: dict[str, type] = {
    "id": str, "kind": str, "time": str, "title": str, "paragraphs": list, "countries": list, "actors": list,
    "evidence": dict, "not_actors": list, "either_countries": list, "either_actors": list,
}  # fmt: skip
WITH_TOPICS = PASSAGE | {"topics": list}
LINE: dict[str, type] = {
    "id": str, "pattern": str, "title": str, "text": str, "actors": list, "either": list, "not": list,
}  # fmt: skip
TRAP: dict[str, type] = {"id": str, "text": str, "asks": str, "expected": bool, "why": str}
NOT_ACTOR = {"name", "text", "why"}
TOPIC = {"code", "name"}
BRIEF_TOPICS = ("topics", "either", "not")
BRIEF = {"title", "text", *BRIEF_TOPICS}

Record = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """The codes that exist; None where nothing is at hand to tell."""

    iso2: frozenset[str] | None = None
    topics: dict[str, str] | None = None

    @classmethod
    def load(cls, folder: Path | None) -> "Facts":
        """Read countries.jsonl (`iso2`) and mediatopics.jsonl (`code`, `name`) of `folder`."""
        if folder is None:
            return cls()
        countries = [json.loads(line) for line in _lines(folder / "countries.jsonl")]
        topics = [json.loads(line) for line in _lines(folder / "mediatopics.jsonl")]
        return cls(frozenset(c["iso2"] for c in countries), {t["code"]: t["name"] for t in topics})


def find_facts(start: Path = HERE) -> Path | None:
    """Return the nearest `shared/facts` beside a parent of `start`, or None."""
    return next((f for p in start.parents if (f := p / "shared" / "facts").is_dir()), None)


def problems(folder: Path, facts: Facts) -> Iterator[str]:
    """Yield one line for each problem of the sets in `folder`: file, line number, what is wrong."""
    seen: set[str] = set()
    for name in (*PASSAGE_SETS, *DESK_SETS, TRAP_SET, LINE_SET, *NEWS_SETS):
        for number, line in enumerate(_lines(folder / name), 1):
            try:
                record = json.loads(line)
            except ValueError as error:
                yield f"{name}:{number}: not JSON: {error}"
                continue
            fields, check = _kind(name)
            found = [*_shape(record, fields)] or [*_unique(record, seen), *check(record, facts)]
            yield from (f"{name}:{number}: {problem}" for problem in found)
    yield from (f"{WHOLE_SET}: {problem}" for problem in _whole(folder / WHOLE_SET, facts))
    for name in BRIEF_SETS:
        yield from (f"{name}: {problem}" for problem in _briefs(folder / name, facts))


def _kind(name: str) -> tuple[dict[str, type], Callable[[Record, Facts], Iterator[str]]]:
    """Return the fields of a set's records, and what else is asked of one."""
    if name == TRAP_SET:
        return TRAP, _trap
    if name in (LINE_SET, *NEWS_SETS):
        return LINE, _line
    return PASSAGE if name in DESK_SETS else WITH_TOPICS, _passage


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _shape(record: object, fields: dict[str, type]) -> Iterator[str]:
    if not isinstance(record, dict):
        yield "a line must be an object"
        return
    for field, kind in fields.items():
        if not isinstance(record.get(field), kind):
            yield f"{field} must be a {kind.__name__}"
    if extra := sorted(record.keys() - fields.keys() - {"time"}):
        yield f"unknown fields: {', '.join(extra)}"


def _unique(record: Record, seen: set[str]) -> Iterator[str]:
    if record["id"] in seen:
        yield f"id {record['id']} appears twice"
    seen.add(record["id"])


def _passage(record: Record, facts: Facts) -> Iterator[str]:
    text = "\n".join([record["title"], *record["paragraphs"]])
    if record["kind"] not in KINDS:
        yield f"kind {record['kind']!r} is not one of {', '.join(sorted(KINDS))}"
    if not text.strip():
        yield "no text"
    yield from _time(record["time"])
    for field in ("countries", "either_countries"):
        yield from (p for code in record[field] for p in _iso2(code, facts))
    yield from _disjoint(record)
    yield from _evidence(record, text)
    yield from _not_actors(record, text)
    if "topics" in record:
        yield from _topics(record["topics"], facts)


def _time(time: str) -> Iterator[str]:
    try:
        date.fromisoformat(time)
    except ValueError:
        yield f"time {time!r} is not an ISO date"


def _iso2(code: str, facts: Facts) -> Iterator[str]:
    known = re.fullmatch("[A-Z]{2}", code) if facts.iso2 is None else code in facts.iso2
    if not known:
        yield f"{code!r} is not a country's ISO2 code"


def _disjoint(record: Record) -> Iterator[str]:
    for field in ("countries", "actors", "either_countries", "either_actors"):
        if len(set(record[field])) < len(record[field]):
            yield f"{field} names one twice"
    for gold, either in (("countries", "either_countries"), ("actors", "either_actors")):
        if both := set(record[gold]) & set(record[either]):
            yield f"in {gold} and in {either}: {', '.join(sorted(both))}"
    if len(record["countries"]) > len(record["actors"]):
        yield "every country is an actor too, so there are at least as many actors as countries"


def _evidence(record: Record, text: str) -> Iterator[str]:
    if set(record["evidence"]) != set(record["actors"]):
        yield f"evidence for other than the actors: {sorted(set(record['evidence']) ^ set(record['actors']))}"
    for name, words in record["evidence"].items():
        if not words or words not in text:
            yield f"evidence for {name} is not in the text: {words!r}"


def _not_actors(record: Record, text: str) -> Iterator[str]:
    for entry in record["not_actors"]:
        if set(entry) != NOT_ACTOR or not all(entry.values()):
            yield f"a not_actor has name, text and why, not {entry}"
        elif entry["text"] not in text:
            yield f"{entry['name']} is tempting by words that are not in the text: {entry['text']!r}"
        elif entry["name"] in [*record["actors"], *record["either_actors"]]:
            yield f"{entry['name']} is an actor and not an actor"


def _topics(topics: list[Record], facts: Facts) -> Iterator[str]:
    if not topics:
        yield "no topics"
    for topic in topics:
        if set(topic) != TOPIC or not re.fullmatch(r"medtop:\d{8}", topic["code"]):
            yield f"a topic has a code (medtop:12345678) and a name, not {topic}"
        elif facts.topics is not None and facts.topics.get(topic["code"]) != topic["name"]:
            yield f"{topic['code']} is not called {topic['name']!r}"


def _whole(path: Path, facts: Facts) -> Iterator[str]:
    halves = yaml.safe_load(path.read_text(encoding="utf-8"))
    if both := set(halves["dev"]) & set(halves["held"]):
        yield f"in both halves: {sorted(both)}"
    for number, topics in ((n, t) for half in halves.values() for n, t in half.items()):
        if set(topics) != {"topics", "either"} or not topics["topics"]:
            yield f"{number}: an article has topics, one at least, and either"
            continue
        yield from _named(number, [*topics["topics"], *topics["either"]], facts)


def _briefs(path: Path, facts: Facts) -> Iterator[str]:
    halves = yaml.safe_load(path.read_text(encoding="utf-8"))
    titles: set[str] = set()
    for item in (item for half in halves.values() for item in half):
        title = item.get("title")
        if not title or "topics" not in item or not item.keys() <= BRIEF:
            fields = ", ".join(sorted(BRIEF))
            yield f"{title}: an item has a title, topics (none is a list too), and of fields only {fields}"
            continue
        if title in titles:
            yield f"{title}: stands twice"
        titles.add(title)
        yield from _named(title, [n for field in BRIEF_TOPICS for n in item.get(field, ())], facts)


def _named(where: str, names: list[str], facts: Facts) -> Iterator[str]:
    if len(set(names)) < len(names):
        yield f"{where}: names a topic twice"
    if facts.topics is not None and (unknown := set(names) - set(facts.topics.values())):
        yield f"{where}: no topic is called {', '.join(sorted(unknown))}"


def _trap(record: Record, facts: Facts) -> Iterator[str]:
    if not all(record[field].strip() for field in ("text", "asks", "why")):
        yield "text, asks and why must not be empty"
    if re.fullmatch("[A-Z]{2}", record["asks"]):
        yield from _iso2(record["asks"], facts)
    if "time" in record:
        yield from _time(record["time"])


def _line(record: Record, facts: Facts) -> Iterator[str]:  # noqa: ARG001  (as the others are called)
    if not record["title"].strip() + record["text"].strip():
        yield "no text"
    named = [*record["actors"], *record["either"], *record["not"]]
    if len(set(named)) < len(named):
        yield f"names one twice: {named}"
    if "time" in record:
        yield from _time(record["time"])


def main(arguments: list[str]) -> int:
    """Print the problems of the sets beside this file; `arguments` may name the facts folder."""
    found = list(problems(HERE, Facts.load(Path(arguments[0]) if arguments else find_facts())))
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
