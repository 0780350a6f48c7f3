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
CREATE TABLE approval (
    id BLOB PRIMARY KEY,              -- uuid
    kind TEXT NOT NULL,
    act BLOB NOT NULL,                -- keyed hash of method, path and body: exactly that act
    target TEXT NOT NULL,             -- method and path, for those who decide
    reason_sealed BLOB NOT NULL,
    asked_by INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'used')),
    decided_by INTEGER,               -- never who asked
    decided_ms INTEGER,
    CHECK (decided_by IS NULL OR decided_by <> asked_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_by_time ON approval (asked_ms);
CREATE TABLE break_glass (
    session BLOB NOT NULL,            -- hash of the session's token
    pno INTEGER NOT NULL,             -- a profile of the person
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (session, pno)
) STRICT, WITHOUT ROWID;
