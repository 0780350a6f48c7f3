-- SPDX-License-Identifier: Apache-2.0
-- The transparency page: settings, versions, and the counts it is made of. Nothing of a customer.
-- name: setting
SELECT document, changed_ms FROM transparency_setting WHERE id = 1;
-- name: setting_put
INSERT INTO transparency_setting (id, document, changed_ms, changed_by) VALUES (1, :document, :now_ms, :by)
ON CONFLICT (id) DO UPDATE SET document = excluded.document, changed_ms = excluded.changed_ms, changed_by = excluded.changed_by;

-- name: newest
SELECT version, made_ms, document, proof FROM transparency_version ORDER BY version DESC LIMIT 1;
-- name: get
SELECT version, made_ms, document, proof FROM transparency_version WHERE version = :version;
-- name: list
SELECT version, made_ms FROM transparency_version WHERE version < :before ORDER BY version DESC LIMIT :limit;
-- name: insert
INSERT INTO transparency_version (version, made_ms, document, proof) VALUES (:version, :made_ms, :document, :proof);

-- name: wordings
SELECT purpose, language, text FROM purpose_wording AS w
WHERE version = (SELECT max(version) FROM purpose_wording WHERE purpose = w.purpose AND language = w.language)
ORDER BY purpose, language;
-- name: roles
SELECT role, count(*) FROM staff WHERE state = 'active' GROUP BY role ORDER BY role;
-- name: sources
SELECT DISTINCT kind FROM source WHERE enabled AND NOT sample ORDER BY kind;

-- name: consents
SELECT coalesce(sum(state IN (1, 6)), 0), coalesce(sum(state = 4), 0) FROM consent_state; -- granted or reconfirmed; unproven
-- name: unnoted
SELECT count(*) FROM (SELECT 1 FROM consent_evidence WHERE batch = 0 AND received_ms < :before_ms LIMIT 100000);
