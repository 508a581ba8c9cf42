"""Pipeline: what it is behind by, and why."""

from grafana_foundation_sdk.builders import dashboard

from tools.dashboards.frame import frame, variable, with_rows
from tools.dashboards.panels import RED, YELLOW, heat, lines, number, rows, states

UP_OR_NOT = {"0": ("waits", "yellow"), "1": ("ready", "green")}
DEAD = (
    "sum by (stage, reason) (increase(wirewatch_dead_letters_total[{window}])) > 0"
    ' or label_replace(sum by (reason) (increase(wirewatch_notify_dead_letters_total[{window}])) > 0, "stage",'
    ' "notify", "", "")'
)


def build() -> dashboard.Dashboard:
    """Return the dashboard."""
    made = frame("pipeline", "Pipeline", "What the pipeline is behind by, and why.").with_variable(
        variable("watch", "Watch", "label_values(wirewatch_watch_info, watch)")
    )
    return with_rows(
        made,
        {
            "": figures(),
            "From publication to webhook": latency(),
            "How much goes through": flow(),
            "The embedded engine": engine(),
            "The engine on Flink": flink(),
            "Parts and machine": machine(),
        },
    )


def figures() -> list[object]:
    """The row of figures."""
    return [
        number(
            "Behind",
            "max(wirewatch_lag_seconds)",
            "Age of the last record read while others wait; 0 when none does. Red after a minute (alert PipelineBehind).",
            unit="s",
            steps=[(15, YELLOW), (60, RED)],
        ),
        number(
            "Records waiting",
            "sum(wirewatch_lag_records)",
            "Records in Kafka that are not read yet. Some hundreds are nothing: a core reads as many a second.",
            steps=[(5_000, YELLOW), (50_000, RED)],
        ),
        number(
            "Articles a second",
            "sum(rate(wirewatch_articles_read_total[$__rate_interval]))",
            "Articles read from Kafka and decoded.",
            decimals=1,
        ),
        number(
            "Kafka to alert, 99 %",
            "histogram_quantile(0.99, sum by (le) (increase(wirewatch_produce_to_alert_seconds_bucket[$__range])))",
            "Of a hundred alerts 99 were in Kafka within this time of their article. Red above 1.5 s.",
            unit="s",
            steps=[(0.75, YELLOW), (1.5, RED)],
        ),
        number(
            "Dead letters",
            "sum(increase(wirewatch_dead_letters_total[$__range]))"
            " + (sum(increase(wirewatch_notify_dead_letters_total[$__range])) or vector(0))",
            "Records set aside in the time shown; `wirewatch dead-letters list` has them.",
            decimals=0,
            steps=[(0.5, RED)],
        ),
        number(
            "Abandoned epochs",
            "sum(increase(wirewatch_epoch_failures_total[$__range]))",
            "Epochs that failed and were run again in the time shown. Nothing is lost by it.",
            decimals=0,
            steps=[(0.5, YELLOW), (10, RED)],
        ),
    ]


def latency() -> list[object]:
    """Where the time goes."""
    return [
        heat(
            "Publication to webhook",
            "wirewatch_publication_to_webhook_seconds",
            "How long alerts took from their article's publication until a receiver had them. Dots are exemplars: their"
            " trace_id is in the logs of every part.",
        ),
        lines(
            "Which stage costs most",
            {
                "{{stage}}": "sum by (stage) (rate(wirewatch_publication_stage_seconds_sum[$__rate_interval]))"
                " / sum by (stage) (rate(wirewatch_publication_stage_seconds_count[$__rate_interval]))"
            },
            "The mean of that time by stage: fetch (publication to fetched: how often feeds are polled), understand (to the"
            " alert in Kafka), deliver (to the receiver).",
            unit="s",
            width=12,
            stacked=True,
        ),
        heat(
            "Kafka to alert",
            "wirewatch_produce_to_alert_seconds",
            "How long alerts took from their article in Kafka until they were in Kafka themselves: the pipeline's own share.",
        ),
        lines(
            "Kafka to alert, by share",
            {
                f"{share} %": f"histogram_quantile({share / 100}, sum by (le)"
                " (rate(wirewatch_produce_to_alert_seconds_bucket[$__rate_interval])))"
                for share in (50, 95, 99)
            },
            "Of a hundred alerts so many took no longer. The line is at 1.5 s.",
            unit="s",
            width=12,
            limit=1.5,
            exemplars=True,
        ),
    ]


