-- SPDX-License-Identifier: Apache-2.0
-- name: insert
INSERT INTO import (kind, status, dry_run, map, currency, dates, upload, bytes, generation, created_ms)
VALUES (:kind, :status, :dry_run, :map, :currency, :dates, :upload, :bytes,
    (SELECT count(*) FROM import WHERE kind = 2 AND status = 7), :created_ms);

-- name: get
SELECT number, kind, status, dry_run, map, currency, dates, upload, bytes, generation, created_ms, started_ms,
    finished_ms, bytes_done, rows_ok, rows_bad, settled, last_seq, made, updated, unchanged, quarantined,
    error_code, error_text, name, mapping, report
FROM import WHERE number = :number;

-- name: list
SELECT number FROM import WHERE number < :before ORDER BY number DESC LIMIT :limit;

-- name: next_work
SELECT number FROM import WHERE status IN (0, 1, 3, 6) ORDER BY status = 6 DESC, status = 3 DESC, number LIMIT 1;

-- name: uploads
SELECT upload FROM import WHERE upload IS NOT NULL
UNION ALL SELECT upload FROM import_bad_part;

-- name: set_status
UPDATE import SET status = :status WHERE number = :number;

-- name: set_run
UPDATE import SET status = :status, dry_run = 0, map = :map, mapping = :mapping, error_code = '', error_text = ''
WHERE number = :number;

-- A revert that was asked for meanwhile (6) is never overwritten but by its own end (7).
-- name: begin
UPDATE import SET status = CASE WHEN status = 6 THEN 6 ELSE :status END, started_ms = :started_ms, finished_ms = NULL, bytes_done = 0, rows_ok = 0,
    rows_bad = 0, settled = 0, last_seq = 0, tally_created = 0, tally_updated = 0, made = 0, updated = 0, unchanged = 0, quarantined = 0,
    error_code = '', error_text = ''
WHERE number = :number;

-- name: checkpoint
UPDATE import SET bytes_done = :bytes_done, rows_ok = :rows_ok, rows_bad = :rows_bad, settled = :settled,
    last_seq = :last_seq
WHERE number = :number;

-- name: finish
UPDATE import SET status = CASE WHEN status = 6 AND :status <> 7 THEN 6 ELSE :status END, finished_ms = :finished_ms, error_code = :error_code, error_text = :error_text
WHERE number = :number;

-- name: set_counts
UPDATE import SET made = :made, updated = :updated, unchanged = :unchanged, quarantined = :quarantined
WHERE number = :number;

-- name: set_sealed_name
UPDATE import SET name = :sealed WHERE number = :number;

-- name: set_dates
UPDATE import SET dates = :dates WHERE number = :number;

-- name: set_report
UPDATE import SET report = :sealed WHERE number = :number;

-- name: upload_gone
UPDATE import SET upload = NULL WHERE number = :number;

-- name: forget
UPDATE import SET upload = NULL, name = NULL, mapping = NULL, report = NULL WHERE number = :number;

-- name: forget_unused
DELETE FROM import WHERE number = :number AND status IN (2, 5) AND last_seq = 0;

-- name: bad_parts
SELECT upload, bytes FROM import_bad_part WHERE import = :number ORDER BY upload;

-- name: bad_part_add
INSERT INTO import_bad_part (import, upload, bytes) VALUES (:number, :upload, 0);

-- name: bad_part_bytes
UPDATE import_bad_part SET bytes = :bytes WHERE import = :number AND upload = :upload;

-- name: bad_parts_delete
DELETE FROM import_bad_part WHERE import = :number;

-- name: map_get
SELECT kind, columns FROM import_map WHERE name = :name;

-- name: maps
SELECT name, kind, columns FROM import_map ORDER BY name;

-- name: map_put
INSERT INTO import_map (name, kind, columns) VALUES (:name, :kind, :columns)
ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, columns = excluded.columns;

-- name: map_delete
DELETE FROM import_map WHERE name = :name;

-- What an import did, told from the evidence it left. Orders: made when no other message about the
-- order is older; unchanged when each of its messages says what an older one said.
-- name: count_orders
SELECT count(*), coalesce(sum(made), 0), coalesce(sum(CASE WHEN made THEN 0 ELSE same END), 0) FROM (
    SELECT
        NOT EXISTS (SELECT 1 FROM order_version o
            WHERE o.number = f.number AND o.import <> :number AND o.seq < f.first) AS made,
        NOT EXISTS (SELECT 1 FROM order_version v
            WHERE v.import = :number AND v.number = f.number AND NOT EXISTS (
                SELECT 1 FROM order_version o
                WHERE o.number = v.number AND o.import <> :number AND o.seq < v.seq AND o.kind = v.kind
                    AND o.time_ms = v.time_ms AND o.pno = v.pno AND o.line_hash = v.line_hash
                    AND o.total IS v.total AND o.revenue IS v.revenue AND o.subtotal IS v.subtotal
                    AND o.shipping IS v.shipping AND o.tax IS v.tax AND o.discount IS v.discount
                    AND o.currency IS v.currency AND o.coupon IS v.coupon)) AS same
    FROM (SELECT number, min(seq) AS first FROM order_version WHERE import = :number GROUP BY number) f);

-- name: tally_add
UPDATE import SET tally_created = tally_created + :created, tally_updated = tally_updated + :updated
WHERE number = :number;

-- name: tally
SELECT tally_created, tally_updated FROM import WHERE number = :number;

-- name: repeats_order
SELECT EXISTS (
    SELECT 1 FROM order_version o
    WHERE o.number = v.number AND o.import <> v.import AND o.seq < v.seq AND o.kind = v.kind
        AND o.time_ms = v.time_ms AND o.pno = v.pno AND o.line_hash = v.line_hash
        AND o.total IS v.total AND o.revenue IS v.revenue AND o.subtotal IS v.subtotal
        AND o.shipping IS v.shipping AND o.tax IS v.tax AND o.discount IS v.discount
        AND o.currency IS v.currency AND o.coupon IS v.coupon)
FROM order_version v WHERE v.seq = :seq;

-- name: count_quarantine
SELECT count(*) FROM quarantine WHERE import = :number;
