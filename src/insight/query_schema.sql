-- SPDX-License-Identifier: Apache-2.0
-- Migration 15 of records.db: saved questions in SQL.
-- name: schema
SELECT 1;
