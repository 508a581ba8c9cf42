-- Version 3: feeds that somebody wants asked now (see by_hand). A row goes when the loop has taken it.
CREATE TABLE asked (
    feed TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
