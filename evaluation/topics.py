"""Score the topics of passages against gold: precision, recall, F1, and how well the scores are calibrated.

usage: python -m evaluation.topics

Also prints the parameters of `wirewatch.tagging.topics.weighing` as fitted to all that is tuned on.
"""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

from connectors.seeds.folder import read_seed
from connectors.seeds.parse import to_article
from evaluation import lgl
from evaluation.score import Score, article_of, read
from wirewatch.article import Article, TopicTag
from wirewatch.resources import default_config_dir, default_seeds_dir
from wirewatch.snapshot import load_actors_and_topics
from wirewatch.tagging import Tagger, TopicRules
from wirewatch.tagging.topics.score import company_of
from wirewatch.tagging.topics.weighing import beside

HERE = Path(__file__).resolve().parent
BRIEFS = HERE / "brief_topics.yaml"
PLAIN = HERE / "plain_topics.yaml"
BRIEFS_DAY = "2026-11-26"
RIDGE = 1e-3
"""Keeps the regression solvable where a fold is all of one kind."""


@dataclass(frozen=True)
class Passage:
    """An article with the codes of its gold topics, of those that are right or wrong by taste, and of those
    that one of its words tempts to.
    """

    article: Article
    gold: frozenset[str]
    either: frozenset[str] = frozenset()
    tempting: frozenset[str] = frozenset()


def passages(path: Path) -> list[Passage]:
    """Return the passages of a set (`dev.jsonl`) as articles."""
    return [
        Passage(
            article_of(record["title"], record["paragraphs"], record["time"]),
            frozenset(topic["code"] for topic in record["topics"]),
        )
        for record in read(path)
    ]


def seeds(rules: TopicRules, gold: Path = HERE / "seed_topics.yaml") -> list[Passage]:
    """Return the seed articles with their topics."""
    found = []
    for name, topics in yaml.safe_load(gold.read_text(encoding="utf-8")).items():
        article = to_article(
            read_seed(default_seeds_dir() / name).draft, fetched=datetime(2020, 1, 1, tzinfo=UTC)
        )
        found.append(Passage(article, frozenset(topic.code for each in topics for topic in rules.find(each))))
    return found


def whole(rules: TopicRules, half: str) -> list[Passage]:
    """Return the whole articles of a half ("dev" or "held") of lgl_topics.yaml, with their topics."""
    return [
        Passage(lgl.whole(number), _codes(rules, topics["topics"]), _codes(rules, topics["either"]))
        for number, topics in lgl.annotated(half).items()
    ]


def briefs(rules: TopicRules, half: str, path: Path = BRIEFS) -> list[Passage]:
    """Return the items of a part ("dev", "held", "words") of `path`, with their topics."""
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))[half]
    return [
        Passage(
            article_of(one["title"], one.get("text", "").splitlines(), BRIEFS_DAY),
            *(_codes(rules, one.get(field, ())) for field in ("topics", "either", "not")),
        )
        for one in listed
    ]


def _codes(rules: TopicRules, names: Iterable[str]) -> frozenset[str]:
    """Return codes by name; of a topic that the rules don't have, the name: it can only be missed."""
    return frozenset(code for name in names for code in [t.code for t in rules.find(name)] or [name])


def tuned_on(rules: TopicRules) -> dict[str, list[Passage]]:
    """Return the sets that phrases and parameters are tuned on."""
    sets = {
        "dev": passages(HERE / "dev.jsonl"),
        "seed articles": seeds(rules),
        "short items, dev": [*briefs(rules, "dev"), *briefs(rules, "words")],
        "plain news, dev": briefs(rules, "dev", PLAIN),
    }
    return sets | ({"whole articles, dev": whole(rules, "dev")} if lgl.LGL.exists() else {})


def above(rules: TopicRules) -> dict[str, frozenset[str]]:
    """Return the codes of all topics above each."""
    return {code: frozenset(codes) for code, codes in rules.above().items()}


def judged(
    tags: Iterable[TopicTag], passage: Passage, broader: Mapping[str, frozenset[str]]
) -> dict[str, bool]:
    """Return whether each topic told is right; those above a gold one, or by taste, are left out.

    A topic told by roll-up counts when it is right; as wrong counts what it was rolled up from.
    """
    gold, neither = passage.gold, _neither(passage, broader)
    return {
        tag.code: tag.code in gold
        for tag in tags
        if tag.code not in neither and (tag.code in gold or not tag.via)
    }


def _neither(passage: Passage, broader: Mapping[str, frozenset[str]]) -> frozenset[str]:
    allowed = passage.gold | passage.either
    return allowed.union(*(broader.get(code, frozenset()) for code in allowed)) - passage.gold


