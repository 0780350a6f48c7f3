// SPDX-License-Identifier: Apache-2.0
// Shared by attribution_scan.c, attribution_tally.c and attribution_kind.c: one question while it is answered.
#pragma once

#include "attribution.h"
#include "query.h"
#include "visit.h"

enum attribution_by { ATTRIBUTION_BY_CHANNEL, ATTRIBUTION_BY_SOURCE, ATTRIBUTION_BY_CAMPAIGN };
enum { ATTRIBUTION_PATH_MAX = 500 /* touches of one order: the newest */, ATTRIBUTION_ROWS_MAX = 100, ATTRIBUTION_KEYS_MAX = 100000,
    ATTRIBUTION_PAIRS_MAX = 1000000 };
#define ATTRIBUTION_OTHER UINT64_MAX        // keys beyond the limits
#define ATTRIBUTION_NO_CAMPAIGN (UINT64_MAX - 1) // costs that name no campaign

// What is known of a channel, source or campaign. Sums of shares are whole numbers, so they do not depend on who added first.
struct attribution_row {
    uint64_t key; // channel, or hash of the text (0: none)
    int64_t orders[ATTRIBUTION_MODELS];            // x 10^-9
    attribution_wide revenue[ATTRIBUTION_MODELS];  // minor units x 10^-9
    uint64_t buyers[ATTRIBUTION_MODELS];           // persons with an order that is partly its own
    uint64_t visits, visitors;                     // begun in the period
    uint64_t converted, ended;                     // journeys whose last touch it was, with and without an order
    attribution_wide value;                        // what the former were worth
    int64_t spend;
    uint32_t seen_buyer[ATTRIBUTION_MODELS], seen_visitor; // the last person that was counted
};
struct attribution_pair { // from one touch to the next; from 0: the start, else row + 1
    uint32_t from, to;
    uint64_t count;
};
struct attribution_tally {
    struct attribution_row *rows;
    size_t count, cap;
    uint32_t *slots; // by hash of the key; row + 1
    size_t slot_cap;
    struct attribution_pair *pairs;
    size_t pair_count, pair_cap;
    uint32_t *pair_slots;
    size_t pair_slot_cap;
    bool no_memory, too_many; // too_many: pairs
};
uint32_t attribution_tally_row(struct attribution_tally *t, uint64_t key); // its row, made when it is new
void attribution_tally_pair(struct attribution_tally *t, uint32_t from, uint32_t to, uint64_t count);
void attribution_tally_free(struct attribution_tally *t);
void attribution_tally_merge(struct attribution_tally *into, const struct attribution_tally *from);

struct attribution_order {
    int64_t placed_ms, revenue;
    uint32_t person;
};
struct attribution_question {
    struct insight_query *q;
    bool models[ATTRIBUTION_MODELS]; // asked for
    enum attribution_model first_model;
    enum attribution_by by;
    enum attribution_transform transform;
    int64_t lookback_ms, half_life_ms;
    size_t steps_max, limit;
};
// Everything that was gathered.
struct attribution_found {
    struct attribution_tally tally;
    struct attribution_order *orders; // of persons, by (person, placed)
    size_t order_count;
    uint64_t total_orders, attributed, no_rate, buyers;
    int64_t total_revenue, attributed_revenue;
    uint64_t unattributed_people; // who have an order without a touch; guests each count as one
};
cu_code attribution_gather(const struct attribution_question *a, struct attribution_found *ret, struct cu_error *err) CU_MUST;
void attribution_found_free(struct attribution_found *f);

// --- rows of the answer (attribution_rows.c)
struct attribution_costs {
    const struct attribution_question *a;
    struct attribution_tally *tally;
    struct attribution_text {
        uint64_t key;
        cu_str text;
    } *texts; // campaigns that cost something, visited or not
    size_t count, cap;
    uint64_t no_rate;
    bool failed;
};
// What is shown, in order; the rest is the last row.
struct attribution_shown {
    struct attribution_row *rows;
    size_t count, more;
    uint32_t *of;       // of each row of the tally: its shown one
    cu_str *value, *label;
    int64_t (*orders)[ATTRIBUTION_MODELS];  // hundredths
    int64_t (*revenue)[ATTRIBUTION_MODELS]; // minor units
    bool (*hidden)[ATTRIBUTION_MODELS], *visits_hidden;
    double *effect, *value_effect;
};
bool attribution_has_costs(const struct attribution_question *a);
cu_code attribution_show(const struct attribution_question *a, struct attribution_found *f, struct attribution_costs *costs,
    struct attribution_shown *ret, struct cu_error *err) CU_MUST;
