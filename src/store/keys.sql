-- SPDX-License-Identifier: Apache-2.0
-- Statements of keys.c on keys.db.

-- name: fingerprint
SELECT fingerprint FROM root_key WHERE one = 1;

-- name: fingerprint_set
INSERT INTO root_key (one, fingerprint) VALUES (1, :fingerprint);

-- name: wrapped
SELECT wrapped FROM subject_key WHERE subject = :subject;

-- name: make
INSERT INTO subject_key (subject, wrapped) VALUES (:subject, :wrapped);

-- The bytes of a wrapped key are overwritten in place (the same size keeps the cell where it is)
-- before the row becomes the fence.
-- name: scrub
UPDATE subject_key SET wrapped = zeroblob(72) WHERE subject = :subject AND wrapped IS NOT NULL;

-- name: fence
INSERT INTO subject_key (subject, wrapped, erased_ms) VALUES (:subject, NULL, :now)
ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, erased_ms = excluded.erased_ms WHERE wrapped IS NOT NULL;
