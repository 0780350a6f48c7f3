-- SPDX-License-Identifier: Apache-2.0
-- name: run_add
INSERT INTO backup_run (id, class, target, started_ms, bytes, sent, files, reused, state)
VALUES (:id, :class, :target, :started_ms, 0, 0, 0, 0, 'running');
-- name: run_end
UPDATE backup_run SET finished_ms = :finished_ms, bytes = :bytes, sent = :sent, files = :files, reused = :reused,
    state = :state, error = :error WHERE id = :id;
-- name: run_verified
UPDATE backup_run SET verified_ms = :verified_ms, error = :error WHERE id = :id;
-- name: run_list
SELECT id, class, target, started_ms, finished_ms, bytes, sent, files, reused, state, verified_ms, error
FROM backup_run ORDER BY started_ms DESC, id DESC LIMIT :limit;
-- name: run_newest
SELECT coalesce(max(started_ms), 0) FROM backup_run WHERE class = :class AND state = 'done' AND target = :target;
-- name: run_has
SELECT class, state FROM backup_run WHERE id = :id;
-- name: run_broken_off
UPDATE backup_run SET state = 'failed', finished_ms = :now_ms, error = 'the server ended before it was done' WHERE state = 'running';
-- name: run_forget
DELETE FROM backup_run WHERE id IN (SELECT id FROM backup_run ORDER BY started_ms DESC LIMIT -1 OFFSET :keep);
-- name: drill_add
INSERT INTO backup_drill (started_ms, backup, state, report) VALUES (:started_ms, '', 'running', '{}');
-- name: drill_end
UPDATE backup_drill SET finished_ms = :finished_ms, backup = :backup, state = :state, report = :report WHERE id = :id;
-- name: drill_list
SELECT id, started_ms, finished_ms, backup, state, report FROM backup_drill ORDER BY id DESC LIMIT :limit;
-- name: drill_newest
SELECT coalesce(max(started_ms), 0) FROM backup_drill;
-- name: drill_broken_off
UPDATE backup_drill SET state = 'failed', finished_ms = :now_ms, report = '{"error":"the server ended before it was done"}'
WHERE state = 'running';
-- name: drill_forget
DELETE FROM backup_drill WHERE id IN (SELECT id FROM backup_drill ORDER BY id DESC LIMIT -1 OFFSET :keep);
