-- SPDX-License-Identifier: Apache-2.0
-- Migration 13 of records.db: segments as staff wrote them, every version of them. Who is in them stands in audiences.db.
-- name: schema
CREATE TABLE audience (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: history goes by it
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    doc TEXT NOT NULL,
    text TEXT NOT NULL,              -- the definition, canonical
    definition TEXT NOT NULL,        -- the same as JSON: what is read at start
    persona INTEGER NOT NULL,
    card TEXT,                       -- JSON of a persona's card
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE audience_version (
    number INTEGER NOT NULL REFERENCES audience (number) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    doc TEXT NOT NULL,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    actor INTEGER NOT NULL,          -- staff number, -1 the local operator
    PRIMARY KEY (number, version)
) STRICT, WITHOUT ROWID;
