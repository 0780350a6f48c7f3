-- SPDX-License-Identifier: Apache-2.0
-- name: put
INSERT INTO quarantine (seq, source, import, received_ms, origin, code, field, text, size, status, sample, body)
VALUES (:seq, :source, :import, :received_ms, :origin, :code, :field, :text, :size, 0, :sample, :body);

-- name: find
SELECT seq, coalesce(settled_seq, 0), status FROM quarantine WHERE id = :id;

-- name: settle
UPDATE quarantine SET status = 1, settled_seq = :seq, settled_ms = :now WHERE id = :id AND status = 0;

-- name: discard
UPDATE quarantine SET status = 2, settled_ms = :now, body = NULL WHERE id = :id AND status = 0;

-- name: seqs
SELECT seq FROM quarantine WHERE seq > :from AND origin = 1 ORDER BY seq;

-- name: row
SELECT id, received_ms, source, code, field, text, size, status, seq, import FROM quarantine WHERE id = :id;

-- name: body
SELECT source, seq, status, body FROM quarantine WHERE id = :id;

-- name: list
SELECT id, received_ms, source, code, field, text, size, status, seq, import FROM quarantine
WHERE id < :before AND (:source = 0 OR source = :source) AND (:code IS NULL OR code = :code)
    AND (:status < 0 OR status = :status)
ORDER BY id DESC LIMIT :limit;

-- name: counts
SELECT code, count(*) FROM quarantine WHERE status = 0 AND (:source = 0 OR source = :source)
GROUP BY code ORDER BY count(*) DESC, code;

-- name: open_after
SELECT id FROM quarantine
WHERE status = 0 AND id > :after AND (:source = 0 OR source = :source) AND (:code IS NULL OR code = :code)
ORDER BY id LIMIT :limit;

-- name: forget_import
DELETE FROM quarantine WHERE import = :import AND import > 0;

-- name: forget_sample
DELETE FROM quarantine WHERE sample = 1;
