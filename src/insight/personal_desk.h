// SPDX-License-Identifier: Apache-2.0
// What personal.c and the routes over slots and personalisation share. Others use personal.h.
#pragma once

#include "base/limit.h"
#include "personal.h"
#include "segment_desk.h"

struct personal_cache; // identifiers asked for lately -> profile
struct personal {
    struct personal_options options;
    struct slots *slots;
    struct limit *limit;           // by address, for browsers
    struct personal_cache *cache;
    struct cu_metric *seconds;
};

// Who it is for: *ret_person 0: nobody is known by it.
cu_code personal_find(struct personal *p, cu_str id, uint32_t *ret_person, struct cu_error *err) CU_MUST;
cu_code personal_find_browser(struct personal *p, cu_str anonymous_id, uint32_t *ret_person, struct cu_error *err) CU_MUST;
struct personal_question {
    uint32_t person;      // 0: not known
    cu_str purpose, slots; // names with commas; CU_NONE: all
    const struct caller *caller; // whose view of the levels bounds the traits; NULL: a browser
};
cu_code personal_answer(struct personal *p, const struct personal_question *q, struct json_writer *w,
    struct cu_error *err) CU_MUST;

cu_code personal_get(struct request *rq, struct cu_error *err) CU_MUST;
cu_code personal_get_browser(struct request *rq, struct cu_error *err) CU_MUST;
cu_code personal_script(struct request *rq, struct cu_error *err) CU_MUST;
cu_code slots_get_list(struct request *rq, struct cu_error *err) CU_MUST;
cu_code slots_get_one(struct request *rq, struct cu_error *err) CU_MUST;
cu_code slots_put_one(struct request *rq, struct cu_error *err) CU_MUST;
cu_code slots_delete_one(struct request *rq, struct cu_error *err) CU_MUST;
cu_code slots_preview(struct request *rq, struct cu_error *err) CU_MUST;
