-- SPDX-License-Identifier: Apache-2.0
-- What needs a person now: of each kind how many and since when. Numbers only.
-- name: requests_late
SELECT count(*), min(due_ms) FROM rights_request WHERE closed_ms = 0 AND due_ms > 0 AND due_ms < :now_ms;

-- name: requests_due
SELECT count(*), min(due_ms) FROM rights_request WHERE closed_ms = 0 AND due_ms >= :now_ms AND due_ms < :week_ms;

-- name: breaches
SELECT count(*), min(aware_ms) FROM breach WHERE state IN ('open', 'assessed') AND authority_ms = 0;

-- name: security_alerts
SELECT count(*), min(raised_ms) FROM alert WHERE closed_ms IS NULL;

-- name: recipients
SELECT count(*), min(changed_ms) FROM recipient_order WHERE state = 6;

-- name: letters
SELECT count(*), min(ended_ms) FROM letter WHERE state = 3 AND ended_ms > :month_ms;

-- name: quarantine
SELECT count(*), min(received_ms) FROM quarantine WHERE status = 0 AND sample = 0;

-- name: approvals
SELECT count(*), min(asked_ms) FROM approval WHERE state = 'waiting' AND asked_ms > :month_ms;

-- name: proposals
SELECT count(*), min(made_ms) FROM proposal WHERE state = 'waiting';

-- name: backups
SELECT count(*), min(started_ms) FROM backup_run r WHERE r.state = 'failed'
    AND NOT EXISTS (SELECT 1 FROM backup_run n WHERE n.class = r.class AND n.target = r.target AND n.started_ms > r.started_ms AND n.state = 'done');

-- name: drills
SELECT count(*), min(started_ms) FROM backup_drill d WHERE d.state = 'failed'
    AND NOT EXISTS (SELECT 1 FROM backup_drill n WHERE n.started_ms > d.started_ms AND n.state = 'passed');

-- name: canary
SELECT count(*), min(at_ms) FROM canary_run c WHERE c.ok = 0 AND NOT EXISTS (SELECT 1 FROM canary_run n WHERE n.at_ms > c.at_ms AND n.ok = 1);

-- name: targets
SELECT count(*), min(at_ms) FROM target_alert WHERE seen_ms = 0 AND at_ms > :month_ms;

-- name: target_faults
SELECT count(*), min(checked_ms) FROM target WHERE fault <> '';
