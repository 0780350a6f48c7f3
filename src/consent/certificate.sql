-- SPDX-License-Identifier: Apache-2.0
-- Erasures and their certificates.

-- name: get
SELECT person, tag, "right", received_ms, due_ms, asked_ms, epoch, scope, issued_ms, document FROM erasure WHERE id = :id;

-- name: intend
INSERT INTO erasure (id, person, tag, "right", received_ms, due_ms, asked_ms, epoch, scope, issued_ms)
VALUES (:id, :person, :tag, :right, :received_ms, :due_ms, :asked_ms, :epoch, :scope, 0);

-- name: issue
UPDATE erasure SET person = NULL, issued_ms = :now_ms, document = :document WHERE id = :id;

-- name: unfinished
SELECT id FROM erasure WHERE issued_ms = 0 ORDER BY id LIMIT 1 OFFSET :skip;

-- name: list
SELECT id, "right", received_ms, due_ms, asked_ms, issued_ms FROM erasure
WHERE issued_ms < :before_ms OR (issued_ms = :before_ms AND id < :before_id) ORDER BY issued_ms DESC, id DESC LIMIT :limit;

-- name: scope
SELECT 'profile', count(*) FROM profile WHERE pno = :pno
UNION ALL SELECT 'identifier', count(*) FROM identifier WHERE pno = :pno
UNION ALL SELECT 'edge', count(*) FROM edge WHERE a = :pno OR b = :pno
UNION ALL SELECT 'trait_history', count(*) FROM trait_history WHERE pno = :pno
UNION ALL SELECT 'consent_evidence', count(*) FROM consent_evidence WHERE pno = :pno
UNION ALL SELECT 'orders', count(*) FROM orders WHERE pno = :pno;
