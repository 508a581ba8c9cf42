"""A tiny pipeline, trained here on a few sentences until it knows them, proves what a trained model adds."""

import random

import pytest
import spacy
from spacy.training import Example

from tests.tagging.conftest import make_article
from wirewatch.errors import DependencyMissingError
from wirewatch.tagging import Actor, Catalogue, Tagger, TopicRules
from wirewatch.tagging.trained import MAX_TEXT, TrainedModel

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
PLACES = ("Iran", "Iraq", "Russia", "Georgia")
TAGGER = Tagger(
    Catalogue(Actor(id=name, name=name, type="country", aliases=(name,)) for name in PLACES), TopicRules(())
)


def example(nlp, line):
    rows = [word.split("/") for word in line.split()]
    doc = spacy.tokens.Doc(nlp.vocab, words=[row[0] for row in rows])
    kinds = [row[3] if len(row) > 3 else "" for row in rows]
    pairs = zip(kinds, ["", *kinds], strict=False)
    bilou = [f"{'I' if kind == last else 'B'}-{kind}" if kind else "O" for kind, last in pairs]
    gold = {"heads": [int(row[1]) for row in rows], "deps": [row[2] for row in rows]}
    reference = spacy.tokens.Doc(nlp.vocab, words=[row[0] for row in rows], ents=bilou, **gold)
    return Example(doc, reference)


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    random.seed(0)
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    nlp.add_pipe("ner")
    examples = [example(nlp, line) for line in SENTENCES]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer, drop=0.0)
    path = tmp_path_factory.mktemp("model") / "tiny"
    nlp.to_disk(path)
    return path


@pytest.fixture(scope="module")
def model(model_folder):
    return TrainedModel(str(model_folder))


def read(model, title, *paragraphs):
    article = make_article(title, *paragraphs)
    return model.read(article, TAGGER.tag(article).actors)


DEEDS = {
    "an object": ("Iran attacked Iraq .", [("Iran", "attacked", "Iraq")]),
    "an object behind a preposition": (
        "Russia imposed sanctions on Georgia .",
        [("Russia", "imposed sanctions on", "Georgia")],
    ),
    "a passive": ("Iraq was attacked by Iran .", [("Iran", "attacked", "Iraq")]),
    "two who do it": (
        "Iran and Russia attacked Iraq .",
        [("Iran", "attacked", "Iraq"), ("Russia", "attacked", "Iraq")],
    ),
    "two verbs": (
        "Iran attacked and imposed sanctions on Iraq .",
        [("Iran", "imposed sanctions on", "Iraq")],
    ),
    "one actor alone": ("Rufus Firefly met Iran .", []),
    "no actor": ("Rain fell .", []),
}


@pytest.mark.parametrize(("text", "deeds"), DEEDS.values(), ids=DEEDS.keys())
def test_who_did_what_to_whom(model, text, deeds):
    found = read(model, text).deeds
    assert [(deed.source, deed.action, deed.target) for deed in found] == deeds
    assert {deed.sentence for deed in found} <= {text}


def test_names_outside_the_catalogue_are_told_with_their_places(model):
    reading = read(model, "Iran attacked Iraq .", "Rufus Firefly met Iran .", "Acme Works attacked Iraq .")
    assert [(name.name, name.type) for name in reading.names] == [
        ("Rufus Firefly", "person"),
        ("Acme Works", "organisation"),
    ]
    (mention,) = reading.names[0].mentions
    assert (mention.place.paragraph, mention.place.start, mention.place.end) == (0, 0, 13)
    assert (mention.kind, mention.rule) == ("model", "PERSON")


def test_an_actor_of_the_catalogue_is_never_outside_it(model):
    article = make_article("Rufus Firefly met Iran .")
    known = Catalogue((Actor(id="F", name="Rufus Firefly", type="person", aliases=("Rufus Firefly",)),))
    assert model.read(article, Tagger(known, TopicRules(())).tag(article).actors).names == ()


def test_the_same_article_reads_the_same_and_the_vocabulary_does_not_grow(model):
    first = read(model, "Rufus Firefly met Iran .")
    known = len(model._nlp.vocab.strings)
    for n in range(50):
        read(model, f"Word{n} attacked Thing{n} .")
    assert read(model, "Rufus Firefly met Iran .") == first
    assert len(model._nlp.vocab.strings) == known


def test_a_long_article_is_read_in_part(model):
    far = "x" * MAX_TEXT
    assert read(model, far, "Rufus Firefly met Iran .").names == ()


def test_a_missing_model_is_said_with_the_command_that_installs_it():
    with pytest.raises(DependencyMissingError, match=r"python -m spacy download xx_no_such"):
        TrainedModel("xx_no_such")
