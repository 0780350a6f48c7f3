-- name: count
SELECT count(*) FROM staff WHERE state <> 'invited';

-- name: insert
INSERT INTO staff (email_tag, email_sealed, role, state, created_ms) VALUES (:email_tag, x'', :role, :state, :now_ms);

-- name: set_email
UPDATE staff SET email_sealed = :email_sealed WHERE id = :id;

-- name: by_tag
SELECT id, state FROM staff WHERE email_tag = :email_tag;

-- name: candidate
SELECT coalesce((SELECT id FROM staff WHERE email_tag = :email_tag), 0), coalesce((SELECT id FROM staff WHERE password IS NOT NULL
    ORDER BY id LIMIT 1 OFFSET :nth % max(1, (SELECT count(*) FROM staff WHERE password IS NOT NULL))), 0);

-- name: credentials
SELECT state, password FROM staff WHERE id = :id;

-- name: by_id
SELECT id, email_sealed, role, state, password IS NOT NULL, password_long, password_ms, created_ms, last_sign_in_ms, totp_ms,
    recovery_ms
FROM staff WHERE id = :id;

-- name: list
SELECT id, email_sealed, role, state, password IS NOT NULL, password_long, password_ms, created_ms, last_sign_in_ms, totp_ms,
    recovery_ms
FROM staff WHERE state <> 'invited' ORDER BY id LIMIT :limit;

-- name: password_of
SELECT password FROM staff WHERE id = :id;

-- name: set_password
UPDATE staff SET password = :password, password_long = :long, password_ms = :now_ms, state = CASE state WHEN 'invited'
    THEN 'active' ELSE state END
WHERE id = :id;

-- name: rehash_password
UPDATE staff SET password = :password WHERE id = :id AND password = :former;

-- name: revoke_short_password
UPDATE staff SET password = NULL WHERE id = :id AND password_long = 0;

-- name: set_role
UPDATE staff SET role = :role WHERE id = :id AND state <> 'invited';

-- name: invited_role
UPDATE staff SET role = :role WHERE id = :id AND state = 'invited';

-- name: set_state
UPDATE staff SET state = :state WHERE id = :id AND state <> 'invited';

-- name: signed_in
UPDATE staff SET last_sign_in_ms = :now_ms WHERE id = :id;

-- name: delete
DELETE FROM staff WHERE id = :id;

-- name: owners_besides
SELECT count(*) FROM staff WHERE role = 'owner' AND state = 'active' AND password IS NOT NULL AND id <> :id;

-- name: setting_get
SELECT value FROM staff_setting WHERE name = :name;

-- name: setting_put
INSERT INTO staff_setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: link_insert
INSERT INTO staff_link (hash, kind, staff, made_by, created_ms, expires_ms)
VALUES (:hash, :kind, :staff, :by, :now_ms, :expires_ms);

-- name: link_get
SELECT l.staff, l.expires_ms, s.state, s.role FROM staff_link l JOIN staff s ON s.id = l.staff
WHERE l.hash = :hash AND l.kind = :kind;

-- name: link_delete_of
DELETE FROM staff_link WHERE staff = :staff AND kind = :kind;

-- name: link_expire
DELETE FROM staff_link WHERE kind = 'reset' AND expires_ms < :now_ms;

-- name: invitations
SELECT s.id, s.email_sealed, s.role, l.created_ms, l.expires_ms, l.made_by
FROM staff s JOIN staff_link l ON l.staff = s.id AND l.kind = 'invitation'
WHERE s.state = 'invited' ORDER BY s.id LIMIT :limit;

-- name: invited_count
SELECT count(*) FROM staff WHERE state = 'invited';

-- name: invitations_dead
SELECT s.id FROM staff s LEFT JOIN staff_link l ON l.staff = s.id AND l.kind = 'invitation'
WHERE s.state = 'invited' AND coalesce(l.expires_ms, 0) < :before_ms LIMIT 100;

-- name: totp_get
SELECT totp_sealed, totp_ms, totp_step FROM staff WHERE id = :id;

-- name: totp_new_get
SELECT totp_new_sealed, totp_new_ms FROM staff WHERE id = :id;

-- name: totp_offer
UPDATE staff SET totp_new_sealed = :sealed, totp_new_ms = :now_ms WHERE id = :id;

-- name: totp_confirm
UPDATE staff SET totp_sealed = totp_new_sealed, totp_ms = :now_ms, totp_step = :step, totp_new_sealed = NULL, totp_new_ms = NULL
WHERE id = :id AND totp_new_sealed IS NOT NULL;

-- name: totp_step
UPDATE staff SET totp_step = :step WHERE id = :id;

-- name: totp_remove
UPDATE staff SET totp_sealed = NULL, totp_ms = NULL, totp_new_sealed = NULL, totp_new_ms = NULL WHERE id = :id;

-- name: recovery_insert
INSERT INTO staff_recovery (hash, staff) VALUES (:hash, :staff);

-- name: recovery_left
SELECT count(*) FROM staff_recovery WHERE staff = :staff AND used_ms IS NULL;

-- name: recovery_use
UPDATE staff_recovery SET used_ms = :now_ms WHERE hash = :hash AND staff = :staff AND used_ms IS NULL;

-- name: recovery_delete_of
DELETE FROM staff_recovery WHERE staff = :staff;

-- name: recovery_made
UPDATE staff SET recovery_ms = :now_ms WHERE id = :id;

-- name: link_delete_by
DELETE FROM staff_link WHERE made_by = :id;
