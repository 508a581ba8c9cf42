"""What notify counts, in the default registry of prometheus_client."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from wirewatch.reasons import Reason

ALERTS_RECEIVED = Counter(
    "wirewatch_alerts_received_total", "Alerts taken from Kafka, repeats not counted.", ["watch", "severity"]
)
ALERTS_REPEATED = Counter(
    "wirewatch_alerts_repeated_total", "Alerts read from Kafka whose id was known already."
)
ALERTS_EXPIRED = Counter(
    "wirewatch_alerts_expired_total", "Alerts not sent: older than the ids that are remembered."
)
ALERTS_WITHHELD = Counter(
    "wirewatch_alerts_withheld_total",
    "Alerts that a receiver was not sent: silenced, inhibited, dead (no route leads there any more).",
    ["receiver", "state"],
)
DELIVERIES = Counter(
    "wirewatch_deliveries_total", "Attempts to deliver, by how they ended.", ["receiver", "outcome"]
)
ATTEMPT_SECONDS = Histogram(
    "wirewatch_delivery_attempt_seconds",
    "How long receivers take to answer.",
    ["receiver"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
RETRIES = Counter("wirewatch_delivery_retries_total", "Attempts that were not the first.", ["receiver"])
LATENCY = Histogram(
    "wirewatch_alert_to_delivered_seconds",
    "From the alert's write to Kafka until the receiver had it, retries and what routes.yaml waits included.",
    ["receiver"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86_400),
)
OBJECTIVE = Counter(
    "wirewatch_delivery_objective_total",
    "Deliveries that arrived within 60 s of reaching Kafka (in_time), or did not (late, as soon as it is so);"
    " what routes.yaml waits does not count.",
    ["receiver", "result"],
)
NEWS_LATENCY = Histogram(
    "wirewatch_publication_to_webhook_seconds",
    "From an article's publication, as it says, until a receiver had its alert; at most a day old, dated.",
    buckets=(0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400),
)
NEWS_STAGES = Histogram(
    "wirewatch_publication_stage_seconds",
    "The same by stage: fetch (published to fetched), understand (to its alert in Kafka), deliver.",
    ["stage"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 14_400, 86_400),
)
OUTBOX = Gauge("wirewatch_outbox_deliveries", "Deliveries not made, by status.", ["receiver", "status"])
OLDEST = Gauge(
    "wirewatch_outbox_oldest_seconds",
    "For how long the oldest pending delivery has waited; 0 when none is.",
    ["receiver"],
)
SILENCES = Gauge("wirewatch_silences_active", "Silences that hold now.")
LAST_ALERT = Gauge(
    "wirewatch_watch_last_alert_timestamp_seconds",
    "When a watch's last alert was taken in, also of those removed since (not in wirewatch_watch_info);"
    " after a restart as the latest 5,000 alerts know it.",
    ["watch"],
)
WATCH_VERDICTS = Gauge(
    "wirewatch_watch_verdicts",
    "Alerts of a watch that people marked, as true or false: true / (true + false) is its precision.",
    ["watch", "verdict"],
)
LAG_RECORDS = Gauge(
    "wirewatch_notify_lag_records", "Records of the alerts topic not read yet.", ["partition"]
)
LAG_SECONDS = Gauge(
    "wirewatch_notify_lag_seconds", "Age of the last alert read while more are waiting; else 0."
)
DEAD_LETTERS = Counter(
    "wirewatch_notify_dead_letters_total", "Records of the alerts topic that were no alerts.", ["reason"]
)
OFFSET_RESETS = Counter(
    "wirewatch_notify_offset_resets_total",
    "Times reading restarted at the log's beginning: gap (records were gone), topic (it was recreated).",
    ["why"],
)
TEMPLATE_FAILURES = Counter(
    "wirewatch_template_failures_total",
    "Alerts in the built-in words because the receiver's template failed.",
    ["receiver"],
)
CIRCUIT_OPEN = Gauge(
    "wirewatch_receiver_circuit_open", "1 while a receiver fails and is only probed.", ["receiver"]
)
TROUBLE = Gauge(
    "wirewatch_receiver_trouble_since_timestamp_seconds",
    "Since when a receiver has been failing, with its first trouble; no series while it accepts alerts.",
    ["receiver", "state"],
)
RECEIVER_DISABLED = Gauge("wirewatch_receiver_disabled", "1 while a receiver is disabled.", ["receiver"])


def start_at_zero(receivers: Iterable[str]) -> None:
    """Have a series of what rules rest on for each receiver: a counter that begins at 1 never increased."""
    DEAD_LETTERS.labels(Reason.BAD_ALERT.value)
    for receiver in receivers:
        OBJECTIVE.labels(receiver, "in_time")
        OBJECTIVE.labels(receiver, "late")
        RETRIES.labels(receiver)
