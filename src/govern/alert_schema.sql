-- name: schema
CREATE TABLE alert (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,         -- the same thing within the same hour is told once
    raised_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,              -- "staff", "token", "local"; "" nobody
    actor_id INTEGER NOT NULL,
    detail TEXT NOT NULL,             -- JSON of names and numbers
    closed_ms INTEGER,
    closed_by INTEGER,                -- staff; 0 the local operator
    note_id BLOB,                     -- what the note is bound to
    note_sealed BLOB                  -- under the key of who closed it
) STRICT;
CREATE INDEX alert_open ON alert (closed_ms, id);
CREATE TABLE alert_position (         -- of the job that reads the audit log
    one INTEGER PRIMARY KEY CHECK (one = 1),
    next INTEGER NOT NULL
) STRICT;
CREATE TABLE decoy (                  -- people who do not exist: who reads them is told
    pno INTEGER PRIMARY KEY,
    id BLOB NOT NULL,                 -- uuid
    made_ms INTEGER NOT NULL
) STRICT;
