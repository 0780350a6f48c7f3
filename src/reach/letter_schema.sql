-- SPDX-License-Identifier: Apache-2.0
-- Migration 21 of records.db: letters that wait to be sent, and what became of them; runs of the canary of rights.
-- name: schema
CREATE TABLE letter (
    uuid BLOB PRIMARY KEY,            -- also the left part of its Message-ID
    pno INTEGER NOT NULL,             -- about whom; 0: somebody without a record, or erased since
    kind TEXT NOT NULL,
    state INTEGER NOT NULL,           -- enum letter_state
    at_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,        -- sent or given up; 0: waits
    tries INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    fault TEXT NOT NULL,              -- why the last try failed: a code
    outlives INTEGER NOT NULL,
    subject INTEGER NOT NULL,         -- whose key seals the message: a profile's, or that of a day
    message BLOB                      -- address and text, sealed; NULL once it is ended
) STRICT;
CREATE INDEX letter_waiting ON letter (next_ms) WHERE state = 1;
CREATE INDEX letter_pno ON letter (pno) WHERE pno <> 0;
CREATE INDEX letter_at ON letter (at_ms, uuid);

-- Days whose key was used: destroyed when no letter of that day can wait any more.
CREATE TABLE letter_day (
    day INTEGER PRIMARY KEY           -- since 1970
) STRICT;

CREATE TABLE canary_run (
    at_ms INTEGER PRIMARY KEY,
    ok INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    steps TEXT NOT NULL               -- JSON: name, ok, took_ms, fault
) STRICT;
