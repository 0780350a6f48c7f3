-- SPDX-License-Identifier: Apache-2.0
-- Statements of keys*.c on keys/tree.db.

-- name: node
SELECT epoch, sealed FROM node WHERE tree = :tree AND level = :level AND idx = :idx AND epoch <= :epoch
ORDER BY epoch DESC LIMIT 1;

-- name: node_put
INSERT INTO node (tree, level, idx, epoch, sealed) VALUES (:tree, :level, :idx, :epoch, :sealed)
ON CONFLICT (tree, level, idx, epoch) DO UPDATE SET sealed = excluded.sealed;

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
INSERT INTO vault_term (subject, expires_ms) VALUES (:subject, :expires_ms)
ON CONFLICT (subject) DO UPDATE SET expires_ms = max(expires_ms, excluded.expires_ms);

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
