// SPDX-License-Identifier: Apache-2.0
// What the files behind the routes over segments share. Others use segment_routes.h.
#pragma once

#include "people/sight.h"
#include "segment_routes.h"

#include <pthread.h>

struct segment_name {
    uint32_t number;
    char name[AUDIENCE_NAME_MAX + 1];
    char title[128];
};
struct segments {
    struct segments_options options;
    pthread_rwlock_t lock;       // names
    struct segment_name *names;  // by number, ascending; lifecycle stages are not among them
    size_t name_count;
    struct persona_cards *cards; // persona.c
};

// --- segments.c
cu_code segments_refresh(struct segments *s, struct cu_error *err) CU_MUST; // the names again, after a change
bool segments_named(struct segments *s, uint32_t number, struct segment_name *ret);
// The row of the segment in rq's path.
cu_code segment_of_path(struct request *rq, struct audience_row *ret, struct cu_error *err) CU_MUST;
// The person of an id, or behind {id} in rq's path, whom the gate lets this caller read; announced.
cu_code segment_read_person(struct segments *s, struct request *rq, struct db *d, cu_str text, uint32_t *ret_root,
    struct cu_error *err) CU_MUST;
cu_code segment_person(struct request *rq, struct db *d, uint32_t *ret_root, struct cu_error *err) CU_MUST;
// Persons with their labels as far as the caller sees them: {"id","label","shown"} inside an open object.
struct segment_people {
    struct people_label *labels;
    struct cu_uuid *ids;
    bool *there; // still
};
cu_code segment_people_load(struct request *rq, struct db *d, const uint32_t *people, size_t count,
    struct segment_people *ret,
    struct cu_error *err) CU_MUST;
void segment_person_write(struct json_writer *w, const struct segment_people *p, size_t i);
// Runs fn with a reading connection.
typedef cu_code segment_reading(struct segments *s, struct db *d, struct request *rq, struct cu_error *err);
cu_code segments_with_reader(struct request *rq, segment_reading *fn, struct cu_error *err) CU_MUST;
cu_code segment_catalog_of(struct segments *s, const struct seg_catalog **ret,
    struct cu_error *err) CU_MUST; // audience_catalog_done

cu_code segment_row_write(struct segments *s, const struct audience_row *row, struct json_writer *w,
    struct cu_error *err) CU_MUST;

// Runs fn with the catalogue of the dictionary in force.
typedef cu_code segment_asking(struct request *rq, const struct seg_catalog *c, struct cu_error *err);
cu_code segment_with_catalog(struct request *rq, segment_asking *fn, struct cu_error *err) CU_MUST;
cu_code segment_get_catalog(struct request *rq, struct cu_error *err) CU_MUST;  // segment_preview.c
cu_code segment_post_preview(struct request *rq, struct cu_error *err) CU_MUST;

// --- who may be used for a purpose, from memory (facts.h): for counts of many
struct held_back {
    uint64_t count, by[GATE_REASON_COUNT];
};
struct purpose_view { // how facts know a purpose
    const struct seg_field *field; // its consent; NULL: nobody spoke of it yet
    const struct dictionary *dictionary;
    cu_str purpose;
};
cu_code segment_purpose(struct segments *s, const struct seg_catalog *c, cu_str purpose, struct purpose_view *ret,
    struct cu_error *err) CU_MUST;
enum gate_reason segment_may(struct segments *s, const struct purpose_view *v, uint32_t person);
void segment_held_back_write(struct json_writer *w, const struct held_back *h); // {"count","reasons"}

// --- answers and queries (segment_answers.c)
extern const struct spec_field segment_answer[], segment_one_answer[], segment_list_answer[], segment_check_answer[],
    segment_complete_answer[], segment_catalog_answer[], segment_preview_answer[], segment_people_answer[],
        segment_why_answer[],
    segment_history_answer[], segment_sizes_answer[], segment_overlap_answer[], segment_person_answer[], segment_path[],
    segment_put_body[], segment_definition_body[], segment_complete_body[], segment_personas_answer[];
