-- SPDX-License-Identifier: Apache-2.0
-- Requests of persons. rights_store.c reads rows in this order of columns.

-- name: get
SELECT number, id, pno, kind, regime, channel, state, reason, foreign_id, purpose, language, received_ms, due_ms, confirm_ms,
    confirmed_ms, challenged_ms, proved_ms, begun_ms, closed_ms, extended, reminded, duplicate_of, waiting_for, lift_ms, restricted,
    subject, asker, detail, answer_to
FROM rights_request WHERE id = :id;

-- name: by_number
SELECT number, id, pno, kind, regime, channel, state, reason, foreign_id, purpose, language, received_ms, due_ms, confirm_ms,
    confirmed_ms, challenged_ms, proved_ms, begun_ms, closed_ms, extended, reminded, duplicate_of, waiting_for, lift_ms, restricted,
    subject, asker, detail, answer_to
FROM rights_request WHERE number = :number;

-- name: by_foreign
SELECT number, id, pno, kind, regime, channel, state, reason, foreign_id, purpose, language, received_ms, due_ms, confirm_ms,
    confirmed_ms, challenged_ms, proved_ms, begun_ms, closed_ms, extended, reminded, duplicate_of, waiting_for, lift_ms, restricted,
    subject, asker, detail, answer_to
FROM rights_request WHERE channel = :channel AND foreign_id = :foreign_id;

-- name: of_person
SELECT number, id, pno, kind, regime, channel, state, reason, foreign_id, purpose, language, received_ms, due_ms, confirm_ms,
    confirmed_ms, challenged_ms, proved_ms, begun_ms, closed_ms, extended, reminded, duplicate_of, waiting_for, lift_ms, restricted,
    subject, asker, detail, answer_to
FROM rights_request WHERE pno = :pno ORDER BY number DESC LIMIT :limit;

-- Open ones that ask the same, of the same person or from the same address.
-- name: same_of_person
SELECT number FROM rights_request WHERE pno = :pno AND pno > 0 AND sameness = :sameness AND state BETWEEN 1 AND 4 ORDER BY number LIMIT 1;

-- name: same_of_tag
SELECT number FROM rights_request WHERE tag = :tag AND sameness = :sameness AND state BETWEEN 1 AND 4 ORDER BY number LIMIT 1;

-- name: duplicates
SELECT count(*) FROM rights_request WHERE duplicate_of = :id;

-- name: add
INSERT INTO rights_request (id, pno, kind, regime, channel, state, foreign_id, tag, sameness, subject, purpose, language,
    made_ms, received_ms, due_ms, confirm_ms, duplicate_of)
VALUES (:id, :pno, :kind, :regime, :channel, :state, :foreign_id, :tag, :sameness, :subject, :purpose, :language,
    :made_ms, :received_ms, :due_ms, :confirm_ms, :duplicate_of);

-- name: sealed
UPDATE rights_request SET subject = :subject, asker = :asker, detail = :detail WHERE number = :number;

-- name: update
UPDATE rights_request SET pno = :pno, state = :state, reason = :reason, due_ms = :due_ms, confirmed_ms = :confirmed_ms,
    challenged_ms = :challenged_ms, proved_ms = :proved_ms, begun_ms = :begun_ms, closed_ms = :closed_ms, extended = :extended,
    reminded = :reminded, duplicate_of = :duplicate_of, waiting_for = :waiting_for, lift_ms = :lift_ms, restricted = :restricted
WHERE number = :number;

-- name: answer_to
UPDATE rights_request SET answer_to = :answer_to WHERE number = :number;

-- name: step_add
INSERT INTO rights_step (request, at_ms, what, actor, code, subject, note) VALUES (:request, :at_ms, :what, :actor, :code, :subject, NULL);

-- name: step_note
UPDATE rights_step SET note = :note WHERE id = :id;

-- name: steps
SELECT id, at_ms, what, actor, code, subject, note FROM rights_step WHERE request = :request ORDER BY id LIMIT :limit;

-- name: step_has
SELECT count(*) FROM rights_step WHERE request = :request AND what = :what;

-- name: letter_add
INSERT INTO rights_letter (request, at_ms, kind, language, subject, body, sent)
VALUES (:request, :at_ms, :kind, :language, :subject, x'', :sent);

-- name: letter_body
UPDATE rights_letter SET body = :body WHERE id = :id;

-- name: letters
SELECT id, at_ms, kind, language, subject, body, sent FROM rights_letter WHERE request = :request ORDER BY id LIMIT :limit;

-- name: list
SELECT number, id, pno, kind, regime, channel, state, reason, foreign_id, purpose, language, received_ms, due_ms, confirm_ms,
    confirmed_ms, challenged_ms, proved_ms, begun_ms, closed_ms, extended, reminded, duplicate_of, waiting_for, lift_ms, restricted,
    subject, NULL, NULL, NULL
