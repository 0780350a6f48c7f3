-- name: pending_expire
DELETE FROM factor_pending WHERE expires_ms < :now_ms;

-- name: pending_put
INSERT INTO factor_pending (session, kind, staff, data, tries, expires_ms) VALUES (:session, :kind, :staff, :data, 0, :expires_ms)
ON CONFLICT (session, kind) DO UPDATE SET data = excluded.data, staff = excluded.staff, tries = 0, expires_ms = excluded.expires_ms;

-- name: pending_try
UPDATE factor_pending SET tries = tries + 1
WHERE session = :session AND kind = :kind AND staff = :staff AND tries < :tries_max AND expires_ms > :now_ms
RETURNING data;

-- name: pending_end
DELETE FROM factor_pending WHERE session = :session AND kind = :kind;

-- name: passkey_user_put
INSERT INTO passkey_user (staff, handle) VALUES (:staff, :handle) ON CONFLICT (staff) DO NOTHING;

-- name: passkey_user_get
SELECT handle FROM passkey_user WHERE staff = :staff;

-- name: passkey_insert
INSERT INTO passkey (credential, staff, name_sealed, algorithm, key, counter, backup_eligible, backed_up, aaguid, created_ms)
VALUES (:credential, :staff, :name_sealed, :algorithm, :key, :counter, :backup_eligible, :backed_up, :aaguid, :now_ms);

-- name: passkey_count
SELECT count(*) FROM passkey WHERE staff = :staff;

-- name: passkey_find
SELECT p.id, p.staff, p.algorithm, p.key, p.counter, p.backup_eligible, p.backed_up, u.handle
FROM passkey p JOIN passkey_user u ON u.staff = p.staff WHERE p.credential = :credential;

-- name: passkey_used
UPDATE passkey SET counter = :counter, backed_up = :backed_up, last_used_ms = :now_ms WHERE id = :id;

-- name: passkey_list
SELECT id, credential, name_sealed, created_ms, last_used_ms FROM passkey WHERE staff = :staff ORDER BY id LIMIT :limit;

-- name: passkey_delete
DELETE FROM passkey WHERE id = :id AND staff = :staff;

-- name: passkey_delete_of
DELETE FROM passkey WHERE staff = :staff;

-- name: sms_put
INSERT INTO sms_factor (staff, number_sealed, created_ms) VALUES (:staff, :number_sealed, :now_ms)
ON CONFLICT (staff) DO UPDATE SET number_sealed = excluded.number_sealed, created_ms = excluded.created_ms;

-- name: sms_get
SELECT number_sealed, created_ms FROM sms_factor WHERE staff = :staff;

-- name: sms_delete
DELETE FROM sms_factor WHERE staff = :staff;

-- name: sms_count_get
SELECT coalesce(sum(messages), 0) FROM sms_count WHERE day = :day AND tag = :tag;

-- name: sms_count_add
INSERT INTO sms_count (day, tag, messages) VALUES (:day, :tag, 1) ON CONFLICT (day, tag) DO UPDATE SET messages = messages + 1;

-- name: sms_count_expire
DELETE FROM sms_count WHERE day < :day;

-- name: staff_by_tag
SELECT id FROM staff WHERE email_tag = :email_tag AND state = 'active';
