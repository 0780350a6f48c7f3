-- SPDX-License-Identifier: Apache-2.0
-- Migration 25 of records.db: versions of the transparency page.
-- name: schema
SELECT 1;
