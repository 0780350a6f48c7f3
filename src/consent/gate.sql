-- SPDX-License-Identifier: Apache-2.0
-- name: evidence_of
SELECT id, heard, state, time_ms, last_ms, method FROM consent_evidence
WHERE pno = :pno AND purpose = :purpose ORDER BY time_ms DESC, id DESC LIMIT :limit;

-- name: evidence_insert
INSERT INTO consent_evidence (pno, purpose, heard, state, time_ms, last_ms, received_ms, source, import,
    seq, sample, method, proof)
VALUES (:pno, :purpose, :heard, :state, :time_ms, :time_ms, :received_ms, :source, :import,
    :seq, :sample, :method, :proof);

-- name: evidence_prove
UPDATE consent_evidence SET proof = :proof WHERE id = :id;

-- name: evidence_repeat
INSERT INTO consent_evidence (pno, purpose, heard, state, time_ms, last_ms, received_ms, source, import,
    seq, sample, method)
SELECT pno, purpose, heard, state, :time_ms, last_ms, received_ms, source, import, seq, sample, method
FROM consent_evidence WHERE id = :id;

-- name: evidence_last
UPDATE consent_evidence SET last_ms = :last_ms WHERE id = :id;

-- name: evidence_delete
DELETE FROM consent_evidence WHERE id = :id;

-- name: state_put
INSERT INTO consent_state (pno, purpose, state, since_ms, method)
VALUES (:pno, :purpose, :state, :since_ms, :method)
ON CONFLICT (pno, purpose) DO UPDATE SET state = :state, since_ms = :since_ms, method = :method;

-- name: state_delete
DELETE FROM consent_state WHERE pno = :pno AND purpose = :purpose;

-- name: state_of
SELECT state, since_ms, method FROM consent_state WHERE pno = :pno AND purpose = :purpose;

-- name: states_range
SELECT pno, purpose, state FROM consent_state WHERE pno BETWEEN :low AND :high ORDER BY pno, purpose;

-- name: forget_evidence_of_person
DELETE FROM consent_evidence WHERE pno = :pno;

-- name: forget_state_of_person
DELETE FROM consent_state WHERE pno = :pno;

-- name: pairs_of_import
SELECT DISTINCT pno, purpose FROM consent_evidence WHERE import = :import AND import > 0 LIMIT :limit;

-- name: pairs_of_sample
SELECT DISTINCT pno, purpose FROM consent_evidence WHERE sample = 1 LIMIT :limit;

-- name: forget_import
DELETE FROM consent_evidence WHERE pno = :pno AND purpose = :purpose AND import = :import;

-- name: forget_sample
DELETE FROM consent_evidence WHERE pno = :pno AND purpose = :purpose AND sample = 1;
