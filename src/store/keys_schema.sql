-- SPDX-License-Identifier: Apache-2.0
-- keys.db, version 1. A subject is in one of three states: no row (no key yet), wrapped (living),
-- wrapped NULL (erased: the fence, for ever).

-- name: schema
CREATE TABLE root_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16)
) STRICT;
CREATE TABLE subject_key (
    subject INTEGER PRIMARY KEY,
    wrapped BLOB CHECK (wrapped IS NULL OR length(wrapped) = 72),
    erased_ms INTEGER,
    CHECK ((wrapped IS NULL) = (erased_ms IS NOT NULL))
) STRICT;
