// SPDX-License-Identifier: Apache-2.0
// Questions of Insight: one way to ask for every figure about everybody (POST /v1/insight/query). Each kind of question is
// a row: its fields, its answer, its machine. What all kinds share stands here: the period in days of the shop's zone, who
// is counted (a segment, those who allow analytics), which groups are too small to be shown, limits of work, the answer kept
// for the next one who asks. Console, dashboards, scheduled mails, targets and the command line ask this way and no other.
//
// Threads: any; answers are kept under a lock of the desk.
#pragma once

#include "audience.h"
#include "machines.h"
#include "order_book.h"
#include "spend.h"

struct insight_desk;
struct insight_desk_options {
    struct people *people;
    struct facts *facts;
    struct audiences *audiences;
    struct gate *gate;            // who is restricted; NULL: nobody
    struct order_book *orders;
    struct spend *spend;
    const struct text_zone *zone; // of the shop
    const char *zone_name, *currency;
    int64_t small_group;          // figures about fewer people are not shown where the answer leaves trusted hands; 0: never hidden
};
cu_code insight_desk_open(const struct insight_desk_options *o, struct insight_desk **ret, struct cu_error *err) CU_MUST;
void insight_desk_close(struct insight_desk *d);
const struct insight_desk_options *insight_desk_options(const struct insight_desk *d);

// One question while it is answered.
struct insight_query {
    struct insight_desk *desk;
    const struct insight_desk_options *o;
    const struct insight_kind *kind;
    struct spec_values question;      // decoded by the kind's fields
    int32_t from_day, to_day;         // days of the shop's zone, from <= day < to
    int64_t from_ms, to_ms;           // the same as moments
    const struct scan_persons *persons;
    const struct dictionary *dictionary;
    const roaring_bitmap_t *among;    // roots that are counted; NULL: everybody
    struct scan_limits limits;        // with `among`, the time limit and cancelling: for every scan
    struct cu_arena *arena;
    const struct caller *caller;
    int64_t small_group;              // in force for this answer; 0: nothing is hidden
    uint64_t left_out;                // persons who are not counted because they do not allow analytics
    uint64_t hidden;                  // figures that were not shown because the group is small: kinds count up
    uint64_t damaged_blocks;          // kinds add their scans' (struct scan_stats)
};
static inline struct timeline *insight_timeline(const struct insight_query *q)
{
    return people_timeline(q->o->people);
}
// A kind of question.
struct insight_kind {
    const char *name, *doc;
    const struct spec_field *body;    // fields of "question"
    const struct spec_field *answer;  // members of "answer"
    const char *table;                // the list of the answer that a file shows when there are no "rows"; NULL: the longest
    // Writes the members of the answer into the open object.
    cu_code (*run)(struct insight_query *q, struct json_writer *w, struct cu_error *err);
    // The people behind one figure of the answer (roots, added to the bitmap), named by `pick`, an object that the kind
    // explains in pick_doc; NULL: this kind has no lists of people.
    cu_code (*people)(struct insight_query *q, json pick, roaring_bitmap_t *ret, struct cu_error *err);
    const char *pick_doc;
};
extern const struct insight_kind *const insight_kinds[]; // NULL-terminated; query_kinds.c
const struct insight_kind *insight_kind_find(cu_str name);

// Small groups. A group of 1 .. small_group - 1 people is small; its figures are written as null. Where exactly one group of a
// table with a shown total is small, the next smallest is hidden too: else it follows from the rest. hidden[] is set.
bool insight_small(const struct insight_query *q, uint64_t people);
void insight_hide(struct insight_query *q, const uint64_t *people, size_t count, bool *hidden);

// The names of kinds (events) in questions: the number of one, 0 with CU_OK when no such event ever came ("" or "*": any, also 0
// with *ret_any). Aliases of the dictionary count. CU_INVALID never: an event that never came is no fault, its figures are 0.
uint32_t insight_event(const struct insight_query *q, cu_str name, bool *ret_any);

// Asks in C. body: the same JSON as of POST /v1/insight/query; the whole answer is appended to out. For dashboards, mails,
// targets and tests; caller as the dispatcher made it, or of the house (then small groups are hidden).
cu_code insight_ask(struct insight_desk *d, const struct caller *caller, cu_str body, struct cu_buf *out, struct cu_error *err) CU_MUST;

extern const struct module insight_query_module; // instance: struct insight_desk
