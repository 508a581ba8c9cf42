-- Who is told of an alert, decided and why: one row for each receiver that a route leads it to.
CREATE TABLE decisions (
    alert INTEGER NOT NULL REFERENCES alerts (seq) ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    subject TEXT NOT NULL,          -- the story, or what else later steps share
    closing INTEGER NOT NULL,       -- 1: it says that its subject is over
    expires INTEGER,                -- when its subject is over at the latest
    state TEXT NOT NULL CHECK (state IN ('waiting', 'told', 'silenced', 'inhibited', 'dead')),
    why TEXT NOT NULL DEFAULT '',
    route TEXT NOT NULL,
    "group" INTEGER REFERENCES groups (id),     -- while it belongs to one
    decided INTEGER NOT NULL,       -- when the state last changed
    PRIMARY KEY (alert, receiver),
    CHECK (state <> 'waiting' OR "group" IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX decisions_group ON decisions ("group", alert) WHERE "group" IS NOT NULL;
CREATE INDEX decisions_subject ON decisions (subject, receiver);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    common TEXT NOT NULL,           -- JSON: what its alerts have in common, by name
    due INTEGER NOT NULL,           -- when it is looked at next
    told INTEGER,                   -- when it was last told
    tellings INTEGER NOT NULL,      -- how often it was told
    UNIQUE (receiver, key)
) STRICT;

CREATE INDEX groups_due ON groups (due);

CREATE TABLE silences (
    id TEXT PRIMARY KEY,
    matchers TEXT NOT NULL,         -- JSON: one text each
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX silences_ends ON silences (ends);
