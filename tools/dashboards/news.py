"""News: what is happening, for whoever reads it."""

from grafana_foundation_sdk.builders import dashboard

from tools.dashboards.frame import frame, variable, with_rows
from tools.dashboards.panels import DATA_SOURCE, RED, YELLOW, bars, headlines, lines, number, rows

ALERTS = 'wirewatch_alerts_received_total{watch=~"$watch"}'
IN_FORCE = "and on (watch) last_over_time(wirewatch_watch_info[$__range])"
"""Of watches that were in force in the time shown: notify knows those that were removed long ago as well."""
RISING = (
    "topk(10, (actor:wirewatch_actor_articles:increase1h{actor!='other'}"
    " - (actor:wirewatch_actor_articles:usual1h or 0 * actor:wirewatch_actor_articles:increase1h)) > 0)"
)


def top(label: str) -> str:
    """The ten most frequent values of a label, over what is shown."""
    return f"topk(10, sum by ({label}) (increase(wirewatch_{label}_articles_total[$__range])) > 0)"


def build() -> dashboard.Dashboard:
    """Return the dashboard."""
    told = (
        dashboard.AnnotationQuery()
        .name("Alerts")
        .datasource(DATA_SOURCE)
        .enable(True)
        .icon_color("orange")
        .expr(f"sum by (watch, severity) (increase({ALERTS}[$__interval])) > 0")
    )
    made = (
        frame("news", "News", "What is happening: articles, actors, alerts.", span="now-24h")
        .with_variable(variable("watch", "Watch", "label_values(wirewatch_watch_info, watch)"))
        .annotation(told)
    )
    return with_rows(made, {"": figures(), "Alerts": alerts(), "What the news is about": subjects()})


def figures() -> list[object]:
    """The row of figures."""
    return [
        number(
            "Articles, last hour",
            "sum(increase(wirewatch_articles_read_total[1h]))",
            "Articles read within the last hour, of feeds and of replays.",
            decimals=0,
            steps=[(1, "green")],
            first=YELLOW,
        ),
        number(
            "Alerts, last hour",
            f"sum(increase({ALERTS}[1h]))",
            "Alerts raised within the last hour by the watches chosen above.",
            decimals=0,
        ),
        number(
            "Since the last article",
            "time() - max(wirewatch_last_article_timestamp_seconds)",
            "How long ago an article came last. Yellow after half an hour, red after two.",
            unit="s",
            steps=[(1800, YELLOW), (7200, RED)],
        ),
        number(
            "Sources alive",
            "max(wirewatch_sources_alive)",
            "Sources that gave an article within 24 hours.",
            steps=[(1, "green")],
            first=RED,
        ),
        number(
            "Publication to webhook, median",
            "histogram_quantile(0.5, sum by (le) (increase(wirewatch_publication_to_webhook_seconds_bucket[$__range])))",
            "Half of the alerts reached their receiver within this time of the article's publication. Dated articles of"
            " feeds only, no older than a day.",
            unit="s",
            steps=[(300, YELLOW), (1800, RED)],
        ),
        number(
            "Watches in force",
            "count(count by (watch) (wirewatch_watch_info))",
            "Watches in the config that the pipeline runs with.",
        ),
    ]


def alerts() -> list[object]:
    """What the watches said."""
    return [
        lines(
            "Alerts by watch",
            {"{{watch}}": f"sum by (watch) (increase({ALERTS}[$__rate_interval]))"},
            "Alerts that each watch raised. A watch that towers over the others is noisy: make it narrower.",
            width=12,
            stacked=True,
        ),
        lines(
            "Alerts by severity",
            {"{{severity}}": f"sum by (severity) (increase({ALERTS}[$__rate_interval]))"},
            "The same by severity.",
            width=12,
            stacked=True,
        ),
        rows(
            "Watches",
            {
                "since its last alert": (
                    'time() - max by (watch) (wirewatch_watch_last_alert_timestamp_seconds{watch=~"$watch"})'
                    f" {IN_FORCE}"
                ),
                "alerts shown": f"round(sum by (watch) (increase({ALERTS}[$__range]))) {IN_FORCE}",
                "open stories": 'max by (watch) (wirewatch_stories_open{watch=~"$watch"})',
                "most sources of one": 'max by (watch) (wirewatch_story_sources_max{watch=~"$watch"})',
                "its sources alive": 'max by (watch) (wirewatch_watch_sources{watch=~"$watch", state="alive"})',
                "its sources silent": 'max by (watch) (wirewatch_watch_sources{watch=~"$watch", state="silent"})',
                "precision": (
                    'sum by (watch) (wirewatch_watch_verdicts{watch=~"$watch", verdict="true"})'
                    f' / (sum by (watch) (wirewatch_watch_verdicts{{watch=~"$watch"}}) > 0) {IN_FORCE}'
                ),
            },
            ["watch"],
            "Each watch: when it spoke last, how often, how many stories it follows, how many sources tell the widest of"
            " them; of watches that name sources, how many are alive; of judged alerts (`wirewatch alerts mark`), the share"
            " that was right.",
            units={"since its last alert": "s", "precision": "percentunit"},
            width=16,
        ),
        bars(
            "Silent watches",
            "{{watch}}",
            "max by (watch) (wirewatch_watch_info) unless on (watch) wirewatch_watch_last_alert_timestamp_seconds",
            "Watches in force that have raised nothing as far as is known. Good, or a typing mistake:"
            " `wirewatch watches backtest` tells what they would have told.",
            width=8,
        ),
        headlines(
            "Latest alerts",
            "/v1/alerts.atom",
            "The newest alerts with links to their articles, from notify's API (notify.api.enabled).",
        ),
        headlines(
            "Stories with most sources",
            "/v1/stories.atom",
            "The stories of the last 24 hours that most sources tell, from notify's API.",
        ),
    ]


def subjects() -> list[object]:
    """Sources, topics, actors."""
    return [
        lines(
            "Articles by origin",
            {"{{origin}}": "sum by (origin) (rate(wirewatch_articles_read_total[$__rate_interval])) * 60"},
            "Articles a minute, from feeds and from replays.",
            unit="cpm",
            width=8,
        ),
        bars("Sources", "{{source}}", top("source"), "The ten sources with most articles in the time shown."),
        bars(
            "Topics",
            "{{topic}}",
            top("topic"),
            "The ten topics that most articles are on (IPTC Media Topics).",
        ),
        bars(
            "Actors rising",
            "{{actor}}",
            RISING,
            "Actors named in more articles within the last hour than in an hour of the day before, and by how many more.",
            width=12,
        ),
        bars(
            "Actors",
            "{{actor}}",
            top("actor"),
            "The ten actors that most articles name. Those of watches always have a bar of their own, others when they are"
            " among the 50 most frequent.",
            width=12,
        ),
    ]
