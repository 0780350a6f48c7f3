-- SPDX-License-Identifier: Apache-2.0
-- Migration 6 of records.db: imports, their files of bad rows, saved maps. What could hold personal
-- data (file name, column names and samples, a mapping given for one file) is sealed under a key of
-- the import's own, which is destroyed when the import is forgotten.
-- name: schema
CREATE TABLE import (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- in every record it makes: never used again
    kind INTEGER NOT NULL,            -- enum import_kind
    status INTEGER NOT NULL,          -- enum import_status
    dry_run INTEGER NOT NULL,
    map TEXT NOT NULL,                -- name of a ready or saved map; '' guessed or given
    currency TEXT NOT NULL,
    dates INTEGER NOT NULL,           -- enum import_dates
    upload INTEGER,                   -- spool file; NULL once deleted
    bytes INTEGER NOT NULL,
    generation INTEGER NOT NULL,      -- reverts of event imports before it: part of their messageIds
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    finished_ms INTEGER,
    bytes_done INTEGER NOT NULL DEFAULT 0,
    rows_ok INTEGER NOT NULL DEFAULT 0,
    rows_bad INTEGER NOT NULL DEFAULT 0,
    settled INTEGER NOT NULL DEFAULT 0, -- checkpoint: row up to which everything is durable
    last_seq INTEGER NOT NULL DEFAULT 0, -- newest journal record at the checkpoint
    tally_created INTEGER NOT NULL DEFAULT 0, -- counted by the pipeline with what it did
    tally_updated INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0,  -- created: people, orders or events
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    error_code TEXT NOT NULL DEFAULT '',
    error_text TEXT NOT NULL DEFAULT '',
    name BLOB,                        -- sealed
    mapping BLOB,                     -- sealed JSON [{"column","field"}]; NULL: by map or guess
    report BLOB                       -- sealed JSON of format and columns
) STRICT;
CREATE INDEX import_by_status ON import (status, number);

-- The file of bad rows in the order of its parts; a part is one run between two crashes.
CREATE TABLE import_bad_part (
    import INTEGER NOT NULL REFERENCES import (number),
    upload INTEGER NOT NULL,          -- spool file
    bytes INTEGER NOT NULL,           -- of it that count: what came after belongs to rows read again
    PRIMARY KEY (import, upload)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_map (
    name TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    columns TEXT NOT NULL             -- JSON [{"column","field"}]
) STRICT, WITHOUT ROWID;
