-- SPDX-License-Identifier: Apache-2.0
-- Migration 24 of records.db: breaches of personal data, every one of them (GDPR 33(5)). Rows are never deleted. What
-- people wrote about a breach is sealed under a key of that breach.
-- name: schema
CREATE TABLE breach (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,               -- account, storage, transmission, keys, loss, other
    state TEXT NOT NULL,              -- open, assessed, notified, no_risk, closed
    risk TEXT NOT NULL,               -- none, risk, high; '' not assessed
    made_ms INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,        -- of the breach itself; 0: not known
    ended_ms INTEGER NOT NULL,
    aware_ms INTEGER NOT NULL,        -- from here the clock runs
    due_ms INTEGER NOT NULL,
    keys_exposed INTEGER NOT NULL,    -- -1 not known, 0 no, 1 yes
    authority_ms INTEGER NOT NULL,    -- told first; 0: not
    people_ms INTEGER NOT NULL,
    closed_ms INTEGER NOT NULL,
    texts BLOB NOT NULL,              -- sealed JSON: title, facts, effects, measures, late_reason, reasons
    version INTEGER NOT NULL,         -- of the texts
    run TEXT NOT NULL,                -- of the last question to the log: '' none, waiting, log, people, done, failed
    run_ms INTEGER NOT NULL,          -- when it ended
    entries INTEGER NOT NULL,         -- of the log that matched
    names INTEGER NOT NULL,           -- pseudonyms in them
    persons INTEGER NOT NULL,         -- people found for them
    unknown INTEGER NOT NULL,         -- pseudonyms of nobody who lives here any more
    erased INTEGER NOT NULL,          -- of those found, erased since
    cut INTEGER NOT NULL              -- 1: more names than are kept
) STRICT;
CREATE TABLE breach_step (            -- what happened when, never changed
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    breach INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,              -- staff, token, local, system
    actor_id INTEGER NOT NULL,
    what TEXT NOT NULL,               -- made, changed, state, scope, scope_done, told_authority, mail, told_people, pack
    detail TEXT NOT NULL,             -- JSON of names and numbers
    note BLOB                         -- sealed
) STRICT;
CREATE INDEX breach_step_of ON breach_step (breach, id);
CREATE TABLE breach_query (           -- what of the log belongs to the breach
    breach INTEGER NOT NULL,
    number INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,           -- 0: no bound
    actor TEXT NOT NULL,              -- staff, token, local; '' anybody
    actor_id INTEGER NOT NULL,
    action TEXT NOT NULL,             -- whole name, or a beginning that ends in a dot; '' any
    fields TEXT NOT NULL,             -- one of these was read, by commas; '' any
    pno INTEGER NOT NULL,             -- this person; 0 anybody; -1 somebody who was erased since
    entries INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (breach, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE breach_field (           -- the names behind the bits of breach_person.fields
    breach INTEGER NOT NULL,
    bit INTEGER NOT NULL,
    name TEXT NOT NULL,
    people INTEGER NOT NULL,          -- of how many it was opened, when the log was asked
    PRIMARY KEY (breach, bit)
) STRICT, WITHOUT ROWID;
CREATE TABLE breach_person (
    breach INTEGER NOT NULL,
    pno INTEGER NOT NULL,
    acts INTEGER NOT NULL,            -- entries of the log
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    fields INTEGER NOT NULL,          -- bits
    PRIMARY KEY (breach, pno)
) STRICT, WITHOUT ROWID;
CREATE INDEX breach_person_pno ON breach_person (pno);
CREATE TABLE breach_mail (            -- a letter on its way to the people of a breach
    breach INTEGER PRIMARY KEY,
    language TEXT NOT NULL,
    letter BLOB NOT NULL,             -- sealed JSON: subject, text; empty once it is done
    state TEXT NOT NULL,              -- sending, done
    after INTEGER NOT NULL,           -- people up to this profile have it
    queued INTEGER NOT NULL,
    without INTEGER NOT NULL,         -- people without an address
    started_ms INTEGER NOT NULL,
    done_ms INTEGER NOT NULL
) STRICT;
