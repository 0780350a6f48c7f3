-- name: insert
INSERT INTO alert (kind, key, raised_ms, actor, actor_id, detail)
VALUES (:kind, :key, :raised_ms, :actor, :actor_id, :detail)
ON CONFLICT (key) DO NOTHING;

-- name: list
SELECT id, kind, raised_ms, actor, actor_id, detail, closed_ms, closed_by, note_id, note_sealed FROM alert
WHERE id < :before AND (:state = '' OR (:state = 'open') = (closed_ms IS NULL)) ORDER BY id DESC LIMIT :limit;

-- name: close
UPDATE alert SET closed_ms = :now_ms, closed_by = :staff, note_id = :note_id, note_sealed = :note_sealed
WHERE id = :id AND closed_ms IS NULL;

-- name: state
SELECT closed_ms IS NULL FROM alert WHERE id = :id;

-- name: open_count
SELECT count(*) FROM alert WHERE closed_ms IS NULL;

-- name: expire
DELETE FROM alert WHERE closed_ms < :before_ms;

-- name: position
SELECT next FROM alert_position;

-- name: position_set
INSERT INTO alert_position (one, next) VALUES (1, :next) ON CONFLICT (one) DO UPDATE SET next = excluded.next;

-- name: decoy_insert
INSERT INTO decoy (pno, id, made_ms) VALUES (:pno, :id, :now_ms) ON CONFLICT (pno) DO NOTHING;

-- name: decoy_list
SELECT pno, id FROM decoy ORDER BY pno;

-- name: decoy_count
SELECT count(*) FROM decoy;

-- name: decoy_delete
DELETE FROM decoy WHERE pno = :pno;
