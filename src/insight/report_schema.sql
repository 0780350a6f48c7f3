-- SPDX-License-Identifier: Apache-2.0
-- Migration 27 of records.db: saved reports, dashboards, annotations.
-- name: schema
SELECT 1;
