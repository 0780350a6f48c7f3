-- SPDX-License-Identifier: Apache-2.0
-- Statements on records.db: definitions of segments (audience_rows.c).

-- name: rows
SELECT number, name, title, doc, text, persona, card, created_ms, changed_ms, version FROM audience ORDER BY name;
-- name: by_name
SELECT number, name, title, doc, text, persona, card, created_ms, changed_ms, version FROM audience WHERE name = :name;
-- name: definitions
SELECT number, name, version, definition FROM audience ORDER BY number;
-- name: definition_of
SELECT definition FROM audience WHERE number = :number;
-- name: insert
INSERT INTO audience (name, title, doc, text, definition, persona, card, created_ms, changed_ms, version)
VALUES (:name, :title, :doc, :text, :definition, :persona, :card, :now, :now, 1);
-- name: update
UPDATE audience SET title = :title, doc = :doc, text = :text, definition = :definition, persona = :persona, card = :card,
    changed_ms = :now, version = version + 1
WHERE name = :name AND version = :version;
-- name: version_insert
INSERT INTO audience_version (number, version, title, doc, text, at_ms, actor)
VALUES (:number, :version, :title, :doc, :text, :now, :actor);
-- name: version_drop_old
DELETE FROM audience_version WHERE number = :number AND version <= :version;
-- name: versions_of
SELECT version, title, doc, text, at_ms, actor FROM audience_version WHERE number = :number AND version < :below
ORDER BY version DESC LIMIT :limit;
-- name: delete
DELETE FROM audience WHERE number = :number;
