-- SPDX-License-Identifier: Apache-2.0
-- Migration 18 of records.db: registers of processing, retention, breaches.
-- name: schema
SELECT 1;
