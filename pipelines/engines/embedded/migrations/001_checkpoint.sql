-- One engine's checkpoint. Everything of an epoch is written in one transaction.

-- Which transforms keep what, and how it is encoded: a graph that reads otherwise is refused.
CREATE TABLE slots (
    transform   TEXT NOT NULL,
    slot        TEXT NOT NULL,  -- state:<id>, source, held, impulse
    fingerprint TEXT NOT NULL,
    coder       BLOB NOT NULL,  -- of what a source or held row holds, as Beam's proto; else empty
    PRIMARY KEY (transform, slot)
) WITHOUT ROWID;

-- A cell is one state of one key; its value is its rows' bytes in order: an append adds a row.
CREATE TABLE cells (
    id        INTEGER PRIMARY KEY,
    transform TEXT NOT NULL,
    state     TEXT NOT NULL,
    key       BLOB NOT NULL,
    window    BLOB NOT NULL,
    UNIQUE (transform, state, key, window)
);
CREATE TABLE cell_rows (
    id   INTEGER PRIMARY KEY,
    cell INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX cell_rows_by_cell ON cell_rows (cell);

-- Where each source goes on: the encoded element and restriction.
CREATE TABLE residuals (
    id        INTEGER PRIMARY KEY,
    transform TEXT NOT NULL,
    element   BLOB NOT NULL
);

-- Input of stable-input transforms, kept until their bundle has succeeded.
CREATE TABLE held (
    id        INTEGER PRIMARY KEY,
    transform TEXT NOT NULL,
    data      BLOB NOT NULL
);

-- Impulses that have fired: they fire once in a store's life.
CREATE TABLE fired (
    transform TEXT PRIMARY KEY
) WITHOUT ROWID;
