// SPDX-License-Identifier: Apache-2.0
// Facts: what is known of each person besides events, as columns in memory, so that a condition on it is
// answered without a database or a key. Traits by the dictionary's rows, and fields derived from orders, consents,
// identifiers and the roster. In memory only: built at start by a thread of its own (with progress), kept current from
// what people/ says has changed. Fields of P2 and above are loaded only while a segment uses them.
//
// Threads: readers from any thread; the updater is one thread.
#pragma once

#include "consent/gate.h"
#include "people/orders.h"
#include "segment_eval.h"

enum facts_derived {
    FACTS_ORDERS_COUNT, FACTS_ORDERS_REVENUE, FACTS_ORDERS_AVERAGE, FACTS_ORDERS_REFUNDED, // orders.count ...
    FACTS_ORDERS_FIRST, FACTS_ORDERS_LAST,  // times of placing
    FACTS_EVENTS_COUNT, FACTS_SEEN_FIRST, FACTS_SEEN_LAST,
    FACTS_IDENTIFIERS,                      // "identifiers": kinds that are present: is "email"
    FACTS_KNOWN,                            // boolean: more than a browser's number is known
    FACTS_CONSENT,                          // "consent.marketing_email": a name of gate_state_name; one field per purpose
    FACTS_RFM_RECENCY, FACTS_RFM_FREQUENCY, FACTS_RFM_MONETARY, // 1..5; unknown without an order
    FACTS_RFM_GROUP, FACTS_LIFECYCLE,       // names of groups and stages (rfm.h)
    FACTS_DERIVED_COUNT
};
// The derived fields for a catalogue; consent fields are made from the dictionary's purposes. Valid until the
// next call for another dictionary, which keeps the former ones (they are few).
size_t facts_fields(const struct dictionary *d, const struct seg_field **ret);

struct facts;
struct facts_options {
    struct people *people;
    struct gate *gate;
    const struct text_zone *zone;
};
cu_code facts_open(const struct facts_options *o, struct facts **ret, struct cu_error *err) CU_MUST;
void facts_close(struct facts *f);
// The fields that must be there: traits P0/P1 and what is derived always are. Loading of others begins; ready when
// facts_status says so. A field that nobody wanted is unknown.
cu_code facts_want(struct facts *f, const struct seg_field *const *fields, size_t count, struct cu_error *err) CU_MUST;
// Only these are wanted from now on; what else was loaded of P2 and above is wiped. Under no other lock.
cu_code facts_keep(struct facts *f, const struct seg_field *const *fields, size_t count, struct cu_error *err) CU_MUST;
struct facts_progress {
    bool ready;
    uint64_t done, total; // profiles
};
void facts_status(struct facts *f, struct facts_progress *ret);
void facts_settle(struct facts *f); // waits until nothing waits to be loaded: tests and commands
// Another dictionary is in force: fields that are new are loaded, those that went are dropped.
void facts_dictionary(struct facts *f);

// What is known of one person, in the order of fields. Texts are valid until facts_done; no other call to facts by this
// thread
// in between but facts_of and facts_get.
void facts_of(struct facts *f, uint32_t person, const struct seg_field *const *fields, size_t count, struct seg_fact *ret);
void facts_done(struct facts *f);
// One fact as a JSON value by its type; null when nothing is known. Of a list the first.
void facts_print(struct json_writer *w, const struct seg_fact *fact);
// The same with the fields looked up before: for many people. A place stays right until the dictionary changes.
typedef uint32_t facts_place;
void facts_bind(struct facts *f, const struct seg_field *const *fields, size_t count, facts_place *ret);
// Then facts_done
void facts_get(struct facts *f, uint32_t person, const facts_place *places, size_t count, struct seg_fact *ret);
// Of the person's public id, for samples; between none and 0: unknown
uint64_t facts_id_hash(struct facts *f, uint32_t person);

// Written by rfm.c: scores and stages of persons, by root number.
struct facts_rfm {
    uint8_t recency, frequency, monetary; // 1..5; 0: no order
    uint8_t group, stage;                 // indices into rfm_group_names, lifecycle_names; 255: none
};
cu_code facts_set_rfm(struct facts *f, uint32_t person, const struct facts_rfm *rfm, struct cu_error *err) CU_MUST;

// --- keeping up: for audience.c
// What changed is said as a set of bits, one or more fields to a bit; FACTS_ALL: anything.
#define FACTS_ALL UINT64_MAX
uint64_t facts_bits(struct facts *f, const struct seg_field *const *fields, size_t count); // of these fields
// People whose facts have to be read again (their profiles), as people_on_change says it; NULL: everybody. Any thread,
// quick.
void facts_touch(struct facts *f, const struct people_change *changes, size_t count);
// Reads again what was touched before this call, and tells of whom what changed (person 0: of everybody anything). One
// thread. On failure what was not read stays touched.
typedef void facts_changed(void *context, uint32_t person, uint64_t bits);
cu_code facts_refresh(struct facts *f, facts_changed *fn, void *context, struct cu_error *err) CU_MUST;
bool facts_waiting(struct facts *f); // something is touched
void facts_on_rfm(struct facts *f, facts_changed *fn, void *context); // told by facts_set_rfm, in its thread
size_t facts_bytes(struct facts *f); // memory held
