// SPDX-License-Identifier: Apache-2.0
// What a series of figures says about a target. Pure; see target.h.
#include "target.h"

#include <math.h>

// The periods that the one at `at` is compared with, newest last: days of the same weekday, else those before it.
static size_t past_of(const struct target_rule *r, const struct target_series *s, size_t at, double *ret)
{
    size_t step = r->period == TARGET_DAY ? 7 : 1, most = r->period == TARGET_DAY ? 8 : 12, count = 0;
    for (size_t back = step; back <= at && count < most; back += step) {
        if (!isnan(s->value[at - back]))
            ret[count++] = s->value[at - back];
    }
    return count;
}

static void judge_goal(const struct target_rule *r, const struct target_series *s, size_t done, struct target_finding *ret)
{
    double last = done > 0 ? s->value[done - 1] : (double)NAN;
    bool met = r->less_is_good ? last <= r->value : last >= r->value;
    if (!isnan(ret->current) && r->value > 0)
        ret->reached = ret->current / r->value;
    bool ahead = s->running && !r->less_is_good && ret->current >= r->value; // reached before the period is over
    if (!isnan(last) || ahead)
        ret->state = ahead || met ? "good" : "bad";
    ret->alert = !isnan(last) && !met;
    ret->at = done - ret->alert;
}

static void judge_threshold(const struct target_rule *r, const struct target_series *s, size_t done, struct target_finding *ret)
{
    double last = done > 0 ? s->value[done - 1] : (double)NAN;
    bool above = r->kind == TARGET_ABOVE;
    if (!isnan(last)) {
        ret->alert = above ? last > r->value : last < r->value;
        ret->at = done - 1;
    }
    if (above && s->running && r->adds_up && ret->current > r->value) { // it will not become less
        ret->alert = true;
        ret->at = done;
    }
    if (!isnan(last) || ret->alert)
        ret->state = ret->alert ? "bad" : "good";
}

static void judge_unusual(const struct target_rule *r, const struct target_series *s, size_t done, struct target_finding *ret)
{
    double past[UNUSUAL_PAST_MAX];
    if (done == 0 || isnan(s->value[done - 1]))
        return;
    struct unusual u = unusual_judge(past, past_of(r, s, done - 1, past), s->value[done - 1], r->is_count);
    if (!u.known)
        return;
    *ret = (struct target_finding){.state = u.unusual ? "bad" : "good", .current = ret->current, .reached = NAN, .low = u.low, .high = u.high,
        .usual = u.usual, .alert = u.unusual, .at = done - 1};
}

void target_judge(const struct target_rule *r, const struct target_series *s, struct target_finding *ret)
{
    size_t done = s->running && s->count > 0 ? s->count - 1 : s->count;
    *ret = (struct target_finding){.state = "waiting", .current = s->count ? s->value[s->count - 1] : (double)NAN, .reached = NAN, .low = NAN,
        .high = NAN, .usual = NAN};
    if (r->kind == TARGET_GOAL)
        judge_goal(r, s, done, ret);
    else if (r->kind == TARGET_UNUSUAL)
        judge_unusual(r, s, done, ret);
    else
        judge_threshold(r, s, done, ret);
}
