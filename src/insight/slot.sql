-- SPDX-License-Identifier: Apache-2.0
-- Contents per segment.
-- name: every
SELECT name, title, rules, fallback, hold_out_permille, public, version, created_ms, changed_ms FROM slot ORDER BY name;

-- name: insert
INSERT INTO slot (name, title, rules, fallback, hold_out_permille, public, version, created_ms, changed_ms, changed_by)
VALUES (:name, :title, :rules, :fallback, :hold_out_permille, :public, 1, :now_ms, :now_ms, :by);

-- name: update
UPDATE slot SET title = :title, rules = :rules, fallback = :fallback, hold_out_permille = :hold_out_permille, public = :public,
    version = version + 1, changed_ms = :now_ms, changed_by = :by
WHERE name = :name AND version = :version;

-- name: delete
DELETE FROM slot WHERE name = :name;
