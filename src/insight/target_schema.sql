-- SPDX-License-Identifier: Apache-2.0
-- Migration 28 of records.db: targets and their alerts.
-- name: schema
SELECT 1;
