"""What must be true after any run: every story told once, under one id, and nothing else told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.soak.load import UPDATE_AT, Story
from tests.soak.receiver import Told


@dataclass
class Verdict:
    """Counts of alerts, and one line for each that is wrong."""

    expected: int = 0
    received: int = 0
    """Different webhook-ids."""
    repeated: int = 0
    """Deliveries of one that had come before, under the same id, with the same body."""
    wrong: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return it as the report reads it."""
        return asdict(self)


def judge(stories: Iterable[Story], told: Iterable[Told]) -> Verdict:
    """Return what is to be said of deliveries `told` when `stories` had to be told."""
    verdict = Verdict()
    first: dict[str, Told] = {}
    for one in told:
        if one.id != one.alert:
            verdict.wrong.append(f"{one.alert}: came under the webhook-id {one.id}")
        if (before := first.setdefault(one.id, one)) is not one:
            verdict.repeated += 1
            if before.digest != one.digest:
                verdict.wrong.append(f"{one.id}: repeated with another body")
    verdict.received = len(first)
    by_article: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in first.values():
        by_article[one.watch, one.article].append(one)
    for number, story in enumerate(stories):
        alerts = [one for id_ in story.sent for one in by_article.pop((story.watch, id_), [])]
        verdict.expected += 1 + (len(story.sent) >= UPDATE_AT)
        verdict.wrong += [f"story {number} ({story.watch}): {what}" for what in _faults(story, alerts)]
    verdict.wrong += [f"not expected: {one}" for rest in by_article.values() for one in rest]
    return verdict


def _faults(story: Story, alerts: list[Told]) -> Iterable[str]:
    opened = sum(one.status == "opened" for one in alerts)
    updated = sum(one.status == "updated" for one in alerts)
    if opened != 1:
        yield f"opened {opened} times"
    if updated != (len(story.sent) >= UPDATE_AT):
        yield f"updated {updated} times with {len(story.sent)} sources"
    if len({one.story for one in alerts}) > 1:
        yield "told as several stories"
