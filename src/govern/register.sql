-- SPDX-License-Identifier: Apache-2.0
-- name: snapshot_newest
SELECT id, made_ms, document FROM register_snapshot ORDER BY id DESC LIMIT 1;

-- name: snapshot_at
SELECT id, made_ms, document FROM register_snapshot WHERE made_ms <= :at_ms ORDER BY id DESC LIMIT 1;

-- name: snapshot_oldest
SELECT made_ms FROM register_snapshot ORDER BY id LIMIT 1;

-- name: snapshot_add
INSERT INTO register_snapshot (made_ms, document) VALUES (:made_ms, :document);

-- name: snapshots
SELECT id, made_ms, length(document) FROM register_snapshot WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: review_put
INSERT INTO register_review (purpose, at_ms, actor, actor_id) VALUES (:purpose, :at_ms, :actor, :actor_id)
ON CONFLICT (purpose) DO UPDATE SET at_ms = excluded.at_ms, actor = excluded.actor, actor_id = excluded.actor_id;

-- name: review
SELECT at_ms FROM register_review WHERE purpose = :purpose;

-- name: export_add
INSERT INTO register_export (action, purpose, fields, count, people, first_ms, last_ms)
VALUES (:action, :purpose, :fields, 1, :people, :at_ms, :at_ms)
ON CONFLICT (action, purpose, fields) DO UPDATE SET count = count + 1, people = people + excluded.people,
    first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms);

-- name: export_count
SELECT count(*) FROM register_export;

-- name: exports
SELECT action, purpose, fields, count, people, first_ms, last_ms FROM register_export ORDER BY action, purpose, fields LIMIT 500;

-- name: position
SELECT next FROM register_position;

-- name: position_set
INSERT INTO register_position (one, next) VALUES (1, :next) ON CONFLICT (one) DO UPDATE SET next = excluded.next;

-- name: assessments
SELECT name, kind, title, owner, state, risk, purposes, recipient, summary, review_ms, decided_ms, made_ms, changed_ms, actor, actor_id
FROM register_assessment ORDER BY name LIMIT 1000;

-- name: assessment
SELECT name, kind, title, owner, state, risk, purposes, recipient, summary, review_ms, decided_ms, made_ms, changed_ms, actor, actor_id
FROM register_assessment WHERE name = :name;

-- name: assessment_count
SELECT count(*) FROM register_assessment;

-- name: assessment_put
INSERT INTO register_assessment (name, kind, title, owner, state, risk, purposes, recipient, summary, review_ms, decided_ms, made_ms,
    changed_ms, actor, actor_id)
VALUES (:name, :kind, :title, :owner, :state, :risk, :purposes, :recipient, :summary, :review_ms, :decided_ms, :now_ms, :now_ms, :actor,
    :actor_id)
ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, title = excluded.title, owner = excluded.owner, state = excluded.state,
    risk = excluded.risk, purposes = excluded.purposes, recipient = excluded.recipient, summary = excluded.summary,
    review_ms = excluded.review_ms, decided_ms = excluded.decided_ms, changed_ms = excluded.changed_ms, actor = excluded.actor,
    actor_id = excluded.actor_id;

-- name: assessment_remove
DELETE FROM register_assessment WHERE name = :name;

-- name: controller
SELECT document FROM transparency_setting WHERE id = 1;

-- name: breaches_due
SELECT id, due_ms FROM breach WHERE authority_ms = 0 AND state IN ('open', 'assessed') ORDER BY due_ms LIMIT 200;