def flow() -> list[object]:
    """Rates, lag, dead letters, matches."""
    return [
        lines(
            "Articles and alerts",
            {
                "read": "sum(rate(wirewatch_articles_read_total[$__rate_interval]))",
                "tagged": "sum(rate(wirewatch_articles_tagged_total[$__rate_interval]))",
                "met a watch": "sum(rate(wirewatch_articles_matched_total[$__rate_interval]))",
                "alerts": "sum(rate(wirewatch_alerts_total[$__rate_interval]))",
            },
            "How many a second are read, tagged, meet a watch, become an alert. Read and tagged lie on one another, unless"
            " tagging fails.",
            unit="cps",
        ),
        lines(
            "Behind, by part",
            {"{{part}}": "max by (part) (wirewatch_lag_seconds or wirewatch_notify_lag_seconds)"},
            "Age of the last record read while others wait. The line is at a minute.",
            unit="s",
            limit=60,
        ),
        lines(
            "Dead letters by reason",
            {"{{stage}}: {{reason}}": DEAD.format(window="$__rate_interval")},
            "Records set aside, by stage and reason. Each reason has its paragraph in docs/runbooks.md.",
            stacked=True,
        ),
        lines(
            "Matches by watch",
            {
                "{{watch}}": 'topk(10, sum by (watch) (rate(wirewatch_matches_total{watch=~"$watch"}[$__rate_interval])))'
            },
            "Articles a second that meet each watch, told or not: the ten watches with most.",
            unit="cps",
        ),
        lines(
            "Open stories by watch",
            {"{{watch}}": 'topk(10, max by (watch) (wirewatch_stories_open{watch=~"$watch"}))'},
            "Stories that are followed. At 5,000 a watch gives the oldest up (alert WatchTooBroad).",
            limit=5_000,
        ),
        lines(
            "Languages",
            {
                "{{language}}": "topk(8, sum by (language) (rate(wirewatch_articles_language_total[$__rate_interval])))"
            },
            "Articles a second by language, as detected; others than English are tagged by names alone.",
            unit="cps",
            stacked=True,
        ),
    ]


def engine() -> list[object]:
    """Epochs, commits, state."""
    return [
        lines(
            "Seconds a second, by stage",
            {"{{stage}}": "sum by (stage) (rate(wirewatch_stage_duration_seconds_sum[$__rate_interval]))"},
            "Which share of a core each stage takes. The engine has one thread: near 100 % in all it can do no more.",
            unit="percentunit",
            stacked=True,
        ),
        lines(
            "Epochs",
            {
                "committed": "sum(rate(wirewatch_epochs_total[$__rate_interval]))",
                "abandoned": "sum(rate(wirewatch_epoch_failures_total[$__rate_interval]))",
            },
            "Epochs a second: what was read since the last commit, with state and offsets, on disk as one.",
            unit="cps",
        ),
        lines(
            "Commit",
            {
                f"{share} %": f"histogram_quantile({share / 100}, sum by (le)"
                " (rate(wirewatch_commit_duration_seconds_bucket[$__rate_interval])))"
                for share in (50, 99)
            },
            "How long a commit takes: the disk's fsync, mostly. Above 100 ms everything waits for it.",
            unit="s",
            limit=0.1,
        ),
        lines(
            "Checkpoint and state",
            {
                "checkpoint on disk": "max(wirewatch_checkpoint_bytes)",
                "state in it": "max(wirewatch_state_bytes)",
            },
            "Sizes of the checkpoint's files and of the state in them.",
            unit="bytes",
            width=12,
        ),
        lines(
            "Rows of state",
            {"rows": "max(wirewatch_state_rows)"},
            "Entries in the checkpoint. Grows with open stories, and stops as stories close.",
            width=12,
        ),
    ]


