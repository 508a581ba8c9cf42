-- Times are milliseconds since 1970, UTC. `seq` is the order of arrival and is never used twice.
CREATE TABLE alerts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    watch TEXT NOT NULL,
    severity TEXT NOT NULL,
    body BLOB NOT NULL,             -- the record's value, byte for byte
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    written INTEGER NOT NULL,       -- the record's Kafka timestamp
    received INTEGER NOT NULL,
    traceparent TEXT NOT NULL
) STRICT;

CREATE INDEX alerts_received ON alerts (received);

CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL REFERENCES alerts (seq) ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    id TEXT NOT NULL,               -- the webhook-id: the same for every attempt
    body BLOB NOT NULL,             -- exactly what is sent
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,                -- set exactly while pending
    outcome TEXT,                   -- of the last attempt
    http_status INTEGER,
    detail TEXT NOT NULL DEFAULT '',
    changed INTEGER NOT NULL,       -- when status, attempts or outcome last changed
    UNIQUE (alert, receiver),
    CHECK ((status = 'pending') = (next_at IS NOT NULL))
) STRICT;

CREATE INDEX deliveries_due ON deliveries (receiver, next_at, seq) WHERE status = 'pending';
CREATE INDEX deliveries_open ON deliveries (receiver, status) WHERE status <> 'delivered';

-- The next offset to read of each partition; written in the transaction of the alerts before it.
CREATE TABLE offsets (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;

-- Which topic those offsets are of: a topic made anew has another id.
CREATE TABLE topics (
    topic TEXT PRIMARY KEY,
    cluster_id TEXT NOT NULL,
    topic_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
