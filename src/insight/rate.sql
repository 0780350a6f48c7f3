-- SPDX-License-Identifier: Apache-2.0
-- name: every
SELECT base, currency, day, rate_e10 FROM rate ORDER BY base, currency, day;

-- name: put
INSERT INTO rate (base, currency, day, rate_e10) VALUES (:base, :currency, :day, :rate_e10)
ON CONFLICT (base, currency, day) DO UPDATE SET rate_e10 = excluded.rate_e10;

-- name: page
SELECT base, currency, day, rate_e10 FROM rate
WHERE day BETWEEN :from AND :to AND (day, base, currency) > (:day, :base, :currency)
ORDER BY day, base, currency LIMIT :limit;

-- name: delete
DELETE FROM rate WHERE day BETWEEN :from AND :to;

-- name: count
SELECT count(*) FROM rate;
