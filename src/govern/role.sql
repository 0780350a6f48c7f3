-- name: get
SELECT name, doc, permissions, view, purposes, second_factor FROM role WHERE name = :name;

-- name: list
SELECT name, doc, permissions, view, purposes, second_factor FROM role ORDER BY name LIMIT :limit;

-- name: count
SELECT count(*) FROM role;

-- name: put
INSERT INTO role (name, doc, permissions, view, purposes, second_factor, changed_ms, changed_by)
VALUES (:name, :doc, :permissions, :view, :purposes, :second_factor, :now_ms, :by)
ON CONFLICT (name) DO UPDATE SET doc = excluded.doc, permissions = excluded.permissions, view = excluded.view,
    purposes = excluded.purposes, second_factor = excluded.second_factor, changed_ms = excluded.changed_ms,
    changed_by = excluded.changed_by;

-- name: delete
DELETE FROM role WHERE name = :name;

-- name: staff_of
SELECT count(*) FROM staff WHERE role = :name;
