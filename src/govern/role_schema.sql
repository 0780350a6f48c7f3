-- name: schema
CREATE TABLE role (
    name TEXT PRIMARY KEY,            -- never a built-in role's
    doc TEXT NOT NULL,
    permissions TEXT NOT NULL,        -- names, comma-separated: bits may change their numbers
    view TEXT NOT NULL CHECK (length(view) = 5), -- per level P0..P4: f(ull), m(ask), n(one)
    purposes TEXT NOT NULL,           -- names, comma-separated; the first is the default
    second_factor INTEGER NOT NULL CHECK (second_factor IN (0, 1)),
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL       -- staff; 0 the local operator
) STRICT, WITHOUT ROWID;
CREATE TABLE approval_rule (          -- a kind without a row is on
    kind TEXT PRIMARY KEY,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE approval_draft (         -- what was refused for want of an approval: it can be asked for
    asked_by INTEGER NOT NULL,
    target TEXT NOT NULL,             -- method and path
    kind TEXT NOT NULL,
    act BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (asked_by, target)
) STRICT, WITHOUT ROWID;
CREATE TABLE approval (
    id BLOB PRIMARY KEY,              -- uuid, by time
    kind TEXT NOT NULL,
    act BLOB NOT NULL,                -- keyed hash of method, path, query and body: exactly that act
    target TEXT NOT NULL,             -- method and path, for those who decide
    reason_sealed BLOB NOT NULL,      -- under the key of who asked
    asked_by INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'used')),
    decided_by INTEGER CHECK (decided_by <> asked_by), -- four eyes
    decided_ms INTEGER,
    CHECK ((state = 'waiting') = (decided_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE break_glass (
    id BLOB PRIMARY KEY,              -- uuid, by time
    session BLOB NOT NULL,            -- id of the session it holds for
    staff INTEGER NOT NULL,
    pno INTEGER NOT NULL,             -- the person's oldest profile then
    reason_sealed BLOB NOT NULL,      -- under the key of who asked
    at_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX break_glass_of ON break_glass (session, until_ms);
CREATE INDEX break_glass_at ON break_glass (pno);
