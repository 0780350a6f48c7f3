-- SPDX-License-Identifier: Apache-2.0
-- DATA/audiences.db: who entered and left which segment when. Numbers and times; nothing that names a person.
-- Moves and bulks share one count of ids, which is the order of what happened.
-- name: schema
CREATE TABLE move (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,        -- segment
    person INTEGER NOT NULL,        -- root profile number at that time
    at_ms INTEGER NOT NULL,
    entered INTEGER NOT NULL        -- 1 entered, 0 left
) STRICT;
CREATE INDEX move_segment ON move (number, id);
CREATE INDEX move_person ON move (person, number, id);

-- Many at one moment: a segment was filled or its definition changed.
CREATE TABLE bulk (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    entered BLOB NOT NULL,          -- roaring bitmaps, portable form
    gone BLOB NOT NULL
) STRICT;
CREATE INDEX bulk_segment ON bulk (number, id);

CREATE TABLE size (
    number INTEGER NOT NULL,
    hour INTEGER NOT NULL,          -- hours since 1970
    entered INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    size INTEGER NOT NULL,          -- at its end
    PRIMARY KEY (number, hour)
) STRICT, WITHOUT ROWID;

-- Who is in it, as of the move with this id: what follows is applied at start.
CREATE TABLE snapshot (
    number INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,       -- of the definition that was decided by
    move INTEGER NOT NULL,
    people BLOB NOT NULL
) STRICT;

-- People whose erasure began: their rows go when it is certain.
CREATE TABLE erase (
    person INTEGER PRIMARY KEY
) STRICT;
