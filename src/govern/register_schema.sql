-- SPDX-License-Identifier: Apache-2.0
-- Migration 18 of records.db: the registers of what is done with personal data. Nothing of a customer stands in here.
-- name: schema
CREATE TABLE register_snapshot (      -- of the record of processing, whenever it differs from the one before
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_ms INTEGER NOT NULL,
    document TEXT NOT NULL            -- canonical JSON
) STRICT;
CREATE INDEX register_snapshot_made ON register_snapshot (made_ms);
CREATE TABLE register_review (        -- when somebody looked at a purpose of the record last
    purpose TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,              -- staff, token, local
    actor_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE register_export (        -- what really went out, counted from the audit log
    action TEXT NOT NULL,
    purpose TEXT NOT NULL,
    fields TEXT NOT NULL,             -- names, by commas
    count INTEGER NOT NULL,
    people INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (action, purpose, fields)
) STRICT, WITHOUT ROWID;
CREATE TABLE register_position (      -- of who reads the audit log for it
    one INTEGER PRIMARY KEY CHECK (one = 1),
    next INTEGER NOT NULL
) STRICT;
CREATE TABLE register_assessment (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,               -- dpia, lia, tia
    title TEXT NOT NULL,
    owner TEXT NOT NULL,              -- a role or team
    state TEXT NOT NULL,              -- draft, in_review, approved, rejected, retired
    risk TEXT NOT NULL,               -- low, medium, high; '' not said
    purposes TEXT NOT NULL,           -- names, by commas
    recipient TEXT NOT NULL,          -- of a transfer; '' none
    summary TEXT NOT NULL,
    review_ms INTEGER NOT NULL,       -- when it is looked at again; 0: never
    decided_ms INTEGER NOT NULL,      -- approved or rejected; 0: not
    made_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,              -- who changed it last
    actor_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
