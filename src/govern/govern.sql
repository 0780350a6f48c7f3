-- name: setup_insert
INSERT INTO setup_link (hash, email_tag, expires_ms) VALUES (:hash, :email_tag, :expires_ms);

-- name: setup_get
SELECT expires_ms, email_tag FROM setup_link WHERE hash = :hash;

-- name: setup_delete_all
DELETE FROM setup_link;
