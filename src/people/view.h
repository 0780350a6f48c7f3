// SPDX-License-Identifier: Apache-2.0
// Private to people/: a person as JSON, and what the reading routes share.
#pragma once

#include "list.h"
#include "traits.h"

struct person { // opened for reading, permitted by the gate
    uint32_t root;
    const uint32_t *pnos;
    size_t count;
    struct roster_row row;
};
// The person behind {id} in rq's path: CU_NOT_FOUND, CU_ERASED, CU_REFUSED by the gate (purpose "service"). All its profiles
// are announced to the guard, with the names of what is about to be read.
cu_code person_load(struct people *p, struct db *d, struct request *rq, const char *fields, struct person *ret,
    struct cu_error *err) CU_MUST;
cu_code person_permitted(struct people *p, struct db *d, const uint32_t *pnos, size_t count, const struct caller *c,
    struct cu_error *err) CU_MUST;
cu_code person_id_of(struct request *rq, struct cu_uuid *ret, struct cu_error *err) CU_MUST;
void write_uuid(struct json_writer *w, const char *name, struct cu_uuid id);
cu_code person_write(struct people *p, struct db *d, struct request *rq, const struct person *who, struct json_writer *w, struct cu_error *err) CU_MUST;
cu_code person_merges_write(struct people *p, struct db *d, const struct person *who, struct sight *sight, struct json_writer *w, struct cu_error *err) CU_MUST;
cu_code person_events_write(struct people *p, struct db *d, struct request *rq, const struct person *who, struct cu_error *err) CU_MUST;
cu_code list_write(struct people *p, struct db *d, struct request *rq, const struct list_query *l, struct cu_error *err) CU_MUST;
const char *level_name(enum dict_level level);

extern const struct spec_field person_answer[], list_answer[], merge_fields[], order_items_answer[], event_items_answer[],
    history_answer[], rules_answer[], dry_run_answer[], undeclared_answer[], lookup_answer[], merged_answer[];
// Runs fn with a reading connection.
typedef cu_code people_reading(struct people *p, struct db *d, struct request *rq, struct cu_error *err);
cu_code people_with_reader(struct request *rq, people_reading *fn, struct cu_error *err) CU_MUST;
cu_code people_post_merge(struct request *rq, struct cu_error *err) CU_MUST;
cu_code people_post_unmerge(struct request *rq, struct cu_error *err) CU_MUST;
cu_code people_delete_person(struct request *rq, struct cu_error *err) CU_MUST;
cu_code rules_get(struct request *rq, struct cu_error *err) CU_MUST;     // GET /v1/identity-rules
cu_code rules_dry_run(struct request *rq, struct cu_error *err) CU_MUST; // POST /v1/identity-rules/dry-run
