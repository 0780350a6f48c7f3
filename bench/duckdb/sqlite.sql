-- SPDX-License-Identifier: Apache-2.0
-- The same questions asked of SQLite (bench/run questions): a row store with an index on (person, time).
.mode csv
.import EVENTS_CSV raw
.mode list
.separator " "
CREATE TABLE events (seq INTEGER PRIMARY KEY, person INT, time_ms INT, event TEXT, product_id TEXT, category TEXT, price REAL, total REAL, channel TEXT);
INSERT INTO events SELECT NULL, person, time_ms, event, product_id, category, price, total, channel FROM raw;
DROP TABLE raw;
CREATE INDEX by_person ON events (person, time_ms);
CREATE INDEX by_event ON events (event);
.timer on
.print by channel
SELECT channel, count(DISTINCT person) AS n FROM events WHERE event = 'Order Completed' GROUP BY channel ORDER BY n DESC LIMIT 1;
.print rfm (sums only)
SELECT count(*) FROM (SELECT person, max(time_ms), count(*), sum(total) FROM events WHERE event = 'Order Completed' GROUP BY person);
.print two, then silent
WITH o AS (SELECT person, time_ms, lag(time_ms) OVER (PARTITION BY person ORDER BY time_ms, seq) AS before FROM events WHERE event = 'Order Completed'),
t AS (SELECT DISTINCT person FROM o WHERE time_ms - before <= 2592000000), l AS (SELECT person FROM events GROUP BY person HAVING max(time_ms) < (SELECT max(time_ms) FROM events) - 5184000000)
SELECT count(*) FROM t JOIN l USING (person);
.print retention 13x13
WITH f AS (SELECT person, min(time_ms) AS t0 FROM events GROUP BY person),
c AS (SELECT person, (t0 - 1774224000000) / 604800000 AS cohort FROM f WHERE t0 >= 1774224000000 AND t0 < 1774224000000 + 13 * 604800000),
w AS (SELECT DISTINCT person, (time_ms - 1774224000000) / 604800000 AS week FROM events WHERE time_ms >= 1774224000000)
SELECT count(*) FROM (SELECT cohort, week - cohort, count(*) FROM c JOIN w USING (person) WHERE week - cohort BETWEEN 0 AND 12 GROUP BY 1, 2);
.print last 50
SELECT count(*) FROM (SELECT * FROM events WHERE person = 38 ORDER BY time_ms DESC LIMIT 50);
