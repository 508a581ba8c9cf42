-- Incidents of volumes and spikes that nobody has said are over: notify does, once `expires` has passed.
CREATE TABLE incidents (
    story TEXT PRIMARY KEY,         -- the incident's id
    alert INTEGER NOT NULL REFERENCES alerts (seq) ON DELETE CASCADE,   -- the one that opened it
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX incidents_expires ON incidents (expires);
