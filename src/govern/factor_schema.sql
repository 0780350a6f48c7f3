-- name: schema
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: the audit log names it
    hash BLOB NOT NULL UNIQUE,            -- SHA-256 of the token
    prefix TEXT NOT NULL,                 -- its first characters, to recognise it by
    name TEXT NOT NULL,
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    permissions TEXT NOT NULL,            -- names, separated by commas
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    last_used_day INTEGER                 -- days since 1970; no finer
) STRICT;
CREATE INDEX api_token_of ON api_token (staff);
CREATE TABLE passkey_user (               -- what passkeys call the account: random, says nothing
    staff INTEGER PRIMARY KEY REFERENCES staff (id) ON DELETE CASCADE,
    handle BLOB NOT NULL UNIQUE
) STRICT;
CREATE TABLE passkey (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    credential BLOB NOT NULL UNIQUE,      -- the authenticator's name for it
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    name_sealed BLOB NOT NULL,            -- what its owner calls it
    algorithm INTEGER NOT NULL,           -- COSE
    key BLOB NOT NULL,                    -- public
    counter INTEGER NOT NULL,
    backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
    backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
    aaguid BLOB NOT NULL,                 -- model of the authenticator
    created_ms INTEGER NOT NULL,
    last_used_ms INTEGER
) STRICT;
CREATE INDEX passkey_of ON passkey (staff);
CREATE TABLE factor_pending (             -- an enrolment between its two steps, bound to the session
    session BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('passkey', 'sms')),
    staff INTEGER NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    data BLOB NOT NULL,                   -- the challenge; or the code's hash with the sealed number
    tries INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (session, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE sms_factor (
    staff INTEGER PRIMARY KEY REFERENCES staff (id) ON DELETE CASCADE,
    number_sealed BLOB NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE sms_count (                  -- messages sent on a day, for the caps
    day INTEGER NOT NULL,
    tag BLOB NOT NULL,                    -- keyed tag of the number, of its prefix, of the account
    messages INTEGER NOT NULL,
    PRIMARY KEY (day, tag)
) STRICT, WITHOUT ROWID;
