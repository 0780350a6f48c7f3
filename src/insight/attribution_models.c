// SPDX-License-Identifier: Apache-2.0
// Paths and shares. Pure. See attribution.h.
#include "attribution.h"

#include <math.h>
#include <stdlib.h>

static size_t exposure(struct attribution_touch *t, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || t[kept - 1].key != t[i].key)
            t[kept++] = t[i];
    }
    return kept;
}

static size_t first_of_each(struct attribution_touch *t, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t k = 0; k < kept && !seen; k++)
            seen = t[k].key == t[i].key;
        if (!seen)
            t[kept++] = t[i];
    }
    return kept;
}

static size_t without_direct(struct attribution_touch *t, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!t[i].direct)
            t[kept++] = t[i];
    }
    return kept;
}

size_t attribution_path(enum attribution_transform how, struct attribution_touch *touches, size_t count)
{
    size_t others = 0, end = count;
    for (size_t i = 0; i < count; i++)
        others += !touches[i].direct;
    switch (how) {
    case TRANSFORM_EXPOSURE:
        return exposure(touches, count);
    case TRANSFORM_FIRST:
        return first_of_each(touches, count);
    case TRANSFORM_REMOVE_IF_LAST_AND_NOT_ALL:
        while (others && touches[end - 1].direct)
            end--;
        return end;
    case TRANSFORM_REMOVE_IF_NOT_ALL:
        return others ? without_direct(touches, count) : count;
    case TRANSFORM_NONE:
    case TRANSFORM_UNIQUE:
    case ATTRIBUTION_TRANSFORMS:
        break;
    }
    return count;
}

static double weight_of(enum attribution_model model, const struct attribution_touch *t, size_t count, size_t i, int64_t at_ms, int64_t half_life_ms)
{
    if (model == ATTRIBUTION_TIME_DECAY) // from the newest on, so that not all can vanish
        return exp2(-(double)(t[count - 1].at_ms - t[i].at_ms) / (double)half_life_ms);
    (void)at_ms;
    if (model == ATTRIBUTION_POSITION && count > 2)
        return i == 0 || i == count - 1 ? 0.4 : 0.2 / (double)(count - 2);
    return 1; // linear, and the two halves
}

// Each share is the difference of two rounded sums, so that they add up.
static void share_by_weight(enum attribution_model model, const struct attribution_touch *t, size_t count, int64_t at_ms, int64_t half_life_ms, int64_t *ret)
{
    double sum = 0, so_far = 0;
    int64_t given = 0;
    for (size_t i = 0; i < count; i++)
        sum += weight_of(model, t, count, i, at_ms, half_life_ms);
    for (size_t i = 0; i < count; i++) {
        so_far += weight_of(model, t, count, i, at_ms, half_life_ms);
        int64_t upto = i + 1 == count ? ATTRIBUTION_WHOLE : (int64_t)llround(so_far / sum * (double)ATTRIBUTION_WHOLE);
        ret[i] = upto - given;
        given = upto;
    }
}

void attribution_share(enum attribution_model model, const struct attribution_touch *touches, size_t count, int64_t at_ms,
    int64_t half_life_ms, int64_t *ret)
{
    size_t one = count - 1;
    if (model >= ATTRIBUTION_LINEAR) {
        share_by_weight(model, touches, count, at_ms, half_life_ms, ret);
        return;
    }
    if (model == ATTRIBUTION_FIRST)
        one = 0;
    if (model == ATTRIBUTION_LAST_NON_DIRECT) {
        size_t last = count;
        while (last > 0 && touches[last - 1].direct)
            last--;
        one = last ? last - 1 : count - 1;
    }
    memset(ret, 0, count * sizeof *ret);
    ret[one] = ATTRIBUTION_WHOLE;
}

// --- rounding

struct remainders {
    const attribution_wide *parts;
    int64_t unit;
};

static int64_t floor_of(attribution_wide part, int64_t unit)
{
    attribution_wide whole = part / unit;
    return (int64_t)(part % unit < 0 ? whole - 1 : whole);
}

static int by_remainder(const void *x, const void *y, void *context)
{
    const struct remainders *r = context;
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    attribution_wide left_a = r->parts[a] - (attribution_wide)floor_of(r->parts[a], r->unit) * r->unit;
    attribution_wide left_b = r->parts[b] - (attribution_wide)floor_of(r->parts[b], r->unit) * r->unit;
    if (left_a != left_b)
        return left_a > left_b ? -1 : 1;
    return a < b ? -1 : a > b;
}

void attribution_round(const attribution_wide *parts, size_t count, int64_t unit, int64_t total, int64_t *ret, uint32_t *scratch)
{
    struct remainders r = {parts, unit};
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        ret[i] = floor_of(parts[i], unit);
        sum += ret[i];
        scratch[i] = (uint32_t)i;
    }
    if (count)
        qsort_r(scratch, count, sizeof *scratch, by_remainder, &r);
    for (size_t i = 0; i < count && sum < total; i++, sum++)
        ret[scratch[i]]++;
}
