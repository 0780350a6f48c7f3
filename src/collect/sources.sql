-- name: every
SELECT number, write_key, name, kind, enabled, sample, created_ms,
       accepted, refused, last_seen_ms, last_error_ms, last_error
FROM source ORDER BY number;

-- name: insert
INSERT INTO source (write_key, name, kind, sample, created_ms)
VALUES (:write_key, :name, :kind, :sample, :created_ms);

-- name: update
UPDATE source SET name = :name, enabled = :enabled WHERE number = :number;

-- name: save
UPDATE source SET accepted = :accepted, refused = :refused, last_seen_ms = :last_seen_ms,
    last_error_ms = :last_error_ms, last_error = :last_error
WHERE number = :number;
