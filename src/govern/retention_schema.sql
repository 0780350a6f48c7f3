-- SPDX-License-Identifier: Apache-2.0
-- Migration 23 of records.db: retention runs and their dry runs.
-- name: schema
SELECT 1;
