-- index.db: where an identifier is found. Never in a backup; rebuilt from records.db.
-- name: schema
CREATE TABLE index_meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    folder BLOB NOT NULL,
    generation INTEGER NOT NULL,      -- -1 while being rebuilt
    norm_version INTEGER NOT NULL     -- TEXT_NORM_VERSION
) STRICT;
CREATE TABLE identifier_tag (
    tag BLOB PRIMARY KEY,             -- keyed BLAKE2b-128 of kind and normalised value
    pno INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    identifier INTEGER NOT NULL,
    generation INTEGER NOT NULL       -- batch that wrote it
) STRICT, WITHOUT ROWID;
-- Rows the last batch removed or changed, as they were: undone when records.db did not follow.
CREATE TABLE tag_before (
    tag BLOB NOT NULL,
    pno INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    identifier INTEGER NOT NULL,
    tag_generation INTEGER NOT NULL,
    generation INTEGER NOT NULL
) STRICT;

-- Version 2: versions of the key of the tags. While it is rotated the rows are built anew beside those in force, and
-- take their place in one transaction (reindex.c).
-- name: versions
ALTER TABLE index_meta ADD COLUMN tag_version INTEGER NOT NULL DEFAULT 1;
CREATE TABLE identifier_tag_next (
    tag BLOB PRIMARY KEY,
    pno INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    identifier INTEGER NOT NULL,
    generation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identifier_tag_next_by_identifier ON identifier_tag_next (identifier);
