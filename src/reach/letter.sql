-- SPDX-License-Identifier: Apache-2.0
-- Letters that wait, and what became of them.

-- name: add
INSERT INTO letter (uuid, pno, kind, state, at_ms, ended_ms, tries, next_ms, fault, outlives, subject, message)
VALUES (:uuid, :pno, :kind, 1, :now_ms, 0, 0, :now_ms, '', :outlives, :subject, :message);

-- name: next
SELECT uuid, at_ms, tries, next_ms, subject, message FROM letter WHERE state = 1 ORDER BY next_ms LIMIT 1;

-- name: next_of
SELECT uuid, at_ms, tries, next_ms, subject, message FROM letter WHERE uuid = :uuid AND state = 1;

-- name: all_now
UPDATE letter SET next_ms = :now_ms WHERE state = 1 AND next_ms > :now_ms;

-- name: ended
UPDATE letter SET state = :state, ended_ms = :now_ms, tries = tries + 1, fault = :fault, message = NULL
WHERE uuid = :uuid AND state = 1;

-- name: later
UPDATE letter SET tries = tries + 1, next_ms = :next_ms, fault = :fault WHERE uuid = :uuid AND state = 1;

-- name: list
SELECT uuid, pno, kind, at_ms, state, tries, next_ms, fault, ended_ms FROM letter
WHERE (at_ms < :before_ms OR (at_ms = :before_ms AND uuid < :before_uuid)) AND (:state = 0 OR state = :state)
ORDER BY at_ms DESC, uuid DESC LIMIT :limit;

-- name: list_of
SELECT uuid, pno, kind, at_ms, state, tries, next_ms, fault, ended_ms FROM letter WHERE pno = :pno ORDER BY at_ms DESC, uuid DESC
LIMIT :limit;

-- name: state_of
SELECT state FROM letter WHERE pno = :pno AND kind = :kind ORDER BY at_ms DESC, uuid DESC LIMIT 1;

-- name: counts
SELECT state, count(*) FROM letter WHERE state = :state;

-- name: forget
DELETE FROM letter WHERE pno = :pno AND (outlives = 0 OR state <> 1);

-- name: let_go
UPDATE letter SET pno = 0 WHERE pno = :pno;

-- name: old
DELETE FROM letter WHERE state <> 1 AND ended_ms < :before_ms;

-- name: day_add
INSERT OR IGNORE INTO letter_day (day) VALUES (:day);

-- name: day_old
SELECT day FROM letter_day WHERE day < :day ORDER BY day LIMIT 1;

-- name: day_drop
DELETE FROM letter_day WHERE day = :day;
