// SPDX-License-Identifier: Apache-2.0
// What the routes over segments share: definitions from requests, faults in refusals, persons in answers.
// Handlers of segment_routes*.c, segment_export*.c, lifecycle_routes.c, persona*.c, events_routes*.c; instance:
// struct segments.
#pragma once

#include "rfm.h"

#include <roaring/roaring.h>

struct segments;
struct segments_options {
    struct people *people;
    struct gate *gate;
    struct facts *facts;
    struct audiences *audiences;
    const char *currency;
};
cu_code segments_open(const struct segments_options *o, struct segments **ret, struct cu_error *err) CU_MUST;
void segments_close(struct segments *s); // NULL is fine
extern const struct module insight_segment_module, insight_segment_people_module, insight_persona_module,
    insight_explore_module; // instance: struct segments

// --- definitions

// The faults as the member "faults" of the refusal that follows.
void segment_faults_say(struct request *rq, const struct seg_faults *f);
void segment_faults_write(struct json_writer *w, const struct seg_faults *f);
extern const struct spec_field segment_faults_fields[]; // the members of a fault
// The definition of a body with "text" or "definition" (exactly one): parsed and checked, in the request's arena. CU_INVALID
// with the member's name as field and its faults in *faults, said in the refusal when `say`.
cu_code segment_definition(struct request *rq, const struct seg_catalog *c, bool say, struct seg_node **ret,
    struct seg_faults *faults,
    struct cu_error *err) CU_MUST;
bool segment_reserved(cu_str name); // a lifecycle stage: changed there and nowhere else
