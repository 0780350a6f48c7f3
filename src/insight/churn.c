// SPDX-License-Identifier: Apache-2.0
// The arithmetic of churn. Pure; see churn.h for the definitions.
#include "churn.h"

#include <math.h>
#include <stdlib.h>

static int by_day(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int by_length(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

float churn_own(int32_t *days, size_t count, uint32_t *ret_intervals)
{
    size_t n = count > 1 ? count - 1 : 0;
    *ret_intervals = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
    if (n == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        days[i] = days[i + 1] - days[i];
    qsort(days, n, sizeof *days, by_day);
    return n % 2 ? (float)days[n / 2] : ((float)days[n / 2 - 1] + (float)days[n / 2]) / 2;
}

cu_code churn_shop(const struct churn_customer *c, size_t count, double *ret, uint64_t *ret_repeat, struct cu_error *err)
{
    float *own = cu_alloc((count + 1) * sizeof *own);
    size_t n = 0;
    if (!own)
        return cu_fail(err, CU_MEMORY, "", "no memory for %zu customers", count);
    for (size_t i = 0; i < count; i++) {
        if (c[i].intervals)
            own[n++] = c[i].own;
    }
    if (n)
        qsort(own, n, sizeof *own, by_length);
    *ret_repeat = n;
    *ret = n == 0 ? (double)NAN : n % 2 ? (double)own[n / 2] : ((double)own[n / 2 - 1] + (double)own[n / 2]) / 2;
    cu_free(own);
    return CU_OK;
}

double churn_rhythm(const struct churn_customer *c, double shop)
{
    return (c->intervals * (double)c->own + CHURN_WEIGHT * shop) / (c->intervals + CHURN_WEIGHT);
}

enum churn_band churn_band_of(const struct churn_customer *c, double shop, const struct churn_limits *l, int32_t today)
{
    double away = today > c->last_day ? (double)today - c->last_day : 0, rhythm = churn_rhythm(c, shop);
    if (away <= l->active * rhythm)
        return CHURN_ACTIVE;
    if (away <= l->slowing * rhythm)
        return CHURN_SLOWING;
    return away <= l->at_risk * rhythm ? CHURN_AT_RISK : CHURN_LOST;
}
