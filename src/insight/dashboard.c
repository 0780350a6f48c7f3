// SPDX-License-Identifier: Apache-2.0
// Dashboards: opening, periods, what their files share. See dashboard.h.
#include "dashboard_private.h"

#include "segment_window.h"

#include <stdio.h>

enum { READS_PER_MINUTE = 30, READS_AT_ONCE = 60, NETWORKS = 4096 };

cu_code dashboards_open(const struct dashboards_options *o, struct dashboards **ret, struct cu_error *err)
{
    struct dashboards *d = cu_calloc(1, sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory for dashboards");
    d->o = *o;
    (void)snprintf(d->base_url, sizeof d->base_url, "%s", o->base_url ? o->base_url : "");
    (void)snprintf(d->shop_name, sizeof d->shop_name, "%s", o->shop_name ? o->shop_name : "");
    pthread_condattr_t attr;
    (void)pthread_mutex_init(&d->page_lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&d->page_made, &attr);
    (void)pthread_condattr_destroy(&attr);
    for (size_t i = 0; i < SHARE_PAGES; i++)
        cu_buf_init(&d->pages[i].html, SHARE_PAGE_MAX);
    d->by_network = limit_new(READS_PER_MINUTE, READS_AT_ONCE, NETWORKS);
    if (!d->by_network) {
        dashboards_close(d);
        return cu_fail(err, CU_MEMORY, "", "no memory for dashboards");
    }
    *ret = d;
    return CU_OK;
}

void dashboards_close(struct dashboards *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < SHARE_PAGES; i++)
        cu_buf_clear(&d->pages[i].html);
    limit_free(d->by_network);
    (void)pthread_cond_destroy(&d->page_made);
    (void)pthread_mutex_destroy(&d->page_lock);
    cu_free(d);
}

bool dashboard_name_good(cu_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ((c == '-' || c == '_') && i > 0)))
            return false;
    }
    return name.len > 0 && name.len <= DASHBOARD_NAME_MAX;
}

int64_t dashboard_by(const struct request *rq)
{
    return rq->caller.kind == CALLER_LOCAL ? -1 : rq->caller.staff_id;
}

cu_code dashboard_change(struct dashboards *d, people_write *write, void *what, struct cu_error *err)
{
    return people_store(d->o.people, write, what, err);
}

struct caller dashboard_house(void)
{
    struct caller c = {.kind = CALLER_LOCAL, .purpose = "analytics"};
    c.permissions = UINT64_C(1) << SPEC_ANALYTICS_READ;
    return c;
}

// ---- periods

const char *const dashboard_periods[] = {"today", "yesterday", "7d", "30d", "90d", "12m", "this_week", "last_week",
    "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", NULL};

struct days {
    int32_t from, last;
};

static struct days months_of(int32_t year, int32_t month, int32_t count) // month may be below 1: of the year before
{
    for (; month < 1; month += 12)
        year--;
    int32_t end = month + count;
    return (struct days){
        seg_day_of(year, month, 1), seg_day_of(end > 12 ? year + 1 : year, end > 12 ? end - 12 : end, 1) - 1};
}

static int32_t same_day_last_year(int32_t today)
{
    int32_t day = today;
    (void)seg_day_shift(today, -12, &day);
    return day;
}

static struct days days_of(cu_str name, int32_t today)
{
    const struct seg_civil c = seg_civil_of(today);
    const int32_t monday = today - (today + 3) % 7, quarter = (c.month - 1) / 3 * 3 + 1; // day 0 was a Thursday
    if (cu_str_eqz(name, "today"))
        return (struct days){today, today};
    if (cu_str_eqz(name, "yesterday"))
        return (struct days){today - 1, today - 1};
    if (cu_str_eqz(name, "7d"))
        return (struct days){today - 6, today};
    if (cu_str_eqz(name, "90d"))
        return (struct days){today - 89, today};
    if (cu_str_eqz(name, "12m"))
        return (struct days){same_day_last_year(today) + 1, today};
    if (cu_str_eqz(name, "this_week"))
        return (struct days){monday, today};
    if (cu_str_eqz(name, "last_week"))
        return (struct days){monday - 7, monday - 1};
    if (cu_str_eqz(name, "this_month"))
        return (struct days){months_of(c.year, c.month, 1).from, today};
    if (cu_str_eqz(name, "last_month"))
        return months_of(c.year, c.month - 1, 1);
    if (cu_str_eqz(name, "this_quarter"))
        return (struct days){months_of(c.year, quarter, 3).from, today};
    if (cu_str_eqz(name, "last_quarter"))
        return months_of(c.year, quarter - 3, 3);
    if (cu_str_eqz(name, "this_year"))
        return (struct days){months_of(c.year, 1, 12).from, today};
    if (cu_str_eqz(name, "last_year"))
        return months_of(c.year - 1, 1, 12);
    return (struct days){today - 29, today};
}

bool dashboard_period(cu_str name, int32_t today, int32_t *ret_from, int32_t *ret_last)
{
    for (size_t i = 0; dashboard_periods[i]; i++) {
        if (!cu_str_eqz(name, dashboard_periods[i]))
            continue;
        const struct days d = days_of(name, today);
        *ret_from = d.from;
        *ret_last = d.last;
        return true;
    }
    return false;
}
