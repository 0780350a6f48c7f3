-- SPDX-License-Identifier: Apache-2.0
-- Migration 30 of records.db: what advertising cost. Nothing personal.
-- name: schema
CREATE TABLE spend (
    day INTEGER NOT NULL,       -- days since 1970, as the advertiser's report says
    channel TEXT NOT NULL,      -- channel_name
    campaign TEXT NOT NULL,     -- '': of no campaign
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,    -- minor units of the currency
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    PRIMARY KEY (day, channel, campaign)
) STRICT, WITHOUT ROWID;
