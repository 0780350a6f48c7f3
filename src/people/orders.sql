-- SPDX-License-Identifier: Apache-2.0
-- name: order_by_id
SELECT number, pno, status, source, sample, placed_ms, currency, in_shop_currency, total, revenue,
    shipping, tax, discount, refunded, coupon
FROM orders WHERE order_id = :order_id;

-- name: order_by_number
SELECT number, pno, status, source, sample, placed_ms, currency, in_shop_currency, total, revenue,
    shipping, tax, discount, refunded, coupon
FROM orders WHERE number = :number;

-- name: order_insert
INSERT INTO orders (order_id, pno, status, source, sample, placed_ms, day, currency, in_shop_currency,
    total, revenue, shipping, tax, discount, refunded, coupon)
VALUES (:order_id, :pno, :status, :source, :sample, :placed_ms, :day, :currency, :in_shop_currency,
    :total, :revenue, :shipping, :tax, :discount, :refunded, :coupon);

-- name: order_update
UPDATE orders SET pno = :pno, status = :status, source = :source, sample = :sample,
    placed_ms = :placed_ms, day = :day, currency = :currency, in_shop_currency = :in_shop_currency,
    total = :total, revenue = :revenue, shipping = :shipping, tax = :tax, discount = :discount,
    refunded = :refunded, coupon = :coupon
WHERE number = :number;

-- name: order_delete
DELETE FROM orders WHERE number = :number;

-- name: version_insert
INSERT INTO order_version (number, kind, pno, source, import, import_row, seq, time_ms, received_ms,
    sample, currency, total, revenue, subtotal, shipping, tax, discount, line_count, line_sum, line_hash,
    lines_unpriced, lines_live, lines, refund_id, coupon, added, extras)
VALUES (:number, :kind, :pno, :source, :import, :import_row, :seq, :time_ms, :received_ms,
    :sample, :currency, :total, :revenue, :subtotal, :shipping, :tax, :discount, :line_count, :line_sum, :line_hash,
    :lines_unpriced, :lines_live, :lines, :refund_id, :coupon, :added, :extras);

-- name: versions_of
SELECT id, kind, pno, source, import, import_row, seq, time_ms, received_ms, sample, currency,
    total, revenue, subtotal, shipping, tax, discount, line_count, line_sum, lines_unpriced, lines_live,
    refund_id, coupon, added, line_hash
FROM order_version WHERE number = :number ORDER BY time_ms, seq LIMIT :limit;

-- name: version_lines
SELECT lines FROM order_version WHERE id = :id;

-- name: version_lines_live
UPDATE order_version SET lines_live = :live WHERE id = :id;

-- name: version_added
SELECT added FROM order_version WHERE seq = :seq;

-- name: live_lines
SELECT lines FROM order_version WHERE number = :number AND lines_live = 1 ORDER BY import_row, time_ms, seq;

-- name: of_person
SELECT number, order_id, status, source, placed_ms, currency, total, revenue, shipping, tax, discount,
    refunded, coupon
FROM orders WHERE pno = :pno AND placed_ms < :before AND status > 0
ORDER BY placed_ms DESC, number DESC LIMIT :limit;

-- name: totals_of
SELECT in_shop_currency, status, count(*), sum(revenue), sum(refunded), max(placed_ms)
FROM orders WHERE pno = :pno GROUP BY in_shop_currency, status;

-- name: days
SELECT day, pno, in_shop_currency, status, count(*), sum(revenue), sum(refunded)
FROM orders WHERE day >= :from AND day < :to AND status > 0
GROUP BY day, pno, in_shop_currency, status ORDER BY day, pno;

-- name: numbers_of_person
SELECT DISTINCT number FROM order_version WHERE pno = :pno AND pno > 0 LIMIT :limit;

-- name: numbers_of_import
SELECT DISTINCT number FROM order_version WHERE import = :import AND import > 0 LIMIT :limit;

-- name: numbers_of_sample
SELECT DISTINCT number FROM order_version WHERE sample = 1 LIMIT :limit;

-- name: numbers_before
SELECT number, pno FROM orders WHERE day <= :before_ms / 86400000 AND placed_ms < :before_ms AND number > :after
ORDER BY number LIMIT :limit;

-- name: forget_whole
DELETE FROM order_version WHERE number = :number;

-- name: count_before
SELECT count(*), count(DISTINCT nullif(pno, 0)) FROM orders WHERE day <= :before_ms / 86400000 AND placed_ms < :before_ms;

-- name: forget_person
DELETE FROM order_version WHERE number = :number AND pno = :pno;

-- name: forget_import
DELETE FROM order_version WHERE number = :number AND import = :import;

-- name: forget_sample
DELETE FROM order_version WHERE number = :number AND sample = 1;

-- name: known_range
SELECT o.number, o.order_id, o.pno, o.status, o.sample, o.placed_ms, o.currency, o.total, o.revenue, o.shipping, o.tax,
    o.discount, o.refunded, v.lines
FROM orders o LEFT JOIN order_version v ON v.number = o.number AND v.lines_live = 1
WHERE o.number BETWEEN :first AND :last AND o.status > 0
ORDER BY o.number, v.time_ms, v.seq;

-- name: last_number
SELECT coalesce(max(number), 0) FROM orders;

-- name: orders_range
SELECT pno, in_shop_currency, status, revenue, refunded, placed_ms FROM orders
WHERE pno BETWEEN :low AND :high ORDER BY pno;
