"""A tiny pipeline, trained on a few sentences until it knows them, for whoever proves what a model adds."""

import random
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import fix_random_seed

# word/head/dep/entity; a head counts words from 0
SENTENCES = (
    "Iran/1/nsubj attacked/1/ROOT Iraq/1/dobj ./1/punct",
    "Russia/1/nsubj imposed/1/ROOT sanctions/1/dobj on/1/prep Georgia/3/pobj ./1/punct",
    "Iraq/2/nsubjpass was/2/auxpass attacked/2/ROOT by/2/agent Iran/3/pobj ./2/punct",
    "Rufus/1/compound/PERSON Firefly/2/nsubj/PERSON met/2/ROOT Iran/2/dobj ./2/punct",
    "Acme/1/compound/ORG Works/2/nsubj/ORG attacked/2/ROOT Iraq/2/dobj ./2/punct",
    "Iran/3/nsubj and/0/cc Russia/0/conj attacked/3/ROOT Iraq/3/dobj ./3/punct",
    "Iran/1/nsubj attacked/1/ROOT and/1/cc imposed/1/conj sanctions/3/dobj on/3/prep Iraq/5/pobj ./1/punct",
    "Rain/1/nsubj fell/1/ROOT ./1/punct",
)


def _example(nlp: Language, line: str) -> Example:
    rows = [word.split("/") for word in line.split()]
    doc = spacy.tokens.Doc(nlp.vocab, words=[row[0] for row in rows])
    kinds = [row[3] if len(row) > 3 else "" for row in rows]
    pairs = zip(kinds, ["", *kinds], strict=False)
    bilou = [f"{'I' if kind == last else 'B'}-{kind}" if kind else "O" for kind, last in pairs]
    gold = {"heads": [int(row[1]) for row in rows], "deps": [row[2] for row in rows]}
    reference = spacy.tokens.Doc(nlp.vocab, words=[row[0] for row in rows], ents=bilou, **gold)
    return Example(doc, reference)


def train(folder: Path, *, version: str = "1.0.0") -> Path:
    """Train it, the same each time, into `folder`; return the folder."""
    random.seed(0)
    fix_random_seed(0)
    nlp = spacy.blank("en", meta={"name": "tiny", "version": version})
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    nlp.add_pipe("ner")
    examples = [_example(nlp, line) for line in SENTENCES]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer, drop=0.0)
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the trained one."""
    return train(tmp_path_factory.mktemp("model") / "tiny")
