"""Writes docs/reports/soak-YYYY-MM-DD.md from what the soak tests left: `python -m tests.soak.report`."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.soak import fault_report
from tests.soak.machine import machine, versions
from tests.soak.results import results_dir
from tests.soak.tables import cost_table, disk_table, latency_section

_TITLES = {
    "test_pipeline_and_notify_killed": "Pipeline and notify killed",
    "test_broker_killed": "Broker killed",
    "test_replay_killed": "Replay killed",
    "test_receiver_down": "Receiver down",
    "test_steady_load": "Steady load",
    "test_rest": "At rest",
}
_MOST_FAULTS = 20
FAULTS = "test_faults"
"""Has a report of its own."""


def report(results: dict[str, dict[str, Any]], samples: dict[str, list[dict[str, Any]]], day: str) -> str:
    """Return the report as Markdown; what did not run, or not to its end, is said to."""
    commits = sorted({result.get("commit", "unknown") for result in results.values()})
    lines = [
        f"# Soak, {day}",
        "",
        f"- machine: {machine()}",
        f"- versions: {versions()}",
        f"- commit: {', '.join(commits)}",
        "- made by `make soak`: all parts are real processes on a real broker; the receiver verifies every",
        "  signature with the standardwebhooks library",
        "",
        "## Alerts",
        "",
        "Each story must be opened once, under one id, and told once more at its third source; nothing else",
        "may be told. Repeated: deliveries under a webhook-id that came before, with the same bytes.",
        "In Kafka: records of the topic `alerts`; a killed pipeline may repeat one, which notify drops.",
        "",
        *_alerts(results),
        "",
        *_faults(results),
    ]
    for name in ("test_steady_load", "test_rest"):
        if samples.get(name):
            lines += ["", *_long_run(_TITLES[name], results.get(name, {}), samples[name])]
    return "\n".join(lines) + "\n"


def _alerts(results: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield "| run | killed | articles | matching | expected | received | repeated | in Kafka | wrong | load |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|---|"
    for name, title in _TITLES.items():
        if name == "test_rest":
            continue
        result = results.get(name)
        verdict = (result or {}).get("verdict")
        if result is None or verdict is None:
            what = "did not run" if result is None else "**did not reach its end**"
            yield f"| {title} | {what} | | | | | | | | |"
            continue
        load = f"{result['load_before']:.1f} → {result['load_after']:.1f}"
        yield (
            f"| {title} | {_kills(result.get('kills', {}))} "
            f"| {result['articles']:,} | {result['matching']:,} "
            f"| {verdict['expected']:,} | {verdict['received']:,} | {verdict['repeated']} "
            f"| {_written(result.get('written'))} | {len(verdict['wrong'])} | {load} |"
        )


def _written(written: dict[str, Any] | None) -> str:
    """Return how many records the alerts topic held beyond one an alert."""
    return f"{written['records']:,} ({written['records'] - written['alerts']} repeats)" if written else ""


def _kills(kills: dict[str, Any]) -> str:
    """Return `{"pipeline": {"working": 17, "starting": 3}}` in words."""
    return ", ".join(
        f"{part} {sum(how.values())} ({how['starting']} while starting)"
        if isinstance(how, dict)
        else f"{part} {how}"
        for part, how in kills.items()
    )


def _faults(results: dict[str, dict[str, Any]]) -> Iterator[str]:
    if away := results.get("test_broker_killed", {}).get("away"):
        yield f"- the broker was away for {', '.join(f'{seconds:.1f}' for seconds in away)} s"
    outage = results.get("test_receiver_down", {})
    if outages := outage.get("outages"):
        yield (
            f"- the receiver went through {' and '.join(outages)};"
            f" {outage['waited_for_second_retry']} alerts met it down at the first retry too, and came with"
            " the second, minutes later, which a notify killed in between had remembered"
        )
    for name, result in results.items():
        wrong = result.get("verdict", {}).get("wrong", [])
        yield from (f"- **{_TITLES.get(name, name)}**: {fault}" for fault in wrong[:_MOST_FAULTS])
        if len(wrong) > _MOST_FAULTS:
            yield f"- **{_TITLES.get(name, name)}**: and {len(wrong) - _MOST_FAULTS} more"


def _long_run(title: str, result: dict[str, Any], samples: list[dict[str, Any]]) -> Iterable[str]:
    minutes = (samples[-1]["elapsed"] - samples[0]["elapsed"]) / 60
    rate = f" at {result['rate']:g} articles/s" if "rate" in result else ""
    ended = "" if result.get("ended") else " **It did not reach its end.**"
    loads = sorted(sample["load"] for sample in samples)
    last = samples[-1]["pipeline"]
    yield from (
        f"## {title}",
        "",
        f"{minutes:.0f} minutes{rate}, sampled every 10 s.{ended}",
        f"Load average {loads[0]:.1f} to {loads[-1]:.1f}, median {loads[len(loads) // 2]:.1f}.",
        f"Epochs abandoned: {last['epoch_failures']:.0f}.",
        "",
    )
    yield from cost_table(samples)
    yield ""
    yield from disk_table(samples)
    if latencies := result.get("webhook_latency"):
        yield ""
        yield from latency_section(samples, latencies)


def main() -> int:
    """Write the report of the latest results; return 1 when there are none."""
    folder = results_dir()
    results = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    if not results:
        print(f"{folder}: no results; `make soak` makes them", file=sys.stderr)
        return 1
    samples = {
        path.stem: [json.loads(line) for line in path.read_text().splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }
    began = min(result["began"] for result in results.values())
    day = datetime.fromtimestamp(began, UTC).date().isoformat()
    target = Path("docs") / "reports" / f"soak-{day}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    faults = results.pop(FAULTS, None)
    if results:
        target.write_text(report(results, samples, day))
        print(target)
    if faults is not None:
        print(_write_faults(faults, samples.get(FAULTS, []), target.with_name(f"faults-{day}.md"), day))
    return 0


def _write_faults(result: dict[str, Any], samples: list[dict[str, Any]], target: Path, day: str) -> Path:
    picture = target.with_suffix(".png")
    target.write_text(fault_report.report(result, samples, day, picture.name))
    if "faults" in result:
        fault_report.plot(result, samples, picture)
    return target


if __name__ == "__main__":
    sys.exit(main())
