"""How good the shipped topics are on the annotated sets; the scorer would notice if they were not."""

import pytest

from evaluation import lgl
from evaluation.score import article_of
from evaluation.topics import (
    Passage,
    above,
    candidates,
    fit,
    judged,
    out_of_fold,
    reliability,
    score,
    tuned_on,
)
from wirewatch.resources import default_config_dir
from wirewatch.snapshot import kept_builds
from wirewatch.tagging import Catalogue, Tagger, load_topics
from wirewatch.tagging.topics.weighing import INTERCEPT, OF_ALL, OF_COMPANY, OF_SHARE, OF_WEIGHT

WAR, CONFLICT = "medtop:20000062", "medtop:16000000"


@pytest.fixture(scope="module")
def rules():
    return load_topics(default_config_dir() / "topics.yaml")


@pytest.fixture(scope="module")
def tagger(rules):
    return Tagger(Catalogue(()), rules, (), kept_builds())


@pytest.fixture(scope="module")
def sets(rules):
    return tuned_on(rules)


def test_topics_are_right_far_more_often_than_not(tagger, rules, sets):
    dev, long, short, plain, *whole = (score(tagger, rules, of) for of in sets.values())
    assert dev.precision >= 0.74
    assert dev.f1 >= 0.74
    assert long.f1 >= 0.7
    assert short.f1 >= 0.85
    assert plain.f1 >= 0.85
    assert all(one.f1 >= 0.78 for one in whole)


@pytest.fixture(scope="module")
def found(tagger, rules, sets):
    return candidates(tagger, rules, [passage for of in sets.values() for passage in of])


@pytest.mark.skipif(not lgl.LGL.exists(), reason=f"fitted to whole articles too, and {lgl.LGL} is not there")
def test_scores_are_as_fitted(found):
    assert fit(found) == pytest.approx((INTERCEPT, OF_WEIGHT, OF_SHARE, OF_COMPANY, OF_ALL), abs=0.3)


def test_scores_are_calibrated(found):
    for mean, right, number in reliability(out_of_fold(found)):
        assert abs(mean - right) < 0.15 or number < 20


def gold(codes, either=()):
    return Passage(article_of("", [], "2022-02-24"), frozenset(codes), frozenset(either))


def test_a_topic_above_a_gold_one_is_neither_right_nor_wrong(tagger, rules):
    tags = tagger.tag(article_of("Full-scale invasion: war broke out", [], "2022-02-24")).topics
    assert judged(tags, gold({WAR}), above(rules))[WAR]
    assert CONFLICT not in judged(tags, gold({WAR}), above(rules))
    assert judged(tags, gold({CONFLICT}), above(rules))[CONFLICT]
    assert not judged(tags, gold({"medtop:15000000"}), above(rules))[WAR]
    assert WAR not in judged(tags, gold({"medtop:15000000"}, either={WAR}), above(rules))


def test_what_is_missed_and_what_is_wrong_counts(tagger, rules):
    article = article_of("Full-scale invasion: war broke out", [], "2022-02-24")
    right = score(tagger, rules, [Passage(article, frozenset({WAR}))])
    wrong = score(tagger, rules, [Passage(article, frozenset({"medtop:15000000"}))])
    assert (right.recall, wrong.recall, wrong.precision) == (1, 0, 0)
