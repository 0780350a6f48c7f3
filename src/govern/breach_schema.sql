-- SPDX-License-Identifier: Apache-2.0
-- Migration 24 of records.db: breaches.
-- name: schema
SELECT 1;
