-- SPDX-License-Identifier: Apache-2.0
-- Migration 29 of records.db: exchange rates by day.
-- name: schema
SELECT 1;
