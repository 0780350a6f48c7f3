// SPDX-License-Identifier: Apache-2.0
// The removal effect of a Markov chain, exactly. With x the probability of an order from each state: x = r + Q x, where Q are the
// probabilities of going from state to state and r of ordering. Removing a state makes every way into it end: its x is 0. Each
// removal is one solution of linear equations; pivoting keeps it right where some ways are rare.
#include "attribution.h"

#include <math.h>

struct solving {
    size_t n;
    double *matrix; // [n x (n + 2)]: I - Q, then r for orders and for value
    double *total;  // [n]: how often each state was left
};

static double left(const struct attribution_chain *c, size_t s)
{
    double sum = c->converted[s] + c->ended[s];
    for (size_t k = 0; k < c->states; k++)
        sum += c->go[(s + 1) * c->states + k];
    return sum;
}

// removed: SIZE_MAX for none.
static void fill(const struct attribution_chain *c, struct solving *s, size_t removed)
{
    size_t n = s->n, width = n + 2;
    for (size_t i = 0; i < n; i++) {
        double *row = s->matrix + i * width;
        bool gone = i == removed || s->total[i] <= 0;
        for (size_t k = 0; k < n; k++)
            row[k] = (i == k) - (gone || k == removed ? 0 : c->go[(i + 1) * n + k] / s->total[i]);
        row[n] = gone ? 0 : c->converted[i] / s->total[i];
        row[n + 1] = gone ? 0 : c->value[i] / s->total[i];
    }
}

static bool eliminate(struct solving *s, size_t column)
{
    size_t n = s->n, width = n + 2, best = column;
    for (size_t i = column + 1; i < n; i++) {
        if (fabs(s->matrix[i * width + column]) > fabs(s->matrix[best * width + column]))
            best = i;
    }
    if (fabs(s->matrix[best * width + column]) < 1e-14)
        return false;
    for (size_t k = column; k < width && best != column; k++) {
        double other = s->matrix[best * width + k];
        s->matrix[best * width + k] = s->matrix[column * width + k];
        s->matrix[column * width + k] = other;
    }
    const double *pivot = s->matrix + column * width;
    for (size_t i = column + 1; i < n; i++) {
        double *row = s->matrix + i * width, times = row[column] / pivot[column];
        for (size_t k = column; k < width && times != 0; k++)
            row[k] -= times * pivot[k];
    }
    return true;
}

// What a journey may expect from the start: the probability of an order, and value.
static bool solve(const struct attribution_chain *c, struct solving *s, size_t removed, double *ret_order, double *ret_value)
{
    size_t n = s->n, width = n + 2;
    double starts = 0;
    fill(c, s, removed);
    for (size_t i = 0; i < n; i++) {
        if (!eliminate(s, i))
            return false;
    }
    for (size_t i = n; i-- > 0;) {
        double *row = s->matrix + i * width;
        for (size_t k = i + 1; k < n; k++) {
            row[n] -= row[k] * s->matrix[k * width + n];
            row[n + 1] -= row[k] * s->matrix[k * width + n + 1];
        }
        row[n] /= row[i];
        row[n + 1] /= row[i];
    }
    *ret_order = *ret_value = 0;
    for (size_t i = 0; i < n; i++) {
        starts += c->go[i];
        *ret_order += i == removed ? 0 : c->go[i] * s->matrix[i * width + n];
        *ret_value += i == removed ? 0 : c->go[i] * s->matrix[i * width + n + 1];
    }
    if (starts > 0) {
        *ret_order /= starts;
        *ret_value /= starts;
    }
    return true;
}

static double effect_of(double base, double without)
{
    double effect = fabs(base) > 0 ? 1 - without / base : 0;
    return effect < 1e-12 ? 0 : effect > 1 ? 1 : effect; // what rounding leaves of nothing
}

static cu_code solve_all(const struct attribution_chain *c, struct solving *s, double *ret_effect, double *ret_value_effect, double *ret_base,
    struct cu_error *err)
{
    double value = 0, order = 0, without = 0;
    if (!solve(c, s, SIZE_MAX, ret_base, &value))
        return cu_fail(err, CU_INTERNAL, "", "the paths of journeys have no end");
    for (size_t i = 0; i < c->states; i++) {
        if (!solve(c, s, i, &order, &without))
            return cu_fail(err, CU_INTERNAL, "", "the paths of journeys have no end");
        ret_effect[i] = effect_of(*ret_base, order);
        ret_value_effect[i] = effect_of(value, without);
    }
    return CU_OK;
}

cu_code attribution_removal(const struct attribution_chain *c, double *ret_effect, double *ret_value_effect, double *ret_base, struct cu_error *err)
{
    struct solving s = {.n = c->states};
    if (c->states > ATTRIBUTION_STATES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %u channels are in one chain", ATTRIBUTION_STATES_MAX);
    s.matrix = cu_alloc((c->states * (c->states + 2) + 1) * sizeof *s.matrix);
    s.total = cu_alloc((c->states + 1) * sizeof *s.total);
    cu_code code = s.matrix && s.total ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the paths of journeys");
    for (size_t i = 0; i < c->states && code == CU_OK; i++)
        s.total[i] = left(c, i);
    if (code == CU_OK)
        code = solve_all(c, &s, ret_effect, ret_value_effect, ret_base, err);
    cu_free(s.matrix);
    cu_free(s.total);
    return code;
}
