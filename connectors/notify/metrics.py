"""What notify counts, in the default registry of prometheus_client."""

from prometheus_client import Counter, Gauge, Histogram

ALERTS_RECEIVED = Counter(
    "wirewatch_alerts_received_total", "Alerts taken from Kafka, repeats not counted.", ["watch", "severity"]
)
ALERTS_REPEATED = Counter(
    "wirewatch_alerts_repeated_total", "Alerts read from Kafka whose id was known already."
)
ALERTS_EXPIRED = Counter(
    "wirewatch_alerts_expired_total", "Alerts not told: older than the ids that are remembered."
)
ALERTS_WITHHELD = Counter(
    "wirewatch_alerts_withheld_total",
    "Alerts that a receiver was not told of: silenced, inhibited, dead (no route leads there any more).",
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
LATENCY = Histogram(
    "wirewatch_alert_to_delivered_seconds",
    "From the alert's write to Kafka to the receiver's answer, for first attempts.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)
OUTBOX = Gauge("wirewatch_outbox_deliveries", "Deliveries not made, by status.", ["receiver", "status"])
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
    "Times reading began again at the log's start: gap (records were gone), topic (made anew).",
    ["why"],
)
TEMPLATE_FAILURES = Counter(
    "wirewatch_template_failures_total",
    "Alerts told in the built-in words because the receiver's template failed.",
    ["receiver"],
)
CIRCUIT_OPEN = Gauge(
    "wirewatch_receiver_circuit_open", "1 while a receiver fails and is only probed.", ["receiver"]
)
RECEIVER_DISABLED = Gauge("wirewatch_receiver_disabled", "1 while a receiver is disabled.", ["receiver"])
