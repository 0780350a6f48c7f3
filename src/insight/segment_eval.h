// SPDX-License-Identifier: Apache-2.0
// A definition compiled into small machines that run over one person's events and facts, at a given
// moment. Pure: the same person, events and moment give the same answer; everything live is built on that.
//
// When can an answer change without news? Only when one of the person's events crosses an edge of a window
// it is counted in, or a date or calendar window does. Each answer says the earliest such moment, so nobody is
// looked at again before it.
#pragma once

#include "segment.h"
#include "store/scan.h"
#include "text/zone.h"

struct seg_program;
struct seg_compile {
    const struct seg_catalog *catalog; // it and its dictionary live as long as the program
    struct timeline *timeline;      // names of events to kinds
    const struct text_zone *zone;   // of the shop
    int32_t minor_units;            // of one unit of the shop's currency, for "revenue"; 0: 100
    // Number of a segment by name, for SEG_MEMBER; 0: there is none. May be NULL.
    uint32_t (*segment)(void *context, cu_str name);
    uint32_t (*source)(void *context, cu_str name); // number of a source by name, for "source"; 0: none. May be NULL.
    void *context;
};
// The checked definition is copied. CU_INVALID: as seg_check. An event nobody ever sent is no fault: its kind is looked for
// again by seg_program_refresh.
cu_code seg_compile(const struct seg_node *checked, const struct seg_compile *o, struct seg_program **ret,
    struct cu_error *err) CU_MUST;
void seg_program_free(struct seg_program *p);
const struct seg_node *seg_program_node(const struct seg_program *p);
// What to read: kinds, columns, wants, from the oldest time that can matter at now (or later) to the newest. Its arrays are
// valid until the program is refreshed or freed. False: no event matters, or none of these kinds ever came.
bool seg_program_plan(const struct seg_program *p, int64_t now_ms, struct scan_plan *ret);
size_t seg_program_fields(const struct seg_program *p, const struct seg_field *const **ret); // facts wanted, in this order
size_t seg_program_members(const struct seg_program *p, const uint32_t **ret);                // segments asked for
// Does an event of this kind matter to it? After a new kind appeared: seg_program_refresh makes it so.
bool seg_program_kind(const struct seg_program *p, uint32_t kind);
// Looks again for kinds that did not exist before; nobody else may use the program meanwhile.
cu_code seg_program_refresh(struct seg_program *p, struct cu_error *err) CU_MUST;

struct seg_fact { // one field of one person
    bool known;
    struct seg_value value;
    const struct seg_value *more; // further values of a list ("identifiers"): a test holds when any matches, IS_NOT when none
    uint32_t more_count;
};
struct seg_stay { // of one person in one segment
    bool in;
    int64_t entered_ms, left_ms; // last time; INT64_MIN: never
};
struct seg_person {
    uint32_t person;              // root profile number
    uint64_t id_hash;             // of the public id, for samples
    const struct scan_rows *rows; // by the program's plan (or of a merged plan, see columns); NULL: no events
    const uint16_t *columns;      // plan column of the program -> column of rows; NULL: the same
    const struct seg_fact *facts; // in the order of seg_program_fields
    struct seg_stay (*stay)(void *context, uint32_t segment, uint32_t person);
    void *context;
};
struct seg_answer {
    bool in;
    int64_t until_ms; // the answer holds at least until (exclusive) if nothing new comes; INT64_MAX: for ever
};
// Rows later than now_ms are not seen (a clock that is ahead somewhere; "as it was then"). until_ms is never too late; it
// is too early for about one of thirty named moments of random definitions (tests/unit/insight/test_eval_random.c).
// Nothing is allocated (but for folding a fact's text of kilobytes). Time is O(rows) a clause; sequences: segment_sequence.c.
//
// What measures come to without a matching event: count, days, distinct and sum are 0; everything else is absent.
// Different texts are different byte by byte. An average is compared without dividing, sums are of 128 bits.
// Dates (no time of day) are the shop's local days; a list in `sum` counts every element.
void seg_eval(const struct seg_program *p, const struct seg_person *person, int64_t now_ms, struct seg_answer *ret);
// Does each node hold, by its number? holds has room for count of them; nothing is cut short. For counts per clause.
void seg_eval_nodes(const struct seg_program *p, const struct seg_person *person, int64_t now_ms, bool *holds, size_t count);
// Why: {"in":bool,"until":time|null,"nodes":[{"number","text","holds","measured":text|null,"since":time|null,
// "until":time|null,"events":[{"seq","time","event"}]  the deciding ones, at most 10}]} in reading order. rows need SCAN_SEQ.
// since: it holds at least since then; null where that is not known. Values of fields above P1 are not written.
cu_code seg_explain(const struct seg_program *p, const struct seg_person *person, int64_t now_ms, struct json_writer *w,
    struct cu_error *err) CU_MUST;
