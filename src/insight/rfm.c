// SPDX-License-Identifier: Apache-2.0
// The arithmetic of RFM: quantiles, classes, groups. Pure; see rfm.h for the definitions.
#include "rfm.h"

#include <math.h>
#include <stdlib.h>

const char *const rfm_group_names[RFM_GROUPS + 1] = {"Champions", "Loyal", "Potential Loyalist", "New Customers",
    "Promising",
    "Need Attention", "About to Sleep", "At Risk", "Cannot Lose Them", "Hibernating", "Lost", NULL};
const char *const rfm_group_docs[RFM_GROUPS] = {
    "Bought lately, buy often and for much.",
    "Buy often, and not long ago.",
    "Bought lately, more than once or for more than a little.",
    "Bought for the first time, lately.",
    "Bought a little, not long ago.",
    "In the middle of everything: they may go either way.",
    "Bought little, and some time ago.",
    "Bought well, but long ago.",
    "Were among the best, and have not come for long.",
    "Bought little, long ago.",
    "Bought little, longest ago.",
};
const struct rfm_border rfm_group_defaults[RFM_GROUPS] = {
    {{5, 5}, {4, 5}}, {{3, 4}, {4, 5}}, {{4, 5}, {2, 3}}, {{5, 5}, {1, 1}}, {{4, 4}, {1, 1}}, {{3, 3}, {3, 3}},
    {{3, 3}, {1, 2}}, {{1, 2}, {3, 4}}, {{1, 2}, {5, 5}}, {{2, 2}, {1, 2}}, {{1, 1}, {1, 2}},
};

static bool covers(const struct rfm_border *b, unsigned recency, unsigned frequency_monetary)
{
    return b->recency[0] <= recency && recency <= b->recency[1] && b->frequency_monetary[0] <= frequency_monetary &&
           frequency_monetary <= b->frequency_monetary[1];
}

static bool is_range(const uint8_t range[2])
{
    return range[0] >= 1 && range[0] <= range[1] && range[1] <= RFM_CLASSES;
}

static cu_code check_cell(const struct rfm_border *groups, unsigned recency, unsigned fm, struct cu_error *err)
{
    int first = -1;
    for (int i = 0; i < RFM_GROUPS; i++) {
        if (!covers(&groups[i], recency, fm))
            continue;
        if (first >= 0)
            return cu_fail(err, CU_INVALID, "/groups",
                "recency %u with frequency and monetary %u is in two groups: %s and %s; each cell belongs to one",
                recency, fm,
                rfm_group_names[first], rfm_group_names[i]);
        first = i;
    }
    if (first < 0)
        return cu_fail(err, CU_INVALID, "/groups",
            "recency %u with frequency and monetary %u is in no group; each of the 25 cells belongs to one", recency, fm);
    return CU_OK;
}

cu_code rfm_groups_check(const struct rfm_border groups[RFM_GROUPS], struct cu_error *err)
{
    for (int i = 0; i < RFM_GROUPS; i++) {
        if (!is_range(groups[i].recency) || !is_range(groups[i].frequency_monetary))
            return cu_fail(err, CU_INVALID, "/groups", "%s: two classes from 1 to 5 in ascending order are "
                "accepted on each axis",
                rfm_group_names[i]);
    }
    for (unsigned recency = 1; recency <= RFM_CLASSES; recency++) {
        for (unsigned fm = 1; fm <= RFM_CLASSES; fm++)
            CU_TRY(check_cell(groups, recency, fm, err));
    }
    return CU_OK;
}

uint8_t rfm_group_of(const struct rfm_border groups[RFM_GROUPS], unsigned recency, unsigned frequency_monetary)
{
    for (uint8_t i = 0; i < RFM_GROUPS; i++) {
        if (covers(&groups[i], recency, frequency_monetary))
            return i;
    }
    return 255;
}

double rfm_quantile(const int64_t *sorted, size_t count, unsigned fifths)
{
    if (count == 0)
        return NAN;
    uint64_t at = (uint64_t)(count - 1) * fifths; // in fifths of a place, so that whole places are met exactly
    size_t low = (size_t)(at / RFM_CLASSES);
    if (low + 1 >= count)
        return (double)sorted[count - 1];
    double below = (double)sorted[low], above = (double)sorted[low + 1];
    return below + (double)(at % RFM_CLASSES) / RFM_CLASSES * (above - below);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// Days and numbers of orders are few different values: they are sorted by counting. false: they are not.
enum { FEW = 1 << 16 };

static bool sort_few(int64_t *values, size_t count)
{
    int64_t low = values[0], high = values[0];
    for (size_t i = 1; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    if (low < 0 || high - low >= FEW)
        return false;
    uint32_t *counts = cu_calloc(FEW, sizeof *counts);
    if (!counts)
        return false;
    for (size_t i = 0; i < count; i++)
        counts[values[i] - low]++;
    for (size_t value = 0, at = 0; value < FEW; value++) {
        for (uint32_t k = 0; k < counts[value]; k++)
            values[at++] = low + (int64_t)value;
    }
    cu_free(counts);
    return true;
}

static void cut(int64_t *values, size_t count, double ret[RFM_CUTS])
{
    if (count && !sort_few(values, count))
        qsort(values, count, sizeof *values, by_number);
    for (int i = 0; i < RFM_CUTS; i++)
        ret[i] = rfm_quantile(values, count, (unsigned)i + 1);
}

static uint8_t class_of(const double cuts[RFM_CUTS], double value, double unit)
{
    unsigned class = 1;
    for (int i = 0; i < RFM_CUTS; i++)
        class += value >= cuts[i] + unit;
    return (uint8_t)class;
}

static int64_t days_since(const struct rfm_customer *c, int32_t today)
{
    return today > c->last_day ? (int64_t)today - c->last_day : 0;
}

cu_code rfm_score(struct rfm_customer *c, size_t count, int32_t today, int64_t unit,
    const struct rfm_border groups[RFM_GROUPS],
    struct rfm_cuts *ret, struct cu_error *err)
{
    int64_t *values = cu_alloc((count + 1) * sizeof *values);
    if (!values)
        return cu_fail(err, CU_MEMORY, "", "no memory for %zu customers", count);
    for (size_t i = 0; i < count; i++)
        values[i] = days_since(&c[i], today);
    cut(values, count, ret->recency);
    for (size_t i = 0; i < count; i++)
        values[i] = c[i].orders;
    cut(values, count, ret->frequency);
    for (size_t i = 0; i < count; i++)
        values[i] = c[i].revenue;
    cut(values, count, ret->monetary);
    cu_free(values);
    for (size_t i = 0; i < count; i++) {
        c[i].recency = (uint8_t)(RFM_CLASSES + 1 - class_of(ret->recency, (double)days_since(&c[i], today), 1));
        c[i].frequency = class_of(ret->frequency, c[i].orders, 1);
        c[i].monetary = class_of(ret->monetary, (double)c[i].revenue, (double)unit);
        c[i].group = rfm_group_of(groups, c[i].recency, (c[i].frequency + c[i].monetary + 1U) / 2);
    }
    return CU_OK;
}
