// SPDX-License-Identifier: Apache-2.0
// RFM: how recently, how often and for how much somebody bought, each in five classes by quintiles over all
// customers, and eleven named groups over the grid of recency x (frequency and monetary). Lifecycle stages: an
// ordered list of rules in the language of segments; the first that holds is a person's stage.
//
// The definitions (docs/explanation/rfm.md)
//  - A customer is a person with an order that counts (not cancelled, in the shop's currency).
//  - recency: whole UTC days since the day of the last order; frequency: orders; monetary: revenue less refunds.
//  - Borders are quantiles of type 7 at 1/5 .. 4/5. A class begins one unit (a day, an order, a unit of the
//    currency) above its border, and is open above: class = 1 + borders b with value >= b + 1. For recency few days are
//    good: class = 5 - borders.
//  - frequency and monetary together: the mean of both classes, half rounded up.
//
// All customers are scored anew when orders changed, in memory, at most once a minute and for at most a twentieth of
// the time; only who changed is told to facts.h. Stages follow the segments they are (audience.h) at once.
//
// Threads: one of its own; readers from any thread.
#pragma once

#include "audience.h"

// --- pure

enum { RFM_GROUPS = 11, RFM_CLASSES = 5, RFM_CUTS = RFM_CLASSES - 1 };
extern const char *const rfm_group_names[RFM_GROUPS + 1]; // NULL-terminated
extern const char *const rfm_group_docs[RFM_GROUPS];
struct rfm_border { // classes of both axes, ends belong to it
    uint8_t recency[2], frequency_monetary[2];
};
extern const struct rfm_border rfm_group_defaults[RFM_GROUPS];
// Every one of the 25 cells is in exactly one group: CU_INVALID names the cell and the groups.
cu_code rfm_groups_check(const struct rfm_border groups[RFM_GROUPS], struct cu_error *err) CU_MUST;
uint8_t rfm_group_of(const struct rfm_border groups[RFM_GROUPS], unsigned recency,
    unsigned frequency_monetary); // classes 1..5

struct rfm_customer {
    uint32_t person;  // root profile number
    uint32_t orders;
    int64_t revenue;  // minor units, less refunds
    int32_t last_day; // UTC day of the last order
    uint8_t recency, frequency, monetary, group; // by rfm_score
};
struct rfm_cuts {
    double recency[RFM_CUTS], frequency[RFM_CUTS], monetary[RFM_CUTS]; // days, orders, minor units; NAN: no customer
};
// Quantile of type 7 of sorted values at fifths/5 (0..5); NAN without a value.
double rfm_quantile(const int64_t *sorted, size_t count, unsigned fifths);
// Scores all; `unit` is one unit of the currency in minor units. CU_MEMORY.
cu_code rfm_score(struct rfm_customer *c, size_t count, int32_t today, int64_t unit,
    const struct rfm_border groups[RFM_GROUPS],
    struct rfm_cuts *ret, struct cu_error *err) CU_MUST;

// --- lifecycle stages

#define LIFECYCLE_STAGES_MAX 12u
#define LIFECYCLE_NAMES_MAX 200u // names ever used; a name keeps its number for ever
#define LIFECYCLE_NAME_MAX 40u
// By number; NULL-terminated, only ever longer. A stage that is no more keeps its name, so that segments asking
// for it are understood (nobody is in it).
extern const char *lifecycle_names[LIFECYCLE_NAMES_MAX + 1];
#define LIFECYCLE_PREFIX "lifecycle_" // of the names of the segments that the stages are

// --- the service

struct rfm;
struct rfm_options {
    struct people *people;
    struct facts *facts;
    struct audiences *audiences;
    const char *currency;
};
// Reads groups and stages; registers with audiences_on_move.
cu_code rfm_open(const struct rfm_options *o, struct rfm **ret, struct cu_error *err) CU_MUST;
// The shop's borders of groups, as stored; the default ones where none are.
cu_code rfm_groups_read(struct people *p, struct rfm_border ret[RFM_GROUPS], struct cu_error *err) CU_MUST;
int64_t rfm_unit(const char *currency); // one unit of it in minor units
cu_code rfm_start(struct rfm *r, struct cu_error *err) CU_MUST; // after audiences_start: its thread
void rfm_stop(struct rfm *r);                                   // before audiences_close
void rfm_close(struct rfm *r);                                  // NULL is fine
void rfm_settle(struct rfm *r); // scores and stages of everything committed before the call stand: tests and commands
extern const struct module insight_rfm_module;                  // instance: struct rfm
