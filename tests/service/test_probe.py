"""What the supervisor reads from a part, from what parts really write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

from tests.ports import free_ports
from wirewatch.part import Health
from wirewatch.service.health import HealthServer
from wirewatch.service.supervisor.probe import (
    ARTICLES_METRIC,
    SETTINGS_METRIC,
    UNSENT_METRIC,
    Probe,
    Prober,
    probe,
    samples,
)


@pytest.fixture
def exposition():
    registry = CollectorRegistry()
    articles = Counter(ARTICLES_METRIC, "Articles.", ["origin"], registry=registry)
    articles.labels(origin="replay").inc(60)
    articles.labels(origin='fe"ed\n').inc(2e7)
    Gauge(SETTINGS_METRIC, "Settings.", ["version"], registry=registry).labels(version="abc").set(1)
    return generate_latest(registry).decode()


def test_samples_of_a_real_exposition(exposition):
    assert [value for _, value in samples(exposition, ARTICLES_METRIC)] == [60, 2e7]
    assert samples(exposition, SETTINGS_METRIC) == [({"version": "abc"}, 1)]
    assert samples(exposition, "wirewatch_articles") == []


@given(st.text())
def test_anything_can_be_read(text):
    samples(f"x 1\n{text}\nx{{a={text}}} {text}\n", "x")


def test_a_part_is_asked(eventually):
    health = Health()
    server = HealthServer(health, part="pipeline", bind="127.0.0.1", port=0)
    try:
        assert probe("127.0.0.1", server.port).why == "starting"
        health.ready()
        said = probe("127.0.0.1", server.port)
        assert (said.answers, said.ready, said.version) == (True, True, "0.1.0")
    finally:
        server.close()
    assert probe("127.0.0.1", server.port) == Probe()


def test_a_part_says_which_config_is_in_force_and_what_is_wrong_with_the_files():
    health = Health()
    health.config("watches", "abc", error=None)
    health.config("routes", "def", error="routes.yaml:3: no")
    server = HealthServer(health, part="pipeline", bind="127.0.0.1", port=0)
    try:
        said = probe("127.0.0.1", server.port)
    finally:
        server.close()
    assert said.configs == {"watches": "abc", "routes": "def"}
    assert said.config_errors == ("routes.yaml:3: no",)


def test_parts_with_configs_of_their_own_do_not_differ():
    made = prober()
    made.note({"feeds": Probe(configs={"feeds": "a"}), "pipeline": Probe(configs={"watches": "b"})})
    assert made.differ_for() is None


def test_nobody_listens():
    assert not probe("127.0.0.1", free_ports(1)[0]).answers


def prober(*rounds):
    """Return a prober that saw the pipeline count `rounds`, a second apart."""
    now = [0.0]
    made = Prober("127.0.0.1", {}, clock=lambda: now[0])
    for count in rounds:
        made.note({"pipeline": Probe(answers=True, articles=count)})
        now[0] += 1
    return made


@pytest.mark.parametrize(
    ("rounds", "articles", "rate"),
    [
        pytest.param([], None, None, id="nothing yet"),
        pytest.param([None], None, None, id="no such metric yet"),
        pytest.param([5], 5, None, id="once"),
        pytest.param([0, 10, 20], 20, 10, id="steady"),
        pytest.param([0, 10, None, 30], 30, 10, id="away for a moment"),
        pytest.param([0, 100, *[100] * 10], 100, 0, id="a burst long ago"),
        pytest.param([100, 3, 4], 104, 1, id="started again"),
        pytest.param([100, 0, 0, 7, 2, 3], 110, 1, id="started again and again"),
    ],
)
def test_rate(rounds, articles, rate):
    assert prober(*rounds).articles() == (articles, rate)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(lambda version: {"settings_version": version}, id="settings"),
        pytest.param(lambda version: {"configs": {"watches": version}}, id="a config"),
    ],
)
def test_versions_that_differ_are_timed(said):
    now = [0.0]
    made = Prober("127.0.0.1", {}, clock=lambda: now[0])
    for second, versions, differ in [(0, "aa", None), (5, "ab", 0), (20, "ab", 15), (21, "bb", None)]:
        now[0] = second
        made.note({f"part{n}": Probe(**said(v)) for n, v in enumerate(versions)})
        assert made.differ_for() == differ


def test_the_names_are_those_that_the_parts_count_under():
    import connectors.seeds.metrics  # noqa: F401, PLC0415  # registers them
    import pipelines.metrics  # noqa: F401, PLC0415

    names = set(REGISTRY._names_to_collectors)
    assert {ARTICLES_METRIC, SETTINGS_METRIC, UNSENT_METRIC} <= names


def test_silence_is_timed_from_the_first_question_without_answer():
    now = [0.0]
    made = Prober("127.0.0.1", {}, clock=lambda: now[0])
    for second, answers, silent in [
        (0, False, 0),
        (1, False, 1),
        (9, False, 9),
        (10, True, 0),
        (12, False, 0),
    ]:
        now[0] = second
        made.note({"notify": Probe(answers=answers)})
        assert made.silent_for("notify") == silent
    now[0] = 500  # this process was stopped; so were the answers
    assert made.silent_for("notify") == 0
    made.note({"notify": Probe()})
    assert made.silent_for("notify") == 0
    assert made.silent_for("unknown") == 0
