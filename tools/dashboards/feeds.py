"""Feeds: is news coming in, from whom, how late."""

from grafana_foundation_sdk.builders import dashboard

from connectors.feeds.condition import TROUBLE, FeedCondition
from tools.dashboards.frame import frame, variable, with_rows
from tools.dashboards.panels import RED, YELLOW, heat, lines, number, rows

TROUBLED = "|".join(state for state in FeedCondition if state in TROUBLE)


def build() -> dashboard.Dashboard:
    """Return the dashboard."""
    made = frame(
        "feeds", "Feeds", "Is news coming in, from whom, and how late.", span="now-24h"
    ).with_variable(variable("source", "Source", "label_values(wirewatch_feed_trouble, source)"))
    return with_rows(
        made, {"": figures(), "How the feeds are": health(), "Polls": polls(), "Towards Kafka": onwards()}
    )


def figures() -> list[object]:
    """The row of figures."""
    return [
        number(
            "Feeds well",
            'sum(wirewatch_feeds{state=~"ok|new|wavering"})',
            "Feeds that answer; one that failed once or twice in a row still counts.",
            steps=[(1, "green")],
            first=RED,
        ),
        number(
            "Feeds in trouble",
            f'sum(wirewatch_feeds{{state=~"{TROUBLED}"}})',
            "Feeds that fail, are gone, silent, stale, or send copies; the table below names them.",
            steps=[(1, YELLOW), (10, RED)],
        ),
        number(
            "Since the last new entry",
            "time() - max(wirewatch_feeds_last_entry_timestamp_seconds)",
            "How long ago any feed had something new. Red after two hours (alert AllFeedsSilent).",
            unit="s",
            steps=[(1800, YELLOW), (7200, RED)],
        ),
        number(
            "New entries, last hour",
            'sum(increase(wirewatch_feeds_entries_total{kind="new"}[1h]))',
            "Entries that were not known before.",
            decimals=0,
        ),
        number(
            "Unchanged (304)",
            'sum(increase(wirewatch_feeds_polls_total{outcome="not_modified"}[$__range]))'
            " / sum(increase(wirewatch_feeds_polls_total[$__range]))",
            "Share of polls answered with 304, which cost the publisher nearly nothing.",
            unit="percentunit",
            decimals=0,
        ),
        number(
            "Polls late by",
            "max(wirewatch_feeds_late_seconds)",
            "How far the most overdue poll is behind its time. Red after ten minutes (alert FeedsPolledLate).",
            unit="s",
            steps=[(60, YELLOW), (600, RED)],
        ),
    ]


def health() -> list[object]:
    """By state, and which are in trouble."""
    return [
        lines(
            "Feeds by state",
            {"{{state}}": "sum by (state) (wirewatch_feeds) > 0"},
            "All feeds of feeds.yaml by how they are.",
            width=12,
            stacked=True,
        ),
        rows(
            "Feeds in trouble",
            {"in trouble": 'max by (source, feed, state) (wirewatch_feed_trouble{source=~"$source"})'},
            ["source", "feed", "state"],
            "At most 50, those without a good answer for longest first; `wirewatch feeds list --why` tells the reason of"
            " each.",
            width=12,
        ),
    ]


def polls() -> list[object]:
    """How polling goes."""
    return [
        lines(
            "Polls by outcome",
            {
                "{{outcome}}": "sum by (outcome) (rate(wirewatch_feeds_polls_total[$__rate_interval])) * 60 > 0"
            },
            "Polls a minute by how they ended.",
            unit="cpm",
            stacked=True,
        ),
        lines(
            "Share of 304",
            {
                "304": 'sum(rate(wirewatch_feeds_polls_total{outcome="not_modified"}[$__rate_interval]))'
                " / sum(rate(wirewatch_feeds_polls_total[$__rate_interval]))"
            },
            "Share of polls answered with 304. Falls when a publisher drops ETag and Last-Modified.",
            unit="percentunit",
        ),
        heat(
            "How long a poll takes",
            "wirewatch_feeds_poll_seconds",
            "Waiting for a turn at the host, fetching, parsing, storing.",
            width=8,
        ),
        lines(
            "Entries",
            {"{{kind}}": "sum by (kind) (rate(wirewatch_feeds_entries_total[$__rate_interval])) * 60"},
            "Entries a minute: new, revised, known already, too old.",
            unit="cpm",
        ),
        lines(
            "Received",
            {"bytes": "sum(rate(wirewatch_feeds_received_bytes_total[$__rate_interval]))"},
            "Bytes a second of feed documents, as compressed on the wire.",
            unit="Bps",
        ),
        lines(
            "Pages and hubs",
            {
                "page: {{result}}": "sum by (result) (rate(wirewatch_feeds_pages_total[$__rate_interval])) * 60",
                "push: {{outcome}}": "sum by (outcome) (rate(wirewatch_feeds_hub_pushes_total[$__rate_interval])) * 60",
                "hub: {{outcome}}": "sum by (outcome) (rate(wirewatch_feeds_hub_requests_total[$__rate_interval])) * 60",
            },
            "A minute: pages fetched for full text, what hubs pushed, subscriptions asked for. Empty where no feed wants any.",
            unit="cpm",
        ),
    ]


def onwards() -> list[object]:
    """From the store to Kafka."""
    return [
        heat(
            "Publication to Kafka",
            "wirewatch_feeds_published_to_kafka_seconds",
            "From an entry's publication, as it says, until Kafka had it: how often feeds are polled, mostly.",
            width=8,
        ),
        lines(
            "Waiting for Kafka",
            {"records": "max(wirewatch_feeds_backlog_records)"},
            "Records in the store that Kafka does not have yet. Grows while the broker is away; reading pauses at"
            " feeds.backlog.",
        ),
        lines(
            "Trouble told",
            {
                "{{step}}": "sum by (step) (increase(wirewatch_feeds_alerts_total[$__rate_interval]))",
                "not taken by the broker": "sum(increase(wirewatch_feeds_write_failures_total[$__rate_interval]))",
            },
            "System alerts on feeds, opened and closed, and batches that the broker did not take.",
        ),
    ]
