-- name: schema
DROP TABLE staff_session; -- sign in again
CREATE TABLE staff_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: it names a key
    email_tag BLOB NOT NULL UNIQUE,       -- keyed tag of the normalised address
    email_sealed BLOB NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    password TEXT,                        -- Argon2id; NULL: none yet, or taken away
    password_long INTEGER NOT NULL DEFAULT 0 CHECK (password_long IN (0, 1)), -- long enough to stand alone
    password_ms INTEGER,                  -- when it was set
    created_ms INTEGER NOT NULL,
    last_sign_in_ms INTEGER,
    totp_sealed BLOB,                     -- seed in force
    totp_ms INTEGER,                      -- since when
    totp_step INTEGER NOT NULL DEFAULT 0, -- the last time step that was accepted: none is accepted twice
    totp_new_sealed BLOB,                 -- seed that was shown and not confirmed yet
    totp_new_ms INTEGER,
    recovery_ms INTEGER,                  -- when the recovery codes were made
    CHECK ((totp_sealed IS NULL) = (totp_ms IS NULL)),
    CHECK ((totp_new_sealed IS NULL) = (totp_new_ms IS NULL)),
    CHECK (state <> 'invited' OR password IS NULL)
) STRICT;
INSERT INTO staff_account (id, email_tag, email_sealed, role, state, password, password_long, password_ms, created_ms)
    SELECT id, email_tag, email_sealed, role, 'active', password, 1, created_ms, created_ms FROM staff;
DROP TABLE staff;
ALTER TABLE staff_account RENAME TO staff;
CREATE TABLE staff_session (
    id BLOB PRIMARY KEY,              -- stays the same for the whole session
    hash BLOB NOT NULL UNIQUE,        -- SHA-256 of the cookie's token, which changes with what it may do
    former_hash BLOB,                 -- the token before, for reading only, for some seconds
    former_until_ms INTEGER,
    former_limited INTEGER NOT NULL DEFAULT 0,
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    network TEXT NOT NULL,            -- address cut to /24 or /48
    browser TEXT NOT NULL,            -- "Firefox on Linux"
    factor TEXT NOT NULL,             -- what proved it last
    proved_ms INTEGER NOT NULL,       -- when
    created_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_session_of ON staff_session (staff, last_ms);
CREATE UNIQUE INDEX staff_session_former ON staff_session (former_hash) WHERE former_hash IS NOT NULL;
CREATE TABLE staff_device (           -- browsers that signed in before: attempts from them are counted apart
    hash BLOB NOT NULL,               -- SHA-256 of the cookie's token
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (hash, staff)
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_device_of ON staff_device (staff, last_ms);
CREATE TABLE staff_link (             -- one-time links: invitations, new passwords
    hash BLOB PRIMARY KEY,            -- SHA-256 of the token
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reset')),
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    made_by INTEGER NOT NULL,         -- staff; 0: the local operator
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    UNIQUE (kind, staff)              -- a new one ends the old one
) STRICT, WITHOUT ROWID;
CREATE TABLE staff_recovery (
    hash BLOB PRIMARY KEY,            -- SHA-256 of a code of 128 random bits
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    used_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_recovery_of ON staff_recovery (staff);
CREATE TABLE staff_setting (          -- what was measured once: the cost of a password
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
