-- SPDX-License-Identifier: Apache-2.0
-- Migration 26 of records.db: changes of the dictionary that were proposed, and every version of it that was in force.
-- name: schema
CREATE TABLE proposal (
    id BLOB PRIMARY KEY,              -- uuid, by time
    form TEXT NOT NULL CHECK (form IN ('rows', 'remove', 'text')),
    change TEXT NOT NULL,             -- rows: YAML that is laid over the text; remove: the row's path; text: all of it
    base TEXT NOT NULL,               -- version it was made against
    why_sealed BLOB NOT NULL,         -- under the key of who proposed it
    made_by INTEGER NOT NULL,         -- staff; 0 the local operator
    made_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'applying', 'applied', 'rejected', 'withdrawn')),
    target TEXT,                      -- version that it makes, while it is being applied
    diff TEXT NOT NULL,               -- JSON, as it was when proposed; then as it was applied
    decided_by INTEGER,
    decided_ms INTEGER,
    own INTEGER NOT NULL DEFAULT 0,   -- 1: approved by who made it, there being nobody else
    note_sealed BLOB                  -- under the key of who decided
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_state ON proposal (state, id);
CREATE TABLE dictionary_version (
    number INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('first', 'proposal', 'put', 'file')),
    made_by INTEGER NOT NULL,         -- staff; 0 the local operator, or the file was changed
    proposal BLOB,
    text TEXT NOT NULL                -- dictionary.yaml as it was then
) STRICT;
CREATE TABLE dictionary_change (
    number INTEGER NOT NULL REFERENCES dictionary_version (number),
    row TEXT NOT NULL,
    change TEXT NOT NULL,             -- added, removed, changed
    attributes TEXT NOT NULL,         -- JSON [{"name","before","after"}]
    PRIMARY KEY (number, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX dictionary_change_row ON dictionary_change (row, number);
