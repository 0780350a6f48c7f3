// SPDX-License-Identifier: Apache-2.0
#include "unusual.h"

#include <math.h>
#include <stdlib.h>

static const double cut = 3.5, mad_to_z = 0.6745, mean_to_z = 1.253314;

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

// Sorts; count > 0.
static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

// What corresponds to one standard deviation.
static double spread(const double *past, size_t count, double middle)
{
    double away[UNUSUAL_PAST_MAX], sum = 0;
    for (size_t i = 0; i < count; i++) {
        away[i] = fabs(past[i] - middle);
        sum += away[i];
    }
    double mad = median(away, count);
    return mad > 0 ? mad / mad_to_z : sum / (double)count * mean_to_z;
}

double unusual_score(const double *past, size_t count, double value)
{
    double sorted[UNUSUAL_PAST_MAX];
    count = count < UNUSUAL_PAST_MAX ? count : UNUSUAL_PAST_MAX;
    if (count == 0)
        return 0;
    memcpy(sorted, past, count * sizeof *past);
    double middle = median(sorted, count), one = spread(sorted, count, middle);
    return one > 0 ? (value - middle) / one : 0;
}

struct unusual unusual_judge(const double *past, size_t count, double value, bool is_count)
{
    double sorted[UNUSUAL_PAST_MAX];
    struct unusual ret = {.known = count >= UNUSUAL_PAST_MIN};
    count = count < UNUSUAL_PAST_MAX ? count : UNUSUAL_PAST_MAX;
    if (!ret.known)
        return ret;
    memcpy(sorted, past, count * sizeof *past);
    ret.usual = median(sorted, count);
    bool never_negative = sorted[0] >= 0;
    double one = spread(sorted, count, ret.usual);
    if (is_count)
        one = fmax(one, sqrt(fmax(fabs(ret.usual), 1)));
    double room = fmax(cut * one, fabs(ret.usual) / 10);
    ret.low = never_negative ? fmax(ret.usual - room, 0) : ret.usual - room;
    ret.high = ret.usual + room;
    ret.unusual = value < ret.low || value > ret.high;
    return ret;
}
