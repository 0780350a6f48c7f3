// SPDX-License-Identifier: Apache-2.0
// Is a figure unusual against its own past? Robust, so that one bad day in the past neither hides nor makes the next one: the
// median of the past and the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, ASQC 1993), 0.6745 x
// (value - median) / MAD, unusual beyond 3.5. Where more than half of the past is the same value (MAD 0) the mean absolute
// deviation stands in for it, x 1.2533. The seasons are the caller's: for a day it gives the same days of the weeks before. Pure.
#pragma once

#include "base/memory.h"

enum { UNUSUAL_PAST_MIN = 5, UNUSUAL_PAST_MAX = 64 };
struct unusual {
    bool known;        // false: too little past to say anything
    double usual;      // the median
    double low, high;  // between them it is usual
    bool unusual;
};
// is_count: a number of things that happen by themselves, which varies by its square root at least (Poisson); nothing is ever
// unusual within a tenth of the usual. Past that is never negative has no negative bound.
struct unusual unusual_judge(const double *past, size_t count, double value, bool is_count);
// (value - median) x 0.6745 / MAD
double unusual_score(const double *past, size_t count, double value);
