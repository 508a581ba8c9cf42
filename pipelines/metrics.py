"""The pipeline's Prometheus metrics. Labels are names from config or enums, never text from articles."""

from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from wirewatch.reasons import Reason

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_LATENCY = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

ARTICLES = Counter("wirewatch_articles_read_total", "Articles read from Kafka and decoded.", ["origin"])
TAGGED = Counter("wirewatch_articles_tagged_total", "Articles tagged.")
LANGUAGES = Counter(
    "wirewatch_articles_language_total",
    "Articles tagged, by their language as detected; what is not English is tagged by names alone.",
    ["language"],
)
BY_SOURCE = Counter(
    "wirewatch_source_articles_total",
    "Articles tagged, by source: the 50 most frequent of late by name, the rest as `other`.",
    ["source"],
)
BY_ACTOR = Counter(
    "wirewatch_actor_articles_total",
    "Articles that name an actor: those of watches, and the 50 most frequent others; the rest as `other`.",
    ["actor"],
)
BY_TOPIC = Counter("wirewatch_topic_articles_total", "Articles on a topic of topics.yaml.", ["topic"])
LAST_ARTICLE = Gauge(
    "wirewatch_last_article_timestamp_seconds",
    "When the last article was tagged, by origin.",
    ["origin"],
    multiprocess_mode="mostrecent",
)
SOURCES_ALIVE = Gauge(
    "wirewatch_sources_alive", "Sources that gave an article within 24 h.", multiprocess_mode="livemax"
)
WATCHES = Gauge(
    "wirewatch_watch_info",
    "The watches in force; always 1.",
    ["watch", "severity"],
    multiprocess_mode="livemax",
)
WATCH_SOURCES = Gauge(
    "wirewatch_watch_sources",
    "Sources that a watch names in `only`: alive gave an article within 24 h, silent did not.",
    ["watch", "state"],
    multiprocess_mode="livemax",
)
MATCHED = Counter("wirewatch_articles_matched_total", "Articles that met at least one watch.")
MATCHES = Counter("wirewatch_matches_total", "Articles that met a watch.", ["watch"])
ALERTS = Counter("wirewatch_alerts_total", "Alerts written to Kafka.", ["watch", "severity", "status"])
DEAD = Counter("wirewatch_dead_letters_total", "Records set aside, by why.", ["stage", "reason"])
SKIPPED = Counter(
    "wirewatch_records_skipped_total", "Records that expired before they were read.", ["partition"]
)
STAGE_SECONDS = Histogram(
    "wirewatch_stage_duration_seconds", "Time a stage took for one batch.", ["stage"], buckets=_FAST
)
ALERT_LATENCY = Histogram(
    "wirewatch_produce_to_alert_seconds",
    "From an article's Kafka timestamp to its alert in Kafka.",
    buckets=_LATENCY,
)
READING_SECONDS = Histogram(
    "wirewatch_alert_reading_seconds",
    "Time the model of `tagging.spacy_model` took for the article of one alert.",
    buckets=_FAST,
)
UNREAD = Counter(
    "wirewatch_alerts_unread_total",
    "Alerts sent without a model's reading: it failed, was of another language, or the bundle had no time.",
    ["reason"],
)
DEAD_REASONS = {
    "decode": (Reason.UNDECODABLE, Reason.DATED_AHEAD, Reason.FIELD_TOO_LONG),
    "tag": (Reason.TAG_FAILED,),
    "match": (Reason.MATCH_FAILED,),
    "stories": (Reason.STORY_FAILED, Reason.TOO_LARGE),
    "write_tagged": (Reason.TOO_LARGE,),
}
"""Why records are set aside, by the stage that does it."""
# Of several processes of a host the latest word counts: each partition and each watch is with one of them.
LAG_RECORDS = Gauge(
    "wirewatch_lag_records", "Records not yet read.", ["partition"], multiprocess_mode="livemostrecent"
)
LAG_SECONDS = Gauge(
    "wirewatch_lag_seconds",
    "Age of the last record read, while there are unread ones.",
    ["partition"],
    multiprocess_mode="livemostrecent",
)
EPOCHS = Counter("wirewatch_epochs_total", "Epochs the engine committed.")
EPOCH_FAILURES = Counter("wirewatch_epoch_failures_total", "Epochs abandoned and run again.")
COMMIT_SECONDS = Histogram("wirewatch_commit_duration_seconds", "Time of one commit.", buckets=_FAST)
STATE_ROWS = Gauge("wirewatch_state_rows", "Rows of state in the checkpoint.", multiprocess_mode="livesum")
STATE_BYTES = Gauge("wirewatch_state_bytes", "Bytes of state in the checkpoint.", multiprocess_mode="livesum")
EVICTIONS = Counter("wirewatch_stories_evicted_total", "Stories dropped before their time.", ["watch"])
UNCOUNTED = Counter(
    "wirewatch_volume_articles_evicted_total",
    "Articles no longer looked back at for a volume: more came than there is room for.",
    ["watch"],
)
STORIES = Gauge("wirewatch_stories_open", "Stories kept.", ["watch"], multiprocess_mode="livemostrecent")
WIDEST = Gauge(
    "wirewatch_story_sources_max",
    "Distinct sources of the kept story that most sources tell.",
    ["watch"],
    multiprocess_mode="livemostrecent",
)
CHECKPOINT_BYTES = Gauge(
    "wirewatch_checkpoint_bytes", "Size of the checkpoint's files on disk.", multiprocess_mode="livesum"
)


def start_at_zero() -> None:
    """Have a series for each reason a record may be set aside: a counter that begins at 1 never increased."""
    for stage, reasons in DEAD_REASONS.items():
        for reason in reasons:
            DEAD.labels(stage=stage, reason=reason.value)


def count_origins(origins: Iterable[str]) -> None:
    """Count articles read, by where they came from."""
    for origin, number in Tally(origins).items():
        ARTICLES.labels(origin=origin).inc(number)


def count_languages(languages: Iterable[str | None]) -> None:
    """Count articles tagged, by language. A publisher's word for it that is no such code is `unknown`."""
    for language, number in Tally(languages).items():
        known = language is not None and len(language) == 2 and language.isascii() and language.islower()
        LANGUAGES.labels(language=language if known else "unknown").inc(number)
