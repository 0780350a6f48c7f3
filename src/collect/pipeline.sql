-- SPDX-License-Identifier: Apache-2.0
-- name: position
SELECT seq, timeline, seen, touched FROM pipeline_position WHERE id = 1;

-- name: position_set
UPDATE pipeline_position SET seq = :seq, timeline = :timeline, seen = :seen, touched = :touched WHERE id = 1;
