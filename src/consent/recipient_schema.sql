-- SPDX-License-Identifier: Apache-2.0
-- Migration 22 of records.db: who receives data, and what they were told.
-- name: schema
SELECT 1;
