-- SPDX-License-Identifier: Apache-2.0
-- Migration 21 of records.db: letters that wait to be sent.
-- name: schema
SELECT 1;
