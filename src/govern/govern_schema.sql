-- name: schema
CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    email_tag BLOB NOT NULL UNIQUE,   -- keyed tag of the normalised address
    email_sealed BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner')),
    password TEXT NOT NULL,           -- Argon2id
    created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE staff_session (
    hash BLOB PRIMARY KEY,            -- SHA-256 of the cookie's token
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE setup_link (
    hash BLOB PRIMARY KEY,            -- SHA-256 of the one-time token
    email_tag BLOB,                   -- only this address may use it; NULL: any
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
