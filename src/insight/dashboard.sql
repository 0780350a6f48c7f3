-- SPDX-License-Identifier: Apache-2.0
-- Dashboards, saved views, links and schedules (dashboard.h).

-- name: list
SELECT name, title, doc, tiles, period, compare, version, changed_ms, changed_by FROM dashboard ORDER BY name;

-- name: get
SELECT name, title, doc, tiles, period, compare, version, changed_ms, changed_by FROM dashboard WHERE name = :name;

-- name: count
SELECT count(*) FROM dashboard;

-- name: put
INSERT INTO dashboard (name, title, doc, tiles, period, compare, version, changed_ms, changed_by)
VALUES (:name, :title, :doc, :tiles, :period, :compare, 1, :now_ms, :by)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, doc = excluded.doc, tiles = excluded.tiles, period = excluded.period,
    compare = excluded.compare, version = version + 1, changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: drop
DELETE FROM dashboard WHERE name = :name;

-- name: views
SELECT name, title, query, show, version, changed_ms, changed_by FROM saved_view ORDER BY name;

-- name: view
SELECT name, title, query, show, version, changed_ms, changed_by FROM saved_view WHERE name = :name;

-- name: view_count
SELECT count(*) FROM saved_view;

-- name: view_put
INSERT INTO saved_view (name, title, query, show, version, changed_ms, changed_by)
VALUES (:name, :title, :query, :show, 1, :now_ms, :by)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, query = excluded.query, show = excluded.show, version = version + 1,
    changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: view_drop
DELETE FROM saved_view WHERE name = :name;

-- name: share_add
INSERT INTO dashboard_share (dashboard, hash, made_ms, made_by, until_ms) VALUES (:dashboard, :hash, :made_ms, :by, :until_ms);

-- name: shares
SELECT id, made_ms, made_by, until_ms FROM dashboard_share WHERE dashboard = :dashboard AND until_ms > :now_ms ORDER BY id DESC;

-- name: share_count
SELECT count(*) FROM dashboard_share WHERE dashboard = :dashboard AND until_ms > :now_ms;

-- name: share_drop
DELETE FROM dashboard_share WHERE id = :id AND dashboard = :dashboard;

-- name: share_find
SELECT id, dashboard, until_ms, hash FROM dashboard_share WHERE hash = :hash;

-- name: share_expire
DELETE FROM dashboard_share WHERE until_ms <= :now_ms;

-- name: schedule
SELECT every, hour, due_ms, sent_ms, outcome FROM dashboard_schedule WHERE dashboard = :dashboard;

-- name: schedules
SELECT dashboard, every, hour, due_ms FROM dashboard_schedule ORDER BY dashboard;

-- name: schedule_put
INSERT INTO dashboard_schedule (dashboard, every, hour, due_ms, outcome, changed_ms, changed_by)
VALUES (:dashboard, :every, :hour, :due_ms, '', :now_ms, :by)
ON CONFLICT (dashboard) DO UPDATE SET every = excluded.every, hour = excluded.hour, due_ms = excluded.due_ms,
    changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: schedule_drop
DELETE FROM dashboard_schedule WHERE dashboard = :dashboard;

-- name: schedule_served
UPDATE dashboard_schedule SET due_ms = :due_ms, sent_ms = :now_ms, outcome = :outcome WHERE dashboard = :dashboard AND due_ms = :former_ms;

-- name: readers
SELECT staff_id FROM dashboard_reader WHERE dashboard = :dashboard ORDER BY staff_id;

-- name: readers_drop
DELETE FROM dashboard_reader WHERE dashboard = :dashboard;

-- name: reader_add
INSERT INTO dashboard_reader (dashboard, staff_id) VALUES (:dashboard, :staff_id);

-- name: notes
SELECT day, title FROM annotation WHERE to_day >= :from_day AND day <= :to_day ORDER BY day, id LIMIT :limit;
