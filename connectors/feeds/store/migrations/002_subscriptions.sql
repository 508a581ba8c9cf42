-- Version 2: what hubs were asked for (see websub).
CREATE TABLE subscriptions (
    feed TEXT PRIMARY KEY,
    body BLOB NOT NULL              -- Subscription as JSON
) STRICT, WITHOUT ROWID;
