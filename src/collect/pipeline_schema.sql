-- SPDX-License-Identifier: Apache-2.0
-- Migration 5 of records.db.
-- name: schema
CREATE TABLE pipeline_position (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,          -- last journal record whose effects are in this database
    timeline INTEGER NOT NULL,     -- up to here timeline, seen and the counters of people
    seen INTEGER NOT NULL,         -- were durable by themselves when this row was written
    touched INTEGER NOT NULL
) STRICT;
INSERT INTO pipeline_position (id, seq, timeline, seen, touched) VALUES (1, 0, 0, 0, 0);

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL UNIQUE,   -- journal record it was
    source INTEGER NOT NULL,
    import INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    origin INTEGER NOT NULL,       -- 0: refused by a door; 1: by the pipeline
    code TEXT NOT NULL,            -- wire name of the error code
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    size INTEGER NOT NULL,         -- bytes of the event
    status INTEGER NOT NULL,       -- 0 open, 1 replayed, 2 discarded
    settled_ms INTEGER,
    settled_seq INTEGER,           -- the record that replayed it
    sample INTEGER NOT NULL,
    body BLOB                      -- sealed journal record; NULL once discarded
) STRICT;
CREATE INDEX quarantine_by_status ON quarantine (status, code, id);
CREATE INDEX quarantine_by_source ON quarantine (source, id);
CREATE INDEX quarantine_by_import ON quarantine (import) WHERE import > 0;
CREATE INDEX quarantine_by_sample ON quarantine (id) WHERE sample = 1;
