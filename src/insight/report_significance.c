// SPDX-License-Identifier: Apache-2.0
// Is a change more than chance? Shares: two-proportion z-test, pooled. Averages: Welch's t-test over orders or visits. Counts:
// z-test with the variance that the periods themselves show (never less than that of chance alone). Sums of money and counts of
// different people: Welch's t-test over the periods. Where there is too little to go by, nothing is claimed.
#include "report_private.h"

#include <math.h>

enum { PERIODS_MIN = 7, COUNT_MIN = 20, MEAN_MIN = 30, CELL_MIN = 5 };

static const char *words_of(double p)
{
    if (p < 0.001)
        return "Hardly chance: a change this large comes by itself in fewer than 1 of 1,000 cases.";
    if (p < 0.01)
        return "Very likely more than chance: by itself it comes in fewer than 1 of 100 cases.";
    if (p < 0.05)
        return "Likely more than chance: by itself it comes in fewer than 1 of 20 cases.";
    return "This can be chance.";
}

static struct report_chance none(const char *why)
{
    return (struct report_chance){.known = false, .p = NAN, .method = "none", .words = why};
}

static struct report_chance chance(double p, const char *method)
{
    if (!(p >= 0 && p <= 1))
        return none("Nothing varies here: no test says anything.");
    return (struct report_chance){.known = true, .p = p, .method = method, .words = words_of(p)};
}

static const char too_few[] = "Too few to tell a change from chance.";

static double p_of_z(double z)
{
    return erfc(fabs(z) / sqrt(2));
}

// Continued fraction of the incomplete beta function (Lentz).
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m <= 300; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        double step = d * c;
        h *= step;
        if (fabs(step - 1) < 1e-14)
            break;
    }
    return h;
}

static double log_gamma(double x)
{
    int sign = 0;
    return lgamma_r(x, &sign);
}

static double p_of_t(double t, double df) // both sides
{
    double x = df / (df + t * t), a = df / 2, b = 0.5;
    if (x <= 0)
        return 0;
    if (x >= 1)
        return 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

struct report_chance report_chance_share(int64_t a, int64_t an, int64_t b, int64_t bn)
{
    if (an <= 0 || bn <= 0 || a < 0 || b < 0 || a > an || b > bn)
        return none(too_few);
    double x = (double)an, y = (double)bn, pooled = (double)(a + b) / (x + y), least = x < y ? x : y;
    if (least * pooled < CELL_MIN || least * (1 - pooled) < CELL_MIN)
        return none(too_few);
    double z = ((double)a / x - (double)b / y) / sqrt(pooled * (1 - pooled) * (1 / x + 1 / y));
    return chance(p_of_z(z), "two-proportion z-test");
}

static struct report_chance welch(double mean_a, double var_a, double a, double mean_b, double var_b, double b, const char *method)
{
    double va = var_a / a, vb = var_b / b;
    if (!(va + vb > 0))
        return none("Nothing varies here: no test says anything.");
    double t = (mean_a - mean_b) / sqrt(va + vb);
    double df = (va + vb) * (va + vb) / (va * va / (a - 1) + vb * vb / (b - 1));
    return chance(p_of_t(t, df), method);
}

static double variance(const struct report_sample *s) // of what one order or visit adds
{
    double n = (double)s->bottom, sum = (double)s->top;
    double v = (s->square - sum * sum / n) / (n - 1);
    return v > 0 ? v : 0;
}

struct report_chance report_chance_mean(const struct report_sample *a, const struct report_sample *b)
{
    if (a->bottom < MEAN_MIN || b->bottom < MEAN_MIN)
        return none(too_few);
    return welch((double)a->top / (double)a->bottom, variance(a), (double)a->bottom, (double)b->top / (double)b->bottom, variance(b),
        (double)b->bottom, "Welch's t-test over single orders or visits");
}

static double mean_of(const double *at, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += at[i];
    return sum / (double)count;
}

static double spread_of(const double *at, size_t count) // sum of squared distances from the mean
{
    double mean = mean_of(at, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (at[i] - mean) * (at[i] - mean);
    return sum;
}

struct report_chance report_chance_count(const struct report_sample *a, const struct report_sample *b)
{
    if (a->count < PERIODS_MIN || b->count < PERIODS_MIN)
        return none("Too few periods to tell a change from chance; ask by day, for seven days or more.");
    if (a->top < 0 || b->top < 0 || a->top + b->top < COUNT_MIN)
        return none(too_few);
    double na = (double)a->count, nb = (double)b->count;
    double ma = mean_of(a->series, a->count), mb = mean_of(b->series, b->count);
    double scatter = (ma > 0 ? spread_of(a->series, a->count) / ma : 0) + (mb > 0 ? spread_of(b->series, b->count) / mb : 0);
    double excess = scatter / (na + nb - 2);
    double pooled = (ma * na + mb * nb) / (na + nb);
    double z = (ma - mb) / sqrt((excess > 1 ? excess : 1) * pooled * (1 / na + 1 / nb));
    return chance(p_of_z(z), "z-test of counts with the variation that the periods show");
}

struct report_chance report_chance_sum(const struct report_sample *a, const struct report_sample *b)
{
    if (a->count < PERIODS_MIN || b->count < PERIODS_MIN)
        return none("Too few periods to tell a change from chance; ask by day, for seven days or more.");
    double na = (double)a->count, nb = (double)b->count;
    return welch(mean_of(a->series, a->count), spread_of(a->series, a->count) / (na - 1), na, mean_of(b->series, b->count),
        spread_of(b->series, b->count) / (nb - 1), nb, "Welch's t-test over the periods");
}
