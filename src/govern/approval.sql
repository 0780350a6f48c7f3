-- name: rule_get
SELECT is_on FROM approval_rule WHERE kind = :kind;

-- name: rule_put
INSERT INTO approval_rule (kind, is_on, changed_ms, changed_by) VALUES (:kind, :on, :now_ms, :by)
ON CONFLICT (kind) DO UPDATE SET is_on = excluded.is_on, changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: active_roles
SELECT role, count(*) FROM staff WHERE state = 'active' GROUP BY role;

-- name: draft_put
INSERT INTO approval_draft (asked_by, target, kind, act, at_ms) VALUES (:by, :target, :kind, :act, :now_ms)
ON CONFLICT (asked_by, target) DO UPDATE SET kind = excluded.kind, act = excluded.act, at_ms = excluded.at_ms;

-- name: draft_expire
DELETE FROM approval_draft WHERE at_ms < :before_ms;

-- name: draft_get
SELECT kind, act FROM approval_draft WHERE asked_by = :by AND target = :target AND at_ms >= :after_ms;

-- name: insert
INSERT INTO approval (id, kind, act, target, reason_sealed, asked_by, asked_ms, state)
VALUES (:id, :kind, :act, :target, :reason, :by, :now_ms, 'waiting');

-- name: open_of
SELECT id FROM approval WHERE asked_by = :by AND act = :act AND state IN ('waiting', 'approved') AND asked_ms > :after_ms
ORDER BY id DESC LIMIT 1;

-- name: waiting_of
SELECT count(*) FROM approval WHERE asked_by = :by AND state = 'waiting' AND asked_ms > :after_ms;

-- name: get
SELECT id, kind, target, reason_sealed, asked_by, asked_ms, state, decided_by, decided_ms, act FROM approval WHERE id = :id;

-- name: list
SELECT id, kind, target, reason_sealed, asked_by, asked_ms, state, decided_by, decided_ms, act FROM approval
WHERE (:by = 0 OR asked_by = :by) ORDER BY id DESC LIMIT :limit;

-- name: decide
UPDATE approval SET state = :state, decided_by = :by, decided_ms = :now_ms WHERE id = :id AND state = 'waiting'
    AND asked_by <> :by AND asked_ms > :after_ms;

-- name: use
UPDATE approval SET state = 'used' WHERE id = :id AND state = 'approved' AND asked_by = :by AND act = :act
    AND asked_ms > :after_ms;

-- name: expire
DELETE FROM approval WHERE asked_ms < :before_ms;
