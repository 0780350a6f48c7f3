-- SPDX-License-Identifier: Apache-2.0
-- Visits of the privacy centre, and the wordings its pages show.

-- name: add
INSERT INTO centre_session (hash, pno, record, made_ms, last_ms) VALUES (:hash, :pno, :record, :now_ms, :now_ms);

-- name: get
SELECT pno, record, made_ms, last_ms, hash FROM centre_session WHERE hash = :hash;

-- name: touch
UPDATE centre_session SET last_ms = :now_ms WHERE hash = :hash;

-- name: delete
DELETE FROM centre_session WHERE hash = :hash;

-- name: wording_in_force
SELECT id, text FROM purpose_wording WHERE purpose = :purpose AND language = :language ORDER BY version DESC LIMIT 1;

-- name: wording
SELECT language, text FROM purpose_wording WHERE id = :id;
