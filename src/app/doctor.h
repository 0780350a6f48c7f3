// SPDX-License-Identifier: Apache-2.0
// The doctor: examines a data folder and says in words what is wrong and how to mend it. It changes
// nothing. On a folder that a server holds it asks the server and leaves the files alone.
#pragma once

#include "command.h"

enum { DOCTOR_ROWS_MAX = 24 };
struct doctor_report {
    size_t count;
    struct {
        const char *name;
        cu_code code;
        char text[320];
    } rows[DOCTOR_ROWS_MAX];
};
cu_code doctor_examine(struct command *c, struct doctor_report *ret, struct cu_error *err) CU_MUST;
