"""Compare spaCy's text categoriser with the phrases of topics.yaml, out of fold on the annotated sets.

usage: python -m evaluation.textcat [FOLDS]

The categoriser (`textcat_multilabel`, bag of words and bigrams) is trained on all folds but one and scored
on that one at several thresholds, the best of which is its own hindsight; the phrases are scored as they are.
"""

import sys
from collections.abc import Sequence
from functools import partial

import spacy
from spacy.training import Example
from thinc.api import fix_random_seed

from evaluation.score import Score
from evaluation.topics import Passage, above, judged, score, tuned_on
from wirewatch.article import TopicTag
from wirewatch.resources import default_config_dir
from wirewatch.tagging import Catalogue, Tagger, load_topics

EPOCHS = 15
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5)
MODEL = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": False,
    "ngram_size": 2,
    "length": 16384,
    "no_output_layer": False,
}


def text(passage: Passage) -> str:
    """Return what the categoriser reads."""
    return "\n".join((passage.article.title, *passage.article.paragraphs))


def out_of_fold(of: Sequence[Passage], folds: int) -> list[dict[str, float]]:
    """Return the categoriser's score of each topic for each passage, never trained on it."""
    labels = sorted(frozenset().union(*(passage.gold for passage in of)))
    found: list[dict[str, float]] = [{} for _ in of]
    for fold in range(folds):
        fix_random_seed(0)
        nlp = spacy.blank("en")
        nlp.add_pipe("textcat_multilabel", config={"model": MODEL})
        examples = [
            Example.from_dict(
                nlp.make_doc(text(passage)),
                {"cats": {label: float(label in passage.gold) for label in labels}},
            )
            for number, passage in enumerate(of)
            if number % folds != fold
        ]
        optimizer = nlp.initialize(partial(list, examples))
        for _ in range(EPOCHS):
            for begin in range(0, len(examples), 16):
                nlp.update(examples[begin : begin + 16], sgd=optimizer)
        for number, passage in enumerate(of):
            if number % folds == fold:
                found[number] = nlp(text(passage)).cats
    return found


def main() -> int:
    """Print F1 of both, and of both together."""
    folds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    rules = load_topics(default_config_dir() / "topics.yaml")
    tagger, broader = Tagger(Catalogue(()), rules), above(rules)
    of = [passage for several in tuned_on(rules).values() for passage in several]
    ours = score(tagger, rules, of)
    print(f"{len(of)} passages, {folds} folds")
    print(f"phrases: precision {ours.precision:.3f}, recall {ours.recall:.3f}, F1 {ours.f1:.3f}")
    cats = out_of_fold(of, folds)
    for threshold in THRESHOLDS:
        alone, both = Score(), Score()
        for passage, found in zip(of, cats, strict=True):
            told = [TopicTag(code=code, name=code, score=p) for code, p in found.items() if p >= threshold]
            for counts, tags in ((alone, told), (both, [*told, *tagger.tag(passage.article).topics])):
                right = judged(tags, passage, broader)
                counts.add(passage.article.title, set(passage.gold), set(right), set())
        print(
            f"textcat at {threshold}: precision {alone.precision:.3f}, recall {alone.recall:.3f}, "
            f"F1 {alone.f1:.3f}; beside the phrases: F1 {both.f1:.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
