-- SPDX-License-Identifier: Apache-2.0
-- Proposals for the dictionary, and its versions (proposal*.c).
-- name: put
INSERT INTO proposal (id, form, change, base, why_sealed, made_by, made_ms, state, diff)
VALUES (:id, :form, :change, :base, :why, :by, :now_ms, 'waiting', :diff);
-- name: waiting
SELECT count(*) FROM proposal WHERE state = 'waiting';
-- name: get
SELECT id, form, change, base, state, target, diff, why_sealed, note_sealed, made_by, made_ms, decided_by, decided_ms, own
FROM proposal WHERE id = :id;
-- name: list
SELECT id, form, change, base, state, target, diff, why_sealed, note_sealed, made_by, made_ms, decided_by, decided_ms, own
FROM proposal WHERE id < :before AND (:state IS NULL OR state = :state) ORDER BY id DESC LIMIT :limit;
-- name: move
UPDATE proposal SET state = :to, target = coalesce(:target, target), diff = coalesce(:diff, diff),
    note_sealed = coalesce(:note, note_sealed), own = CASE WHEN :decides THEN :own ELSE own END,
    decided_by = CASE WHEN :decides THEN :by ELSE decided_by END,
    decided_ms = CASE WHEN :decides THEN :now_ms ELSE decided_ms END
WHERE id = :id AND state = :from;
-- name: applying
SELECT id, target FROM proposal WHERE state = 'applying' ORDER BY id LIMIT 1;
-- name: settle
UPDATE proposal SET state = :to, decided_by = CASE WHEN :to = 'waiting' THEN NULL ELSE decided_by END,
    decided_ms = CASE WHEN :to = 'waiting' THEN NULL ELSE decided_ms END WHERE id = :id AND state = 'applying';
-- name: writers
SELECT role, count(*) FROM staff WHERE state = 'active' GROUP BY role;

-- name: version_add
INSERT INTO dictionary_version (version, at_ms, way, made_by, proposal, text)
VALUES (:version, :now_ms, :way, :by, :proposal, :text);
-- name: change_add
INSERT OR REPLACE INTO dictionary_change (number, row, change, attributes) VALUES (:number, :row, :change, :attributes);
-- name: version_newest
SELECT number, version, text FROM dictionary_version ORDER BY number DESC LIMIT 1;
-- name: version_text
SELECT text FROM dictionary_version WHERE number = :number;
-- name: versions
SELECT v.number, v.version, v.at_ms, v.way, v.made_by, v.proposal, p.why_sealed, p.made_by, p.own
FROM dictionary_version v LEFT JOIN proposal p ON p.id = v.proposal
WHERE v.number < :before AND (:row IS NULL OR EXISTS (SELECT 1 FROM dictionary_change c WHERE c.number = v.number
    AND (c.row = :row OR substr(c.row, 1, length(:row) + 1) = :row || '/')))
ORDER BY v.number DESC LIMIT :limit;
-- name: changes_of
SELECT row, change, attributes FROM dictionary_change WHERE number = :number ORDER BY row LIMIT 500;
