-- SPDX-License-Identifier: Apache-2.0
-- Statements of keys_routes.c on records.db.

-- Key archives that are still kept: older ones were destroyed.
-- name: archives_kept
SELECT count(*), min(finished_ms), max(finished_ms) FROM backup_run
WHERE class = 'keys' AND state = 'done' AND finished_ms >= :since;
