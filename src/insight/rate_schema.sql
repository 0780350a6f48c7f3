-- SPDX-License-Identifier: Apache-2.0
-- Migration 29 of records.db: exchange rates by day. Nothing personal.
-- name: schema
CREATE TABLE rate (
    base TEXT NOT NULL,
    currency TEXT NOT NULL,
    day INTEGER NOT NULL,       -- days since 1970
    rate_e10 INTEGER NOT NULL,  -- units of currency for one of base, ten decimals
    PRIMARY KEY (base, currency, day)
) STRICT, WITHOUT ROWID;
