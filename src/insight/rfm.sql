-- SPDX-License-Identifier: Apache-2.0
-- Who bought, and the borders and stages that the shop chose.
-- name: customers
SELECT pno, sum(status BETWEEN 1 AND 3), sum(CASE WHEN status BETWEEN 1 AND 3 THEN revenue ELSE 0 END - refunded),
    max(CASE WHEN status BETWEEN 1 AND 3 THEN day END)
FROM orders WHERE pno > 0 AND in_shop_currency = 1 AND status IN (1, 2, 3, 5)
GROUP BY pno;

-- name: groups
SELECT number, recency_from, recency_to, frequency_monetary_from, frequency_monetary_to FROM rfm_group;

-- name: group_put
INSERT OR REPLACE INTO rfm_group (number, recency_from, recency_to, frequency_monetary_from, frequency_monetary_to)
VALUES (:number, :recency_from, :recency_to, :frequency_monetary_from, :frequency_monetary_to);

-- name: stages
SELECT number, name, doc, place FROM lifecycle_stage ORDER BY number;

-- name: stage_put
INSERT INTO lifecycle_stage (number, name, doc, place) VALUES (:number, :name, :doc, :place)
ON CONFLICT (number) DO UPDATE SET doc = :doc, place = :place;

-- name: stages_end
UPDATE lifecycle_stage SET place = -1;
