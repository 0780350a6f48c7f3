-- SPDX-License-Identifier: Apache-2.0
-- name: put
INSERT INTO spend (day, channel, campaign, currency, amount, changed_ms, changed_by)
VALUES (:day, :channel, :campaign, :currency, :amount, :now_ms, :by)
ON CONFLICT (day, channel, campaign) DO UPDATE SET currency = excluded.currency, amount = excluded.amount,
    changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: drop
DELETE FROM spend WHERE day = :day AND channel = :channel AND campaign = :campaign;

-- name: delete
DELETE FROM spend WHERE day BETWEEN :from AND :to AND (:channel IS NULL OR channel = :channel)
    AND (:campaign IS NULL OR campaign = :campaign);

-- name: page
SELECT day, channel, campaign, currency, amount FROM spend
WHERE day BETWEEN :from AND :to AND (day, channel, campaign) > (:day, :channel, :campaign)
ORDER BY day, channel, campaign LIMIT :limit;

-- name: range
SELECT day, channel, campaign, currency, amount FROM spend WHERE day >= :from AND day < :to;

-- name: count
SELECT count(*) FROM spend;
