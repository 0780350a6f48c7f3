-- name: open_of
SELECT pno, until_ms FROM break_glass WHERE session = :session AND until_ms > :now_ms;

-- name: open_count
SELECT count(*) FROM break_glass WHERE staff = :staff AND until_ms > :now_ms;

-- name: insert
INSERT INTO break_glass (id, session, staff, pno, reason_sealed, at_ms, until_ms)
VALUES (:id, :session, :staff, :pno, :reason, :now_ms, :until_ms);

-- name: of_person
SELECT id, staff, reason_sealed, at_ms, until_ms FROM break_glass WHERE pno = :pno ORDER BY id DESC LIMIT :limit;

-- name: expire
DELETE FROM break_glass WHERE until_ms < :before_ms;

-- name: forget
DELETE FROM break_glass WHERE pno = :pno;
