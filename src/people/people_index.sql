-- Statements on index.db, used by index.c and reindex.c alone.

-- name: meta
SELECT folder, generation, norm_version, tag_version FROM index_meta WHERE id = 1;
-- name: meta_set
INSERT INTO index_meta (id, folder, generation, norm_version, tag_version) VALUES (1, :folder, :generation, :norm, :version)
ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, generation = excluded.generation, norm_version = excluded.norm_version,
    tag_version = excluded.tag_version;
-- name: generation
UPDATE index_meta SET generation = :generation WHERE id = 1;
-- name: find
SELECT pno, kind, identifier, generation FROM identifier_tag WHERE tag = :tag;
-- name: put
INSERT INTO identifier_tag (tag, pno, kind, identifier, generation) VALUES (:tag, :pno, :kind, :identifier, :generation)
ON CONFLICT (tag) DO UPDATE SET pno = excluded.pno, kind = excluded.kind, identifier = excluded.identifier,
    generation = excluded.generation;
-- name: remove
DELETE FROM identifier_tag WHERE tag = :tag;
-- name: by_identifier
SELECT tag FROM identifier_tag WHERE identifier = :identifier;
-- name: remember
INSERT INTO tag_before (tag, pno, kind, identifier, tag_generation, generation)
SELECT tag, pno, kind, identifier, generation, :generation FROM identifier_tag WHERE tag = :tag AND generation < :generation;
-- name: remember_clear
DELETE FROM tag_before WHERE generation < :generation;
-- name: undo_new
DELETE FROM identifier_tag WHERE generation > :generation;
-- name: undo_old
INSERT INTO identifier_tag (tag, pno, kind, identifier, generation)
SELECT tag, pno, kind, identifier, tag_generation FROM tag_before WHERE generation > :generation
ON CONFLICT (tag) DO UPDATE SET pno = excluded.pno, kind = excluded.kind, identifier = excluded.identifier,
    generation = excluded.generation;
-- name: undo_clear
DELETE FROM tag_before;
-- name: clear
DELETE FROM identifier_tag;
-- name: count
SELECT count(*) FROM identifier_tag;
-- name: next_put
INSERT INTO identifier_tag_next (tag, pno, kind, identifier, generation) VALUES (:tag, :pno, :kind, :identifier, 0)
ON CONFLICT (tag) DO UPDATE SET pno = excluded.pno, kind = excluded.kind, identifier = excluded.identifier;
-- name: next_remove
DELETE FROM identifier_tag_next WHERE identifier = :identifier;
-- name: next_clear
DELETE FROM identifier_tag_next;
-- name: next_take
INSERT INTO identifier_tag (tag, pno, kind, identifier, generation)
SELECT tag, pno, kind, identifier, generation FROM identifier_tag_next ORDER BY tag;
