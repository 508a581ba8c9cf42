"""What the parts' /metrics say at one moment, and what two moments say together. Pure but for `read`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wirewatch.service.supervisor.probe import get, samples

Samples = Sequence[tuple[Mapping[str, str], float]]


@dataclass(frozen=True)
class Scrape:
    """The expositions of the parts that answered, by name, at `at` (seconds of any steady clock)."""

    at: float
    texts: Mapping[str, str]

    def all(self, name: str) -> Samples:
        """Return every sample called `name`, of every part."""
        return [sample for text in self.texts.values() for sample in samples(text, name)]

    def total(self, name: str, **labels: str) -> float | None:
        """Return the sum of the samples called `name` with these labels; None where there is none."""
        found = [value for has, value in self.all(name) if labels.items() <= has.items()]
        return math.fsum(found) if found else None

    def largest(self, name: str) -> float | None:
        """Return the largest sample called `name`; None where there is none."""
        return max((value for _, value in self.all(name)), default=None)


def read(bind: str, ports: Mapping[str, int], *, at: float) -> Scrape:
    """Ask every part of `ports` (name → port) once; one that does not answer within a second is left out."""
    answers = {part: get(bind, port, "/metrics") for part, port in ports.items()}
    return Scrape(at, {part: body.decode("utf-8", "replace") for part, (_, body) in _there(answers)})


def _there(answers: Mapping[str, tuple[int, bytes] | None]) -> list[tuple[str, tuple[int, bytes]]]:
    return [(part, answer) for part, answer in answers.items() if answer is not None and answer[0] == 200]


def rate(before: Scrape | None, now: Scrape, name: str, **labels: str) -> float | None:
    """Return how much a counter grew a second between two scrapes; None when that cannot be known.

    A counter that fell was started again from 0 in between, as Prometheus takes it too.
    """
    if before is None or now.at <= before.at:
        return None
    new, old = now.total(name, **labels), before.total(name, **labels)
    if new is None:
        return None
    grown = new - (old or 0.0)
    return (new if grown < 0 else grown) / (now.at - before.at)


def quantile(before: Scrape | None, now: Scrape, name: str, q: float) -> float | None:
    """Return the quantile `q` of a histogram's observations between two scrapes, else of all there are.

    Linear within the bucket, as Prometheus's histogram_quantile; the last bound for what lies beyond it.
    None when nothing was observed.
    """
    counts = _buckets(now, name)
    if before is not None:
        old = _buckets(before, name)
        grown = {bound: count - old.get(bound, 0.0) for bound, count in counts.items()}
        if grown and min(grown.values()) >= 0 and grown[max(grown)] > 0:
            counts = grown
    bounds = sorted(counts)
    if not bounds or not counts[bounds[-1]]:
        return None
    wanted, low, below = q * counts[bounds[-1]], 0.0, 0.0
    for bound in bounds:
        if counts[bound] >= wanted:
            within = counts[bound] - below
            part = (wanted - below) / within if within else 1.0
            return low if math.isinf(bound) else low + (bound - low) * part
        low, below = bound, counts[bound]
    return low


def _buckets(scrape: Scrape, name: str) -> dict[float, float]:
    """Return upper bound → observations up to it, over all labels. (`samples` leaves no finite value out.)"""
    found: dict[float, float] = {}
    for labels, value in scrape.all(f"{name}_bucket"):
        bound = float(labels["le"])
        found[bound] = found.get(bound, 0.0) + value
    return found
