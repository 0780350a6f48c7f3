// SPDX-License-Identifier: Apache-2.0
// What an order is, folded from every message about it. Pure functions over versions sorted by
// (time, seq): whatever the order of arrival, the same set of messages gives the same order.
//
// Rules, in the order they apply:
//  1. The currency is the newest one named; amounts in another currency are left out.
//  2. Each amount and text comes from the newest message that gives it. Order Updated replaces
//  total,
//     revenue and subtotal as one: what it does not give is computed again, not kept.
//  3. Lines come from the newest message that has lines (orders_fold_lines.c).
//  4. revenue (without shipping and tax) is: the revenue given; else the subtotal given, which is
//  after
//     discounts, unless the total shows that the discount was not yet taken off; else total -
//     shipping - tax; else the sum of the lines - discount.
//  5. A negative total is a credit note: a document of its own that counts as refunded money only.
//  6. Refunds add up, each once, never beyond the total; a refund without amount and products is
//  full.
//  7. A cancelled order stays cancelled and counts for nothing.
#include "orders_internal.h"

#include "text/text.h"

#include <stdlib.h>

static bool is_statement(const struct order_version *v) // says what was bought
{
    return v->kind == ORDER_COMPLETED || v->kind == ORDER_UPDATED;
}

static void fold_currency(
    const struct order_version *v, size_t count, const char shop[4], char ret[4])
{
    memcpy(ret, shop, 4);
    bool stated = false;
    for (size_t i = 0; i < count; i++) {
        if (!v[i].currency[0] || (stated && !is_statement(&v[i])))
            continue;
        memcpy(ret, v[i].currency, 4);
        stated = stated || is_statement(&v[i]);
    }
}

// Are the version's minor units the order's? One that names no currency was read with the shop's.
static bool usable_in(const struct order_version *v, const char currency[4], const char shop[4])
{
    if (v->currency[0])
        return strcmp(v->currency, currency) == 0;
    return text_currency_exponent(cu_str_of(shop)) == text_currency_exponent(cu_str_of(currency));
}

static void take_money(int64_t money[ORDER_MONEY_COUNT], const struct order_version *v)
{
    if (v->kind == ORDER_UPDATED &&
        (v->money[ORDER_TOTAL] != ORDER_NO_MONEY || v->money[ORDER_REVENUE] != ORDER_NO_MONEY ||
            v->money[ORDER_SUBTOTAL] != ORDER_NO_MONEY || v->line_count > 0))
        money[ORDER_TOTAL] = money[ORDER_REVENUE] = money[ORDER_SUBTOTAL] = ORDER_NO_MONEY;
    for (size_t i = 0; i < ORDER_MONEY_COUNT; i++) {
        if (v->money[i] != ORDER_NO_MONEY)
            money[i] = v->money[i];
    }
}

// A cancellation repeats the order: it fills what nobody else said.
static void fold_money(const struct order_version *v, size_t count, const bool *usable,
    int64_t money[ORDER_MONEY_COUNT])
{
    int64_t cancelled[ORDER_MONEY_COUNT];
    bool stated = false;
    for (size_t i = 0; i < ORDER_MONEY_COUNT; i++)
        money[i] = cancelled[i] = ORDER_NO_MONEY;
    for (size_t i = 0; i < count; i++) {
        if (!usable[i])
            continue;
        stated = stated || is_statement(&v[i]);
        if (is_statement(&v[i]))
            take_money(money, &v[i]);
        else if (v[i].kind == ORDER_CANCELLED)
            take_money(cancelled, &v[i]);
    }
    for (size_t i = 0; !stated && i < ORDER_MONEY_COUNT; i++)
        money[i] = cancelled[i];
}

static int64_t or_zero(int64_t money)
{
    return money == ORDER_NO_MONEY ? 0 : money;
}

