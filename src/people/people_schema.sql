-- People: profiles, identifiers, edges, traits. Personal values are sealed under the profile's key;
-- what stands in plain columns is numbers, times and names of kinds. `origin` says which evidence can
-- take a row back: 0 what came live (never taken back), else the import number, plus 2^32 for sample
-- data. migration 1 of records.db
-- name: schema
CREATE TABLE people_meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    folder BLOB NOT NULL,             -- 16 random bytes that index.db must have too
    generation INTEGER NOT NULL,      -- last batch that changed index.db
    next_pno INTEGER NOT NULL,        -- never goes back: numbers of forgotten profiles stay unused
    touched_seq INTEGER NOT NULL      -- counters hold every event up to this seq
) STRICT;

CREATE TABLE identifier_kind (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE profile (
    pno INTEGER PRIMARY KEY,
    uuid BLOB NOT NULL UNIQUE,
    flags INTEGER NOT NULL,           -- 1 known: an identifier stronger than anonymous_id, or contact fields; 2 sample
    created_ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    orders INTEGER NOT NULL DEFAULT 0,
    revenue INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One row per (profile, origin), so that a reverted import takes its counts along.
CREATE TABLE profile_stat (
    pno INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (pno, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_stat_origin ON profile_stat (origin, pno) WHERE origin <> 0;

-- anchor: the identifier that brought the profile into being. Any other identifier of the profile has
-- been seen together with the anchor under each origin it has (identity.c, invariant 2).
CREATE TABLE identifier (
    id INTEGER PRIMARY KEY,
    pno INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    anchor INTEGER NOT NULL,
    value BLOB NOT NULL,              -- sealed, normalised
    origin INTEGER NOT NULL,
    source INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL          -- to the day
) STRICT;
CREATE INDEX identifier_pno ON identifier (pno, kind);
CREATE INDEX identifier_origin ON identifier (origin) WHERE origin <> 0;

CREATE TABLE edge (
    id INTEGER PRIMARY KEY,
    a INTEGER NOT NULL,               -- a < b
    b INTEGER NOT NULL,
    state INTEGER NOT NULL,           -- 0 live, 1 ended by staff, 2 refused by the rules (never joined)
    evidence INTEGER NOT NULL,        -- enum edge_evidence
    kind INTEGER NOT NULL,            -- identifier kind that linked; 0 none
    rules INTEGER NOT NULL,           -- version of the identity rules
    at_ms INTEGER NOT NULL,
    actor INTEGER NOT NULL,           -- 0 the rules, else staff number, -1 local operator
    source INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    reason BLOB,                      -- sealed under a's key
    ended_ms INTEGER,
    ended_by INTEGER,
    ended_reason BLOB
) STRICT;
CREATE UNIQUE INDEX edge_pair ON edge (a, b, state) WHERE state <> 1;
CREATE INDEX edge_a ON edge (a);
CREATE INDEX edge_b ON edge (b);
CREATE INDEX edge_origin ON edge (origin) WHERE origin <> 0;

-- Further origins of an identifier (entity 1) or an edge (entity 2) whose own origin is not 0.
CREATE TABLE confirmation (
    entity INTEGER NOT NULL,
    id INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    PRIMARY KEY (entity, id, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX confirmation_origin ON confirmation (origin, entity, id);

CREATE TABLE never_link (
    a INTEGER NOT NULL,               -- a < b
    b INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX never_link_b ON never_link (b, a);

-- Evidence: what one event said about the fields of one group.
CREATE TABLE trait_history (
    id INTEGER PRIMARY KEY,
    pno INTEGER NOT NULL,
    grp INTEGER NOT NULL,             -- 0 plain (P0, P1), else enum dict_group
    value BLOB NOT NULL,              -- fold_* bytes, sealed unless grp is 0
    origin INTEGER NOT NULL,
    source INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX trait_history_pno ON trait_history (pno, grp, at_ms, seq);
CREATE INDEX trait_history_origin ON trait_history (origin) WHERE origin <> 0;

-- Folded from trait_history; id = pno * 16 + grp.
CREATE TABLE trait_current (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    value BLOB NOT NULL
) STRICT;

-- What was forgotten: ids answer "erased" for ever; numbers wait until key and timeline are gone too.
CREATE TABLE forgotten (
    uuid BLOB PRIMARY KEY,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE forget_intent (
    pno INTEGER PRIMARY KEY,
    timeline INTEGER NOT NULL         -- 1: events go too; 0: the key alone (import revert)
) STRICT;

CREATE TABLE undeclared (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    sources TEXT NOT NULL,            -- numbers, comma separated, at most 8
    PRIMARY KEY (scope, name)
) STRICT, WITHOUT ROWID;

-- What people were promised since promises were last carried off to the backup target (promise.h): rows
-- leave as soon as they are there, their tags with them, so that no backup holds tags.
CREATE TABLE promise (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    seq INTEGER NOT NULL,          -- journal position after which it holds
    kind INTEGER NOT NULL,         -- enum promise_kind
    state INTEGER NOT NULL,        -- of a consent: enum gate_state
    uuid BLOB NOT NULL,            -- of the profile
    purpose TEXT NOT NULL,         -- of a consent; else ''
    tags BLOB NOT NULL             -- keyed tags of the profile's identifiers, 16 bytes each
) STRICT;
