-- SPDX-License-Identifier: Apache-2.0
-- Migration 14 of records.db: contents per segment (slots), borders of RFM groups, lifecycle stages. Nothing personal.
-- name: schema
CREATE TABLE slot (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    rules TEXT NOT NULL,           -- JSON: [{"segment","variant","content"}], the first that holds
    fallback TEXT NOT NULL,        -- JSON: the content for everybody else
    hold_out_permille INTEGER NOT NULL,
    public INTEGER NOT NULL,       -- 1: browsers may ask for it with a source's write key
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
) STRICT;

CREATE TABLE rfm_group (           -- borders that differ from the built-in ones: all eleven rows or none
    number INTEGER PRIMARY KEY,    -- index into rfm_group_names
    recency_from INTEGER NOT NULL,
    recency_to INTEGER NOT NULL,
    frequency_monetary_from INTEGER NOT NULL,
    frequency_monetary_to INTEGER NOT NULL
) STRICT;

CREATE TABLE lifecycle_stage (
    number INTEGER PRIMARY KEY,    -- index into lifecycle_names; never used again for another name
    name TEXT NOT NULL UNIQUE,
    doc TEXT NOT NULL,
    place INTEGER NOT NULL         -- order of asking from 0; -1: no stage any more
) STRICT;
