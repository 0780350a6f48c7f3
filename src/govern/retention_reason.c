// SPDX-License-Identifier: Apache-2.0
// The reasons, in order. See retention_reason.h.
#include "retention_reason.h"

#include "consent/legal_clock.h"

enum { PENDING_DAYS = 365, YEAR_MAX = 9999 };
static const int64_t day_ms = INT64_C(86400000);

int64_t retention_order_until(int64_t placed_ms, int32_t years)
{
    int32_t year = 0, month = 0, day = 0;
    int64_t days = placed_ms / day_ms - (placed_ms % day_ms < 0);
    legal_date_of((int32_t)days, &year, &month, &day);
    year = year + years + 1 > YEAR_MAX ? YEAR_MAX : year + years + 1;
    return legal_day_of(year, 1, 1) * day_ms;
}

static bool is_held(const struct retention_facts *f)
{
    return f->held;
}

static bool is_restricted(const struct retention_facts *f)
{
    return f->restricted;
}

static bool has_request(const struct retention_facts *f)
{
    return f->request_open;
}

static bool is_decoy(const struct retention_facts *f)
{
    return f->decoy;
}

static bool is_recent(const struct retention_facts *f)
{
    return f->last_ms != INT64_MIN && f->last_ms >= f->inactive_ms;
}

// One that hangs for longer than a year is a forgotten row, not a contract that runs.
static bool has_pending_order(const struct retention_facts *f)
{
    return f->pending_order_ms != INT64_MIN && f->pending_order_ms >= f->now_ms - PENDING_DAYS * day_ms;
}

static bool has_kept_order(const struct retention_facts *f)
{
    return f->order_years > 0 && f->last_order_ms != INT64_MIN &&
           f->now_ms < retention_order_until(f->last_order_ms, f->order_years);
}

const struct retention_reason retention_reasons[] = {
    {"legal_hold", "GDPR 17(3)(e)", "The data is needed for a legal claim.", is_held},
    {"restricted", "GDPR 18(2)", "Processing is restricted, and erasing is processing.", is_restricted},
    {"request_open", "GDPR 12(3)", "A request of the person is not answered yet.", has_request},
    {"decoy", "GDPR 32(1)", "A record of nobody, kept to notice misuse.", is_decoy},
    {"order_pending", "GDPR 6(1)(b)", "An order of the last year is not completed.", has_pending_order},
    {"recent", "GDPR 5(1)(e)", "Something was heard of the person within the time.", is_recent},
    {"statutory", "GDPR 17(3)(b)", "Tax and commercial law want the papers of an order to be kept.", has_kept_order},
    {NULL, NULL, NULL, NULL},
};

const struct retention_reason *retention_reason_of(const struct retention_facts *f, uint32_t *ret_all)
{
    const struct retention_reason *first = NULL;
    uint32_t all = 0;
    for (uint32_t i = 0; retention_reasons[i].code; i++) {
        if (!retention_reasons[i].holds(f))
            continue;
        first = first ? first : &retention_reasons[i];
        all |= UINT32_C(1) << i;
    }
    if (ret_all)
        *ret_all = all;
    return first;
}
