"""Delivery: did the webhook arrive, how soon, and what waits."""

from grafana_foundation_sdk.builders import dashboard

from tools.dashboards.frame import frame, variable, with_rows
from tools.dashboards.panels import RED, YELLOW, heat, lines, number, rows, states

TO = '{receiver=~"$receiver"}'
FAILS = '{receiver=~"$receiver", state!="backlog_full"}'


def of(metric: str, by: str, **labels: str) -> str:
    """Return the increase of a receiver's counter, by labels."""
    listed = "".join(f', {name}="{value}"' for name, value in labels.items())
    return f'sum by ({by}) (increase({metric}{{receiver=~"$receiver"{listed}}}[$__rate_interval]))'


def build() -> dashboard.Dashboard:
    """Return the dashboard."""
    made = frame("delivery", "Delivery", "Did the webhook arrive, how soon, and what waits.").with_variable(
        variable("receiver", "Receiver", "label_values(wirewatch_delivery_objective_total, receiver)")
    )
    return with_rows(
        made,
        {
            "": figures(),
            "The objective: 99.9 % within 60 s of reaching Kafka": objective(),
            "Attempts": attempts(),
            "What waits, and what is not told": waiting(),
        },
    )


def figures() -> list[object]:
    """The row of figures."""
    return [
        number(
            "Within 60 s",
            f'sum(increase(wirewatch_delivery_objective_total{{receiver=~"$receiver", result="in_time"}}[$__range]))'
            f" / (sum(increase(wirewatch_delivery_objective_total{TO}[$__range])) > 0)",
            "Share of deliveries that arrived within 60 s of reaching Kafka, in the time shown. The objective is 99.9 %.",
            unit="percentunit",
            decimals=2,
            first=RED,
            steps=[(0.99, YELLOW), (0.999, "green")],
        ),
        number(
            "Delivered",
            'sum(increase(wirewatch_deliveries_total{receiver=~"$receiver", outcome="delivered"}[$__range]))',
            "Deliveries that arrived in the time shown.",
            decimals=0,
        ),
        number(
            "Waiting",
            'sum(wirewatch_outbox_deliveries{receiver=~"$receiver", status="pending"}) or vector(0)',
            "Deliveries that are due or wait for their next try.",
            steps=[(100, YELLOW), (10_000, RED)],
        ),
        number(
            "Oldest waiting",
            f"max(wirewatch_outbox_oldest_seconds{TO})",
            "For how long the oldest of them has waited. Red after 15 minutes (alert QueueOld).",
            unit="s",
            steps=[(60, YELLOW), (900, RED)],
        ),
        number(
            "Given up",
            'sum(wirewatch_outbox_deliveries{receiver=~"$receiver", status="dead"}) or vector(0)',
            "Deliveries that are dead: refused, or tried in vain for 27 hours. `wirewatch deliveries redeliver` takes them up.",
            steps=[(1, YELLOW), (100, RED)],
        ),
        number(
            "Silences active",
            "max(wirewatch_silences_active)",
            "Silences that hold now; `wirewatch silences list` shows whose they are, and why.",
            steps=[(1, YELLOW)],
        ),
    ]


def objective() -> list[object]:
    """How the budget of late ones is spent."""
    return [
        lines(
            "Budget burnt, times as fast as it may",
            {
                "{{receiver}}, 1 h": f"receiver:wirewatch_delivery_late:ratio_rate1h{TO} / 0.001",
                "{{receiver}}, 6 h": f"receiver:wirewatch_delivery_late:ratio_rate6h{TO} / 0.001",
            },
            "At 1 the budget of late deliveries (0.1 %) lasts a month; at 14.4 for an hour, the alert"
            " DeliveryObjectiveBurnsFast.",
            width=12,
            limit=14.4,
        ),
        lines(
            "In time and late",
            {
                "{{receiver}}: {{result}}": "sum by (receiver, result)"
                f" (increase(wirewatch_delivery_objective_total{TO}[$__rate_interval]))"
            },
            "Deliveries by whether they kept the objective; late ones count as soon as it is so.",
            width=12,
            stacked=True,
        ),
        heat(
            "Kafka to receiver",
            "wirewatch_alert_to_delivered_seconds",
            "From the alert in Kafka until the receiver had it: retries, and what routes.yaml waits, included.",
            where=TO,
        ),
        lines(
            "Kafka to receiver, 95 %",
            {
                "{{receiver}}": "histogram_quantile(0.95, sum by (receiver, le)"
                f" (rate(wirewatch_alert_to_delivered_seconds_bucket{TO}[$__rate_interval])))"
            },
            "Of a hundred deliveries 95 took no longer. The line is at a minute.",
            unit="s",
            width=12,
            limit=60,
            exemplars=True,
        ),
    ]


