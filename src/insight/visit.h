// SPDX-License-Identifier: Apache-2.0
// Visits (sessions): one person's events cut into stays, with where each came from. Vendors cut and judge differently; every
// rule is a named switch (docs/explanation/metrics.md, reference metrics 3: Matomo, GA4, Plausible, PostHog, Snowplow).
//
// A visit belongs to the day and period in which it began. Events that a person does not do (Order Updated, Order Refunded,
// messages delivered, $identify ...) neither begin nor prolong a visit: visit_counts says which do. Orders and refused
// payments are often told by the shop's system or an import: they belong to a visit that is under way (also one that begins
// within the gap after them), but nothing else than these is no visit.
#pragma once

#include "channel.h"
#include "machines.h"
#include "spec/dictionary.h"

enum visit_cut {
    VISIT_CUT_MIDNIGHT = 1, // a new one at midnight of the zone (Matomo; Universal Analytics)
    VISIT_CUT_CAMPAIGN = 2  // a new one when an event names another campaign (source, medium, name, click number)
};
struct visit_rules {
    int64_t gap_ms;     // a new visit after longer than this without an event: 30 minutes
    unsigned cut;       // enum visit_cut
    const struct text_zone *zone;
};
#define VISIT_GAP_MS (INT64_C(30) * 60 * 1000)
// No visit lasts longer; so a period needs only two days of context before it.
#define VISIT_MAX_MS (INT64_C(24) * 3600 * 1000)
#define VISIT_CONTEXT_MS (2 * VISIT_MAX_MS)

// Bounced, by four definitions.
enum visit_bounce {
    BOUNCE_ONE_VIEW = 1,   // exactly one view and no interaction (Plausible)
    BOUNCE_ONE_ACTION = 2, // at most one action (Matomo)
    BOUNCE_NOT_ENGAGED = 4,// GA4: at most 10 s, fewer than two views and no key event (an order)
    BOUNCE_SHORT = 8       // PostHog: exactly one view, no interaction, under 10 s; visits without one are in no such rate
};
struct visit {
    uint32_t person;
    uint32_t first_row, rows;   // row i of the person belongs when visit_counts and first_row <= i < first_row + rows
    int64_t start_ms, last_ms;  // first and last event
    uint32_t views;             // pages and screens
    uint32_t actions;           // events that count, but not what is sent by itself (Experiment Viewed, measurements)
    uint32_t interactions;      // of them what the person did: neither views nor what a page shows (Product Viewed ...)
    uint32_t orders;            // Order Completed, as often as it was sent
    unsigned bounced;           // enum visit_bounce
    bool has_views;
    enum channel channel;
    // Hashes of texts (timeline_text_hash), 0: none. Of the visit's first event that has one; source, medium and campaign
    // together are of the first event that names any of them or a click number. A payment page is no referrer.
    uint64_t source, medium, campaign, referrer_host, landing, device, country;
    uint64_t click;             // kind of click number ("gclid")
    uint64_t exit;              // path of the last view that has one
};
// The columns that visits need; a plan puts them first, in this order. Their texts: timeline_texts_of with the path
// here. All are declared in $context; what a page call says only in its properties stands there too (spec/derive.h).
enum visit_column {
    VISIT_SOURCE, VISIT_MEDIUM, VISIT_CAMPAIGN, VISIT_CLICK, VISIT_REFERRER, VISIT_LANDING /* path of any page */,
    VISIT_DEVICE, VISIT_COUNTRY, VISIT_COLUMNS
};
extern const struct scan_column visit_columns[VISIT_COLUMNS];
static inline uint64_t visit_cell(const struct scan_rows *rows, enum visit_column c, size_t row) // its hash, 0: none
{
    const struct scan_cells *cells = &rows->column[c];
    return cells->first[row] < cells->first[row + 1] ? (uint64_t)cells->value[cells->first[row]] : 0;
}

// What the rules need to know of the shop, made once for a question: kinds, the channel of hashes.
struct visit_maker;
cu_code visit_maker_new(struct timeline *t, const struct dictionary *d, const struct visit_rules *r,
    struct visit_maker **ret, struct cu_error *err) CU_MUST;
void visit_maker_free(struct visit_maker *m); // NULL is fine
bool visit_counts(const struct visit_maker *m, uint32_t kind);
bool visit_is_view(const struct visit_maker *m, uint32_t kind);
// The visits of one person, in order; calls fn for each. Rows: of a plan with visit_columns first (kinds: all, wants: any).
// Any thread; m is only read. false: fn returned false.
typedef bool visit_each_fn(void *context, const struct scan_rows *rows, const struct visit *v);
bool visit_each(const struct visit_maker *m, const struct scan_rows *rows, visit_each_fn *fn, void *context);
