-- SPDX-License-Identifier: Apache-2.0
-- Migration 16 of records.db: every statement is a record (what was shown, in which language, where, by which
-- button), wordings and policies as versions, and the notes in the audit log that prove the records.
-- name: schema
ALTER TABLE consent_evidence ADD COLUMN record BLOB;                         -- uuid: a keyed hash of the statement
ALTER TABLE consent_evidence ADD COLUMN wording INTEGER NOT NULL DEFAULT 0;  -- purpose_wording.id; 0: not said
ALTER TABLE consent_evidence ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_evidence ADD COLUMN form TEXT NOT NULL DEFAULT '';       -- form or page, with its version
ALTER TABLE consent_evidence ADD COLUMN button TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_evidence ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_evidence ADD COLUMN recipient TEXT NOT NULL DEFAULT '';
ALTER TABLE consent_evidence ADD COLUMN policy INTEGER NOT NULL DEFAULT 1;     -- in force when it was said
ALTER TABLE consent_evidence ADD COLUMN generation INTEGER NOT NULL DEFAULT 1; -- of the purpose, then
ALTER TABLE consent_evidence ADD COLUMN until_ms INTEGER NOT NULL DEFAULT 0;   -- a consent's end; 0: none
ALTER TABLE consent_evidence ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;      -- consent_batch.id; 0: not noted yet
UPDATE consent_evidence SET record = randomblob(16);
CREATE INDEX consent_evidence_record ON consent_evidence (record);
CREATE INDEX consent_evidence_unnoted ON consent_evidence (id) WHERE batch = 0;

ALTER TABLE consent_state ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE consent_state ADD COLUMN until_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX consent_state_until ON consent_state (until_ms) WHERE until_ms > 0;

-- How often each thing was said on a day. Names nobody, so it outlives the people it counted.
CREATE TABLE consent_tally (
    purpose TEXT NOT NULL,
    day INTEGER NOT NULL,          -- days since 1970-01-01, UTC
    state INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (purpose, day, state)
) STRICT, WITHOUT ROWID;

-- The hashes of records noted together; a record's place among them proves it.
CREATE TABLE consent_batch (
    id INTEGER PRIMARY KEY,
    noted_ms INTEGER NOT NULL,
    document TEXT NOT NULL,        -- what was noted in the audit log
    hashes BLOB NOT NULL           -- leaf hashes, 32 bytes each
) STRICT;

CREATE TABLE purpose_wording (
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,
    language TEXT NOT NULL,
    version INTEGER NOT NULL,      -- counts the texts of this purpose in this language from 1
    text TEXT NOT NULL,
    hash TEXT NOT NULL,            -- SHA-256 of the text, hex
    made_ms INTEGER NOT NULL,
    UNIQUE (purpose, language, version)
) STRICT;

CREATE TABLE policy (
    version INTEGER PRIMARY KEY,
    made_ms INTEGER NOT NULL,
    material INTEGER NOT NULL,     -- 1: something that consents rest on changed
    document TEXT NOT NULL         -- canonical JSON
) STRICT;

-- A purpose's generation goes up with every material change; consents of an older one are stale.
CREATE TABLE purpose_generation (
    purpose TEXT NOT NULL,
    generation INTEGER NOT NULL,
    policy INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (purpose, generation)
) STRICT, WITHOUT ROWID;

-- Profiles known to be under the age of consent. Until when says in which year somebody was born, so it is sealed; a
-- row that is there says no more than "young".
CREATE TABLE consent_minor (
    pno INTEGER PRIMARY KEY,
    until BLOB NOT NULL            -- sealed: milliseconds, the first day of the year after the age is reached
) STRICT;

-- Answers to text messages that were taken: a keyed hash of the gateway's number of each, for 90 days.
CREATE TABLE consent_reply (
    tag BLOB PRIMARY KEY,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
