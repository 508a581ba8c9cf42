-- A delivery tells of one alert or of several, and keeps its place within its group.
CREATE TABLE deliveries_2 (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL REFERENCES alerts (seq) ON DELETE CASCADE,   -- the newest it tells of
    receiver TEXT NOT NULL,
    id TEXT NOT NULL,               -- the webhook-id: the same for every attempt
    group_key TEXT NOT NULL,        -- one after the other within a group; empty: in any order
    priority INTEGER NOT NULL DEFAULT 0,        -- 1: critical, passes whatever waits
    body BLOB,                      -- exactly what is sent; NULL: the alert's own bytes
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'dead')),
    held INTEGER NOT NULL DEFAULT 0,            -- 1: an earlier one of its group is pending
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,                -- set exactly while pending
    outcome TEXT,                   -- of the last attempt, or why it is dead without one
    http_status INTEGER,
    detail TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,       -- when status, attempts or outcome last changed
    UNIQUE (receiver, id),
    CHECK ((status = 'pending') = (next_at IS NOT NULL))
) STRICT;

INSERT INTO deliveries_2 (seq, alert, receiver, id, group_key, priority, body, status, attempts, next_at,
                          outcome, http_status, detail, created, changed)
SELECT d.seq, d.alert, d.receiver, d.id, '', a.severity = 'critical', nullif(d.body, a.body), d.status,
       d.attempts, d.next_at, d.outcome, d.http_status, d.detail, a.received, d.changed
FROM deliveries d JOIN alerts a ON a.seq = d.alert;

DROP TABLE deliveries;
ALTER TABLE deliveries_2 RENAME TO deliveries;

CREATE INDEX deliveries_alert ON deliveries (alert);
CREATE INDEX deliveries_due ON deliveries (receiver, priority, next_at, seq)
    WHERE status = 'pending' AND held = 0;
CREATE INDEX deliveries_fresh ON deliveries (receiver, created)
    WHERE status = 'pending' AND held = 0 AND attempts = 0;
CREATE INDEX deliveries_group ON deliveries (receiver, group_key, seq) WHERE status = 'pending';
CREATE INDEX deliveries_age ON deliveries (receiver, seq) WHERE status = 'pending';
CREATE INDEX deliveries_open ON deliveries (receiver, status) WHERE status <> 'delivered';

-- The order within a group, whoever writes: the oldest pending one goes, the others are held.
CREATE TRIGGER deliveries_queue AFTER INSERT ON deliveries
WHEN new.status = 'pending' AND new.group_key <> '' AND EXISTS (
    SELECT 1 FROM deliveries WHERE status = 'pending' AND receiver = new.receiver
    AND group_key = new.group_key AND seq < new.seq)
BEGIN
    UPDATE deliveries SET held = 1 WHERE seq = new.seq;
END;

CREATE TRIGGER deliveries_requeue AFTER UPDATE OF status ON deliveries
WHEN new.status = 'pending' AND old.status <> 'pending' AND new.group_key <> '' AND EXISTS (
    SELECT 1 FROM deliveries WHERE status = 'pending' AND receiver = new.receiver
    AND group_key = new.group_key AND held = 0 AND seq <> new.seq)
BEGIN
    UPDATE deliveries SET held = 1 WHERE seq = new.seq;
END;

CREATE TRIGGER deliveries_next AFTER UPDATE OF status ON deliveries
WHEN old.status = 'pending' AND new.status <> 'pending' AND old.held = 0 AND new.group_key <> ''
BEGIN
    UPDATE deliveries SET held = 0 WHERE seq = (
        SELECT min(seq) FROM deliveries
        WHERE status = 'pending' AND receiver = new.receiver AND group_key = new.group_key);
END;

-- What a delivery tells of, in order: one row an alert.
CREATE TABLE delivery_alerts (
    delivery INTEGER NOT NULL REFERENCES deliveries (seq) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    alert INTEGER NOT NULL REFERENCES alerts (seq) ON DELETE CASCADE,
    PRIMARY KEY (delivery, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_alerts_alert ON delivery_alerts (alert);

INSERT INTO delivery_alerts (delivery, position, alert) SELECT seq, 0, alert FROM deliveries;

-- The ledger: every attempt there was.
CREATE TABLE attempts (
    delivery INTEGER NOT NULL REFERENCES deliveries (seq) ON DELETE CASCADE,
    at INTEGER NOT NULL,            -- when it ended
    took INTEGER NOT NULL,          -- milliseconds
    outcome TEXT NOT NULL,
    http_status INTEGER,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX attempts_delivery ON attempts (delivery);

-- How receivers are, as far as it outlives the process.
CREATE TABLE receivers (
    name TEXT PRIMARY KEY,
    disabled INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '',
    since INTEGER NOT NULL,         -- of disabled or of enabled
    incident BLOB                   -- the open system alert about it
) STRICT, WITHOUT ROWID;

-- System alerts of notify's own that are not on Kafka yet.
CREATE TABLE announcements (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL
) STRICT;

-- What people said of alerts. Kept when the alert itself is forgotten.
CREATE TABLE verdicts (
    alert TEXT PRIMARY KEY,
    watch TEXT NOT NULL,
    watch_version TEXT NOT NULL,
    article TEXT,
    title TEXT NOT NULL,
    is_true INTEGER NOT NULL CHECK (is_true IN (0, 1)),
    note TEXT NOT NULL,
    marked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX verdicts_watch ON verdicts (watch);
