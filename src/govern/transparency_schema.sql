-- SPDX-License-Identifier: Apache-2.0
-- Migration 25 of records.db: what the shop says of itself on the transparency page, and the versions of the page.
-- Nothing of a customer: names in here are published.
-- name: schema
CREATE TABLE transparency_setting (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    document TEXT NOT NULL,        -- canonical JSON: controller, officer, texts, what is shown
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL    -- staff; 0: the local operator
) STRICT;
CREATE TABLE transparency_version (
    version INTEGER PRIMARY KEY,
    made_ms INTEGER NOT NULL,
    document TEXT NOT NULL,        -- canonical JSON {"content","made","type","version"}: what was noted in the audit log
    proof TEXT NOT NULL            -- JSON, as proof.h prints it
) STRICT;