FROM rights_request
WHERE number < :before AND (:state = 0 OR state = :state) AND (:kind = 0 OR kind = :kind)
    AND (:due = 0 OR (state BETWEEN 1 AND 4 AND (:due = 2 AND due_ms <= :now_ms
        OR :due = 1 AND due_ms > :now_ms AND (:now_ms - received_ms) * 4 >= (due_ms - received_ms) * 3)))
ORDER BY number DESC LIMIT :limit;

-- name: hold_add
INSERT OR IGNORE INTO rights_hold (pno, request, since_ms, actor) VALUES (:pno, :request, :since_ms, :actor);

-- name: hold_drop
DELETE FROM rights_hold WHERE pno = :pno;

-- name: hold_of
SELECT since_ms FROM rights_hold WHERE pno = :pno;

-- name: orders_since
SELECT count(*), ifnull(max(placed_ms), 0) FROM orders WHERE pno = :pno AND placed_ms > :since_ms;

-- What the jobs find.
-- name: unproved
SELECT number FROM rights_request WHERE state IN (1, 2) AND max(made_ms, challenged_ms) <= :before_ms ORDER BY number LIMIT :limit;

-- name: begun
SELECT id, number FROM rights_request WHERE state = 3 AND begun_ms > 0 AND begun_ms <= :before_ms AND number > :after ORDER BY number LIMIT 1;

-- name: to_remind
SELECT number FROM rights_request
WHERE state BETWEEN 1 AND 4 AND due_ms > received_ms
    AND (:now_ms - received_ms) * 1000 >= (due_ms - received_ms) * (CASE reminded WHEN 0 THEN 500 WHEN 500 THEN 750 WHEN 750 THEN 900 ELSE 1000 END)
    AND reminded < 1000
ORDER BY number LIMIT :limit;

-- name: to_lift
SELECT id FROM rights_request WHERE restricted = 1 AND lift_ms > 0 AND lift_ms <= :now_ms ORDER BY number LIMIT :limit;

-- name: in_restriction
SELECT number, pno FROM rights_request WHERE restricted = 1 AND pno > 0 AND number > :after ORDER BY number LIMIT :limit;

-- name: restricted_of
SELECT count(*) FROM rights_request WHERE restricted = 1 AND pno = :pno;

-- name: outlived
SELECT number, closed_ms, subject FROM rights_request WHERE closed_ms > 0 AND closed_ms <= :before_ms AND restricted = 0 ORDER BY closed_ms LIMIT :limit;

-- name: drop_steps
DELETE FROM rights_step WHERE request = :number;

-- name: drop_letters
DELETE FROM rights_letter WHERE request = :number;

-- name: drop
DELETE FROM rights_request WHERE number = :number;

-- Forgetting a person: the row stays as a figure; what is sealed under the person's key is taken out, too.
-- name: forget
UPDATE rights_request SET pno = 0, tag = NULL, foreign_id = CASE WHEN channel IN (5, 6) THEN foreign_id END, restricted = 0,
    asker = CASE WHEN subject = :pno THEN NULL ELSE asker END, detail = CASE WHEN subject = :pno THEN NULL ELSE detail END
WHERE pno = :pno;

-- name: forget_sealed
UPDATE rights_request SET asker = NULL, detail = NULL WHERE subject = :pno;

-- name: forget_steps
UPDATE rights_step SET note = NULL WHERE subject = :pno;

-- name: forget_letters
DELETE FROM rights_letter WHERE subject = :pno;

-- name: forget_hold
DELETE FROM rights_hold WHERE pno = :pno;

-- Figures.
-- Figures leave out the canary (channel 7): it is nobody.
-- name: tally
SELECT kind, count(*), sum(state = 5), sum(state = 6), sum(state BETWEEN 1 AND 4)
FROM rights_request WHERE received_ms >= :from_ms AND received_ms < :to_ms AND state <> 9 AND channel <> 7 GROUP BY kind ORDER BY kind;

-- name: answered
SELECT closed_ms - received_ms FROM rights_request
WHERE received_ms >= :from_ms AND received_ms < :to_ms AND kind = :kind AND state IN (5, 6) AND channel <> 7
ORDER BY closed_ms - received_ms LIMIT 1 OFFSET :skip;

-- name: oldest_open
SELECT ifnull(min(received_ms), 0) FROM rights_request WHERE state BETWEEN 1 AND 4;

-- name: open_of
SELECT number, kind, state FROM rights_request WHERE pno = :pno AND state BETWEEN 1 AND 4;

-- name: addresses_old
UPDATE rights_request SET answer_to = NULL WHERE answer_to IS NOT NULL AND closed_ms > 0 AND closed_ms <= :before_ms;
