"""What is worked out holds when it is played, and the page says what the code does."""

from dataclasses import replace

import pytest
import yaml

from tools.sizing.costs import Costs, Prices, Traffic
from tools.sizing.needs import (
    DAYS,
    GIB,
    REPLICAS,
    SLOTS_A_TASK_MANAGER,
    SMALL_SLOTS,
    TARGET,
    needs,
    of_one,
    skew,
    worker_us,
)
from tools.sizing.page import PAGE, RATES, page, played
from tools.sizing.simulation import simulate
from wirewatch.resources import default_config_dir

COSTS, PRICES = Costs(), Prices()


def need(rate, **traffic):
    return needs(Traffic(rate=rate, **traffic), COSTS, PRICES)


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize("rate", RATES)
def test_played_the_busiest_slot_keeps_to_what_was_worked_out(rate):
    traffic = Traffic(rate=rate)
    assert played(traffic, need(rate), COSTS).busiest <= TARGET


@pytest.mark.parametrize("rate", [3_000, 10_000])
def test_with_half_the_slots_it_does_not(rate):
    """The check can fail."""
    found = need(rate)
    half = replace(found, slots=found.slots // 2, partitions=found.partitions // 2)
    assert played(Traffic(rate=rate), half, COSTS).busiest > TARGET


def test_a_slot_is_added_only_when_one_is_not_enough():
    most = (TARGET - COSTS.tick_core) * 1e6 / worker_us(Traffic(rate=1), COSTS)
    assert need(most * 0.99).slots == 1
    assert need(most * 1.01).slots > 1
    assert skew(1) == 1


@pytest.mark.parametrize(("name", "slots"), [("small", SMALL_SLOTS), ("medium", SLOTS_A_TASK_MANAGER)])
def test_task_managers_are_as_wide_as_their_template(name, slots):
    template = yaml.safe_load((default_config_dir() / "flink" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert template["taskmanager.cpu.cores"] == slots
    assert {need(rate).template for rate in RATES} == {"small.yaml", "medium.yaml"}


def test_disk_by_hand():
    traffic = Traffic(rate=1, watched=0.0)
    each = COSTS.article_bytes + COSTS.tagged_bytes
    assert needs(traffic, COSTS, PRICES).disk_gib == pytest.approx(each * DAYS * 86_400 * REPLICAS / GIB)


def test_what_no_job_can_do_is_refused():
    with pytest.raises(ValueError, match=r"1,000,000 articles/s need more than 128 slots"):
        need(1_000_000)


def test_a_simulation_is_the_same_each_time():
    runs = {simulate(Traffic(rate=1_000), 3, 24, COSTS, seed=5) for _ in range(2)}
    assert len(runs) == 1


def test_a_watch_broader_than_a_slot_is_what_more_slots_do_not_mend():
    traffic = Traffic(rate=10_000, broad=0.2)
    assert of_one(traffic, COSTS)["a watch matched by 20%"] > 1
    for slots in (14, 56):
        seen = simulate(traffic, slots, 8 * slots, COSTS, seed=1)
        assert seen.broad_slot > 1
        assert seen.late_most > 60  # and it never catches up
