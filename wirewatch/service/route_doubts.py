"""routes.yaml and silences beside watches.yaml, actors and topics: what they ask for that no alert has."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from connectors.feeds import alarm as feeds
from connectors.notify import alarm as receivers
from connectors.notify.routes import RoutesConfig
from connectors.notify.routing.doubts import Known, doubts, forgetful, of_matcher
from connectors.notify.routing.matchers import parse_matcher
from wirewatch.advice import Advice
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.watches.model import Watch
from wirewatch.watches.problems import Finding
from wirewatch.yaml_files import compose_yaml, placed

SYSTEM_WATCHES = (feeds.WATCH, receivers.WATCH)
SYSTEM_LABELS = ("feed", "receiver", "state")


def route_doubts(
    path: Path, watches: Sequence[Watch], routes: RoutesConfig, catalogue: Catalogue, topics: TopicRules
) -> list[Finding]:
    """Return what `routes`, the file at `path`, can hardly mean beside these watches, actors and topics."""
    alertmanagers = [receiver.name for receiver in routes.receivers if receiver.kind == "alertmanager"]
    found = [*doubts(routes, _known(watches, catalogue, topics)), *forgetful(routes.policy(), alertmanagers)]
    root = compose_yaml(path) if found else None
    return [_finding(path, root, doubt) for doubt in found]


def _finding(path: Path, root: yaml.Node | None, doubt: Advice) -> Finding:
    line, column, words = placed(root, doubt.place)
    what = ": ".join(filter(None, (words, doubt.what)))
    return Finding(path, line, column, watch="", what=what, fix=doubt.fix)


def silence_doubts(
    matchers: Sequence[str], watches: Sequence[Watch], catalogue: Catalogue, topics: TopicRules
) -> list[Advice]:
    """Return a doubt for each of a silence's `matchers` that no alert of `watches` can fit."""
    named = {name for watch in watches for name in watch.labels}.difference(SYSTEM_LABELS)
    values = {name: {"", *(watch.labels.get(name, "") for watch in watches)} for name in named}
    known = replace(_known(watches, catalogue, topics), label_values=values)
    found = (doubt for matcher in matchers for doubt in of_matcher(parse_matcher(matcher), known))
    return [Advice(f"this silence: {doubt.what}", doubt.fix) for doubt in found]


def _known(watches: Sequence[Watch], catalogue: Catalogue, topics: TopicRules) -> Known:
    return Known(
        watches=(*(watch.id for watch in watches), *SYSTEM_WATCHES),
        labels={*SYSTEM_LABELS, *(name for watch in watches for name in watch.labels)},
        actors={name for actor in catalogue.actors.values() for name in (actor.id, actor.name)},
        topics={name for topic in topics.topics for name in (topic.code, topic.name)},
    )
