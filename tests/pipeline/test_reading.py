"""What a trained model reads in the graph: what alerts, nothing else, and never at an alert's cost."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import apache_beam as beam
import pytest
import yaml
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines import metrics
from pipelines.elements import OUTGOING_ALERT
from pipelines.engines.embedded import EmbeddedRunner, LoopSettings
from pipelines.sinks import StableInput
from pipelines.steps import reading
from pipelines.steps.reading import BUNDLE_SECONDS, ModelReader, trained_model
from pipelines.steps.understand import understand
from tests.acceptance.generated import START, article
from tests.pipeline.steps import record, understood
from tests.service.support import copy_shipped
from tests.tagging.conftest import make_article
from tests.tagging.tiny_model import model_folder, train  # noqa: F401  # a fixture
from wirewatch.errors import DependencyMissingError
from wirewatch.reading import (
    MAX_DEEDS,
    MAX_MENTIONS,
    MAX_NAMES,
    MAX_SENTENCE,
    Deed,
    OutsideName,
    Readable,
    Reading,
)
from wirewatch.records import ALERTS

WATCH = {"id": "attacks", "name": "Attacks", "when": "attacked", "per_story": {"update_at": [2]}}
TOLD = "Iran attacked Iraq ."


@pytest.fixture(scope="module")
def config_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("config")
    copy_shipped(folder, "actors", "topics.yaml")
    (folder / "watches.yaml").write_text(yaml.safe_dump([WATCH]))
    return folder


@pytest.fixture
def model(model_folder):  # noqa: F811
    return trained_model(str(model_folder))


def news(number, title, *paragraphs):
    return article(
        title=title,
        paragraphs=list(paragraphs) or ["Rufus Firefly met Iran ."],
        source=f"wire{number}.example",
        url=f"https://wire{number}.example/",
        time=START,
    )


def alerts_of(articles, config_dir, spacy_model):
    batches = [[record(n, one)] for n, one in enumerate(articles)]
    _, alerts, dead = understood(batches, config_dir, spacy_model=spacy_model)
    assert dead == []
    return [ALERTS.decode(OUTGOING_ALERT.decode(alert).value) for alert in alerts]


def times_read():
    (family,) = metrics.READING_SECONDS.collect()
    return next(sample.value for sample in family.samples if sample.name.endswith("_count"))


def unread(reason):
    return metrics.UNREAD.labels(reason=reason)._value.get()


def test_an_alert_carries_the_names_and_deeds_of_its_article(config_dir, model_folder):  # noqa: F811
    (alert,) = alerts_of([news(1, TOLD)], config_dir, str(model_folder))
    assert alert.reading.model == "en_tiny 1.0.0"
    (name,) = alert.reading.names
    assert (name.name, name.type, name.mentions[0].place.paragraph) == ("Rufus Firefly", "person", 0)
    (deed,) = alert.reading.deeds
    assert (deed.source_name, deed.action, deed.target_name) == ("Iran", "attacked", "Iraq")
    assert {deed.source, deed.target} <= {actor.id for actor in alert.actors}
    assert deed.sentence == TOLD


def test_only_what_opens_or_updates_a_story_is_read(config_dir, model_folder):  # noqa: F811
    articles = [
        news(1, TOLD),  # opens
        news(2, "Rain fell ."),  # meets no watch
        news(2, TOLD),  # updates: a second source
        news(3, TOLD),  # a third, untold
    ]
    before = times_read()
    alerts = alerts_of(articles, config_dir, str(model_folder))
    assert [alert.status for alert in alerts] == ["opened", "updated"]
    assert all(alert.reading.names for alert in alerts)
    assert times_read() - before == 2


def test_without_a_model_nothing_is_read(config_dir):
    before = times_read()
    (alert,) = alerts_of([news(1, TOLD)], config_dir, None)
    assert alert.reading is None
    assert times_read() == before


def test_a_text_in_another_language_is_not_read(config_dir, model_folder):  # noqa: F811
    text = "Der Bundestag hat am Donnerstag über die neuen Gesetze beraten und lange darüber gestritten."
    before = unread("other_language")
    (alert,) = alerts_of([news(1, "Kanzler attacked", text, text)], config_dir, str(model_folder))
    assert alert.reading is None
    assert unread("other_language") - before == 1


def test_a_model_that_fails_costs_no_alert(config_dir, model_folder, model, monkeypatch):  # noqa: F811
    def fails(_):
        raise ZeroDivisionError

    monkeypatch.setattr(model, "read", fails)
    before = unread("failed")
    (alert,) = alerts_of([news(1, TOLD)], config_dir, str(model_folder))
    assert alert.reading is None
    assert unread("failed") - before == 1


def test_a_bundle_has_so_much_time_for_it(model):
    clock = itertools.count(0, BUNDLE_SECONDS / 2)  # each reading takes half of it
    reader = ModelReader(model, clock=lambda: next(clock))
    readable, before = Readable.of(make_article(TOLD), (), "en"), unread("no_time")
    for _ in range(2):
        reader.begin()
        found = [reader.read(readable, "id") for _ in range(3)]
        assert [one is None for one in found] == [False, False, True]
    assert unread("no_time") - before == 2


class FailsTwice(beam.DoFn):
    """A sink that fails twice. It notes what it was given each time; from then on the model is another."""

    given: ClassVar[list[bytes]] = []

    def __init__(self, model, other):
        self._model, self._other = model, other

    def process(self, alert):
        self.given.append(alert)
        reading._models[self._model] = trained_model(self._other)
        if len(self.given) < 3:
            raise ConnectionError("broker away")


def test_an_alert_goes_out_in_the_same_bytes_though_the_model_is_another(
    config_dir,
    model_folder,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    first, other = str(model_folder), str(train(tmp_path / "other", version="2.0.0"))
    monkeypatch.setattr(reading, "_models", {})
    monkeypatch.setattr(FailsTwice, "given", [])
    runner = EmbeddedRunner(None, LoopSettings(sleep=lambda _: None))
    pipeline = beam.Pipeline(runner=runner, options=PipelineOptions([]))
    records = pipeline | "records" >> beam.Create([[record(0, news(1, TOLD))]], reshuffle=False)
    found = understand(records, config_dir, spacy_model=first)
    _ = found.alerts | "sink" >> StableInput(FailsTwice(first, other)).with_resource_hints(min_ram="1MB")
    pipeline.run()
    assert trained_model(first).name == "en_tiny 2.0.0"
    told = [ALERTS.decode(OUTGOING_ALERT.decode(given).value) for given in FailsTwice.given]
    assert [alert.reading.model for alert in told] == ["en_tiny 1.0.0"] * 3
    assert len(set(FailsTwice.given)) == 1


def test_it_is_loaded_once_a_process_and_may_be_shared_by_threads(model_folder, monkeypatch):  # noqa: F811
    monkeypatch.setattr(reading, "_models", {})
    texts = [Readable.of(make_article(TOLD, f"Rufus Firefly met Iran{n} ."), (), "en") for n in range(20)]
    start = threading.Barrier(4)

    def work(_):
        start.wait(60)
        mine = trained_model(str(model_folder))
        return mine, [mine.read(text) for text in texts]

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert len({id(mine) for mine, _ in done}) == 1
    assert all(found == done[0][1] for _, found in done)


def test_a_missing_model_ends_the_part_with_the_command_that_installs_it(config_dir):
    """Not the loop's business to try again: it is WirewatchError that ends it."""
    with pytest.raises(DependencyMissingError, match="python -m spacy download xx_no_such"):
        alerts_of([news(1, TOLD)], config_dir, "xx_no_such")


def test_what_an_alert_carries_is_bounded(model):
    mention = model.read(Readable.of(make_article("Rufus Firefly met Iran ."), (), "en")).names[0].mentions[0]
    name = OutsideName(name="n", type="person", mentions=(mention,) * 50)
    deed = Deed(
        source="a", source_name="A", action="b", target="c", target_name="C", sentence="s" * 5000,
        place=mention.place,
    )  # fmt: skip
    brief = Reading(model="m", names=(name,) * 50, deeds=(deed,) * 50).brief()
    assert (len(brief.names), len(brief.names[0].mentions)) == (MAX_NAMES, MAX_MENTIONS)
    assert (len(brief.deeds), len(brief.deeds[0].sentence)) == (MAX_DEEDS, MAX_SENTENCE)
