"""What the part feeds counts, in the default registry of prometheus_client."""

from prometheus_client import Counter, Gauge, Histogram

POLLS = Counter("wirewatch_feeds_polls_total", "Polls of feeds, by how they ended.", ["outcome"])
ENTRIES = Counter(
    "wirewatch_feeds_entries_total", "Entries read, by what they were: new, revised, known, old.", ["kind"]
)
BYTES = Counter("wirewatch_feeds_received_bytes_total", "Bytes of feed documents received, as compressed.")
FETCH_SECONDS = Histogram(
    "wirewatch_feeds_poll_seconds",
    "How long a poll takes: waiting for a turn at the host, fetching, parsing, storing.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40),
)
LATENCY = Histogram(
    "wirewatch_feeds_published_to_kafka_seconds",
    "From an entry's publication (as it says) to Kafka: new entries, dated, at most a day old.",
    buckets=(1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400),
)
PAGES = Counter(
    "wirewatch_feeds_pages_total",
    "Pages fetched for full text: read, or why a summary had to serve.",
    ["result"],
)
SUBSCRIBES = Counter(
    "wirewatch_feeds_hub_requests_total", "Subscriptions at hubs: asked, verified, or why not.", ["outcome"]
)
PUSHES = Counter(
    "wirewatch_feeds_hub_pushes_total",
    "What hubs sent: taken, not_signed, not_a_feed, cut_short, or busy.",
    ["outcome"],
)
STATES = Gauge("wirewatch_feeds", "Feeds, by state.", ["state"])
TROUBLE = Gauge(
    "wirewatch_feed_trouble",
    "Feeds in trouble, by name; always 1. At most 50, those that have had no good answer for longest first.",
    ["feed", "source", "state"],
)
LAST_ENTRY = Gauge(
    "wirewatch_feeds_last_entry_timestamp_seconds",
    "When any feed last had an entry that was new; until the first ever, since when feeds are read.",
)
BACKLOG = Gauge("wirewatch_feeds_backlog_records", "Records read that Kafka does not have yet.")
PAUSED = Gauge("wirewatch_feeds_paused", "1 while reading pauses because Kafka has been away for too long.")
OFFLINE = Gauge("wirewatch_feeds_offline", "1 while no publisher answers: our own network, not theirs.")
LATE = Gauge("wirewatch_feeds_late_seconds", "How far the most overdue poll is behind its time.")
WRITE_FAILURES = Counter(
    "wirewatch_feeds_write_failures_total", "Batches that the broker did not accept; each is sent again."
)
ALERTS = Counter("wirewatch_feeds_alerts_total", "System alerts on feeds, by step.", ["step"])
