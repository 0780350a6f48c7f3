-- SPDX-License-Identifier: Apache-2.0
-- Migration 26 of records.db: proposed changes of the dictionary.
-- name: schema
SELECT 1;
