"""The player against an in-memory broker, with a clock that only the test moves."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.kafka import part_writer
from connectors.seeds import metrics
from connectors.seeds.pace import MAX_BATCH
from connectors.seeds.player import LOOP_GAP, POLL_SECONDS, Player
from tests.seeds.memory import MemoryLog, context, write
from wirewatch.errors import ConfigError
from wirewatch.trace import parse_traceparent
from wirewatch.watches.model import MAX_WINDOW


@dataclass
class Bench:
    """A folder of seeds, a broker, and players over them."""

    root: Path
    log: MemoryLog = field(default_factory=MemoryLog)
    clock: float = 0

    def __post_init__(self) -> None:
        self.folder = self.root / "seeds"
        self.folder.mkdir()

    def seed(self, name, title, date="9 January 2020", **fields):
        return write(self.folder, name, title, date, **fields)

    def player(self, **replay) -> Player:
        self.context = context(self.root, **replay)
        return Player(self.context, self.folder, self.log.open, clock=lambda: self.clock)

    def steps(self, player: Player, n: int) -> None:
        for _ in range(n):
            self.clock += player.step()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(part_writer, "RETRY_SECONDS", (0.0,))


def test_sends_each_once_in_order_of_publication(bench):
    bench.seed("1.txt", "second", "10 January 2020")
    bench.seed("2.txt", "first", "9 January 2020")
    bench.steps(bench.player(), 3)
    assert bench.log.titles == ["first", "second"]
    assert bench.context.health.state() == (True, "ready")


def test_a_record_has_the_articles_id_as_key_and_a_trace_of_its_own(bench):
    bench.seed("1.txt", "a")
    bench.seed("2.txt", "b")
    bench.steps(bench.player(), 1)
    assert [(topic, key.decode()) for topic, key, _, _ in bench.log.records] == [
        ("articles", article.id) for article in bench.log.articles
    ]
    traces = {parse_traceparent(headers["traceparent"]) for _, _, _, headers in bench.log.records}
    assert len(traces) == 2
    assert None not in traces


def test_keeps_the_original_pace_times_speed(bench):
    bench.seed("1.txt", "midnight", "9 January 2020")
    bench.seed("2.txt", "one", "9 January 2020 01:00")
    player = bench.player(speed=3600.0)
    assert player.step() == 1
    bench.clock = 0.99
    assert player.step() == pytest.approx(0.01)
    assert bench.log.titles == ["midnight"]
    bench.clock = 1
    player.step()
    assert bench.log.titles == ["midnight", "one"]


def test_a_restart_goes_on_where_it_stopped(bench):
    for n in range(3):
        bench.seed(f"{n}.txt", f"{n}", f"9 January 2020 0{n}:00")
    bench.steps(bench.player(speed=3600.0), 2)
    assert bench.log.titles == ["0", "1"]
    bench.steps(bench.player(speed=3600.0), 2)
    assert bench.log.titles == ["0", "1", "2"]


def test_new_files_are_sent_while_it_runs_even_with_an_earlier_date(bench):
    bench.seed("1.txt", "a")
    player = bench.player()
    bench.steps(player, 2)
    bench.seed("0.txt", "dropped in", "1 January 2020")
    bench.steps(player, 2)
    assert bench.log.titles == ["a", "dropped in"]


def test_a_file_still_being_written_waits_until_it_stands_still(bench):
    player = bench.player()
    bench.steps(player, 1)
    bench.seed("1.txt", "half of")
    bench.steps(player, 1)
    bench.seed("1.txt", "half of a headline")
    bench.steps(player, 1)
    assert bench.log.titles == []
    bench.steps(player, 1)
    assert bench.log.titles == ["half of a headline"]


def test_new_files_while_nothing_ran_are_sent_after_the_restart(bench):
    bench.seed("1.txt", "a")
    bench.steps(bench.player(), 1)
    bench.seed("2.txt", "b", "8 January 2020")
    bench.steps(bench.player(), 1)
    assert bench.log.titles == ["a", "b"]


def test_a_file_that_goes_away_is_forgotten_in_the_position(bench):
    path = bench.seed("1.txt", "a")
    player = bench.player()
    bench.steps(player, 1)
    path.unlink()
    bench.seed("2.txt", "b")
    bench.steps(player, 3)
    assert bench.log.titles == ["a", "b"]
    assert len(bench.player()._position.sent) == 1


def test_a_rejected_file_is_said_once_and_stops_nothing(bench):
    (bench.folder / "1.txt").write_bytes(b"\xff")
    bench.seed("2.txt", "good")
    before = metrics.REJECTED.labels(reason="not_utf8")._value.get()
    with capture_logs() as logs:
        bench.steps(bench.player(), 5)
    assert bench.log.titles == ["good"]
    assert metrics.REJECTED.labels(reason="not_utf8")._value.get() - before == 1
    assert sum("1.txt" in line.get("path", "") for line in logs) == 1


def test_a_mended_file_is_sent(bench):
    path = bench.folder / "1.txt"
    path.write_bytes(b"\xff")
    player = bench.player()
    bench.steps(player, 1)
    bench.seed("1.txt", "mended")
    bench.steps(player, 2)
    assert bench.log.titles == ["mended"]


def test_while_the_broker_is_away_it_waits_and_then_sends_the_same_again(bench):
    bench.seed("1.txt", "a")
    player = bench.player()
    bench.log.away = 3
    seen = []
    bench.context.health.waiting = seen.append
    bench.steps(player, 1)
    assert bench.log.titles == ["a"]
    assert len(seen) == 3
    assert "127.0.0.1:19092 is away: nobody answers" in seen[0]
    assert bench.context.health.state() == (True, "ready")
    assert (bench.log.opened, bench.log.closed) == (4, 3)


def test_stopped_while_the_broker_is_away_it_keeps_the_position(bench):
    bench.seed("1.txt", "a")
    player = bench.player()
    bench.log.away = 1
    bench.context.stop.set()
    player.step()
    assert bench.log.titles == []
    assert not bench.context.health.state()[0]
    bench.steps(bench.player(), 1)
    assert bench.log.titles == ["a"]


def test_an_article_the_broker_would_refuse_is_left_out_and_the_rest_goes_on(bench):
    bench.seed("1.txt", "a" * 900)
    bench.seed("2.txt", "b")
    bench.log.limit = 800
    bench.steps(bench.player(), 2)
    assert bench.log.titles == ["b"]


def test_more_than_a_batch(bench):
    for n in range(MAX_BATCH + 1):
        bench.seed(f"{n:04}.txt", f"{n}")
    bench.steps(bench.player(), 3)
    assert len({article.id for article in bench.log.articles}) == len(bench.log.records) == MAX_BATCH + 1


def test_a_loop_shifts_dates_and_salts_ids(bench):
    bench.seed("1.txt", "a", "9 January 2020", URL="https://a.example/1")
    bench.seed("2.txt", "b", "11 January 2020")
    bench.steps(bench.player(loop=True), 3)
    articles = bench.log.articles
    assert bench.log.titles == ["a", "b"] * 3
    assert len({article.id for article in articles}) == 6
    step = timedelta(days=2) + LOOP_GAP
    assert step > timedelta(days=2) + MAX_WINDOW
    for n, article in enumerate(articles):
        first = articles[n % 2]
        assert article.time == article.published == article.fetched == first.time + n // 2 * step
        assert article.text_hash == first.text_hash


def test_a_loop_goes_on_in_its_round_after_a_restart(bench):
    bench.seed("1.txt", "a")
    bench.seed("2.txt", "b", "9 January 2020 01:00")
    player = bench.player(loop=True, speed=3600.0)
    bench.steps(player, 3)
    assert bench.log.titles == ["a", "b", "a"]
    bench.clock += 5
    bench.steps(bench.player(loop=True, speed=3600.0), 2)
    assert bench.log.titles[:4] == ["a", "b", "a", "b"]
    assert len({article.id for article in bench.log.articles}) == len(bench.log.records)


def test_a_loop_ends_before_the_calendar_does(bench):
    bench.seed("1.txt", "a", "1 January 1900")
    bench.seed("2.txt", "b", "31 December 2199")
    player = bench.player(loop=True)
    bench.steps(player, 40)
    assert 2 * 20 < len(bench.log.records) < 2 * 25
    assert player.step() == POLL_SECONDS


def test_a_loop_over_nothing_does_not_spin(bench):
    assert bench.player(loop=True).step() == POLL_SECONDS


def test_a_folder_that_goes_away_is_one_clear_line(bench):
    player = bench.player()
    bench.steps(player, 1)
    bench.folder.rmdir()
    with pytest.raises(ConfigError, match="seeds: the seeds cannot be read: No such file"):
        player.step()


def test_run_ends_when_told_and_closes_the_writer(bench):
    bench.seed("1.txt", "a")
    player = bench.player()
    player.clock = lambda: bench.context.stop.set() or 0.0
    player.run()
    assert bench.log.titles == ["a"]
    assert (bench.log.opened, bench.log.closed) == (1, 1)
