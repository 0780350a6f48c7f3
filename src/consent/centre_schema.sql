-- SPDX-License-Identifier: Apache-2.0
-- Migration 20 of records.db: links of the privacy centre, and the visits they open. Of a token only the SHA-256 is kept:
-- who reads this table opens nothing with it.
-- name: schema
CREATE TABLE centre_link (
    hash BLOB PRIMARY KEY,         -- SHA-256 of the token
    pno INTEGER NOT NULL,          -- 0: somebody without a record (verify)
    purpose INTEGER NOT NULL,      -- enum centre_link_purpose
    about BLOB NOT NULL,           -- uuid of a request, or 16 zero bytes
    subject TEXT NOT NULL,         -- of unsubscribe: name of the purpose
    once INTEGER NOT NULL,         -- 1: its POST works once
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX centre_link_pno ON centre_link (pno);
CREATE INDEX centre_link_until ON centre_link (until_ms);

CREATE TABLE centre_session (
    hash BLOB PRIMARY KEY,         -- SHA-256 of the cookie
    pno INTEGER NOT NULL,
    record BLOB NOT NULL,          -- hash of the person's profiles when it began: joined with another meanwhile, it is over
    made_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL       -- written once a minute at most
) STRICT, WITHOUT ROWID;
CREATE INDEX centre_session_pno ON centre_session (pno);
CREATE INDEX centre_session_last ON centre_session (last_ms);
