-- SPDX-License-Identifier: Apache-2.0
-- Migration 13 of records.db: segments, their versions.
-- name: schema
SELECT 1;
