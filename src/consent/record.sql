-- SPDX-License-Identifier: Apache-2.0
-- name: unnoted
SELECT id, pno, purpose, heard, state, time_ms, method, record, wording, language, form, button, channel, recipient, policy,
    generation, until_ms, batch, proof IS NOT NULL, received_ms
FROM consent_evidence WHERE batch = 0 AND id > :after ORDER BY id LIMIT :limit;

-- name: get
SELECT id, pno, purpose, heard, state, time_ms, method, record, wording, language, form, button, channel, recipient, policy,
    generation, until_ms, batch, proof IS NOT NULL, received_ms
FROM consent_evidence WHERE record = :record AND batch >= 0 ORDER BY id LIMIT 1;

-- name: of_profile
SELECT id, pno, purpose, heard, state, time_ms, method, record, wording, language, form, button, channel, recipient, policy,
    generation, until_ms, batch, proof IS NOT NULL, received_ms
FROM consent_evidence WHERE pno = :pno AND batch >= 0 AND (time_ms, id) < (:time_ms, :id) ORDER BY time_ms DESC, id DESC LIMIT :limit;

-- name: newest
SELECT ifnull(max(id), 0) FROM consent_evidence;

-- name: register
SELECT id, pno, purpose, heard, state, time_ms, method, record, wording, language, form, button, channel, recipient, policy,
    generation, until_ms, batch, proof IS NOT NULL, received_ms
FROM consent_evidence WHERE id < :before AND id >= :from AND batch >= 0 AND (ifnull(:purpose, '') = '' OR purpose = :purpose)
    AND (:state < 0 OR state = :state) AND (:heard < 0 OR heard = :heard) ORDER BY id DESC LIMIT :limit;

-- name: batch_add
INSERT INTO consent_batch (noted_ms, document, hashes) VALUES (:noted_ms, :document, :hashes);

-- name: batch_get
SELECT noted_ms, document, hashes FROM consent_batch WHERE id = :id;

-- name: mark
UPDATE consent_evidence SET batch = :batch WHERE id = :id AND batch = 0;

-- name: ended
SELECT DISTINCT pno FROM consent_state WHERE until_ms > :from_ms AND until_ms <= :to_ms AND until_ms > 0;

-- name: wording
SELECT version, hash FROM purpose_wording WHERE id = :id;
