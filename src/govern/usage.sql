-- SPDX-License-Identifier: Apache-2.0
-- Statements of the usage of fields (usage*.c).
-- name: get
SELECT filled, profiles, counted_ms, written_ms, read_ms FROM field_usage WHERE field = :field;
-- name: counted
INSERT INTO field_usage (field, filled, profiles, counted_ms, written_ms, read_ms)
VALUES (:field, :filled, :profiles, :now_ms, :written_ms, 0)
ON CONFLICT (field) DO UPDATE SET filled = excluded.filled, profiles = excluded.profiles, counted_ms = excluded.counted_ms,
    written_ms = excluded.written_ms;
-- name: was_read
INSERT INTO field_usage (field, filled, profiles, counted_ms, written_ms, read_ms) VALUES (:field, 0, 0, 0, 0, :read_ms)
ON CONFLICT (field) DO UPDATE SET read_ms = max(read_ms, excluded.read_ms);
-- name: drop
DELETE FROM field_usage WHERE field = :field;
-- name: names
SELECT field FROM field_usage;
-- name: last_counted
SELECT coalesce(max(counted_ms), 0) FROM field_usage;
-- name: since
SELECT since_ms FROM field_usage_since WHERE one = 1;
-- name: since_set
INSERT OR IGNORE INTO field_usage_since (one, since_ms) VALUES (1, :now_ms);
-- name: texts
SELECT CASE persona WHEN 0 THEN 'segment' ELSE 'persona' END, name, text FROM audience
UNION ALL SELECT 'slot', name, rules FROM slot
UNION ALL SELECT 'query', name, sql FROM saved_query
ORDER BY 1, 2;
