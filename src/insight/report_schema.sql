-- SPDX-License-Identifier: Apache-2.0
-- Migration 27 of records.db: dashboards, saved views, links to dashboards, scheduled letters. The staff's own words: no value of
-- a customer is in any of them. Members of staff stand here by number.
-- name: schema
CREATE TABLE dashboard (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    doc TEXT NOT NULL,
    tiles TEXT NOT NULL,              -- JSON, every member of every tile
    period TEXT NOT NULL,
    compare TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL       -- staff number; -1 the local operator
) STRICT, WITHOUT ROWID;
CREATE TABLE dashboard_share (
    id INTEGER PRIMARY KEY,
    dashboard TEXT NOT NULL REFERENCES dashboard (name) ON DELETE CASCADE,
    hash BLOB NOT NULL UNIQUE,        -- of the token; the token itself is kept nowhere
    made_ms INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX dashboard_share_of ON dashboard_share (dashboard);
CREATE TABLE dashboard_schedule (
    dashboard TEXT PRIMARY KEY REFERENCES dashboard (name) ON DELETE CASCADE,
    every TEXT NOT NULL,              -- day, week, month
    hour INTEGER NOT NULL,            -- of the shop's zone
    due_ms INTEGER NOT NULL,          -- the due time that was served last: moves on in the transaction that takes the letters
    sent_ms INTEGER,                  -- when that was
    outcome TEXT NOT NULL,            -- of that: "", "sent", or the name of an error
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE dashboard_reader (
    dashboard TEXT NOT NULL REFERENCES dashboard_schedule (dashboard) ON DELETE CASCADE,
    staff_id INTEGER NOT NULL,
    PRIMARY KEY (dashboard, staff_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE saved_view (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    query TEXT NOT NULL,              -- JSON
    show TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
