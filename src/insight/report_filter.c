// SPDX-License-Identifier: Apache-2.0
// Values of dimensions: of a visit, an order, a person; and which of them a question wants.
#include "report_private.h"

#include <roaring/roaring.h>

const char *const report_status_names[] = {"new", "returning", "guest", NULL};

uint64_t report_visit_key(enum dimension_name d, const struct visit *v)
{
    const uint64_t hashes[DIMENSION_COUNT] = {[DIMENSION_SOURCE] = v->source, [DIMENSION_MEDIUM] = v->medium,
        [DIMENSION_CAMPAIGN] = v->campaign, [DIMENSION_REFERRER] = v->referrer_host, [DIMENSION_LANDING] = v->landing,
        [DIMENSION_DEVICE] = v->device, [DIMENSION_COUNTRY] = v->country};
    if (d == DIMENSION_CHANNEL)
        return REPORT_KEY_FIRST + (uint64_t)v->channel;
    return hashes[d] ? hashes[d] : REPORT_KEY_NONE;
}

bool report_filter_has(const struct report_filter *f, uint64_t key)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->key[i] == key)
            return true;
    }
    return false;
}

bool report_visit_passes(const struct report *r, const struct visit *v)
{
    for (size_t i = 0; i < r->filter_count; i++) {
        const struct report_filter *f = &r->filter[i];
        enum dimension_way way = dimensions[f->dimension].way;
        if ((way == DIMENSION_BY_VISIT || (way == DIMENSION_BY_VIEW && !v)) && // pages: report_scan.c looks at them
            !report_filter_has(f, v ? report_visit_key(f->dimension, v) : REPORT_KEY_NO_VISIT))
            return false;
    }
    return true;
}

uint64_t report_breakdown_key(const struct report *r, const struct visit *v)
{
    return v ? report_visit_key(r->breakdown, v) : REPORT_KEY_NO_VISIT;
}

bool report_status_passes(const struct report *r, enum report_status s)
{
    for (size_t i = 0; i < r->filter_count; i++) {
        const struct report_filter *f = &r->filter[i];
        if (f->dimension == DIMENSION_NEW_OR_RETURNING && !report_filter_has(f, REPORT_KEY_FIRST + (uint64_t)s))
            return false;
    }
    return true;
}

bool report_person_passes(const struct report *r, uint32_t person)
{
    if (r->q->among && !(person && roaring_bitmap_contains(r->q->among, person)))
        return false;
    for (size_t i = 0; i < r->filter_count; i++) {
        const struct report_filter *f = &r->filter[i];
        if (f->dimension == DIMENSION_SEGMENT && !(f->people && person && roaring_bitmap_contains(f->people, person)))
            return false;
    }
    return true;
}

size_t report_person_keys(const struct report *r, uint32_t person, uint64_t *ret, size_t max)
{
    uint32_t numbers[REPORT_KEYS_MAX];
    size_t count = person ? audiences_of(r->q->o->audiences, person, numbers, CU_COUNT(numbers)) : 0;
    size_t n = 0;
    for (size_t i = 0; i < count && i < CU_COUNT(numbers) && n < max; i++)
        ret[n++] = REPORT_KEY_FIRST + numbers[i];
    if (n == 0)
        ret[n++] = REPORT_KEY_NONE;
    return n;
}
