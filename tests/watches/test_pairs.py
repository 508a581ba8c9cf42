"""Whether two reports tell one event: precision and recall on pairs written before thresholds were set."""

from pathlib import Path

import pytest
import yaml

from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import fingerprint
from wirewatch.watches.likeness.similarity import Comparison

HOUR = 3600 * 1_000_000
PAIRS = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"))


def alike(a, b, *, apart):
    return Comparison(a, lambda _: 1.0).belongs([(0, b)], apart) is not None


def told_as_one(pair):
    a, b = (
        fingerprint(item, tag(item))
        for item in (article(pair[side]["title"], *pair[side]["text"].split("~")) for side in "ab")
    )
    return alike(a, b, apart=6 * HOUR)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["id"] for pair in PAIRS])
def test_pair(pair):
    assert told_as_one(pair) is pair["same"]


def test_a_retelling_comes_within_a_day():
    pair = next(pair for pair in PAIRS if pair["id"] == "missile-strike")
    a, b = (article(pair[side]["title"], pair[side]["text"]) for side in "ab")
    prints = fingerprint(a, tag(a)), fingerprint(b, tag(b))
    assert alike(*prints, apart=24 * HOUR)
    assert not alike(*prints, apart=24 * HOUR + 1)
