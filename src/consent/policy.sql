-- SPDX-License-Identifier: Apache-2.0
-- name: newest
SELECT version, document FROM policy ORDER BY version DESC LIMIT 1;

-- name: insert
INSERT INTO policy (version, made_ms, material, document) VALUES (:version, :made_ms, :material, :document);

-- name: get
SELECT document, made_ms FROM policy WHERE version = :version;

-- name: list
SELECT version, made_ms, material FROM policy WHERE version < :before ORDER BY version DESC LIMIT :limit;

-- name: times
SELECT made_ms FROM policy ORDER BY version;

-- name: generations
SELECT purpose, generation, since_ms FROM purpose_generation ORDER BY purpose, generation;

-- name: generation_add
INSERT INTO purpose_generation (purpose, generation, policy, since_ms)
SELECT :purpose, coalesce(max(generation), 1) + 1, :policy, :since_ms FROM purpose_generation WHERE purpose = :purpose;

-- name: touched
SELECT pno FROM consent_state WHERE purpose = :purpose AND state IN (1, 6) AND pno > :after ORDER BY pno LIMIT 10000;

-- name: wordings
SELECT id, purpose, language, version, text, hash, made_ms FROM purpose_wording ORDER BY purpose, language, version;

-- name: wordings_current
SELECT w.purpose, w.language, w.version, w.hash FROM purpose_wording w
WHERE w.version = (SELECT max(v.version) FROM purpose_wording v WHERE v.purpose = w.purpose AND v.language = w.language)
ORDER BY w.purpose, w.language;

-- name: wording_add
INSERT INTO purpose_wording (purpose, language, version, text, hash, made_ms)
SELECT :purpose, :language, coalesce(max(version), 0) + 1, :text, :hash, :made_ms FROM purpose_wording
WHERE purpose = :purpose AND language = :language
HAVING coalesce((SELECT hash FROM purpose_wording WHERE purpose = :purpose AND language = :language
    ORDER BY version DESC LIMIT 1), '') <> :hash;

-- name: totals
SELECT state, count(*) FROM consent_state WHERE purpose = :purpose GROUP BY state;

-- name: days
SELECT day, sum(CASE WHEN state IN (1, 6) THEN count ELSE 0 END), sum(CASE WHEN state = 2 THEN count ELSE 0 END),
    sum(CASE WHEN state = 3 THEN count ELSE 0 END)
FROM consent_tally WHERE purpose = :purpose AND day >= :from_day GROUP BY day ORDER BY day;
