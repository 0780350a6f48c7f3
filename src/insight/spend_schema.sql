-- SPDX-License-Identifier: Apache-2.0
-- Migration 30 of records.db: what advertising cost.
-- name: schema
SELECT 1;
