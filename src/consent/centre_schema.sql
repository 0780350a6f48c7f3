-- SPDX-License-Identifier: Apache-2.0
-- Migration 20 of records.db: links of the privacy centre.
-- name: schema
SELECT 1;
