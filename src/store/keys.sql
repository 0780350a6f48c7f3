-- SPDX-License-Identifier: Apache-2.0
-- Statements of keys*.c on keys/tree.db.

-- name: node
SELECT epoch, sealed FROM node WHERE tree = :tree AND level = :level AND idx = :idx AND epoch <= :epoch
ORDER BY epoch DESC LIMIT 1;

-- name: node_put
INSERT INTO node (tree, level, idx, epoch, sealed, gen)
VALUES (:tree, :level, :idx, :epoch, :sealed, (SELECT gen FROM generation WHERE one = 1))
ON CONFLICT (tree, level, idx, epoch) DO UPDATE SET sealed = excluded.sealed, gen = excluded.gen;

-- name: node_older
DELETE FROM node WHERE tree = :tree AND level = :level AND idx = :idx AND epoch < :epoch;

-- name: node_count
SELECT count(*) FROM node WHERE level < 63;

-- name: node_clear
DELETE FROM node;

-- name: nodes_by_tree
SELECT tree, count(*), sum(length(sealed)) FROM node WHERE level < 63 AND epoch <= :epoch GROUP BY tree ORDER BY tree;

-- name: nodes_all
SELECT tree, level, idx, epoch, sealed FROM node WHERE epoch <= :epoch ORDER BY tree, level, idx, epoch;

-- Rows of an erasure that was cut short before its epoch came in force.
-- name: node_beyond
DELETE FROM node WHERE epoch > :epoch;

-- name: node_superseded
DELETE FROM node WHERE EXISTS (SELECT 1 FROM node n WHERE n.tree = node.tree AND n.level = node.level AND n.idx = node.idx
    AND n.epoch > node.epoch);

-- name: tidy
SELECT written, swept FROM tidy WHERE one = 1;

-- name: tidy_written
UPDATE tidy SET written = :epoch WHERE one = 1;

-- name: tidy_swept
UPDATE tidy SET written = :epoch, swept = :epoch WHERE one = 1;

-- name: vault_term_put
INSERT INTO vault_term (subject, expires_ms, gen) VALUES (:subject, :expires_ms, (SELECT gen FROM generation WHERE one = 1))
ON CONFLICT (subject) DO UPDATE SET expires_ms = max(expires_ms, excluded.expires_ms), gen = excluded.gen;

-- name: vault_term_due
SELECT subject FROM vault_term WHERE expires_ms <= :now ORDER BY expires_ms LIMIT :some;

-- name: vault_term_end
DELETE FROM vault_term WHERE subject = :subject;

-- name: vault_terms
SELECT subject, expires_ms FROM vault_term ORDER BY subject;

-- name: rotation
SELECT running, tree, idx, done, total, started_ms, finished_ms FROM rotation WHERE kind = :kind;

-- name: rotation_put
INSERT INTO rotation (kind, running, tree, idx, done, total, started_ms, finished_ms)
VALUES (:kind, :running, :tree, :idx, :done, :total, :started_ms, :finished_ms)
ON CONFLICT (kind) DO UPDATE SET running = excluded.running, tree = excluded.tree, idx = excluded.idx, done = excluded.done,
    total = excluded.total, started_ms = excluded.started_ms, finished_ms = excluded.finished_ms;

-- name: leaf_count
SELECT count(*) FROM node WHERE level = 0;

-- name: tidy_restored
UPDATE tidy SET written = :epoch, swept = :epoch WHERE one = 1;

-- Replicas (keys_replicas.c, keys_feed.c).

-- name: generation
SELECT gen FROM generation WHERE one = 1;

-- name: generation_next
UPDATE generation SET gen = gen + 1 WHERE one = 1;

-- name: link
SELECT wrapped FROM link WHERE one = 1;

-- name: link_put
INSERT INTO link (one, wrapped) VALUES (1, :wrapped);

-- name: replicas
SELECT name, address, public, added_ms, acked_epoch, acked_gen, acked_hash, acked_ms, offered_epoch, offered_gen, offered_hash,
    refused, ack FROM replica ORDER BY added_ms, name;

-- name: replica_put
INSERT INTO replica (name, address, public, added_ms, acked_epoch, acked_gen, acked_hash, acked_ms, ack, offered_epoch,
    offered_gen, offered_hash, refused)
VALUES (:name, :address, :public, :now, 0, 0, zeroblob(32), 0, x'', 0, 0, zeroblob(32), '');

-- name: replica_drop
DELETE FROM replica WHERE name = :name;

-- name: replica_offer
UPDATE replica SET offered_epoch = :epoch, offered_gen = :gen, offered_hash = :hash WHERE name = :name;

-- name: replica_ack
UPDATE replica SET acked_epoch = offered_epoch, acked_gen = offered_gen, acked_hash = offered_hash, acked_ms = :now, ack = :ack,
    refused = '' WHERE name = :name;

-- name: replica_empty
UPDATE replica SET acked_epoch = 0, acked_gen = 0, acked_hash = zeroblob(32), ack = x'' WHERE name = :name;

-- name: replica_refused
UPDATE replica SET refused = :why WHERE name = :name AND refused <> :why;

-- name: nodes_since
SELECT rowid, gen, tree, level, idx, epoch, sealed FROM node WHERE (gen, rowid) > (:gen, :row) ORDER BY gen, rowid LIMIT :some;

-- name: terms_since
SELECT subject, gen, expires_ms FROM vault_term WHERE (gen, subject) > (:gen, :row) ORDER BY gen, subject LIMIT :some;

-- name: node_rows
SELECT count(*) FROM node;

-- A replica's own folder (keys_holder.c).

-- name: holder
SELECT epoch, gen, hash, told_epoch, told_ms, head FROM holder WHERE one = 1;

-- name: holder_put
INSERT INTO holder (one, epoch, gen, hash, told_epoch, told_ms, head)
VALUES (1, :epoch, :gen, :hash, max(:epoch, :told), :now, :head)
ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, gen = excluded.gen, hash = excluded.hash,
    told_epoch = max(excluded.told_epoch, told_epoch), told_ms = excluded.told_ms, head = excluded.head;

-- name: holder_told
INSERT INTO holder (one, epoch, gen, hash, told_epoch, told_ms, head) VALUES (1, 0, 0, zeroblob(32), :told, :now, x'')
ON CONFLICT (one) DO UPDATE SET told_epoch = max(excluded.told_epoch, told_epoch), told_ms = excluded.told_ms;

-- name: holder_drop
DELETE FROM holder;
