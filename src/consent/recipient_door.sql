-- SPDX-License-Identifier: Apache-2.0
-- Doors of others, what came through them, and what was said back.

-- name: doors
SELECT id, name, kind, title, enabled, hosts, key, token IS NOT NULL, secret, made_ms, used_ms FROM privacy_door ORDER BY name LIMIT 500;
-- name: by_name
SELECT id, name, kind, title, enabled, hosts, key, token IS NOT NULL, secret, made_ms, used_ms FROM privacy_door WHERE name = :name;
-- name: by_id
SELECT id, name, kind, title, enabled, hosts, key, token IS NOT NULL, secret, made_ms, used_ms FROM privacy_door WHERE id = :id;
-- name: by_host
SELECT id, name, kind, title, enabled, hosts, key, token IS NOT NULL, secret, made_ms, used_ms FROM privacy_door
WHERE kind = :kind AND hosts = :host AND enabled = 1 ORDER BY id LIMIT 1;
-- name: by_token
SELECT id, name, kind, title, enabled, hosts, key, token IS NOT NULL, secret, made_ms, used_ms FROM privacy_door
WHERE token = :token AND kind = :kind AND enabled = 1;
-- name: put
INSERT INTO privacy_door (name, kind, title, enabled, hosts, key, made_ms, used_ms)
VALUES (:name, :kind, :title, :enabled, :hosts, :key, :now_ms, 0)
ON CONFLICT (name) DO UPDATE SET title = :title, enabled = :enabled, hosts = :hosts,
    token = CASE WHEN key IS :key THEN token END, key = :key;
-- name: token_set
UPDATE privacy_door SET token = :token WHERE id = :id;
-- name: secret_set
UPDATE privacy_door SET secret = :secret WHERE id = :id;
-- name: used
UPDATE privacy_door SET used_ms = :now_ms WHERE id = :id;
-- name: remove
DELETE FROM privacy_door WHERE id = :id;
-- name: uses
SELECT (SELECT count(*) FROM privacy_door_request WHERE door = :id) + (SELECT count(*) FROM privacy_door_notice WHERE door = :id);
-- name: counts
SELECT (SELECT count(*) FROM privacy_door_request WHERE door = :id), (SELECT count(*) FROM privacy_door_notice WHERE door = :id AND done_ms = 0);

-- name: seen_add
INSERT INTO privacy_door_seen (door, mark, until_ms) VALUES (:door, :mark, :until_ms) ON CONFLICT DO NOTHING;
-- name: seen_expire
DELETE FROM privacy_door_seen WHERE until_ms < :now_ms;
-- name: requests_purge
DELETE FROM privacy_door_request WHERE next_ms = 0 AND received_ms < :before_ms;

-- name: request_add
INSERT INTO privacy_door_request (door, foreign_id, request, own, ended, callbacks, received_ms, due_ms, said, next_ms, tries)
VALUES (:door, :foreign_id, :request, :own, :ended, :callbacks, :received_ms, :due_ms, '', :next_ms, 0);
-- name: request_by_foreign
SELECT id, door, foreign_id, request, own, ended, callbacks, received_ms, due_ms, said, next_ms, tries FROM privacy_door_request
WHERE door = :door AND foreign_id = :foreign_id;
-- name: request_by_id
SELECT id, door, foreign_id, request, own, ended, callbacks, received_ms, due_ms, said, next_ms, tries FROM privacy_door_request
WHERE door = :door AND request = :request ORDER BY id DESC LIMIT 1;
-- name: request_load
SELECT id, door, foreign_id, request, own, ended, callbacks, received_ms, due_ms, said, next_ms, tries FROM privacy_door_request
WHERE id = :id;
-- name: request_set
UPDATE privacy_door_request SET said = :said, next_ms = :next_ms, tries = :tries WHERE id = :id;
-- name: request_end
UPDATE privacy_door_request SET ended = 1, next_ms = min(next_ms, :now_ms) WHERE id = :id;
-- name: requests_due
SELECT id FROM privacy_door_request WHERE next_ms > 0 AND next_ms <= :now_ms ORDER BY next_ms, id LIMIT 32;

-- name: notice_add
INSERT INTO privacy_door_notice (door, topic, received_ms, due_ms, done_ms, staff) VALUES (:door, :topic, :now_ms, :due_ms, 0, 0);
-- name: notices
SELECT n.id, d.name, d.hosts, n.topic, n.received_ms, n.due_ms, n.done_ms, n.staff, n.note FROM privacy_door_notice n
JOIN privacy_door d ON d.id = n.door WHERE n.id < :before ORDER BY n.id DESC LIMIT :limit;
-- name: notice_done
UPDATE privacy_door_notice SET done_ms = :now_ms, staff = :staff, note = :note WHERE id = :id AND done_ms = 0;
