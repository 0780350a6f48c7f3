// SPDX-License-Identifier: Apache-2.0
// Questions in SQL for analysts: read-only tables over people, events, orders and segments, as far as the
// caller's role sees them. Only what is declared P0 or P1 is there at all: sealed values never are. A question
// names its purpose (X-Custos-Purpose), is limited in work, time, memory and rows, can be cancelled, and stands
// in the audit log with the tables it looked at. Questions can be kept under a name (migration 15).
//
// Tables (question_tables.c, question_events.c): people, events, orders, segments, segment_members. Times are texts
// of ISO 8601 in UTC, so SQLite's date functions take them; money is in major units of its currency.
#pragma once

#include "audience.h"

#include "store/sql.h"

enum { QUESTION_ROWS_MAX = 10000, QUESTION_EXPORT_ROWS_MAX = 1000000, QUESTIONS_AT_ONCE = 2 };

struct questions;
struct questions_options {
    struct people *people;
    struct facts *facts;
    struct audiences *audiences;
    const char *currency; // of the shop
};
cu_code questions_open(const struct questions_options *o, struct questions **ret, struct cu_error *err) CU_MUST;
void questions_close(struct questions *q);

// The tables as one caller sees them; lives while a question is asked. Used by the routes and by tests.
#define QUESTION_TABLES_MAX 8
struct question_tables {
    const struct questions_options *o;
    const struct caller *caller;
    struct cu_arena *arena;
    const struct scan_persons *persons; // who belongs together, of one moment
    const struct seg_field **fields;    // columns of people from the fourth on
    size_t field_count;
    struct sql_table tables[QUESTION_TABLES_MAX];
    size_t table_count;
    uint32_t opened;                    // bit per table that was read
    int exponent;                       // of the shop's currency
};
cu_code question_tables_open(const struct questions_options *o, const struct caller *caller, struct cu_arena *a,
    struct question_tables *ret, struct cu_error *err) CU_MUST;
void question_tables_close(struct question_tables *t);

extern const struct module insight_question_module; // instance: struct questions *