def score(tagger: Tagger, rules: TopicRules, of: Iterable[Passage]) -> Score:
    """Return the counts over all passages together (micro-average)."""
    broader = above(rules)
    counts = Score()
    for passage in of:
        right = judged(tagger.tag(passage.article).topics, passage, broader)
        counts.add(passage.article.title, set(passage.gold), set(right), set())
    return counts


def tempted(tagger: Tagger, of: Iterable[Passage]) -> tuple[int, list[str]]:
    """Return how many topics the passages tempt to, and those that were told all the same."""
    tempting, told = 0, []
    for passage in (each for each in of if each.tempting):
        tags = tagger.tag(passage.article).topics
        tempting += len(passage.tempting)
        told += [f"{passage.article.title} {tag.name}" for tag in tags if tag.code in passage.tempting]
    return tempting, told


@dataclass(frozen=True)
class Candidate:
    """A topic that has any weight in a passage, and whether it is right."""

    passage: int
    weight: float
    share: float
    company: float
    everything: float
    right: bool

    @property
    def features(self) -> tuple[float, ...]:
        """What the regression is on, as `wirewatch.tagging.topics.weighing.probability` is."""
        return 1.0, math.log1p(self.weight), self.share, self.company, math.log1p(self.everything)


def candidates(tagger: Tagger, rules: TopicRules, of: Sequence[Passage]) -> list[Candidate]:
    """Return the candidates of the passages (numbered in order)."""
    broader, company = above(rules), company_of(rules)
    found = []
    for number, passage in enumerate(of):
        totals = tagger.topic_weights(passage.article)
        neither = _neither(passage, broader)
        heaviest = max(totals.values(), default=0.0)
        everything = sum(weight for weight in totals.values() if weight > 0)
        for topic, weight in totals.items():
            code = rules.topics[topic].code
            if weight > 0 and code not in neither:
                near = beside(topic, totals, company) / heaviest
                found.append(
                    Candidate(number, weight, weight / heaviest, near, everything, code in passage.gold)
                )
    return found


def fit(of: Sequence[Candidate]) -> tuple[float, ...]:
    """Return INTERCEPT, OF_WEIGHT, … as fitted by logistic regression (Newton's method)."""
    x = np.array([c.features for c in of])
    y = np.array([float(c.right) for c in of])
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(w))
        w += np.linalg.solve(hessian, x.T @ (y - p) - RIDGE * w)
    return tuple(map(float, w))


def out_of_fold(of: Sequence[Candidate], folds: int = 10) -> list[tuple[float, bool]]:
    """Return (score, right) of every candidate, each scored by a fit that never saw its passage."""
    scored = []
    for fold in range(folds):
        w = fit([one for one in of if one.passage % folds != fold])
        for one in of:
            if one.passage % folds == fold:
                z = float(np.dot(w, one.features))
                scored.append((1 / (1 + math.exp(-z)), one.right))
    return scored


def reliability(scored: Iterable[tuple[float, bool]], bins: int = 5) -> list[tuple[float, float, int]]:
    """Return (mean score, part that is right, number) by bins of equal width, lowest first."""
    by_bin: dict[int, list[tuple[float, bool]]] = {}
    for p, right in scored:
        by_bin.setdefault(min(int(p * bins), bins - 1), []).append((p, right))
    return [
        (sum(p for p, _ in of) / len(of), sum(right for _, right in of) / len(of), len(of))
        for _, of in sorted(by_bin.items())
    ]


def main() -> int:
    """Print the scores on dev and on the seeds, and the reliability of what is fitted to both."""
    catalogue, rules = load_actors_and_topics(default_config_dir())
    tagger = Tagger(catalogue, rules)
    sets = tuned_on(rules)
    for name, of in sets.items():
        c = score(tagger, rules, of)
        print(
            f"{name}: {len(of)} passages, precision {c.precision:.3f}, recall {c.recall:.3f}, F1 {c.f1:.3f}"
        )
    all_of = candidates(tagger, rules, [passage for of in sets.values() for passage in of])
    scored = out_of_fold(all_of)
    names = ("INTERCEPT", "OF_WEIGHT", "OF_SHARE", "OF_COMPANY", "OF_ALL")
    print("fitted:", ", ".join(f"{name} {value:.2f}" for name, value in zip(names, fit(all_of), strict=True)))
    print("ten-fold, out of fold: mean score, right, number")
    for mean, right, number in reliability(scored):
        print(f"  {mean:.2f}  {right:.2f}  {number}")
    brier = sum((p - right) ** 2 for p, right in scored) / len(scored)
    base = sum(right for _, right in scored) / len(scored)
    print(f"Brier score {brier:.4f}; of always saying {base:.3f}: {base * (1 - base):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
