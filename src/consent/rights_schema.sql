-- SPDX-License-Identifier: Apache-2.0
-- Migration 17 of records.db: requests of persons about their data, every step of them, the letters, and whose data is
-- held for a legal claim. What somebody wrote is sealed under the key of the person it is about, or, nobody being known,
-- under a key of the request's own that ends with it. Rows outlive their person as figures: pno 0.
-- name: schema
CREATE TABLE rights_request (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,               -- uuid
    pno INTEGER NOT NULL,                  -- 0: nobody known, or erased
    kind INTEGER NOT NULL,                 -- enum rights_right
    regime INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    state INTEGER NOT NULL,                -- enum rights_state
    reason TEXT NOT NULL DEFAULT '',       -- code of a ground, of a rule, or of how it ended
    foreign_id TEXT,                       -- the caller's own name of it
    tag BLOB,                              -- keyed, of the address it came from; NULL once it is of no use
    sameness BLOB NOT NULL,                -- keyed, of what is asked: two with the same are the same request
    subject INTEGER NOT NULL,              -- under whose key asker and detail are
    asker BLOB,                            -- sealed: {"email","phone"}
    detail BLOB,                           -- sealed
    answer_to BLOB,                        -- sealed under the request's own key: where the answer to an erasure goes
    purpose TEXT NOT NULL,
    language TEXT NOT NULL,
    made_ms INTEGER NOT NULL,              -- when it was entered here, which may be later than received
    received_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    confirm_ms INTEGER NOT NULL,           -- confirmation of receipt due; 0: none
    confirmed_ms INTEGER NOT NULL DEFAULT 0,
    challenged_ms INTEGER NOT NULL DEFAULT 0,
    proved_ms INTEGER NOT NULL DEFAULT 0,
    begun_ms INTEGER NOT NULL DEFAULT 0,   -- executing; a crash since is finished by the job
    closed_ms INTEGER NOT NULL DEFAULT 0,
    extended INTEGER NOT NULL DEFAULT 0,
    reminded INTEGER NOT NULL DEFAULT 0,   -- per mille of the last reminder
    duplicate_of BLOB,                     -- uuid
    waiting_for INTEGER NOT NULL DEFAULT 0,-- recipients told
    lift_ms INTEGER NOT NULL DEFAULT 0,    -- of a restriction: when it ends, as announced; then negative: ended
    restricted INTEGER NOT NULL DEFAULT 0  -- 1: its restriction is in force
) STRICT;
CREATE UNIQUE INDEX rights_request_foreign ON rights_request (channel, foreign_id) WHERE foreign_id IS NOT NULL;
CREATE INDEX rights_request_person ON rights_request (pno, number) WHERE pno > 0;
CREATE INDEX rights_request_tag ON rights_request (tag) WHERE tag IS NOT NULL;
CREATE INDEX rights_request_state ON rights_request (state, due_ms);
CREATE INDEX rights_request_closed ON rights_request (closed_ms) WHERE closed_ms > 0;
CREATE INDEX rights_request_restricted ON rights_request (number) WHERE restricted = 1;
CREATE INDEX rights_request_duplicates ON rights_request (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE rights_step (
    id INTEGER PRIMARY KEY,
    request INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL,                    -- code
    actor INTEGER NOT NULL,                -- 0 Custos, -1 the local operator, -2 the person, -3 another program, else staff
    code TEXT NOT NULL,                    -- of a ground or rule; else ''
    subject INTEGER NOT NULL,
    note BLOB                              -- sealed
) STRICT;
CREATE INDEX rights_step_request ON rights_step (request, id);

CREATE TABLE rights_letter (
    id INTEGER PRIMARY KEY,
    request INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    subject INTEGER NOT NULL,
    body BLOB NOT NULL,                    -- sealed: {"subject","text"}
    sent INTEGER NOT NULL                  -- 1: handed over for sending; 0: staff have to
) STRICT;
CREATE INDEX rights_letter_request ON rights_letter (request, id);

-- Whose data is needed for a legal claim. It goes with the person: after an erasure nothing is held.
CREATE TABLE rights_hold (
    pno INTEGER PRIMARY KEY,
    request INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    actor INTEGER NOT NULL
) STRICT;
