// SPDX-License-Identifier: Apache-2.0
// Questions in SQL over tables that the program provides: SQLite as the language, its virtual tables as the
// window. Nothing can be changed, attached or written: one SELECT (or WITH .. SELECT) at a time, authorised
// action by action, with limits on work, time, memory and rows. Source: https://www.sqlite.org/vtab.html,
// https://www.sqlite.org/security.html.
//
// Threads: one struct sql is one connection and belongs to one thread at a time; make one per question.
#pragma once

#include "base/memory.h"

#include <stdatomic.h>

enum sql_kind { SQL_NULL, SQL_INT, SQL_REAL, SQL_TEXT };
struct sql_value {
    enum sql_kind kind;
    int64_t number;
    double real;
    cu_str text;
};
struct sql_column {
    const char *name;   // as in SQL; lower case
    enum sql_kind kind; // what its values are, when not NULL
    const char *doc;
    bool filter;        // the table reads less when it knows a comparison with this column
};
enum sql_compare { SQL_EQ, SQL_LT, SQL_LE, SQL_GT, SQL_GE };
struct sql_filter { // a hint: rows it does not hold for are left out by SQLite in any case
    int column;
    enum sql_compare compare;
    struct sql_value value;
};
struct sql_table {
    const char *name, *doc;
    const struct sql_column *columns;
    size_t column_count;
    double rows; // about how many
    // Begins reading; used: bit per column that the question looks at (bit 63: any from there on).
    cu_code (*open)(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret_cursor,
        struct cu_error *err);
    cu_code (*next)(void *cursor, bool *ret_row, struct cu_error *err);
    void (*value)(void *cursor, int column, struct sql_value *ret); // of the current row; valid until next
    void (*close)(void *cursor);
    void *context;
};

struct sql;
// The tables outlive it.
cu_code sql_open(const struct sql_table *tables, size_t count, struct sql **ret, struct cu_error *err) CU_MUST;
void sql_close(struct sql *s); // NULL is fine

struct sql_limits {
    uint64_t operations;       // of SQLite's virtual machine
    int64_t ms;                // from the call on
    uint64_t rows;             // of the answer; more are not read
    int64_t memory;            // bytes beyond what SQLite uses at the call
    const atomic_bool *cancel; // may be NULL
};
struct sql_stats {
    uint64_t rows, operations;
    bool truncated;            // there were more rows than the limit
    int64_t took_us;
};
struct sql_sink { // where the answer goes
    // Names and count of the columns, once, before any row. Valid during the call.
    cu_code (*columns)(void *context, const char *const *names, size_t count, struct cu_error *err);
    cu_code (*row)(void *context, const struct sql_value *values, size_t count, struct cu_error *err);
    void *context;
};
// CU_INVALID, field "sql": not SQL, not one SELECT, an unknown table or column (SQLite's words, with the place);
// CU_TOO_LARGE: over operations or memory; CU_TIMEOUT; CU_UNAVAILABLE: cancelled; else what a table or the sink returned.
cu_code sql_ask(struct sql *s, cu_str text, const struct sql_limits *limits, const struct sql_sink *sink, struct sql_stats *ret,
    struct cu_error *err) CU_MUST;
