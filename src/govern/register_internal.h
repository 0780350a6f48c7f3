// SPDX-License-Identifier: Apache-2.0
// Shared by govern/register*.c only.
#pragma once

#include "register.h"

#include "audit_internal.h"
#include "staff_rows.h"

#define REGISTER_DOCUMENT_MAX ((size_t)8 << 20)
enum {
    REGISTER_NAME_MAX = 64,
    REGISTER_TITLE_MAX = 200,
    REGISTER_SUMMARY_MAX = 16000,
    REGISTER_PURPOSES_MAX = 1000,
    REGISTER_ASSESSMENTS_MAX = 1000,
    REGISTER_FLOWS_MAX = 2048
};

struct register_flow { // a source delivered events of this name
    uint32_t source, kind;
    uint64_t count;
    int64_t last_ms;
};
struct registers {
    struct registers_options options;
    struct people *people;
    struct govern *govern;
    pthread_mutex_t lock; // flows
    struct register_flow *flows, *counting;
    size_t flow_count;
    bool flows_cut;
    uint64_t counted_events;
    int64_t counted_ms, next_count_us; // when they were counted; earliest again
    pthread_mutex_t refreshing;
};

// --- flows (register_flow.c)

enum { REGISTER_FLOW_DAYS = 30 };
cu_code register_count_flows(
    struct registers *r, struct cu_error *err) CU_MUST; // events of the last days, by source and name
cu_code register_count_exports(struct registers *r, struct cu_error *err) CU_MUST; // goes on reading the audit log
cu_code register_flows_known(struct registers *r, struct cu_error *err) CU_MUST;   // counts them, when nobody has yet
// A copy in the arena, by source, then name.
cu_code register_flows(
    struct registers *r, struct cu_arena *a, struct register_flow **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code register_flows_write(struct registers *r, struct db *d, struct cu_arena *a, struct json_writer *w,
    struct cu_error *err) CU_MUST; // with counts
cu_code register_flows_document(
    struct registers *r, struct db *d, struct cu_arena *a, struct json_writer *w, struct cu_error *err) CU_MUST; // without
extern const struct spec_field register_flows_fields[];

// --- assessments (register_assess.c)

struct register_assessment { // in the arena
    cu_str name, kind, title, owner, state, risk, purposes, recipient, summary, actor;
    int64_t review_ms, decided_ms, made_ms, changed_ms, actor_id;
};
cu_code register_assessments(
    struct db *d, struct cu_arena *a, struct register_assessment **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code register_get_assessments(struct request *rq, struct cu_error *err) CU_MUST;
cu_code register_put_assessment(struct request *rq, struct cu_error *err) CU_MUST;
cu_code register_delete_assessment(struct request *rq, struct cu_error *err) CU_MUST;
extern const struct spec_field register_assess_path[], register_assess_body[], register_assess_answer[],
    register_assess_list_answer[];
bool register_in_list(cu_str list, cu_str name); // by commas

// --- what there is (register_document.c)

struct register_world { // everything the record is made of, read once; in the arena
    const struct dictionary *dictionary;
    struct recipient_row *recipients;
    size_t recipient_count;
    struct register_assessment *assessments;
    size_t assessment_count;
    json setting; // of the transparency page: controller, officer; may be absent
    struct json_parser *parser;
};
cu_code register_world_load(
    struct registers *r, struct db *d, struct cu_arena *a, struct register_world *ret, struct cu_error *err) CU_MUST;
void register_world_clear(struct register_world *w);
bool register_in_eea(cu_str country);
bool register_receives(const struct recipient_row *row, cu_str purpose);
cu_str register_safeguard(const struct recipient_row *row); // "": nothing is said
// The record as it is now, canonical.
cu_code register_document(struct registers *r, struct db *d, struct cu_buf *out, struct cu_error *err) CU_MUST;
// The record in force at a time: the newest version made before it. *ret_made_ms: when. CU_NOT_FOUND: older than all of
// them.
cu_code register_document_at(struct registers *r, struct db *d, int64_t at_ms, struct cu_buf *out, int64_t *ret_made_ms,
    struct cu_error *err) CU_MUST;
extern const struct spec_field register_document_fields[]; // members of its JSON

// --- pure: register_diff.c, register_print.c

// Elements of an open array: {"row","change","before","after"}; rows in order of the document after, then what went.
// Things that have a name are compared by it, lists of texts as sets.
void register_diff(json before, json after, struct json_writer *w);
void register_print_csv(json document, struct cu_buf *out);
void register_print_html(json document, int64_t at_ms, struct cu_buf *out);

// --- register_map.c, register_due.c: handlers
cu_code register_get_map(struct request *rq, struct cu_error *err) CU_MUST;
cu_code register_get_due(struct request *rq, struct cu_error *err) CU_MUST;
extern const struct spec_field register_map_query[], register_map_answer[], register_due_query[], register_due_answer[];
