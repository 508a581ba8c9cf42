"""What replay counts, in Prometheus' default registry."""

from prometheus_client import Counter, Gauge

ARTICLES = Counter("wirewatch_replay_articles_total", "Articles written to Kafka, repeats included.")
REJECTED = Counter("wirewatch_replay_rejected_files_total", "Seed files that are no article.", ["reason"])
FLUSH_FAILURES = Counter(
    "wirewatch_replay_write_failures_total", "Batches that the broker did not accept; each is sent again."
)
ROUNDS = Counter("wirewatch_replay_rounds_total", "Whole rounds through the seeds.")
PENDING = Gauge("wirewatch_replay_pending_articles", "Articles of this round still to be sent.")
