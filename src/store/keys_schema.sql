-- SPDX-License-Identifier: Apache-2.0
-- keys/tree.db. A node of the key tree per row; rows of one place differ by the epoch in which
-- they were written. Which subjects are living or erased is inside the sealed bytes.

-- name: schema
CREATE TABLE node (
    tree INTEGER NOT NULL CHECK (tree BETWEEN 0 AND 127),
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    sealed BLOB NOT NULL CHECK (length(sealed) = 2152),
    UNIQUE (tree, level, idx, epoch)
) STRICT;
-- The highest epoch that rows were written for, and the one whose superseded rows are gone: when they
-- agree with keys/root there is nothing to tidy up.
CREATE TABLE tidy (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    written INTEGER NOT NULL,
    swept INTEGER NOT NULL
) STRICT;
INSERT INTO tidy (one, written, swept) VALUES (1, 0, 0);
CREATE TABLE vault_term (
    subject INTEGER PRIMARY KEY,
    expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX vault_term_by_time ON vault_term (expires_ms);
CREATE TABLE rotation (
    kind TEXT PRIMARY KEY,
    running INTEGER NOT NULL,
    tree INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL
) STRICT;

-- Version 2: replicas. `gen` counts the transactions that wrote rows: what a replica lacks are the rows of
-- later generations than it has.
-- name: replicas
ALTER TABLE node ADD COLUMN gen INTEGER NOT NULL DEFAULT 0;
CREATE INDEX node_by_gen ON node (gen);
ALTER TABLE vault_term ADD COLUMN gen INTEGER NOT NULL DEFAULT 0;
CREATE INDEX vault_term_by_gen ON vault_term (gen);
CREATE TABLE generation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    gen INTEGER NOT NULL
) STRICT;
INSERT INTO generation (one, gen) VALUES (1, 0);
-- The seed of this store's own identity towards its replicas, wrapped by the root key.
CREATE TABLE link (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 72)
) STRICT;
-- The replicas that were paired: what each acknowledged last, and what it was offered since.
CREATE TABLE replica (
    name TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    public BLOB NOT NULL CHECK (length(public) = 64),
    added_ms INTEGER NOT NULL,
    acked_epoch INTEGER NOT NULL,
    acked_gen INTEGER NOT NULL,
    acked_hash BLOB NOT NULL,
    acked_ms INTEGER NOT NULL,
    ack BLOB NOT NULL,
    offered_epoch INTEGER NOT NULL,
    offered_gen INTEGER NOT NULL,
    offered_hash BLOB NOT NULL,
    refused TEXT NOT NULL
) STRICT;
-- In a replica's own folder: what it holds. Its epoch says which slot of `root` and which record of the
-- ratchet are in force. `head` is that of the primary, without slot and ratchet.
CREATE TABLE holder (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,
    gen INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    told_epoch INTEGER NOT NULL,
    told_ms INTEGER NOT NULL,
    head BLOB NOT NULL
) STRICT;
