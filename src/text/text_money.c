// SPDX-License-Identifier: Apache-2.0
// Money as minor units. Exponents from ISO 4217 (2024); all others have two decimals.
#include "text.h"

#include <math.h>
#include <stdio.h>

enum { DECIMALS_MAX = 4 };
#define MINOR_MAX INT64_C(9000000000000000)

int text_currency_exponent(cu_str currency)
{
    static const char zero[][4] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
        "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
    static const char three[][4] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (currency.len != 3)
        return -1;
    for (size_t i = 0; i < 3; i++) {
        char c = currency.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return -1;
    }
    for (size_t i = 0; i < CU_COUNT(zero); i++) {
        if (cu_str_eq_nocase(currency, cu_str_of(zero[i])))
            return 0;
    }
    for (size_t i = 0; i < CU_COUNT(three); i++) {
        if (cu_str_eq_nocase(currency, cu_str_of(three[i])))
            return 3;
    }
    return 2;
}

static int64_t power10(int n)
{
    int64_t v = 1;
    while (n-- > 0)
        v *= 10;
    return v;
}

// digits x 10^-decimals to minor units, half away from zero
static bool scale(int64_t magnitude, int decimals, int exponent, int64_t *ret)
{
    if (decimals <= exponent) {
        if (__builtin_mul_overflow(magnitude, power10(exponent - decimals), ret))
            return false;
    } else {
        int64_t unit = power10(decimals - exponent);
        *ret = (magnitude + unit / 2) / unit;
    }
    return *ret <= MINOR_MAX;
}

bool text_money_parse(cu_str s, int exponent, int64_t *ret_minor)
{
    s = cu_str_trim(s);
    bool negative = s.len && s.ptr[0] == '-';
    size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0;
    int64_t magnitude = 0;
    int decimals = -1;
    size_t seen = 0;
    for (; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        if (decimals >= DECIMALS_MAX) {
            if (c != '0')
                return false; // a fifth decimal that means something
            continue;
        }
        if (__builtin_mul_overflow(magnitude, 10, &magnitude) ||
            __builtin_add_overflow(magnitude, c - '0', &magnitude))
            return false;
        decimals += decimals >= 0;
        seen++;
    }
    int64_t minor = 0;
    if (seen == 0 || !scale(magnitude, decimals < 0 ? 0 : decimals, exponent, &minor))
        return false;
    *ret_minor = negative ? -minor : minor;
    return true;
}

bool text_money_from_double(double v, int exponent, int64_t *ret_minor)
{
    if (!isfinite(v) || fabs(v) > 9e15)
        return false;
    // A decimal with at most four places survives the trip through a double; what is further away
    // from one than the dust of a few additions had more decimals.
    double scaled = v * 1e4, whole = nearbyint(scaled);
    if (fabs(scaled - whole) > 1e-6 * fmax(1.0, fabs(scaled) * 1e-9))
        return false;
    int64_t minor = 0;
    if (fabs(whole) > 9e18 || !scale((int64_t)fabs(whole), DECIMALS_MAX, exponent, &minor))
        return false;
    *ret_minor = whole < 0 ? -minor : minor;
    return true;
}

void text_money_format(int64_t minor, int exponent, struct cu_buf *out)
{
    uint64_t u = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    uint64_t unit = (uint64_t)power10(exponent);
    if (minor < 0)
        cu_buf_char(out, '-');
    cu_buf_printf(out, "%llu", (unsigned long long)(u / unit));
    if (exponent > 0)
        cu_buf_printf(out, ".%0*llu", exponent, (unsigned long long)(u % unit));
}