def flink() -> list[object]:
    """Checkpoints, failures, tasks: what Flink itself tells."""
    return [
        lines(
            "Checkpoint on Flink",
            {"{{job_name}}": "max by (job_name) (flink_jobmanager_job_lastCheckpointDuration) / 1000"},
            "How long the last checkpoint took. An alert waits for the next one: flink.checkpoint_interval and this.",
            unit="s",
            limit=2,
        ),
        lines(
            "Size of a checkpoint on Flink",
            {"{{job_name}}": "max by (job_name) (flink_jobmanager_job_lastCheckpointSize)"},
            "Grows with open stories, and stops as stories close.",
            unit="bytes",
        ),
        lines(
            "Failures on Flink",
            {
                "restarts": "max by (job_name) (flink_jobmanager_job_numRestarts)",
                "checkpoints that failed": "max by (job_name) (flink_jobmanager_job_numberOfFailedCheckpoints)",
            },
            "How often the job has gone back to its last checkpoint, and checkpoints that did not complete.",
        ),
        lines(
            "Busy tasks on Flink",
            {
                "{{task_name}}": "topk(5, max by (task_name) (flink_taskmanager_job_task_busyTimeMsPerSecond)) / 1000"
            },
            "Which share of its time the busiest slot of each task works: the read's, with all that is done in one go"
            " with it, comes first. Near 100 % more slots are needed, or more partitions.",
            unit="percentunit",
            width=12,
        ),
        lines(
            "Heap of TaskManagers",
            {"{{tm_id}}": "max by (tm_id) (flink_taskmanager_Status_JVM_Memory_Heap_Used)"},
            "Keyed state is there, unless it is with RocksDB.",
            unit="bytes",
            width=12,
        ),
    ]


def machine() -> list[object]:
    """Parts, memory, processor, disk."""
    return [
        states(
            "Ready",
            "{{part}}",
            "max by (part) (wirewatch_ready)",
            "Whether each part does its work; a gap is a part that did not answer.",
            meanings=UP_OR_NOT,
        ),
        rows(
            "Config in force",
            {
                "as saved": "max by (part, config) (wirewatch_config_last_reload_successful)",
                "taken": "max by (part, config) (wirewatch_config_last_reload_success_timestamp_seconds) * 1000",
            },
            ["part", "config"],
            "The files each part reads again when they change: 1, they are in force as saved; 0, they are broken and the last"
            " good ones stay.",
            units={"taken": "dateTimeAsIso"},
            width=12,
        ),
        lines(
            "Memory",
            {"{{part}}": 'sum by (part) (process_resident_memory_bytes{job="wirewatch"})'},
            "Resident memory of each part.",
            unit="bytes",
            width=6,
        ),
        lines(
            "Processor",
            {
                "{{part}}": 'sum by (part) (rate(process_cpu_seconds_total{job="wirewatch"}[$__rate_interval]))'
            },
            "Cores that each part keeps busy.",
            unit="percentunit",
            width=6,
        ),
        lines(
            "Starts within 15 minutes",
            {"{{part}}": "part:wirewatch_restarts:changes15m"},
            "How often each part was started anew. Three times is an alert (PartRestarting).",
            width=6,
            limit=3,
        ),
        lines(
            "Disk free",
            {
                "free": "min(wirewatch_data_free_bytes)",
                "in three days, as it goes": "clamp_min(min(predict_linear(wirewatch_data_free_bytes[6h], 3 * 86400)), 0)",
            },
            "Space left where the data folder is, and what will be left in three days if it goes on as in the last six hours.",
            unit="bytes",
            width=6,
        ),
    ]
