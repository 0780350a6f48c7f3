-- SPDX-License-Identifier: Apache-2.0
-- Counts for the self-audit; nothing of a person.
-- name: staff
SELECT count(*),
    coalesce(sum(totp_ms IS NOT NULL OR EXISTS (SELECT 1 FROM passkey WHERE passkey.staff = staff.id)
        OR EXISTS (SELECT 1 FROM sms_factor WHERE sms_factor.staff = staff.id)), 0),
    coalesce(sum(role = 'owner'), 0),
    coalesce(sum(coalesce(last_sign_in_ms, created_ms) < :idle_before), 0)
FROM staff WHERE state = 'active';
-- name: invitations
SELECT count(*) FROM staff_link WHERE kind = 'invitation' AND expires_ms > :now;
-- name: tokens
SELECT count(*), coalesce(sum(coalesce(last_used_day * 86400000, created_ms) < :idle_before), 0)
FROM api_token WHERE expires_ms > :now;
-- name: alerts
SELECT count(*) FROM alert WHERE closed_ms IS NULL;
-- name: decoys
SELECT count(*) FROM decoy;
-- name: backups
SELECT coalesce(max(CASE WHEN class = 'data' THEN finished_ms END), 0), coalesce(max(CASE WHEN class = 'keys' THEN finished_ms END), 0)
FROM backup_run WHERE state = 'done';
-- name: drill
SELECT coalesce(max(finished_ms), 0) FROM backup_drill WHERE state = 'passed';
-- name: undeclared
SELECT count(*) FROM undeclared;
-- name: sample_people
SELECT count(*) FROM profile WHERE flags & 2;
-- name: silent_sources
SELECT count(*) FROM source WHERE enabled AND max(created_ms, last_seen_ms) < :idle_before;
