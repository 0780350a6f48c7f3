-- name: schema
CREATE TABLE source (
    number INTEGER PRIMARY KEY,          -- dense, never reused
    write_key TEXT NOT NULL UNIQUE,      -- may only put data in; browsers carry it openly
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('http', 'import', 'sample')),
    enabled INTEGER NOT NULL DEFAULT 1,
    sample INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    accepted INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    last_seen_ms INTEGER NOT NULL DEFAULT 0,
    last_error_ms INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT ''
) STRICT;
