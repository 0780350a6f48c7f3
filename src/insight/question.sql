-- SPDX-License-Identifier: Apache-2.0
-- Kept questions, and the orders that questions read.

-- name: orders_after
SELECT number, pno, placed_ms, order_id, currency,
    CASE status WHEN 0 THEN 'pending' WHEN 1 THEN 'completed' WHEN 2 THEN 'partially_refunded' WHEN 3 THEN 'refunded'
        WHEN 4 THEN 'cancelled' ELSE 'credit_note' END,
    coupon, total, revenue, refunded, shipping, tax, discount, sample
FROM orders WHERE number > :after AND placed_ms >= :from AND placed_ms < :to ORDER BY number LIMIT :limit;

-- name: list
SELECT q.name, q.title, q.sql, q.version, q.changed_ms, q.changed_by FROM saved_query q ORDER BY q.name;

-- name: get
SELECT version FROM saved_query WHERE name = :name;

-- name: count
SELECT count(*) FROM saved_query;

-- name: put
INSERT INTO saved_query (name, title, sql, version, changed_ms, changed_by) VALUES (:name, :title, :sql, 1, :now_ms, :by)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, sql = excluded.sql, version = version + 1,
    changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: drop
DELETE FROM saved_query WHERE name = :name;
