-- SPDX-License-Identifier: Apache-2.0
-- Migration 22 of records.db: who receives data and what they were told; the doors through which others bring requests of
-- persons (OpenDSR controllers, DRP agents, Shopify shops). Secrets and what staff wrote are sealed under subjects of the house.
-- name: schema
CREATE TABLE recipient (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    role TEXT NOT NULL,             -- "processor", "controller", "joint"
    country TEXT NOT NULL,
    safeguard TEXT NOT NULL,
    purposes TEXT NOT NULL,         -- names, by commas
    contact TEXT NOT NULL,
    website TEXT NOT NULL,
    contract_ms INTEGER NOT NULL,
    contract_ends_ms INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    method TEXT NOT NULL,           -- "opendsr", "webhook", "letter", "none"
    url TEXT NOT NULL,
    domain TEXT NOT NULL,           -- that its OpenDSR certificate is for
    identities TEXT NOT NULL,       -- kinds of identifiers it is told, by commas
    answer_days INTEGER NOT NULL,
    secret BLOB,                    -- sealed: the key of its webhook, the token for its OpenDSR
    certificate TEXT,               -- PEM, as fetched from its OpenDSR last
    certificate_ms INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;

-- What a recipient was told. The identifiers of the person are sealed under a key of this order alone, which ends with
-- it: the person's own key is gone when an erasure is told.
CREATE TABLE recipient_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid BLOB NOT NULL UNIQUE,      -- version 4: subject_request_id
    request BLOB NOT NULL,
    recipient INTEGER NOT NULL REFERENCES recipient (id),
    "right" INTEGER NOT NULL,       -- enum rights_right
    state INTEGER NOT NULL,         -- enum recipient_state
    made_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,        -- then it escalates
    next_ms INTEGER NOT NULL,       -- then it is tried, asked or reminded again
    tries INTEGER NOT NULL,         -- since it was last taken
    reminders INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL,       -- 0: not yet
    changed_ms INTEGER NOT NULL,
    fault TEXT NOT NULL,            -- code of the last failure
    identifiers BLOB,               -- sealed JSON; NULL when the order ended
    note BLOB,                      -- sealed: what staff wrote
    told INTEGER NOT NULL           -- 1: the rights desk knows that it is done
) STRICT;
CREATE INDEX recipient_order_request ON recipient_order (request);
CREATE INDEX recipient_order_next ON recipient_order (next_ms) WHERE state <> 4;
CREATE INDEX recipient_order_ending ON recipient_order (id) WHERE state = 4 AND told = 0;

-- How far statements of consent were looked through for withdrawals: consent_evidence.id.
CREATE TABLE recipient_cursor (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    evidence INTEGER NOT NULL
) STRICT;
INSERT INTO recipient_cursor SELECT 1, ifnull(max(id), 0) FROM consent_evidence;

CREATE TABLE privacy_door (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,             -- "opendsr", "drp", "shopify"
    title TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    hosts TEXT NOT NULL,            -- that callbacks may go to; Shopify: the shop's domain
    key BLOB,                       -- DRP: the agent's Ed25519 key
    token BLOB,                     -- SHA-256 of the token it shows
    secret BLOB,                    -- sealed: Shopify's key of the app
    made_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) STRICT;

-- Requests that came through a door, by the name the other side gave them.
CREATE TABLE privacy_door_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    door INTEGER NOT NULL REFERENCES privacy_door (id),
    foreign_id TEXT NOT NULL,
    request BLOB NOT NULL,
    own INTEGER NOT NULL,           -- 1: that request came through this door; 0: it was there already, from elsewhere
    ended INTEGER NOT NULL,         -- enum door_end
    callbacks TEXT NOT NULL,        -- JSON array of addresses
    received_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    said TEXT NOT NULL,             -- the status that the other side was told last
    next_ms INTEGER NOT NULL,       -- 0: it ended and was told
    tries INTEGER NOT NULL,
    UNIQUE (door, foreign_id)
) STRICT;
CREATE INDEX privacy_door_request_of ON privacy_door_request (request);
CREATE INDEX privacy_door_request_next ON privacy_door_request (next_ms) WHERE next_ms > 0;

-- Messages that were taken, so that none is taken twice.
CREATE TABLE privacy_door_seen (
    door INTEGER NOT NULL,
    mark BLOB NOT NULL,             -- SHA-256 of the signature or the message's number
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (door, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX privacy_door_seen_until ON privacy_door_seen (until_ms);

-- What somebody asked that nobody is: a shop that wants all its data removed. Staff decides.
CREATE TABLE privacy_door_notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    door INTEGER NOT NULL REFERENCES privacy_door (id),
    topic TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    done_ms INTEGER NOT NULL,       -- 0: open
    staff INTEGER NOT NULL,         -- who closed it
    note BLOB                       -- sealed
) STRICT;
