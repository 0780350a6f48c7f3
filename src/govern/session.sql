-- name: insert
INSERT INTO staff_session (id, hash, staff, network, browser, factor, proved_ms, created_ms, last_ms)
VALUES (:id, :hash, :staff, :network, :browser, :factor, :now_ms, :now_ms, :now_ms);

-- name: get
SELECT s.id, s.staff, s.created_ms, s.last_ms, s.proved_ms, s.factor, f.role, f.state, s.hash = :hash, s.former_limited
FROM staff_session s JOIN staff f ON f.id = s.staff
WHERE s.hash = :hash OR (s.former_hash = :hash AND s.former_until_ms > :now_ms);

-- name: touch
UPDATE staff_session SET last_ms = :now_ms WHERE id = :id;

-- name: rotate
UPDATE staff_session SET former_hash = hash, former_until_ms = :until_ms, former_limited = :limited, hash = :hash, last_ms = :now_ms
WHERE id = :id;

-- name: prove
UPDATE staff_session SET proved_ms = :now_ms, factor = CASE factor WHEN 'oidc_mfa' THEN factor ELSE :factor END WHERE id = :id;

-- name: list
SELECT id, created_ms, last_ms, network, browser, factor FROM staff_session
WHERE staff = :staff AND last_ms >= :idle_since AND created_ms >= :created_since ORDER BY last_ms DESC, id LIMIT :limit;

-- name: delete
DELETE FROM staff_session WHERE id = :id;

-- name: delete_by_hash
DELETE FROM staff_session WHERE hash = :hash;

-- name: delete_of
DELETE FROM staff_session WHERE staff = :staff AND id <> :keep;

-- name: delete_named
DELETE FROM staff_session WHERE staff = :staff AND substr(id, 1, 16) = :name;

-- name: delete_beyond
DELETE FROM staff_session WHERE id IN
    (SELECT id FROM staff_session WHERE staff = :staff AND id <> :new ORDER BY last_ms DESC LIMIT -1 OFFSET :keep);

-- name: expire
DELETE FROM staff_session WHERE last_ms < :idle_before OR created_ms < :created_before;

-- name: device_rename
UPDATE staff_device SET hash = :hash WHERE hash = :former;

-- name: device_put
INSERT INTO staff_device (hash, staff, last_ms) VALUES (:hash, :staff, :now_ms)
ON CONFLICT (hash, staff) DO UPDATE SET last_ms = excluded.last_ms;

-- name: device_get
SELECT 1 FROM staff_device WHERE hash = :hash AND staff = :staff AND last_ms > :since_ms;

-- name: device_delete_of
DELETE FROM staff_device WHERE staff = :staff;

-- name: device_delete_beyond
DELETE FROM staff_device WHERE staff = :staff AND hash IN
    (SELECT hash FROM staff_device WHERE staff = :staff AND hash <> :new ORDER BY last_ms DESC LIMIT -1 OFFSET :keep);

-- name: device_expire
DELETE FROM staff_device WHERE last_ms < :before_ms;
