// SPDX-License-Identifier: Apache-2.0
// A request as staff see it. Private to rights*.c.
#pragma once

#include "rights_private.h"

// What executing it needs besides SPEC_RIGHTS_WRITE.
enum spec_permission rights_permission(enum rights_right r);
// Members of an open object. person, label: of f->pno when there is one.
void rights_print_row(const struct rights_full *f, struct cu_uuid person, cu_str label, struct json_writer *w);
// All that rights_print_row leaves out; the caller asked the gate and announced the person.
cu_code rights_print_all(struct rights *r, struct db *d, const struct rights_full *f, struct request *rq, struct json_writer *w,
    struct cu_error *err) CU_MUST;
cu_code rights_print_own(struct rights *r, const struct rights_full *f, const struct caller *caller, struct json_parser *parser,
    struct cu_arena *a, struct json_writer *w, struct cu_error *err) CU_MUST;
