-- SPDX-License-Identifier: Apache-2.0
-- Migration 11 of records.db: which backups were made and tried. The target itself is the truth; these rows
-- say what this folder knows of it, and what failed.
-- name: schema
CREATE TABLE backup_run (
    id TEXT PRIMARY KEY,           -- as in the target
    class TEXT NOT NULL,           -- data, keys, configuration
    target TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    bytes INTEGER NOT NULL,        -- of the files
    sent INTEGER NOT NULL,         -- bytes that had to be stored anew
    files INTEGER NOT NULL,
    reused INTEGER NOT NULL,       -- pieces that were there already
    state TEXT NOT NULL,           -- running, done, failed
    verified_ms INTEGER,
    error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX backup_run_started ON backup_run (started_ms);

CREATE TABLE backup_drill (
    id INTEGER PRIMARY KEY,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    backup TEXT NOT NULL,
    state TEXT NOT NULL,           -- running, passed, failed
    report TEXT NOT NULL
) STRICT;
