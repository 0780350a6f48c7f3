-- SPDX-License-Identifier: Apache-2.0
-- Migration 28 of records.db: targets and what they found, notes on charts. Words of the staff and figures of the shop; nobody's data.
-- name: schema
CREATE TABLE annotation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day INTEGER NOT NULL,             -- of the shop's zone, since 1970
    to_day INTEGER NOT NULL,          -- last day; day itself for a moment
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    made_by INTEGER NOT NULL          -- staff; 0 the local operator
) STRICT;
CREATE INDEX annotation_day ON annotation (day);
CREATE TABLE target (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    metric TEXT NOT NULL,             -- "revenue", "average_order_value:shopify"
    filters TEXT NOT NULL,            -- JSON array, as of a report
    segment TEXT NOT NULL,            -- '' everybody
    period INTEGER NOT NULL,          -- enum target_period
    kind INTEGER NOT NULL,            -- enum target_kind
    value REAL NOT NULL,              -- in the metric's unit
    tell TEXT NOT NULL,               -- JSON array: "today", "mail:<staff>", "webhook:<url>"
    version INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    checked_ms INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    current REAL,                     -- of the period that runs
    reached REAL,                     -- share of the target
    low REAL, high REAL,              -- what would be usual
    fault TEXT NOT NULL DEFAULT ''    -- why it could not be looked at
) STRICT, WITHOUT ROWID;
CREATE TABLE target_alert (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    title TEXT NOT NULL,              -- of the target then
    period_day INTEGER NOT NULL,      -- first day of the period it is about
    at_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    low REAL, high REAL,
    words TEXT NOT NULL,
    seen_ms INTEGER NOT NULL DEFAULT 0,
    seen_by INTEGER NOT NULL DEFAULT 0,
    UNIQUE (target, period_day)
) STRICT;
CREATE TABLE target_telling (         -- an alert on its way out of the house
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL REFERENCES target_alert (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    state INTEGER NOT NULL,           -- 1 waits, 2 told, 3 given up
    tries INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    fault TEXT NOT NULL
) STRICT;
CREATE INDEX target_telling_next ON target_telling (next_ms) WHERE state = 1;
CREATE INDEX target_telling_alert ON target_telling (alert);
