-- SPDX-License-Identifier: Apache-2.0
-- name: get
SELECT id, kind, state, risk, made_ms, began_ms, ended_ms, aware_ms, due_ms, keys_exposed, authority_ms, people_ms, closed_ms,
    version, run, run_ms, entries, names, persons, unknown, erased, cut, texts
FROM breach WHERE id = :id;

-- name: list
SELECT id, kind, state, risk, made_ms, began_ms, ended_ms, aware_ms, due_ms, keys_exposed, authority_ms, people_ms, closed_ms,
    version, run, run_ms, entries, names, persons, unknown, erased, cut, texts
FROM breach WHERE id < :before AND (:state = '' OR state = :state) ORDER BY id DESC LIMIT :limit;

-- name: insert
INSERT INTO breach (kind, state, risk, made_ms, began_ms, ended_ms, aware_ms, due_ms, keys_exposed, authority_ms, people_ms, closed_ms,
    version, run, run_ms, entries, names, persons, unknown, erased, cut, texts)
VALUES (:kind, :state, :risk, :made_ms, 0, 0, :aware_ms, 0, -1, 0, 0, 0, 0, '', 0, 0, 0, 0, 0, 0, 0, x'');

-- name: update
UPDATE breach SET kind = :kind, state = :state, risk = :risk, began_ms = :began_ms, ended_ms = :ended_ms, aware_ms = :aware_ms,
    due_ms = :due_ms, keys_exposed = :keys_exposed, authority_ms = :authority_ms, people_ms = :people_ms, closed_ms = :closed_ms,
    version = :version, texts = :texts
WHERE id = :id;

-- name: step_add
INSERT INTO breach_step (breach, at_ms, actor, actor_id, what, detail, note)
VALUES (:breach, :at_ms, :actor, :actor_id, :what, :detail, NULL);

-- name: step_note
UPDATE breach_step SET note = :note WHERE id = :id;

-- name: steps
SELECT id, at_ms, actor, actor_id, what, detail, note FROM breach_step WHERE breach = :breach ORDER BY id LIMIT 2000;

-- name: query_add
INSERT INTO breach_query (breach, number, from_ms, to_ms, actor, actor_id, action, fields, pno, entries, made_ms)
SELECT :breach, coalesce(max(number), 0) + 1, :from_ms, :to_ms, :actor, :actor_id, :action, :fields, :pno, 0, :made_ms
FROM breach_query WHERE breach = :breach;

-- name: queries
SELECT number, from_ms, to_ms, actor, actor_id, action, fields, pno, entries, made_ms FROM breach_query
WHERE breach = :breach ORDER BY number;

-- name: query_entries
UPDATE breach_query SET entries = :entries WHERE breach = :breach AND made_ms = :made_ms AND number = :number;

-- name: queries_remove
DELETE FROM breach_query WHERE breach = :breach;

-- name: query_forget
UPDATE breach_query SET pno = -1 WHERE pno = :pno;

-- name: run_waiting
SELECT id FROM breach WHERE run IN ('waiting', 'log', 'people') ORDER BY id LIMIT 1;

-- name: run_set
UPDATE breach SET run = :run WHERE id = :id;

-- name: run_done
UPDATE breach SET run = 'done', run_ms = :run_ms, entries = :entries, names = :names, persons = :persons, unknown = :unknown,
    erased = 0, cut = :cut
WHERE id = :id;

-- name: persons_clear
DELETE FROM breach_person WHERE breach = :breach;

-- name: fields_clear
DELETE FROM breach_field WHERE breach = :breach;

-- name: person_add
INSERT OR REPLACE INTO breach_person (breach, pno, acts, first_ms, last_ms, fields)
VALUES (:breach, :pno, :acts, :first_ms, :last_ms, :fields);

-- name: field_add
INSERT INTO breach_field (breach, bit, name, people) VALUES (:breach, :bit, :name, 0);

-- name: field_people
UPDATE breach_field SET people = :people WHERE breach = :breach AND bit = :bit;

-- name: fields
SELECT bit, name, people FROM breach_field WHERE breach = :breach ORDER BY bit;

-- name: persons
SELECT pno, acts, first_ms, last_ms, fields FROM breach_person WHERE breach = :breach AND pno > :after ORDER BY pno;

-- name: person
SELECT acts, first_ms, last_ms, fields FROM breach_person WHERE breach = :breach AND pno = :pno;

-- name: person_forget_count
UPDATE breach SET erased = erased + 1 WHERE id IN (SELECT breach FROM breach_person WHERE pno = :pno);

-- name: person_forget
DELETE FROM breach_person WHERE pno = :pno;

-- name: sweep_count
UPDATE breach SET erased = erased + (SELECT count(*) FROM breach_person p WHERE p.breach = breach.id AND p.pno NOT IN (SELECT pno FROM profile))
WHERE id IN (SELECT breach FROM breach_person WHERE pno NOT IN (SELECT pno FROM profile));

-- name: sweep
DELETE FROM breach_person WHERE pno NOT IN (SELECT pno FROM profile);

-- name: sweep_queries
UPDATE breach_query SET pno = -1 WHERE pno > 0 AND pno NOT IN (SELECT pno FROM profile);

-- name: mail_put
INSERT OR REPLACE INTO breach_mail (breach, language, letter, state, after, queued, without, started_ms, done_ms)
VALUES (:breach, :language, :letter, 'sending', 0, 0, 0, :started_ms, 0);

-- name: mail
SELECT language, letter, state, after, queued, without, started_ms, done_ms FROM breach_mail WHERE breach = :breach;

-- name: mail_waiting
SELECT breach FROM breach_mail WHERE state = 'sending' ORDER BY breach LIMIT 1;

-- name: mail_on
UPDATE breach_mail SET after = :after, queued = :queued, without = :without WHERE breach = :breach;

-- name: mail_done
UPDATE breach_mail SET state = 'done', done_ms = :now_ms, letter = x'' WHERE breach = :breach;

-- name: told_people
UPDATE breach SET people_ms = :now_ms WHERE id = :id AND people_ms = 0;
