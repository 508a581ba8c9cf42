-- One row an alert; `version` tells the two sides of a comparison apart. Times are µs since 1970, UTC.
CREATE TABLE alerts (
    version INTEGER NOT NULL,
    watch TEXT NOT NULL,
    status TEXT NOT NULL,
    step TEXT NOT NULL,
    article TEXT NOT NULL,
    time INTEGER NOT NULL,
    value BLOB NOT NULL  -- as on Kafka
) STRICT;
CREATE INDEX alerts_in_order ON alerts (version, time, watch, step);
CREATE INDEX openings ON alerts (watch, article, version) WHERE status = 'opened';
CREATE TABLE stories (
    version INTEGER NOT NULL,
    watch TEXT NOT NULL,
    story TEXT NOT NULL,
    title TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (version, watch, story)
) STRICT, WITHOUT ROWID;
CREATE TABLE story_sources (
    version INTEGER NOT NULL,
    watch TEXT NOT NULL,
    story TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (version, watch, story, source)
) STRICT, WITHOUT ROWID;
-- What people said of earlier alerts, and what became of those articles here.
CREATE TABLE verdicts (
    version INTEGER NOT NULL,
    watch TEXT NOT NULL,
    article TEXT NOT NULL,
    is_true INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    met INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (version, watch, article)
) STRICT, WITHOUT ROWID;
