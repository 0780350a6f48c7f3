-- SPDX-License-Identifier: Apache-2.0
-- Migration 23 of records.db: rules of retention as the shop set them, what they did, and which fields are used. Nothing
-- of a person but the ids of erasures, which name nobody (consent/certificate_schema.sql).
-- name: schema
CREATE TABLE retention_rule (         -- rules themselves come from the dictionary and from retention_tables.c
    name TEXT PRIMARY KEY,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    keep_days INTEGER,                -- of a house rule, when it is not the built-in number
    next_ms INTEGER NOT NULL,         -- of the next run
    last_ms INTEGER,                  -- the last run that ended
    backlog INTEGER,                  -- rows (or people) older than their time, as counted last; NULL: never counted
    backlog_ms INTEGER,
    dry_days INTEGER,                 -- what the last dry run was asked for
    dry_ms INTEGER,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL       -- staff; 0 the local operator or Custos itself
) STRICT, WITHOUT ROWID;
CREATE TABLE retention_run (
    id BLOB PRIMARY KEY,              -- uuid, by time
    rule TEXT NOT NULL,
    keep_days INTEGER NOT NULL,
    before_ms INTEGER NOT NULL,       -- what is older goes: fixed when the run began, also after a crash
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    cursor INTEGER NOT NULL,          -- where the next step goes on; what it means is the rule's
    total INTEGER NOT NULL,           -- of what the run goes through; 0: not known
    done INTEGER NOT NULL,
    people INTEGER NOT NULL,
    row_count INTEGER NOT NULL,       -- rows, values, orders or people that went
    spared INTEGER NOT NULL,          -- people who had something to go and keep it: a hold, a restriction, another reason
    fault TEXT NOT NULL,              -- code of what ended it
    asked_by INTEGER NOT NULL,        -- staff; 0: its time had come
    document TEXT,                    -- the certificate, canonical JSON
    issued_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX retention_run_of ON retention_run (rule, started_ms);
CREATE UNIQUE INDEX retention_run_running ON retention_run (rule) WHERE state = 'running';
CREATE TABLE retention_erasure (      -- erasures that a run made, each with its own certificate
    run BLOB NOT NULL,
    erasure BLOB NOT NULL,
    PRIMARY KEY (run, erasure)
) STRICT, WITHOUT ROWID;

CREATE TABLE field_usage (            -- of fields of persons: as counted last, and when each was last read
    field TEXT PRIMARY KEY,
    filled INTEGER NOT NULL,          -- profiles with a value
    profiles INTEGER NOT NULL,        -- known profiles looked at
    counted_ms INTEGER NOT NULL,      -- 0: never
    written_ms INTEGER NOT NULL,      -- 0: not known
    read_ms INTEGER NOT NULL          -- 0: never since this is counted
) STRICT, WITHOUT ROWID;
CREATE TABLE field_usage_since (      -- from when on readings are counted
    one INTEGER PRIMARY KEY CHECK (one = 1),
    since_ms INTEGER NOT NULL
) STRICT;
