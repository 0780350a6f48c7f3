-- name: staff_count
SELECT count(*) FROM staff;

-- name: staff_next
SELECT coalesce(max(id), 0) + 1 FROM staff;

-- name: staff_insert
INSERT INTO staff (id, email_tag, email_sealed, role, password, created_ms)
VALUES (:id, :email_tag, :email_sealed, :role, :password, :created_ms);

-- name: staff_by_tag
SELECT id, password FROM staff WHERE email_tag = :email_tag;

-- name: staff_by_id
SELECT email_sealed, role FROM staff WHERE id = :id;

-- name: staff_role
SELECT role FROM staff WHERE id = :id;

-- name: session_insert
INSERT INTO staff_session (hash, staff, created_ms, last_ms)
VALUES (:hash, :staff, :now_ms, :now_ms);

-- name: session_get
SELECT s.staff, s.created_ms, s.last_ms, f.role
FROM staff_session s JOIN staff f ON f.id = s.staff WHERE s.hash = :hash;

-- name: session_touch
UPDATE staff_session SET last_ms = :now_ms WHERE hash = :hash;

-- name: session_delete
DELETE FROM staff_session WHERE hash = :hash;

-- name: session_expire
DELETE FROM staff_session WHERE last_ms < :idle_before OR created_ms < :created_before;

-- name: setup_insert
INSERT INTO setup_link (hash, email_tag, expires_ms) VALUES (:hash, :email_tag, :expires_ms);

-- name: setup_get
SELECT expires_ms, email_tag FROM setup_link WHERE hash = :hash;

-- name: setup_delete_all
DELETE FROM setup_link;
