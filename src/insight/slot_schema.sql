-- SPDX-License-Identifier: Apache-2.0
-- Migration 14 of records.db: contents per segment, personas.
-- name: schema
SELECT 1;
