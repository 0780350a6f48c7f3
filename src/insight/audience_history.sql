-- SPDX-License-Identifier: Apache-2.0
-- Statements on audiences.db (audience_history*.c).

-- name: last_id
SELECT max(ifnull((SELECT max(id) FROM move), 0), ifnull((SELECT max(id) FROM bulk), 0), ifnull((SELECT max(move) FROM snapshot), 0));
-- name: move_add
INSERT INTO move (id, number, person, at_ms, entered) VALUES (:id, :number, :person, :at_ms, :entered);
-- name: bulk_add
INSERT INTO bulk (id, number, at_ms, entered, gone) VALUES (:id, :number, :at_ms, :entered, :gone);
-- name: size_add
INSERT INTO size (number, hour, entered, gone, size) VALUES (:number, :hour, :entered, :gone, :size)
ON CONFLICT (number, hour) DO UPDATE SET entered = entered + excluded.entered, gone = gone + excluded.gone, size = excluded.size;
-- name: snapshot_put
INSERT INTO snapshot (number, version, move, people) VALUES (:number, :version, :move, :people)
ON CONFLICT (number) DO UPDATE SET version = excluded.version, move = excluded.move, people = excluded.people;
-- name: snapshot_of
SELECT version, move, people FROM snapshot WHERE number = :number;
-- name: moves_since
SELECT id, person, entered FROM move WHERE number = :number AND id > :id ORDER BY id;
-- name: bulks_since
SELECT id, entered, gone FROM bulk WHERE number = :number AND id > :id ORDER BY id;
-- name: moves_before
SELECT id, person, at_ms, entered FROM move WHERE number = :number AND id < :id ORDER BY id DESC LIMIT :limit;
-- name: moves_of_before
SELECT id, person, at_ms, entered FROM move WHERE person = :person AND number = :number AND id < :id ORDER BY id DESC LIMIT :limit;
-- name: bulk_before
SELECT id, at_ms, entered, gone FROM bulk WHERE number = :number AND id < :id ORDER BY id DESC LIMIT 1;
-- name: bulk_at
SELECT id, at_ms, entered, gone FROM bulk WHERE number = :number AND id = :id;
-- name: stays_of
SELECT entered, max(at_ms) FROM move WHERE person = :person AND number = :number AND at_ms <= :at_ms GROUP BY entered;
-- name: bulks_until
SELECT at_ms, entered, gone FROM bulk WHERE number = :number AND at_ms <= :at_ms ORDER BY id;
-- name: stays_all
SELECT person, entered, max(at_ms) FROM move WHERE number = :number GROUP BY person, entered;
-- name: last_of
SELECT entered, id FROM move WHERE person = :person AND number = :number AND at_ms <= :at_ms ORDER BY id DESC LIMIT 1;
-- name: sizes
SELECT hour, entered, gone, size FROM size WHERE number = :number AND hour >= :from AND hour < :to ORDER BY hour;
-- name: size_before
SELECT size FROM size WHERE number = :number AND hour < :hour ORDER BY hour DESC LIMIT 1;
-- name: drop_moves
DELETE FROM move WHERE number = :number;
-- name: drop_bulks
DELETE FROM bulk WHERE number = :number;
-- name: drop_sizes
DELETE FROM size WHERE number = :number;
-- name: drop_snapshot
DELETE FROM snapshot WHERE number = :number;
-- name: numbers
SELECT DISTINCT number FROM size UNION SELECT number FROM snapshot;
-- name: erase_add
INSERT OR IGNORE INTO erase (person) VALUES (:person);
-- name: erase_list
SELECT person FROM erase ORDER BY person LIMIT 1000;
-- name: erase_done
DELETE FROM erase WHERE person = :person;
-- name: erase_moves
DELETE FROM move WHERE person = :person;
-- name: bulks_all
SELECT id, entered, gone FROM bulk ORDER BY id;
-- name: bulk_update
UPDATE bulk SET entered = :entered, gone = :gone WHERE id = :id;
-- name: snapshots_all
SELECT number, people FROM snapshot;
-- name: snapshot_update
UPDATE snapshot SET people = :people WHERE number = :number;
-- name: moves_drop_old
DELETE FROM move WHERE id IN (
    SELECT m.id FROM move m JOIN snapshot s ON s.number = m.number AND m.id <= s.move
    WHERE m.at_ms < :before_ms AND (
        EXISTS (SELECT 1 FROM move n WHERE n.person = m.person AND n.number = m.number AND n.id > m.id)
        OR (m.entered = 0 AND NOT EXISTS (SELECT 1 FROM move n WHERE n.person = m.person AND n.number = m.number AND n.id < m.id)))
    ORDER BY m.id LIMIT :limit);
-- name: moves_count_old
SELECT count(*), count(DISTINCT m.person) FROM move m JOIN snapshot s ON s.number = m.number AND m.id <= s.move
WHERE m.at_ms < :before_ms AND (m.entered = 0
    OR EXISTS (SELECT 1 FROM move n WHERE n.person = m.person AND n.number = m.number AND n.id > m.id));
