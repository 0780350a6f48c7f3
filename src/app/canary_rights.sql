-- SPDX-License-Identifier: Apache-2.0
-- Runs of the canary of rights.

-- name: add
INSERT OR REPLACE INTO canary_run (at_ms, ok, took_ms, steps) VALUES (:at_ms, :ok, :took_ms, :steps);

-- name: list
SELECT at_ms, ok, took_ms, steps FROM canary_run ORDER BY at_ms DESC LIMIT :limit;

-- name: old
DELETE FROM canary_run WHERE at_ms < :before_ms;
