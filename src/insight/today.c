// SPDX-License-Identifier: Apache-2.0
// The numbers of Today, from orders, first sights and one scan of the timeline.
#include "today.h"

#include "text/text.h"

#include <roaring/roaring.h>

struct sums {
    struct today *today;
    int32_t before_day; // first day of the period before
};

static struct today_numbers *day_of(struct sums *s, int32_t day)
{
    return day >= s->today->from_day ? &s->today->days[day - s->today->from_day] : NULL;
}

static bool add_orders(void *context, int32_t day, const struct orders_totals *t)
{
    struct sums *s = context;
    struct today_numbers *total = day < s->today->from_day ? &s->today->before : &s->today->now;
    struct today_numbers *one = day_of(s, day);
    total->revenue += t->revenue;
    total->orders += t->orders;
    if (one) {
        one->revenue += t->revenue;
        one->orders += t->orders;
    }
    return true;
}

static bool add_new(void *context, int32_t day, uint64_t persons)
{
    struct sums *s = context;
    struct today_numbers *one = day_of(s, day);
    if (one) {
        one->fresh += (int64_t)persons;
        s->today->now.fresh += (int64_t)persons;
    } else {
        s->today->before.fresh += (int64_t)persons;
    }
    return true;
}

// Who was active, a bitmap per day of the period and one for the period before.
struct active {
    struct people *people;
    roaring_bitmap_t *days[TODAY_DAYS_MAX], *before;
    int32_t from_day;
    uint32_t last_pno, root;
    int32_t last_day;
};

static bool add_active(void *context, const struct timeline_event *e)
{
    struct active *a = context;
    int32_t day = text_day_of(e->time_ms);
    if (e->pno == 0 || (e->pno == a->last_pno && day == a->last_day))
        return true; // rows come by profile and time, so most are caught here
    if (e->pno != a->last_pno)
        a->root = people_root(a->people, e->pno);
    a->last_pno = e->pno;
    a->last_day = day;
    roaring_bitmap_add(day < a->from_day ? a->before : a->days[day - a->from_day], a->root);
    return true;
}

static bool make_bitmaps(struct active *a, int days)
{
    a->before = roaring_bitmap_create();
    bool good = a->before != NULL;
    for (int i = 0; i < days && good; i++) {
        a->days[i] = roaring_bitmap_create();
        good = a->days[i] != NULL;
    }
    return good;
}

static void count_active(struct active *a, int days, struct today *ret)
{
    roaring_bitmap_t *all = roaring_bitmap_or_many((size_t)days,
        (const roaring_bitmap_t **)(void *)a->days);
    for (int i = 0; i < days; i++)
        ret->days[i].active = (int64_t)roaring_bitmap_get_cardinality(a->days[i]);
    ret->now.active = (int64_t)roaring_bitmap_get_cardinality(all);
    ret->before.active = (int64_t)roaring_bitmap_get_cardinality(a->before);
    roaring_bitmap_free(all);
}

static cu_code scan_active(struct people *p, int days, int32_t before_day, struct today *ret,
    struct cu_error *err)
{
    struct active *a = cu_calloc(1, sizeof *a);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to count active customers");
    *a = (struct active){.people = p, .from_day = ret->from_day, .last_day = INT32_MIN};
    cu_code code = make_bitmaps(a, days)
                       ? timeline_scan(people_timeline(p), text_day_start(before_day),
                             text_day_start(ret->to_day), false, add_active, a, err)
                       : cu_fail(err, CU_MEMORY, "", "no memory to count active customers");
    if (code == CU_OK)
        count_active(a, days, ret);
    for (int i = 0; i < days; i++) {
        if (a->days[i])
            roaring_bitmap_free(a->days[i]);
    }
    if (a->before)
        roaring_bitmap_free(a->before);
    cu_free(a);
    return code;
}

cu_code today_compute(struct people *p, int days, int64_t now_ms, struct today *ret,
    struct cu_error *err)
{
    *ret = (struct today){.to_day = text_day_of(now_ms) + 1};
    ret->from_day = ret->to_day - days;
    struct sums s = {.today = ret, .before_day = ret->from_day - days};
    struct db *d = NULL;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = orders_days(p, d, s.before_day, ret->to_day, add_orders, &s, err);
    if (code == CU_OK)
        code = people_new_days(p, d, s.before_day, ret->to_day, add_new, &s, err);
    people_read_give(p, d);
    CU_TRY(code);
    return scan_active(p, days, s.before_day, ret, err);
}
