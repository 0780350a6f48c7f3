-- name: insert
INSERT INTO api_token (hash, prefix, name, staff, permissions, created_ms, expires_ms)
SELECT :hash, :prefix, :name, id, :permissions, :now_ms, :expires_ms FROM staff WHERE id = :staff AND state = 'active';

-- name: find
SELECT t.id, t.staff, t.permissions, t.expires_ms, t.last_used_day, s.role, s.state
FROM api_token t JOIN staff s ON s.id = t.staff WHERE t.hash = :hash;

-- name: touch
UPDATE api_token SET last_used_day = :day WHERE id = :id;

-- name: count_of
SELECT count(*) FROM api_token WHERE staff = :staff;

-- name: list
SELECT id, name, prefix, permissions, created_ms, expires_ms, last_used_day, staff FROM api_token
WHERE :all OR staff = :staff ORDER BY id DESC LIMIT :limit;

-- name: delete
DELETE FROM api_token WHERE id = :id AND (:all OR staff = :staff);

-- name: expire
DELETE FROM api_token WHERE expires_ms < :before_ms;
