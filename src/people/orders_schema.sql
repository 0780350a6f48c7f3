-- SPDX-License-Identifier: Apache-2.0
-- Migration 2 of records.db. order_version is the evidence: one row per message about an order, from
-- whatever door. orders is folded from it and never written by anything else. Money is in minor units of the row's currency; NULL: the message does not say.
-- name: schema
CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE,
    pno INTEGER NOT NULL,          -- profile; 0: nobody's (guest) order
    status INTEGER NOT NULL,       -- enum order_status
    source INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    placed_ms INTEGER NOT NULL,
    day INTEGER NOT NULL,          -- UTC day of placing, days since 1970
    currency TEXT NOT NULL,
    in_shop_currency INTEGER NOT NULL, -- other currencies are kept but not added to the shop's totals
    total INTEGER NOT NULL,
    revenue INTEGER NOT NULL,      -- 0 once cancelled
    shipping INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    discount INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    coupon TEXT
) STRICT;
CREATE INDEX orders_by_person ON orders (pno, placed_ms, number);
CREATE INDEX orders_by_day ON orders (day, pno, in_shop_currency, status, revenue, refunded);

CREATE TABLE order_version (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES orders (number),
    kind INTEGER NOT NULL,         -- enum order_kind
    pno INTEGER NOT NULL,
    source INTEGER NOT NULL,
    import INTEGER NOT NULL,       -- 0: not imported
    import_row INTEGER NOT NULL,
    seq INTEGER NOT NULL UNIQUE,   -- journal: the message itself
    time_ms INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    currency TEXT,
    total INTEGER,
    revenue INTEGER,
    subtotal INTEGER,
    shipping INTEGER,
    tax INTEGER,
    discount INTEGER,
    line_count INTEGER NOT NULL,
    line_sum INTEGER NOT NULL,
    line_hash INTEGER NOT NULL,    -- recognises the same lines said twice
    lines_unpriced INTEGER NOT NULL,
    lines_live INTEGER NOT NULL,   -- 1: these lines are (part of) the order's
    lines BLOB,                    -- product lines, packed by orders_lines.c
    refund_id TEXT,
    coupon TEXT,
    added INTEGER NOT NULL,        -- what it added to revenue when it came (for replaying the timeline)
    extras BLOB                    -- sealed: personal and undeclared properties
) STRICT;
CREATE INDEX order_version_by_order ON order_version (number, time_ms, seq);
CREATE INDEX order_version_by_person ON order_version (pno) WHERE pno > 0;
CREATE INDEX order_version_by_import ON order_version (import, number) WHERE import > 0;
CREATE INDEX order_version_by_sample ON order_version (number) WHERE sample = 1;
