// SPDX-License-Identifier: Apache-2.0
// See demo_random.h.
#include "demo_random.h"

#include "text/text.h"

#define DAY_MS INT64_C(86400000)

uint64_t demo_mix(uint64_t a, uint64_t b)
{
    uint64_t z = a * UINT64_C(0x9e3779b97f4a7c15) + b + UINT64_C(0x632be59bd9b4e019);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t demo_next(struct demo_random *r)
{
    r->state += UINT64_C(0x9e3779b97f4a7c15);
    return demo_mix(r->state, 0);
}

uint32_t demo_below(struct demo_random *r, uint32_t limit)
{
    return (uint32_t)((demo_next(r) >> 32) * limit >> 32);
}

bool demo_chance(struct demo_random *r, uint32_t in_10000)
{
    return demo_below(r, 10000) < in_10000;
}

// -ln(u / 2^64) in 2^-30. u is m * 2^(63 - zeros) with m in [1, 2); ln m by the series of atanh,
// which at z <= 1/3 is good to five decimals after three terms.
static int64_t minus_ln(uint64_t u)
{
    const int64_t one = INT64_C(1) << 30, ln2 = INT64_C(744261118);
    int zeros = __builtin_clzll(u);
    int64_t m = (int64_t)(u << zeros >> 33);
    int64_t z = (m - one) * one / (m + one), z2 = z * z >> 30;
    int64_t series = one + z2 / 3 + (z2 * z2 >> 30) / 5 + (z2 * z2 >> 30) * z2 / 7 / one;
    return (1 + zeros) * ln2 - 2 * (z * series >> 30);
}

int64_t demo_exponential(struct demo_random *r, int64_t mean)
{
    // 32 bits of chance: 22 means are enough, and the product stays far from overflow
    uint64_t u = (demo_next(r) | 1) >> 32 << 32 | UINT64_C(1) << 31;
    int64_t q20 = minus_ln(u) >> 10;
    return mean * q20 >> 20;
}

size_t demo_pick(struct demo_random *r, const uint16_t *weights, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    uint32_t at = demo_below(r, sum);
    for (size_t i = 0; i < count; i++) {
        if (at < weights[i])
            return i;
        at -= weights[i];
    }
    return count - 1;
}

// A day more or less at the ends of months moves no season.
int demo_month(int64_t ms)
{
    static const int before[] = {31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int of_year = (int)((int64_t)text_day_of(ms) * 100 % 36525 / 100);
    int month = 0;
    while (month < 11 && of_year >= before[month])
        month++;
    return month;
}

uint32_t demo_rhythm(int64_t local_ms)
{
    static const uint32_t hours[24] = {9, 5, 3, 2, 2, 4, 11, 24, 38, 47, 54, 57, 60, 56, 53, 54, 58,
        66, 78, 92, 100, 88, 57, 26};                                  // per cent of the busiest
    static const uint32_t weekdays[7] = {88, 84, 82, 86, 80, 78, 100}; // from Monday
    static const uint32_t months[12] = {74, 68, 72, 76, 74, 66, 60, 62, 72, 82, 100, 98};
    int32_t day = text_day_of(local_ms);
    int64_t hour = (local_ms - text_day_start(day)) * 24 / DAY_MS;
    int weekday = (day % 7 + 10) % 7; // 1970-01-01 was a Thursday
    return hours[hour] * weekdays[weekday] * months[demo_month(local_ms)] * 1024 / 1000000;
}
