// SPDX-License-Identifier: Apache-2.0
// Which lines an order has and how much was refunded: the two parts of the fold where several
// messages count together. Pure; called by order_fold.
//
// A shop's export has one row per product. The importer sends the rows of one order that stand
// together as one event; rows of the same order further down the file come as another. So within
// one import, an Order Completed without totals of its own is a *piece*: its lines are added to
// those of the whole it follows (or of the other pieces). Every other message is a whole and
// replaces what is older.
#include "orders_internal.h"

#include <stdlib.h>

static bool is_piece(const struct order_version *v)
{
    return v->ev.import > 0 && v->kind != ORDER_UPDATED &&
           v->money[ORDER_TOTAL] == ORDER_NO_MONEY && v->money[ORDER_REVENUE] == ORDER_NO_MONEY &&
           v->money[ORDER_SUBTOTAL] == ORDER_NO_MONEY;
}

struct group_search {
    const struct order_version *v;
    size_t count;
    unsigned kinds;
    const bool *usable;
};

static bool has_lines(const struct group_search *s, size_t i)
{
    return s->usable[i] && s->v[i].line_count > 0 && (s->kinds & 1U << s->v[i].kind);
}

// Where an import says the same twice (the same rows, resumed after a crash; or the same lines in
// two messages), the newer one stands for both.
static bool is_repeated(const struct group_search *s, size_t i)
{
    const struct order_version *v = s->v;
    for (size_t j = 0; v[i].ev.import > 0 && j < s->count; j++) {
        if (j == i || !has_lines(s, j) || v[j].ev.import != v[i].ev.import ||
            v[j].ev.seq < v[i].ev.seq)
            continue;
        if (v[j].import_row == v[i].import_row ||
            (v[j].line_hash == v[i].line_hash && v[j].line_count == v[i].line_count))
            return true;
    }
    return false;
}

// The group a version's lines belong to, named by the index of its first member.
static size_t group_of(const struct group_search *s, size_t i)
{
    const struct order_version *v = s->v;
    if (!is_piece(&v[i]))
        return i;
    size_t head = SIZE_MAX, first = i;
    for (size_t j = 0; j < s->count; j++) {
        if (v[j].ev.import != v[i].ev.import || !has_lines(s, j))
            continue;
        if (is_piece(&v[j]))
            first = j < first ? j : first;
        else if (v[j].import_row < v[i].import_row &&
                 (head == SIZE_MAX || v[j].import_row > v[head].import_row))
            head = j;
    }
    return head != SIZE_MAX ? head : first;
}

bool order_fold_lines(
    struct order_version *v, size_t count, unsigned kinds, const bool *usable, int64_t *ret_sum)
{
    const struct group_search s = {v, count, kinds, usable};
    size_t winner = SIZE_MAX;
    // sorted by (time, seq): the last one with lines is the newest, its group wins
    for (size_t i = count; winner == SIZE_MAX && i > 0; i--) {
        if (has_lines(&s, i - 1) && !is_repeated(&s, i - 1))
            winner = group_of(&s, i - 1);
    }
    if (winner == SIZE_MAX)
        return false;
    *ret_sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_lines(&s, i) || group_of(&s, i) != winner || is_repeated(&s, i))
            continue;
        v[i].lines_live = true;
        *ret_sum += v[i].line_sum;
    }
    return true;
}

// ---- refunds

static int64_t refund_amount(const struct order_version *v)
{
    return llabs(v->money[ORDER_TOTAL] != ORDER_NO_MONEY ? v->money[ORDER_TOTAL] : v->line_sum);
}

static bool same_refund(const struct order_version *a, const struct order_version *b)
{
    return b->kind == ORDER_REFUNDED && b->refund_id.len == 0 && b->ev.import > 0 &&
           a->ev.time_ms == b->ev.time_ms && refund_amount(a) == refund_amount(b);
}

// The how-many-th refund of this time and amount within its import.
static size_t ordinal_of(const struct order_version *v, size_t count, size_t i)
{
    size_t n = 0;
    for (size_t j = 0; j < count; j++)
        n += v[j].ev.import == v[i].ev.import && v[j].import_row < v[i].import_row &&
             same_refund(&v[i], &v[j]);
    return n;
}

// Is refund i the same as one that counts already? By its refund id; without one, by its row of the
// import, and across imports by time, amount and place among equals (the same file imported twice).
static bool refund_repeats(const struct order_version *v, size_t count, size_t i)
{
    if (v[i].refund_id.len > 0) {
        for (size_t j = i + 1; j < count; j++) { // the newest of them counts
            if (v[j].kind == ORDER_REFUNDED && cu_str_eq(v[j].refund_id, v[i].refund_id))
                return true;
        }
        return false;
    }
    if (v[i].ev.import == 0)
        return false; // each message is its own; its messageId was checked on the way in
    size_t ordinal = ordinal_of(v, count, i);
    for (size_t j = 0; j < i; j++) {
        if (!same_refund(&v[i], &v[j]))
            continue;
        bool same_row = v[j].ev.import == v[i].ev.import && v[j].import_row == v[i].import_row;
        if (same_row || (v[j].ev.import != v[i].ev.import && ordinal_of(v, count, j) == ordinal))
            return true;
    }
    return false;
}

int64_t order_fold_refunds(
    const struct order_version *v, size_t count, const bool *usable, bool *ret_all)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (v[i].kind != ORDER_REFUNDED)
            continue;
        if (v[i].money[ORDER_TOTAL] == ORDER_NO_MONEY && v[i].line_count == 0)
            *ret_all = true; // in whatever currency: all of it
        else if (usable[i] && !refund_repeats(v, count, i))
            sum += refund_amount(&v[i]);
    }
    return sum;
}
