// SPDX-License-Identifier: Apache-2.0
// What friction may cost: the estimate of friction.h, from counts alone. Pure.
#include "friction.h"

#include <math.h>
#include <stdlib.h>

static double rate(struct friction_share s)
{
    return s.visits > 0 ? (double)s.converted / (double)s.visits : 0;
}

// Visits x how much more often comparable ones ordered; never below 0.
static double orders_lost(struct friction_share met, struct friction_share comparable)
{
    double more = comparable.visits > 0 && met.visits > 0 ? rate(comparable) - rate(met) : 0;
    return more > 0 ? (double)met.visits * more : 0;
}

static struct friction_share minus(struct friction_share all, struct friction_share part)
{
    return (struct friction_share){all.visits - part.visits, all.converted - part.converted};
}

static double row_orders(const struct friction_sums *s, struct friction_row *r)
{
    double orders = 0;
    switch (r->section) {
    case FRICTION_CHECKOUT:
        r->comparable = r->met;
        return orders_lost((struct friction_share){r->stopped, 0}, r->comparable);
    case FRICTION_PAYMENTS:
    case FRICTION_COUPONS:
        for (int i = 0; i < FRICTION_STAGES; i++) {
            struct friction_share without = minus(s->stage[i], s->refused[r->section == FRICTION_COUPONS][i]);
            if (r->stages[i].visits == 0)
                continue;
            r->comparable.visits += without.visits;
            r->comparable.converted += without.converted;
            orders += orders_lost(r->stages[i], without);
        }
        return orders;
    case FRICTION_SLOW:
        r->comparable = minus(r->met, r->bad);
        return orders_lost(r->bad, r->comparable);
    case FRICTION_SEARCHES:
        r->comparable = s->searches_good;
        return orders_lost(r->bad, r->comparable);
    case FRICTION_FORMS:
    case FRICTION_RAGE:
    case FRICTION_DEAD:
    case FRICTION_SECTIONS:
        break;
    }
    return 0;
}

static int by_section(const void *a, const void *b)
{
    const struct friction_row *x = a, *y = b;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    if (x->section == FRICTION_CHECKOUT && x->position < y->position)
        return -1;
    if (x->section == FRICTION_CHECKOUT && x->position > y->position)
        return 1;
    if (x->lost != y->lost)
        return x->lost > y->lost ? -1 : 1;
    if (x->stopped != y->stopped)
        return x->stopped > y->stopped ? -1 : 1;
    if (x->met.visits != y->met.visits)
        return x->met.visits > y->met.visits ? -1 : 1;
    return x->a != y->a ? (x->a < y->a ? -1 : 1) : (x->b > y->b) - (x->b < y->b);
}

static void sort_rows(struct friction_answer *a)
{
    size_t at = 0;
    if (a->count > 1)
        qsort(a->rows, a->count, sizeof *a->rows, by_section);
    for (unsigned s = 0; s <= FRICTION_SECTIONS; s++) {
        while (at < a->count && (unsigned)a->rows[at].section < s)
            at++;
        a->first[s] = at;
    }
}

// Visits without an order, each with the dearest of what it met; at most a whole order.
static void total(const struct friction_question *q, const struct friction_sums *s, struct friction_answer *a)
{
    static const enum friction_section sections[] = {
        FRICTION_CHECKOUT, FRICTION_PAYMENTS, FRICTION_COUPONS, FRICTION_SLOW, FRICTION_SEARCHES};
    double each[CU_COUNT(sections)] = {0}, sum = 0;
    for (unsigned k = 0; k < CU_COUNT(sections); k++) {
        double lost = 0, visits = 0;
        for (size_t i = a->first[sections[k]]; i < a->first[sections[k] + 1]; i++)
            lost += (double)a->rows[i].lost;
        for (unsigned m = 0; m < CU_COUNT(s->masks); m++)
            visits += m >> k & 1 ? (double)s->masks[m] : 0;
        each[k] = visits > 0 ? fmin(lost / visits, q->average) : 0;
    }
    for (unsigned m = 0; m < CU_COUNT(s->masks); m++) {
        double most = 0;
        for (unsigned k = 0; k < CU_COUNT(sections); k++)
            most = m >> k & 1 && each[k] > most ? each[k] : most;
        sum += most * (double)s->masks[m];
    }
    a->has_lost = q->has_average;
    a->lost_total = (int64_t)llround(sum);
}

void friction_estimate(const struct friction_question *q, const struct friction_sums *s, struct friction_answer *a)
{
    for (size_t i = 0; i < a->count; i++) {
        struct friction_row *r = &a->rows[i];
        double orders = row_orders(s, r);
        r->has_lost = q->has_average && r->comparable.visits > 0;
        r->lost = r->has_lost ? (int64_t)llround(orders * q->average) : 0;
    }
    a->visits = s->all;
    a->people = s->people;
    a->met_people = s->met_people;
    sort_rows(a);
    total(q, s, a);
}
