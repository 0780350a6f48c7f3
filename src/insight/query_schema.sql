-- SPDX-License-Identifier: Apache-2.0
-- Migration 15 of records.db: saved questions in SQL. They are the staff's own words and hold no value of a customer.
-- name: schema
CREATE TABLE saved_query (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    sql TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL       -- staff number; -1 the local operator
) STRICT, WITHOUT ROWID;
