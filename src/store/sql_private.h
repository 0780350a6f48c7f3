// SPDX-License-Identifier: Apache-2.0
// Private to sql.c and sql_tables.c: the connection of one question.
#pragma once

#include "db_internal.h"
#include "sql.h"

enum { SQL_STOPPED_OPERATIONS = 1, SQL_STOPPED_MEMORY, SQL_STOPPED_TIME, SQL_STOPPED_CANCEL };
struct sql_bound { // a table as SQLite's modules see it
    struct sql *sql;
    const struct sql_table *table;
};
struct sql {
    sqlite3 *handle;
    struct sql_bound *tables;
    const struct sql_limits *limits; // of the question under way
    uint64_t operations;
    int64_t started_us;
    int stopped;
    bool declaring;     // SQLite is being told the columns of a table
    cu_code table_code; // what a table failed with
    struct cu_error table_error;
};
bool sql_tables_add(struct sql *s, const struct sql_table *tables, size_t count); // sql_tables.c; false: no memory
bool sql_stopped(struct sql *s);
