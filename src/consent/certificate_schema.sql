-- SPDX-License-Identifier: Apache-2.0
-- Migration 19 of records.db: erasures and their certificates. While an erasure is under way its row knows the
-- person, so that a crash cannot leave it half done; once the certificate is issued it does not any more.
-- name: schema
CREATE TABLE erasure (
    id BLOB PRIMARY KEY,              -- of the erasure: the request's, so that asking again erases nobody twice
    person BLOB,                      -- public id; NULL once the certificate is issued
    tag BLOB NOT NULL,                -- random: the name of the person on the certificate
    "right" TEXT NOT NULL,            -- on what ground, "gdpr-17(1)(b)"
    received_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,          -- 0: no clock ran
    asked_ms INTEGER NOT NULL,
    epoch INTEGER NOT NULL,           -- of the key store, before
    scope TEXT NOT NULL,              -- JSON: rows that were there, per table
    issued_ms INTEGER NOT NULL,       -- 0: under way
    document BLOB                     -- canonical JSON, once issued
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_issued ON erasure (issued_ms, id);
