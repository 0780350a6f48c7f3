// SPDX-License-Identifier: Apache-2.0
// The derived fields: one row each, and one per purpose of the dictionary. See facts.h; used by the catalogue of segments.
#include "facts.h"

#include "rfm.h"

#include "base/hash.h"

#include <pthread.h>

#define DERIVED(number_, name_, type_, doc_) \
    {.name = {name_, sizeof(name_) - 1}, .type = type_, .source = SEG_DERIVED, .derived = number_, .doc = doc_, \
        .level = DICT_P1}
static const struct seg_field rows[] = {
    DERIVED(FACTS_ORDERS_COUNT, "orders.count", SEG_NUMBER,
        "Orders that count: placed, not cancelled, in the shop's currency."),
    DERIVED(FACTS_ORDERS_REVENUE, "orders.revenue", SEG_NUMBER,
        "What all orders came to, before refunds, in the shop's currency."),
    DERIVED(FACTS_ORDERS_AVERAGE, "orders.average", SEG_NUMBER, "What an order came to on average; unknown without one."),
    DERIVED(FACTS_ORDERS_REFUNDED, "orders.refunded", SEG_NUMBER, "What was refunded of orders."),
    DERIVED(FACTS_ORDERS_FIRST, "orders.first", SEG_TIME, "When the first order was placed."),
    DERIVED(FACTS_ORDERS_LAST, "orders.last", SEG_TIME, "When the last order was placed."),
    DERIVED(FACTS_EVENTS_COUNT, "events.count", SEG_NUMBER, "Events of the person, of every kind."),
    DERIVED(FACTS_SEEN_FIRST, "seen.first", SEG_TIME, "Time of the first event."),
    DERIVED(FACTS_SEEN_LAST, "seen.last", SEG_TIME, "Time of the last event."),
    DERIVED(FACTS_IDENTIFIERS, "identifiers", SEG_TEXT,
        "Kinds of identifiers that are known: email, user_id, anonymous_id and so on."),
    DERIVED(FACTS_KNOWN, "known", SEG_BOOLEAN, "Is more known of the person than the number of a browser?"),
    DERIVED(FACTS_RFM_RECENCY, "rfm.recency", SEG_NUMBER,
        "How recently the person bought, 1 to 5; 5 is the best fifth of all customers."),
    DERIVED(FACTS_RFM_FREQUENCY, "rfm.frequency", SEG_NUMBER, "How often the person bought, 1 to 5."),
    DERIVED(FACTS_RFM_MONETARY, "rfm.monetary", SEG_NUMBER, "For how much the person bought, 1 to 5."),
    DERIVED(FACTS_RFM_GROUP, "rfm.group", SEG_TEXT, "The person's RFM group."),
    DERIVED(FACTS_LIFECYCLE, "lifecycle", SEG_TEXT, "The person's lifecycle stage."),
};
static const char *const consent_options[] = {"granted", "refused", "withdrawn", "unproven", "unknown",
    "requested", "reconfirmed", "expired", "invalidated", "stale", NULL};
static const char consent_prefix[] = "consent.";

// A list that was given out is never freed: definitions point into it. There is one per set of purposes.
struct list {
    struct list *next;
    uint64_t hash;
    size_t count;
    struct seg_field at[];
};
static struct list *lists;
static pthread_mutex_t lists_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t hash_purposes(const struct dict_purpose *purposes, size_t count)
{
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++)
        hash = cu_hash64(purposes[i].name.ptr, purposes[i].name.len, hash);
    return hash;
}

static struct list *make_list(const struct dict_purpose *purposes, size_t count, uint64_t hash)
{
    size_t names = 0;
    for (size_t i = 0; i < count; i++)
        names += sizeof consent_prefix - 1 + purposes[i].name.len;
    struct list *l = cu_calloc(1, sizeof *l + (CU_COUNT(rows) + count) * sizeof l->at[0] + names);
    if (!l)
        return NULL;
    char *to = (char *)&l->at[CU_COUNT(rows) + count];
    memcpy(l->at, rows, sizeof rows);
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        if (l->at[i].derived == FACTS_RFM_GROUP)
            l->at[i].options = rfm_group_names;
        if (l->at[i].derived == FACTS_LIFECYCLE)
            l->at[i].options = lifecycle_names;
    }
    for (size_t i = 0; i < count; i++) {
        size_t len = sizeof consent_prefix - 1 + purposes[i].name.len;
        memcpy(to, consent_prefix, sizeof consent_prefix - 1);
        memcpy(to + sizeof consent_prefix - 1, purposes[i].name.ptr, purposes[i].name.len);
        l->at[CU_COUNT(rows) + i] = (struct seg_field){.name = {to, len}, .type = SEG_TEXT, .source = SEG_DERIVED,
            .derived = FACTS_CONSENT, .doc = "What the person said of this purpose; the most restrictive of its profiles.",
            .options = consent_options, .level = DICT_P1};
        to += len;
    }
    l->hash = hash;
    l->count = CU_COUNT(rows) + count;
    return l;
}

size_t facts_fields(const struct dictionary *d, const struct seg_field **ret)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = d ? dictionary_purposes(d, &purposes) : 0;
    uint64_t hash = hash_purposes(purposes, count);
    pthread_mutex_lock(&lists_lock);
    struct list *l = lists;
    while (l && l->hash != hash)
        l = l->next;
    if (!l) {
        l = make_list(purposes, count, hash);
        if (l) {
            l->next = lists;
            lists = l;
        }
    }
    pthread_mutex_unlock(&lists_lock);
    *ret = l ? l->at : rows; // without memory: those without consents
    return l ? l->count : CU_COUNT(rows);
}
