"""What a trained model adds, shown by a tiny one."""

import pytest

from tests.tagging.conftest import make_article
from tests.tagging.tiny_model import model_folder  # noqa: F401  # a fixture
from wirewatch.errors import DependencyMissingError
from wirewatch.reading import MAX_TEXT, Readable
from wirewatch.tagging import Actor, Catalogue, Tagger, TopicRules
from wirewatch.tagging.trained import TrainedModel

PLACES = ("Iran", "Iraq", "Russia", "Georgia")
TAGGER = Tagger(
    Catalogue(Actor(id=name, name=name, type="country", aliases=(name,)) for name in PLACES), TopicRules(())
)


@pytest.fixture(scope="module")
def model(model_folder):  # noqa: F811
    return TrainedModel(str(model_folder))


def readable(title, *paragraphs, tagger=TAGGER):
    article = make_article(title, *paragraphs)
    return Readable.of(article, tagger.tag(article).actors, "en")


def read(model, title, *paragraphs):
    return model.read(readable(title, *paragraphs))


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
    known = Catalogue((Actor(id="F", name="Rufus Firefly", type="person", aliases=("Rufus Firefly",)),))
    tagger = Tagger(known, TopicRules(()))
    assert model.read(readable("Rufus Firefly met Iran .", tagger=tagger)).names == ()


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


@pytest.mark.parametrize("name", ["spacy", "msgspec"])
def test_a_package_that_is_no_model_is_said(name):
    with pytest.raises(DependencyMissingError, match=f"'{name}' is no model that spaCy .* can load"):
        TrainedModel(name)


def test_a_missing_model_is_said_with_the_command_that_installs_it():
    with pytest.raises(DependencyMissingError, match=r"python -m spacy download xx_no_such"):
        TrainedModel("xx_no_such")


def test_a_missing_folder_is_said_to_be_missing(tmp_path):
    with pytest.raises(DependencyMissingError, match=r"none' is no folder with a model of spaCy's"):
        TrainedModel(str(tmp_path / "none"))
