"""The figures that `top` shows, out of two scrapes. Pure."""

from dataclasses import dataclass

from wirewatch.service.top.scrape import Scrape, quantile, rate


@dataclass(frozen=True)
class Figures:
    """None stands for what cannot be known: a part that is away, nothing observed, a first look."""

    articles: float | None
    """A second, as read from Kafka by the pipeline."""
    matched: float | None
    alerts: float | None
    delivered: float | None
    failed: float | None
    """Attempts a second that did not deliver."""
    lag: float | None
    """Articles in Kafka that the pipeline has not read."""
    lag_seconds: float | None
    alerts_waiting: float | None
    """Alerts in Kafka that notify has not read."""
    pending: float | None
    """Deliveries that are owed."""
    dead: float | None
    to_alert: tuple[float | None, float | None]
    """Seconds from Kafka to the alert: median, 99th percentile."""
    to_receiver: tuple[float | None, float | None]
    """Seconds from the alert to the receiver's answer."""
    dead_letters: float | None
    backlog: float | None
    """Articles read from feeds that Kafka does not have yet."""
    receivers_failing: tuple[str, ...]


def figures(before: Scrape | None, now: Scrape) -> Figures:
    """Return what `now` says, with rates and latencies since `before`."""
    attempts, delivered = (
        rate(before, now, "wirewatch_deliveries_total"),
        rate(before, now, "wirewatch_deliveries_total", outcome="delivered"),
    )
    return Figures(
        articles=rate(before, now, "wirewatch_articles_read_total"),
        matched=rate(before, now, "wirewatch_articles_matched_total"),
        alerts=rate(before, now, "wirewatch_alerts_total"),
        delivered=delivered,
        failed=None if attempts is None else attempts - (delivered or 0.0),
        lag=now.total("wirewatch_lag_records"),
        lag_seconds=now.largest("wirewatch_lag_seconds"),
        alerts_waiting=now.total("wirewatch_notify_lag_records"),
        pending=_deliveries(now, "pending"),
        dead=_deliveries(now, "dead"),
        to_alert=_both(before, now, "wirewatch_produce_to_alert_seconds"),
        to_receiver=_both(before, now, "wirewatch_alert_to_delivered_seconds"),
        dead_letters=_sum(
            now.total("wirewatch_dead_letters_total"), now.total("wirewatch_notify_dead_letters_total")
        ),
        backlog=now.total("wirewatch_feeds_backlog_records"),
        receivers_failing=_receivers(now, "wirewatch_receiver_circuit_open"),
    )


def _deliveries(now: Scrape, status: str) -> float | None:
    """Return how many are not made; 0 where notify answers and has no series: there were none yet."""
    found = now.total("wirewatch_outbox_deliveries", status=status)
    return 0.0 if found is None and "notify" in now.texts else found


def _receivers(now: Scrape, name: str) -> tuple[str, ...]:
    return tuple(sorted(labels["receiver"] for labels, value in now.all(name) if value))


def _both(before: Scrape | None, now: Scrape, name: str) -> tuple[float | None, float | None]:
    return quantile(before, now, name, 0.5), quantile(before, now, name, 0.99)


def _sum(*values: float | None) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
