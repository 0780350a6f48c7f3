-- SPDX-License-Identifier: Apache-2.0
-- Targets, their alerts, and notes on charts.
-- name: notes
SELECT id, day, to_day, kind, title, made_ms FROM annotation WHERE to_day >= :from_day AND day <= :to_day ORDER BY day, id LIMIT :limit;

-- name: note_count
SELECT count(*) FROM annotation;

-- name: note_put
INSERT INTO annotation (day, to_day, kind, title, made_ms, made_by) VALUES (:day, :to_day, :kind, :title, :now_ms, :by) RETURNING id;

-- name: note_drop
DELETE FROM annotation WHERE id = :id RETURNING id;

-- name: every
SELECT name, title, metric, filters, segment, period, kind, value, tell, version, checked_ms, state, current, reached, low, high, fault
FROM target ORDER BY title, name;

-- name: one
SELECT name, title, metric, filters, segment, period, kind, value, tell, version, checked_ms, state, current, reached, low, high, fault
FROM target WHERE name = :name;

-- name: count
SELECT count(*) FROM target;

-- name: put
INSERT INTO target (name, title, metric, filters, segment, period, kind, value, tell, version, changed_ms, changed_by)
VALUES (:name, :title, :metric, :filters, :segment, :period, :kind, :value, :tell, 1, :now_ms, :by)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, metric = excluded.metric, filters = excluded.filters, segment = excluded.segment,
    period = excluded.period, kind = excluded.kind, value = excluded.value, tell = excluded.tell, version = version + 1,
    changed_ms = excluded.changed_ms, changed_by = excluded.changed_by, checked_ms = 0, state = 'waiting', current = NULL, reached = NULL,
    low = NULL, high = NULL, fault = '';

-- name: drop
DELETE FROM target WHERE name = :name;

-- name: checked
UPDATE target SET checked_ms = :now_ms, state = :state, current = :current, reached = :reached, low = :low, high = :high, fault = :fault
WHERE name = :name AND version = :version;

-- name: alert_put
INSERT INTO target_alert (target, title, period_day, at_ms, value, low, high, words)
VALUES (:target, :title, :period_day, :now_ms, :value, :low, :high, :words) ON CONFLICT (target, period_day) DO NOTHING RETURNING id;

-- name: alerts
SELECT id, at_ms, target, title, period_day, words, value, low, high, seen_ms FROM target_alert WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: alert_seen
UPDATE target_alert SET seen_ms = :now_ms, seen_by = :by WHERE id = :id AND seen_ms = 0 RETURNING id;

-- name: alert_there
SELECT 1 FROM target_alert WHERE id = :id;

-- name: alerts_expire
DELETE FROM target_alert WHERE at_ms < :before_ms;

-- name: telling_put
INSERT INTO target_telling (alert, place, state, tries, next_ms, fault) VALUES (:alert, :place, 1, 0, :now_ms, '');

-- name: telling_due
SELECT t.id, t.place, t.tries, a.id, a.title, a.words, a.at_ms, a.value, a.target FROM target_telling t JOIN target_alert a ON a.id = t.alert
WHERE t.state = 1 AND t.next_ms <= :now_ms ORDER BY t.next_ms, t.id LIMIT 1;

-- name: telling_set
UPDATE target_telling SET state = :state, tries = :tries, next_ms = :next_ms, fault = :fault WHERE id = :id;
