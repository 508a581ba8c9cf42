-- Times are milliseconds since 1970, UTC.
CREATE TABLE feeds (
    url TEXT PRIMARY KEY,           -- as in feeds.yaml
    state BLOB NOT NULL             -- FeedState as JSON
) STRICT, WITHOUT ROWID;

-- Every entry that was ever sent and may come again: what makes a repeat no news.
CREATE TABLE entries (
    id TEXT PRIMARY KEY,            -- of the article
    feed TEXT NOT NULL,             -- the feed it came from first: only that one revises it
    name TEXT,                      -- hash of source and guid: finds it when its URL changes
    title_hash TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    revision INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX entries_name ON entries (name) WHERE name IS NOT NULL;
CREATE INDEX entries_age ON entries (feed, last_seen);

-- Records not in Kafka yet. A row goes when the broker has it, so a crash repeats and never skips.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL CHECK (topic IN ('articles', 'alerts')),
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    traceparent TEXT NOT NULL
) STRICT;

-- Until when a host asked to be left alone.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The alerts that told of trouble which is not over.
CREATE TABLE incidents (
    feed TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
