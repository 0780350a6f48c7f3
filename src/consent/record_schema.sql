-- SPDX-License-Identifier: Apache-2.0
-- Migration 16 of records.db: records of consent, wordings, policies.
-- name: schema
SELECT 1;
