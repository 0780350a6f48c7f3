// SPDX-License-Identifier: Apache-2.0
// A module is a row: everything the dispatcher, the documentation and the tests need to know of it.
// app/modules.c has the list; core code never names a module.
#pragma once

#include "spec/request.h"
#include "db.h"

struct module {
    const char *name;
    const char *doc; // one sentence
    const struct spec_route *routes;
    size_t route_count;
    const struct spec_setting *settings;
    size_t setting_count;
    const struct spec_job *jobs;
    size_t job_count;
    const struct db_statement *const *statements; // NULL-terminated: NAME_sql_all of its .sql file
    const char *const *personal_tables;    // NULL-terminated; a test writes canaries through all of them
};
