-- SPDX-License-Identifier: Apache-2.0
-- Migration 3 of records.db. consent_evidence: every statement about what may be done with a profile's
-- data, from whatever door. consent_state is folded from it and never written by anything else.
-- name: schema
CREATE TABLE consent_evidence (
    id INTEGER PRIMARY KEY,
    pno INTEGER NOT NULL,
    purpose TEXT NOT NULL,         -- name of the dictionary's row
    heard INTEGER NOT NULL,        -- enum gate_heard: who said it
    state INTEGER NOT NULL,        -- enum gate_state
    time_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,      -- a client said the same again, at least until then (to ten minutes)
    received_ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    import INTEGER NOT NULL,       -- 0: not imported
    seq INTEGER NOT NULL,          -- 0: staff
    sample INTEGER NOT NULL,
    method TEXT NOT NULL,          -- how: "context", "preference update", "staff", "import"
    proof BLOB                     -- sealed evidence text
) STRICT;
CREATE INDEX consent_evidence_of ON consent_evidence (pno, purpose, time_ms, id);
CREATE INDEX consent_evidence_import ON consent_evidence (import) WHERE import > 0;
CREATE INDEX consent_evidence_sample ON consent_evidence (id) WHERE sample = 1;

CREATE TABLE consent_state (
    pno INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    state INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    method TEXT NOT NULL,
    PRIMARY KEY (pno, purpose)
) STRICT, WITHOUT ROWID;
