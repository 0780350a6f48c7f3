-- SPDX-License-Identifier: Apache-2.0
-- Statements of retention (retention*.c).

-- name: rules
SELECT name, is_on, keep_days, next_ms, last_ms, backlog, backlog_ms, dry_days, dry_ms FROM retention_rule ORDER BY name;
-- name: rule_put
INSERT INTO retention_rule (name, is_on, keep_days, next_ms, last_ms, backlog, backlog_ms, dry_days, dry_ms, changed_ms,
    changed_by)
VALUES (:name, :on, :keep_days, :next_ms, :last_ms, :backlog, :backlog_ms, :dry_days, :dry_ms, :now_ms, :by)
ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, keep_days = excluded.keep_days, next_ms = excluded.next_ms,
    last_ms = excluded.last_ms, backlog = excluded.backlog, backlog_ms = excluded.backlog_ms, dry_days = excluded.dry_days,
    dry_ms = excluded.dry_ms, changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;
-- name: backlog_put
INSERT INTO retention_rule (name, is_on, next_ms, backlog, backlog_ms, changed_ms, changed_by)
VALUES (:name, 0, 0, :backlog, :now_ms, :now_ms, 0)
ON CONFLICT (name) DO UPDATE SET backlog = excluded.backlog, backlog_ms = excluded.backlog_ms;
-- name: rule_ran
UPDATE retention_rule SET last_ms = :last_ms, next_ms = :next_ms WHERE name = :name;
-- name: rules_stopped
SELECT name FROM retention_rule WHERE name >= 'stopped.' AND name < 'stopped/';
-- name: rule_drop
DELETE FROM retention_rule WHERE name = :name;

-- name: run_begin
INSERT INTO retention_run (id, rule, keep_days, before_ms, started_ms, state, cursor, total, done, people, row_count, spared,
    fault, asked_by)
VALUES (:id, :rule, :keep_days, :before_ms, :now_ms, 'running', 0, 0, 0, 0, 0, 0, '', :by);
-- name: run_put
UPDATE retention_run SET state = :state, finished_ms = :finished_ms, cursor = :cursor, total = :total, done = :done,
    people = :people, row_count = :rows, spared = :spared, fault = :fault, document = :document, issued_ms = :issued_ms
WHERE id = :id;
-- name: run_get
SELECT id, rule, keep_days, before_ms, started_ms, finished_ms, state, cursor, total, done, people, row_count, spared, fault,
    asked_by, document, issued_ms FROM retention_run WHERE id = :id;
-- name: run_open
SELECT id, rule, keep_days, before_ms, started_ms, finished_ms, state, cursor, total, done, people, row_count, spared, fault,
    asked_by, document, issued_ms FROM retention_run
WHERE state = 'running' OR (state = 'done' AND issued_ms IS NULL) ORDER BY id LIMIT 1;
-- name: run_list
SELECT id, rule, keep_days, before_ms, started_ms, finished_ms, state, cursor, total, done, people, row_count, spared, fault,
    asked_by, document, issued_ms FROM retention_run
WHERE id < :before AND (:rule IS NULL OR rule = :rule) ORDER BY id DESC LIMIT :limit;
-- name: running_of
SELECT id FROM retention_run WHERE rule = :rule AND state = 'running';
-- name: erasure_add
INSERT OR IGNORE INTO retention_erasure (run, erasure) VALUES (:run, :erasure);
-- An erasure that a crash cut off before it began left only this row.
-- name: erasures_of
SELECT r.erasure FROM retention_erasure r JOIN erasure e ON e.id = r.erasure WHERE r.run = :run AND e.issued_ms > 0
ORDER BY r.erasure;

-- who is kept
-- name: held
SELECT 1 FROM rights_hold WHERE pno = :pno;
-- name: request_open
SELECT 1 FROM rights_request WHERE pno = :pno AND closed_ms = 0 LIMIT 1;
-- name: decoy
SELECT 1 FROM decoy WHERE pno = :pno;
-- name: last_order
SELECT max(placed_ms), max(CASE WHEN status = 0 THEN placed_ms END) FROM orders WHERE pno = :pno;
-- name: last_said
SELECT max(received_ms) FROM consent_evidence WHERE pno = :pno;
-- name: last_request
SELECT max(max(received_ms, closed_ms)) FROM rights_request WHERE pno = :pno;
-- name: made
SELECT created_ms FROM profile WHERE pno = :pno;

-- tables of the house (retention_tables.c): rows and people that are older, and a step
-- name: quarantine_open_count
SELECT count(*), 0 FROM quarantine WHERE status = 0 AND received_ms < :before_ms;
-- name: quarantine_open_step
DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE status = 0 AND received_ms < :before_ms LIMIT :limit);
-- name: quarantine_settled_count
SELECT count(*), 0 FROM quarantine WHERE status <> 0 AND settled_ms < :before_ms;
-- name: quarantine_settled_step
DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE status <> 0 AND settled_ms < :before_ms LIMIT :limit);
-- name: approval_count
SELECT count(*), 0 FROM approval WHERE asked_ms < :before_ms;
-- name: approval_step
DELETE FROM approval WHERE id IN (SELECT id FROM approval WHERE asked_ms < :before_ms LIMIT :limit);
-- name: session_count
SELECT count(*), 0 FROM staff_session WHERE last_ms < :before_ms;
-- name: session_step
DELETE FROM staff_session WHERE id IN (SELECT id FROM staff_session WHERE last_ms < :before_ms LIMIT :limit);
-- name: device_count
SELECT count(*), 0 FROM staff_device WHERE last_ms < :before_ms;
-- name: device_step
DELETE FROM staff_device WHERE hash IN (SELECT hash FROM staff_device WHERE last_ms < :before_ms LIMIT :limit)
    AND last_ms < :before_ms;
-- name: proposal_count
SELECT count(*), 0 FROM proposal WHERE state IN ('rejected', 'withdrawn') AND decided_ms < :before_ms;
-- name: proposal_step
DELETE FROM proposal WHERE id IN (
    SELECT id FROM proposal WHERE state IN ('rejected', 'withdrawn') AND decided_ms < :before_ms LIMIT :limit);
