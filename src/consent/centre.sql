-- SPDX-License-Identifier: Apache-2.0
-- Links of the privacy centre (centre_link.h).

-- name: add
INSERT INTO centre_link (hash, pno, purpose, about, subject, once, until_ms)
VALUES (:hash, :pno, :purpose, :about, :subject, :once, :until_ms);

-- name: get
SELECT pno, purpose, about, subject, once, until_ms, hash FROM centre_link WHERE hash = :hash;

-- name: use
DELETE FROM centre_link WHERE hash = :hash;

-- name: expire
DELETE FROM centre_link WHERE hash IN (SELECT hash FROM centre_link WHERE until_ms <= :now_ms ORDER BY until_ms LIMIT :limit);

-- name: forget
DELETE FROM centre_link WHERE pno = :pno;

-- name: forget_sessions
DELETE FROM centre_session WHERE pno = :pno;

-- name: expire_sessions
DELETE FROM centre_session WHERE last_ms <= :last_ms OR made_ms <= :made_ms;
