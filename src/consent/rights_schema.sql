-- SPDX-License-Identifier: Apache-2.0
-- Migration 17 of records.db: requests of the people themselves.
-- name: schema
SELECT 1;
