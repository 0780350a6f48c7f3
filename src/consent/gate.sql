-- SPDX-License-Identifier: Apache-2.0
-- name: evidence_of
SELECT id, heard, state, time_ms, last_ms, method, generation, until_ms FROM consent_evidence
WHERE pno = :pno AND purpose = :purpose ORDER BY time_ms DESC, id DESC LIMIT :limit;

-- name: evidence_insert
INSERT INTO consent_evidence (pno, purpose, heard, state, time_ms, last_ms, received_ms, source, import,
    seq, sample, method, proof, record, wording, language, form, button, channel, recipient, policy, generation, until_ms)
VALUES (:pno, :purpose, :heard, :state, :time_ms, :time_ms, :received_ms, :source, :import,
    :seq, :sample, :method, :proof, :record, :wording, :language, :form, :button, :channel, :recipient, :policy,
    :generation, :until_ms);

-- name: tally
INSERT INTO consent_tally (purpose, day, state, count) VALUES (:purpose, :day, :state, 1)
ON CONFLICT (purpose, day, state) DO UPDATE SET count = count + 1;

-- name: wording_newest
SELECT id FROM purpose_wording WHERE purpose = :purpose AND language = :language AND made_ms <= :time_ms
ORDER BY version DESC LIMIT 1;

-- name: wording_of
SELECT language FROM purpose_wording WHERE purpose = :purpose AND id = :id;

-- name: evidence_prove
UPDATE consent_evidence SET proof = :proof WHERE id = :id;

-- name: evidence_repeat
INSERT INTO consent_evidence (pno, purpose, heard, state, time_ms, last_ms, received_ms, source, import,
    seq, sample, method, record, wording, language, form, button, channel, recipient, policy, generation, until_ms, batch)
SELECT pno, purpose, heard, state, :time_ms, last_ms, received_ms, source, import, seq, sample, method, record, wording,
    language, form, button, channel, recipient, policy, generation, until_ms, -1
FROM consent_evidence WHERE id = :id;

-- name: evidence_last
UPDATE consent_evidence SET last_ms = :last_ms WHERE id = :id;

-- name: evidence_delete
DELETE FROM consent_evidence WHERE id = :id;

-- name: state_put
INSERT INTO consent_state (pno, purpose, state, since_ms, method, generation, until_ms)
VALUES (:pno, :purpose, :state, :since_ms, :method, :generation, :until_ms)
ON CONFLICT (pno, purpose) DO UPDATE SET state = :state, since_ms = :since_ms, method = :method,
    generation = :generation, until_ms = :until_ms;

-- name: state_delete
DELETE FROM consent_state WHERE pno = :pno AND purpose = :purpose;

-- name: state_of
SELECT state, since_ms, method, generation, until_ms FROM consent_state WHERE pno = :pno AND purpose = :purpose;

-- name: parts_of
SELECT purpose FROM consent_state WHERE pno = :pno AND purpose > :purpose AND purpose < :after;

-- name: states_range
SELECT pno, purpose, state, generation, until_ms FROM consent_state WHERE pno BETWEEN :low AND :high ORDER BY pno, purpose;

-- name: forget_evidence_of_person
DELETE FROM consent_evidence WHERE pno = :pno;

-- name: forget_state_of_person
DELETE FROM consent_state WHERE pno = :pno;

-- name: forget_minor
DELETE FROM consent_minor WHERE pno = :pno;

-- name: minor_of
SELECT until FROM consent_minor WHERE pno = :pno;

-- name: minor_put
INSERT INTO consent_minor (pno, until) VALUES (:pno, :until) ON CONFLICT (pno) DO UPDATE SET until = :until;

-- name: reply_add
INSERT INTO consent_reply (tag, at_ms) VALUES (:tag, :now_ms) ON CONFLICT (tag) DO NOTHING;

-- name: reply_drop_old
DELETE FROM consent_reply WHERE at_ms < :before_ms;

-- name: pairs_of_import
SELECT DISTINCT pno, purpose FROM consent_evidence WHERE import = :import AND import > 0 LIMIT :limit;

-- name: pairs_of_sample
SELECT DISTINCT pno, purpose FROM consent_evidence WHERE sample = 1 LIMIT :limit;

-- name: forget_import
DELETE FROM consent_evidence WHERE pno = :pno AND purpose = :purpose AND import = :import;

-- name: forget_sample
DELETE FROM consent_evidence WHERE pno = :pno AND purpose = :purpose AND sample = 1;