static void settle_totals(const int64_t money[ORDER_MONEY_COUNT], bool has_lines, int64_t line_sum,
    struct order_state *ret)
{
    const int64_t total = money[ORDER_TOTAL], subtotal = money[ORDER_SUBTOTAL];
    ret->shipping = or_zero(money[ORDER_SHIPPING]);
    ret->tax = or_zero(money[ORDER_TAX]);
    ret->discount = or_zero(money[ORDER_DISCOUNT]);
    const int64_t around = ret->shipping + ret->tax;
    if (money[ORDER_REVENUE] != ORDER_NO_MONEY)
        ret->revenue = money[ORDER_REVENUE];
    else if (subtotal != ORDER_NO_MONEY)
        ret->revenue = total != ORDER_NO_MONEY && total == subtotal - ret->discount + around
                           ? subtotal - ret->discount
                           : subtotal;
    else if (total != ORDER_NO_MONEY)
        ret->revenue = total - around;
    else
        ret->revenue = has_lines ? line_sum - ret->discount : 0;
    ret->total = total != ORDER_NO_MONEY ? total : ret->revenue + around;
}

// The day an order counts on is when it was first placed, not when it was last spoken of. The
// profile is the newest one that any message about the purchase came with.
static void fold_place(const struct order_version *v, size_t count, struct order_state *ret)
{
    size_t placed = 0;
    int rank = 0, pno_rank = 0;
    for (size_t i = 0; i < count; i++) {
        int r = v[i].kind == ORDER_COMPLETED ? 3 : v[i].kind == ORDER_UPDATED ? 2 : 1;
        if (r > rank) {
            rank = r;
            placed = i;
        }
        int p = v[i].pno == 0 ? 0 : is_statement(&v[i]) ? 2 : 1;
        if (p > 0 && p >= pno_rank) {
            pno_rank = p;
            ret->pno = v[i].pno;
        }
        if (v[i].coupon.len > 0 && v[i].kind != ORDER_REFUNDED)
            ret->coupon = v[i].coupon;
    }
    ret->placed_ms = v[placed].ev.time_ms;
    ret->source = v[placed].ev.source;
    ret->sample = v[placed].ev.sample;
}

static void settle_status(
    bool stated, bool cancelled, bool refund_all, int64_t refunds, struct order_state *ret)
{
    ret->refunded = 0;
    if (ret->total < 0) {
        ret->status = ORDER_IS_CREDIT_NOTE;
        ret->refunded = -ret->total;
        ret->revenue = 0;
    } else if (cancelled) {
        ret->status = ORDER_IS_CANCELLED;
        ret->revenue = 0;
    } else if (!stated) {
        ret->status = ORDER_IS_PENDING;
        ret->revenue = 0;
    } else {
        ret->refunded = refund_all || refunds > ret->total ? ret->total : refunds;
        bool whole = refund_all || (refunds > 0 && refunds >= ret->total);
        ret->status = whole         ? ORDER_IS_REFUNDED
                      : refunds > 0 ? ORDER_IS_PARTIALLY_REFUNDED
                                    : ORDER_IS_COMPLETED;
    }
}

void order_fold(
    struct order_version *v, size_t count, const char shop_currency[4], struct order_state *ret)
{
    memset(ret, 0, sizeof *ret);
    bool usable[ORDER_VERSIONS_MAX + 1];
    int64_t money[ORDER_MONEY_COUNT], line_sum = 0, credit_sum = 0;
    bool stated = false, cancelled = false, refund_all = false;
    fold_currency(v, count, shop_currency, ret->currency);
    ret->in_shop_currency = strcmp(ret->currency, shop_currency) == 0;
    for (size_t i = 0; i < count; i++) {
        usable[i] = usable_in(&v[i], ret->currency, shop_currency);
        stated = stated || is_statement(&v[i]);
        cancelled = cancelled || v[i].kind == ORDER_CANCELLED;
        v[i].lines_live = false;
    }
    fold_place(v, count, ret);
    fold_money(v, count, usable, money);
    bool has_lines =
        order_fold_lines(
            v, count, 1U << ORDER_COMPLETED | 1U << ORDER_UPDATED, usable, &line_sum) ||
        (!stated && order_fold_lines(v, count, 1U << ORDER_CANCELLED, usable, &line_sum));
    settle_totals(money, has_lines, line_sum, ret);
    int64_t refunds = order_fold_refunds(v, count, usable, &refund_all);
    // A refund document with negative quantities and no order of its own is a credit note.
    if (!stated && !cancelled &&
        order_fold_lines(v, count, 1U << ORDER_REFUNDED, usable, &credit_sum) && credit_sum < 0)
        ret->total = -refunds;
    settle_status(stated, cancelled, refund_all, refunds, ret);
    ret->credit = ret->status == ORDER_IS_CREDIT_NOTE;
}
