// SPDX-License-Identifier: Apache-2.0
// Which fields of the dictionary are used (GDPR 5(1)(c)): how many people have a value, when one was last written and last
// shown to somebody, and which segments, personas, slots and saved questions name it. A field that nobody needs can be
// stopped by a proposal (proposal.h): "collect: no".
//
// Everybody's values are looked through once a day by a job, a range of profiles at a time; what is kept is a number per
// field. Readings are counted where a value's view is decided (people/reads.h).
#pragma once

#include "people/people.h"
#include "store/module.h"

struct usage;
cu_code usage_open(struct people *p, struct usage **ret, struct cu_error *err) CU_MUST;
void usage_close(struct usage *u); // NULL is fine

struct field_usage {
    int64_t filled, profiles; // profiles with a value, of those that have any field; -1: never counted
    int64_t counted_ms, written_ms, read_ms; // 0: never, or not known
};
cu_code usage_of(struct people *p, struct db *d, cu_str field, struct field_usage *ret, struct cu_error *err) CU_MUST;
// Writes the elements of an array: who names this field or event, "segment:loyal", "persona:anna", "slot:home",
// "query:report".
// Names are compared as whole words; an event's property is not told from another's of that name. *ret_count: how many.
cu_code usage_where(struct db *d, cu_str name, struct json_writer *w, size_t *ret_count, struct cu_error *err) CU_MUST;
// One tick of the counting job: at most a quarter of a second. For tests: *ret_busy.
cu_code usage_tick(struct usage *u, bool *ret_busy, struct cu_error *err) CU_MUST;

extern const struct module govern_usage_module; // instance: struct usage *