def attempts() -> list[object]:
    """How receivers answer."""
    return [
        lines(
            "Outcomes",
            {"{{receiver}}: {{outcome}}": of("wirewatch_deliveries_total", "receiver, outcome")},
            "Attempts by how they ended; docs/runbooks.md, ReceiverFails, tells what to do about which.",
            stacked=True,
        ),
        lines(
            "Retries",
            {"{{receiver}}": of("wirewatch_delivery_retries_total", "receiver")},
            "Attempts that were not the first.",
            stacked=True,
        ),
        lines(
            "Time to answer, 95 %",
            {
                "{{receiver}}": "histogram_quantile(0.95, sum by (receiver, le)"
                f" (rate(wirewatch_delivery_attempt_seconds_bucket{TO}[$__rate_interval])))"
            },
            "Of a hundred attempts 95 were answered within this time; at 15 s they are given up.",
            unit="s",
            limit=15,
        ),
        states(
            "Receivers",
            "{{receiver}}",
            # Trouble, not the circuit: that one is closed after a restart, however long the receiver has failed.
            f"2 * max by (receiver) (wirewatch_receiver_disabled{TO}) + (max by (receiver)"
            f" (wirewatch_receiver_trouble_since_timestamp_seconds{FAILS} > bool 0)"
            f" or 0 * max by (receiver) (wirewatch_receiver_disabled{TO}))",
            "Whether each receiver takes alerts, fails (as alert ReceiverFails sees it), or is disabled.",
            meanings={
                "0": ("takes alerts", "green"),
                "1": ("fails", "red"),
                "2": ("disabled", "blue"),
                "3": ("disabled", "blue"),
            },
        ),
        rows(
            "Receivers now",
            {
                "waiting": 'sum by (receiver) (wirewatch_outbox_deliveries{receiver=~"$receiver", status="pending"})',
                "oldest": f"max by (receiver) (wirewatch_outbox_oldest_seconds{TO})",
                "given up": 'sum by (receiver) (wirewatch_outbox_deliveries{receiver=~"$receiver", status="dead"})',
                "delivered": "sum by (receiver)"
                ' (increase(wirewatch_deliveries_total{receiver=~"$receiver", outcome="delivered"}[$__range]))',
            },
            ["receiver"],
            "Each receiver: what waits for it, for how long, what was given up, what arrived in the time shown.",
            units={"oldest": "s"},
            width=12,
        ),
    ]


def waiting() -> list[object]:
    """The queue, and what never becomes a delivery."""
    return [
        lines(
            "Waiting",
            {
                "{{receiver}}": 'sum by (receiver) (wirewatch_outbox_deliveries{receiver=~"$receiver", status="pending"})'
            },
            "Deliveries that wait, by receiver. More than 100,000 are not kept: the oldest are given up.",
            limit=100_000,
        ),
        lines(
            "Age of the oldest",
            {"{{receiver}}": f"max by (receiver) (wirewatch_outbox_oldest_seconds{TO})"},
            "For how long the oldest delivery has waited. The line is at 15 minutes.",
            unit="s",
            limit=900,
        ),
        lines(
            "Not told",
            {
                "{{receiver}}: {{state}}": of("wirewatch_alerts_withheld_total", "receiver, state"),
                "came again": "sum(increase(wirewatch_alerts_repeated_total[$__rate_interval]))",
                "expired": "sum(increase(wirewatch_alerts_expired_total[$__rate_interval]))",
            },
            "Alerts that are silenced, inhibited or lead nowhere, repeats from Kafka that were dropped, and what came too late"
            " to be told.",
            stacked=True,
        ),
    ]
