-- SPDX-License-Identifier: Apache-2.0
-- keys/tree.db, version 1. A node of the key tree per row; rows of one place differ by the epoch in which
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
