// SPDX-License-Identifier: Apache-2.0
// Visits (sessions): one person's events cut into stays, with where each came from. Vendors cut and judge differently; every
// rule is a named switch (docs/explanation/metrics.md, reference metrics 3: Matomo, GA4, Plausible, PostHog, Snowplow).
//
// A visit belongs to the day and period in which it began. Events that a person does not do (Order Updated, Order Refunded,
// messages delivered, $identify ...) neither begin nor prolong a visit: visit_counts says which do.
#pragma once

#include "channel.h"
#include "machines.h"
#include "spec/dictionary.h"

enum { VISIT_MIDNIGHT = 1 /* a new one at midnight of the zone */, VISIT_CAMPAIGN = 2 /* a new one when the campaign changes */ };
struct visit_rules {
    int64_t gap_ms;     // a new visit after so long without an event: 30 minutes
    unsigned cut;       // VISIT_*
    const struct text_zone *zone;
};
#define VISIT_GAP_MS (INT64_C(30) * 60 * 1000)
#define VISIT_MAX_MS (INT64_C(24) * 3600 * 1000) // longer than this no visit lasts; so a period needs only two days of context before it
#define VISIT_CONTEXT_MS (2 * VISIT_MAX_MS)

// Bounced, by four definitions.
enum visit_bounce {
    BOUNCE_ONE_VIEW = 1,   // one page and nothing else that the person did on purpose (Plausible)
    BOUNCE_ONE_ACTION = 2, // at most one event of any kind (Matomo)
    BOUNCE_NOT_ENGAGED = 4,// GA4: under 10 s, fewer than two views and no key event (an order)
    BOUNCE_SHORT = 8       // PostHog: one view at most, no other event, under 10 s; visits without a view are in no such rate
};
struct visit {
    uint32_t person;
    uint32_t first_row, rows;   // of the person's rows; row i belongs when visit_counts and first_row <= i < first_row + rows
    int64_t start_ms, last_ms;  // first and last event
    uint32_t views;             // pages and screens
    uint32_t actions;           // events of any kind that count
    uint32_t interactions;      // of them neither pages nor screens
    uint32_t orders;            // Order Completed
    unsigned bounced;           // enum visit_bounce
    bool has_views;
    enum channel channel;
    // Hashes of texts (timeline_text_hash), 0: none. Of the visit's first event that has one.
    uint64_t source, medium, campaign, referrer_host, landing, device, country;
    uint64_t exit;              // path of the last view
};
// The columns that visits need; a plan puts them first, in this order. Their texts: timeline_texts_of(VISIT_..., hashes).
enum visit_column { VISIT_SOURCE, VISIT_MEDIUM, VISIT_CAMPAIGN, VISIT_CLICK, VISIT_REFERRER, VISIT_LANDING, VISIT_DEVICE, VISIT_COUNTRY, VISIT_COLUMNS };
extern const struct scan_column visit_columns[VISIT_COLUMNS];

// What the rules need to know of the shop, made once for a question: kinds, the channel of hashes.
struct visit_maker;
cu_code visit_maker_new(struct timeline *t, const struct dictionary *d, const struct visit_rules *r, struct visit_maker **ret, struct cu_error *err) CU_MUST;
void visit_maker_free(struct visit_maker *m);
bool visit_counts(const struct visit_maker *m, uint32_t kind);
// The visits of one person, in order; calls visit for each. Rows as of a plan with visit_columns first (kinds: all, wants: any).
// Any thread; m is only read.
typedef bool visit_each_fn(void *context, const struct scan_rows *rows, const struct visit *v);
bool visit_each(const struct visit_maker *m, const struct scan_rows *rows, visit_each_fn *fn, void *context);
