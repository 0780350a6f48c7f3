// SPDX-License-Identifier: Apache-2.0
// The kind of question "value": who the customers are, in which row each is, and the answer. See value.h.
#include "acquired.h"
#include "buyer.h"
#include "cohort.h"
#include "value.h"
#include "value_private.h"

#include "text/text.h"

#include <math.h>
#include <roaring/roaring.h>
#include <stdlib.h>

static const char *const ways[] = {"month", "channel", "first_product", "total", NULL};
const unsigned value_percents[VALUE_TOPS] = {1, 5, 10, 20, 50};

// ---- customers

static bool grow(void **at, size_t *room, size_t needed, size_t size)
{
    if (needed <= *room)
        return true;
    void *more = cu_realloc(*at, needed * 2 * size);
    if (!more)
        return false;
    *at = more;
    *room = needed * 2;
    return true;
}

static uint32_t product_of(const struct book_view *v, const struct book_order *o)
{
    uint32_t product = o->lines ? v->lines[o->first_line].product : 0; // 0: none
    return product && product < v->product_count && v->products[product].id.len ? product : VALUE_NONE;
}

static uint32_t key_of(const struct value_work *b, uint32_t person, const struct purchase *first)
{
    int32_t year, month;
    switch (b->by) {
    case VALUE_BY_MONTH:
        retention_month_of(text_zone_day(b->q->o->zone, first->placed_ms), &year, &month);
        return (uint32_t)(year * 12 + month - 1);
    case VALUE_BY_CHANNEL:
        return b->channels && person < b->q->persons->end && b->channels[person] < CHANNEL_COUNT ? b->channels[person]
                                                                                                 : VALUE_NONE;
    case VALUE_BY_PRODUCT:
        return product_of(b->view, first->order);
    case VALUE_BY_TOTAL:
        break;
    }
    return 0;
}

// Customers as rows; which groups there are is known after them.
static bool visit_first(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct value_work *b = context;
    int64_t amount = 0;
    if (p[0].placed_ms < b->q->from_ms)
        return true;
    if (!grow((void **)&b->rows, &b->room, b->count + 1, sizeof *b->rows)) {
        b->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        amount = cohort_add(amount, p[i].amount);
        b->no_rate += (p[i].order->flags & BOOK_NO_RATE) != 0;
    }
    b->repeat += count > 1;
    b->rows[b->count++] = (struct value_row){.person = person, .key = key_of(b, person, &p[0]), .amount = amount};
    return true;
}

static bool add_to(struct value_work *b, struct value_group *g, const struct purchase *p, size_t count)
{
    if (!grow((void **)&b->days, &b->day_room, count, sizeof *b->days) ||
        !grow((void **)&b->amounts, &b->amount_room, count, sizeof *b->amounts)) {
        b->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        b->days[i] = text_zone_day(b->q->o->zone, p[i].placed_ms);
        b->amounts[i] = p[i].amount;
    }
    value_customer(&g->curve, b->days, b->amounts, count, b->end_day, b->months);
    return true;
}

// Products: many, so only the groups that are shown are kept.
static bool visit_chosen(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct value_work *b = context;
    if (p[0].placed_ms < b->q->from_ms)
        return true;
    return add_to(b, value_group_of(b, key_of(b, person, &p[0])), p, count);
}

// Months, channels: few. In one go, groups[0] for no key, then by key from `lowest` on.
static bool visit_few(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct value_work *b = context;
    size_t rows = b->count;
    if (!visit_first(context, person, p, count))
        return false;
    if (b->count == rows)
        return true;
    uint32_t key = b->rows[rows].key;
    size_t at = key == VALUE_NONE || key < b->lowest ? 0 : key - b->lowest + 1;
    struct value_group *g = at < VALUE_GROUPS_MAX ? &b->groups[at] : &b->other;
    g->key = key;
    g->members++;
    return add_to(b, g, p, count);
}

// ---- rows of the answer

static int by_key(const void *a, const void *b)
{
    const struct value_group *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static int by_size(const void *a, const void *b)
{
    const struct value_group *x = a, *y = b;
    if (x->members != y->members)
        return x->members > y->members ? -1 : 1;
    return by_key(a, b);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

struct value_group *value_group_of(struct value_work *b, uint32_t key)
{
    const struct value_group wanted = {.key = key};
    struct value_group *g = b->group_count ? bsearch(&wanted, b->groups, b->group_count, sizeof wanted, by_key) : NULL;
    return g ? g : &b->other;
}

// The largest groups, then by key.
static cu_code choose_groups(struct value_work *b, size_t limit, struct cu_error *err)
{
    uint32_t *keys = cu_alloc((b->count + 1) * sizeof *keys);
    if (!keys)
        return cu_fail(err, CU_MEMORY, "", "no memory for customers");
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        keys[i] = b->rows[i].key;
    qsort(keys, b->count, sizeof *keys, by_number);
    for (size_t i = 0; i < b->count; i++)
        n += i == 0 || keys[i] != keys[i - 1];
    struct value_group *all = cu_calloc(n + 1, sizeof *all);
    for (size_t i = 0, at = 0; all && i < b->count; i++) {
        at += i > 0 && keys[i] != keys[i - 1];
        all[at].key = keys[i];
        all[at].members++;
    }
    cu_free(keys);
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for customers");
    qsort(all, n, sizeof *all, by_size);
    b->group_count = n < limit ? n : limit;
    b->more = n - b->group_count;
    qsort(all, b->group_count, sizeof *all, by_key);
    b->groups = all;
    return CU_OK;
}

static cu_code name_group(struct value_work *b, struct value_group *g, struct cu_error *err)
{
    g->value = g->label = CU_LIT("(none)");
    if (g->key != VALUE_NONE && b->by == VALUE_BY_MONTH)
        g->value = g->label = cu_arena_printf(b->q->arena, "%04u-%02u", g->key / 12, g->key % 12 + 1);
    if (b->by == VALUE_BY_TOTAL)
        g->value = g->label = CU_LIT("total");
    if (g->key != VALUE_NONE && b->by == VALUE_BY_CHANNEL) {
        g->value = cu_str_of(channel_name((enum channel)g->key));
        g->label = cu_str_of(channel_label((enum channel)g->key));
    }
    if (g->key != VALUE_NONE && b->by == VALUE_BY_PRODUCT) {
        const struct book_product *p = &b->view->products[g->key];
        g->value = cu_arena_dup(b->q->arena, p->id);
        g->label = p->name.len ? cu_arena_dup(b->q->arena, p->name) : g->value;
    }
    return g->value.ptr && g->label.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for customers");
}

static void count_guests(struct value_work *b)
{
    for (size_t i = book_from(b->view, b->q->from_ms); i < b->view->count && b->view->orders[i].placed_ms < b->as_of; i++) {
        const struct book_order *o = &b->view->orders[i];
        if (o->pno != 0 || !(o->flags & BOOK_COUNTS))
            continue;
        b->guest_orders++;
        b->guest_revenue = cohort_add(b->guest_revenue, o->revenue - o->refunded);
    }
}

static void merge(struct value_curve *to, const struct value_curve *from)
{
    to->customers += from->customers;
    to->orders += from->orders;
    to->revenue = cohort_add(to->revenue, from->revenue);
    for (size_t k = 0; k < VALUE_MONTHS_MAX; k++) {
        to->observed[k] += from->observed[k];
        to->amount[k] = cohort_add(to->amount[k], from->amount[k]);
    }
}

static cu_code few_groups(struct value_work *b, size_t limit, struct cu_error *err)
{
    int32_t year, month;
    size_t n = 0;
    retention_month_of(b->q->from_day, &year, &month);
    b->lowest = b->by == VALUE_BY_MONTH ? (uint32_t)(year * 12 + month - 1) : 0;
    b->groups = cu_calloc(VALUE_GROUPS_MAX, sizeof *b->groups);
    if (!b->groups)
        return cu_fail(err, CU_MEMORY, "", "no memory for customers");
    CU_TRY(buyers_each(b->q, b->view, b->as_of, visit_few, b, err));
    for (size_t i = 0; i < VALUE_GROUPS_MAX; i++) {
        if (b->groups[i].members)
            b->groups[n++] = b->groups[i];
    }
    qsort(b->groups, n, sizeof *b->groups, by_size);
    b->group_count = n < limit ? n : limit;
    b->more = n - b->group_count;
    for (size_t i = b->group_count; i < n; i++)
        merge(&b->other.curve, &b->groups[i].curve);
    qsort(b->groups, b->group_count, sizeof *b->groups, by_key);
    return CU_OK;
}

static cu_code with_view(struct value_work *b, struct cu_error *err)
{
    size_t limit = b->by == VALUE_BY_CHANNEL || b->by == VALUE_BY_PRODUCT ? (size_t)spec_i64(&b->q->question, "limit")
                                                                          : VALUE_GROUPS_MAX;
    if (b->by == VALUE_BY_PRODUCT) {
        CU_TRY(buyers_each(b->q, b->view, b->as_of, visit_first, b, err));
        if (!b->no_memory)
            CU_TRY(choose_groups(b, limit, err));
        if (!b->no_memory)
            CU_TRY(buyers_each(b->q, b->view, b->as_of, visit_chosen, b, err));
    } else {
        CU_TRY(few_groups(b, limit, err));
    }
    for (size_t i = 0; i < b->group_count; i++)
        CU_TRY(name_group(b, &b->groups[i], err));
    b->other.value = b->other.label = CU_LIT("(other)");
    count_guests(b);
    return b->no_memory ? cu_fail(err, CU_MEMORY, "", "no memory for customers") : CU_OK;
}

static cu_code gather(struct value_work *b, struct cu_error *err)
{
    if (b->by == VALUE_BY_CHANNEL)
        CU_TRY(value_channels(b, err));
    CU_TRY(order_book_take(b->q->o->orders, &b->view, err));
    b->some = b->q->among != NULL;
    cu_code code = with_view(b, err);
    order_book_give(b->q->o->orders, b->view);
    b->view = NULL;
    return code;
}

cu_code value_gather(struct insight_query *q, struct value_work *b, struct cu_error *err)
{
    cu_str by = spec_str(&q->question, "by");
    *b = (struct value_work){.q = q, .as_of = buyer_as_of(q), .months = (uint32_t)spec_i64(&q->question, "periods")};
    while (!cu_str_eqz(by, ways[b->by]))
        b->by++;
    b->end_day = text_zone_day(q->o->zone, b->as_of - 1) + 1;
    struct acquired came;
    cu_code code = acquired_begin(q, &came, err);
    if (code == CU_OK)
        code = gather(b, err);
    acquired_end(q, &came);
    return code;
}

void value_free(struct value_work *b)
{
    cu_free(b->rows);
    cu_free(b->days);
    cu_free(b->amounts);
    cu_free(b->groups);
    cu_free(b->channels);
}

// ---- people

static int best_first(const void *a, const void *b)
{
    const struct value_row *x = a, *y = b;
    if (x->amount != y->amount)
        return x->amount > y->amount ? -1 : 1;
    return (x->person > y->person) - (x->person < y->person);
}

static const struct spec_field pick_fields[] = {
    {.name = "value", .type = SPEC_STRING, .max = 1024, .doc = "The row's `value`."},
    {.name = "top", .type = SPEC_INT, .min = 1, .max = 100, .doc = "Instead of a row: so many per cent of all, the best."},
    {.name = NULL},
};

static cu_code choose(struct value_work *b, const struct spec_values *v, roaring_bitmap_t *ret, struct cu_error *err)
{
    if (spec_has(v, "top")) {
        if (b->count)
            qsort(b->rows, b->count, sizeof *b->rows, best_first);
        size_t wanted = (b->count * (size_t)spec_i64(v, "top") + 99) / 100; // as value_top_of
        for (size_t i = 0; i < wanted; i++)
            roaring_bitmap_add(ret, b->rows[i].person);
        return CU_OK;
    }
    const struct value_group *wanted = cu_str_eq(spec_str(v, "value"), b->other.value) ? &b->other : NULL;
    for (size_t i = 0; i < b->group_count; i++)
        wanted = cu_str_eq(spec_str(v, "value"), b->groups[i].value) ? &b->groups[i] : wanted;
    if (!wanted)
        return cu_fail(err, CU_INVALID, "/pick/value", "there is no such row; `value` of a row in the answer is accepted");
    for (size_t i = 0; i < b->count; i++) {
        if (value_group_of(b, b->rows[i].key) == wanted)
            roaring_bitmap_add(ret, b->rows[i].person);
    }
    return CU_OK;
}

static cu_code people(struct insight_query *q, json pick, roaring_bitmap_t *ret, struct cu_error *err)
{
    struct spec_values v;
    struct value_work b;
    cu_code code = spec_decode_json(pick_fields, pick, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "/pick");
        return code;
    }
    if (spec_has(&v, "value") == spec_has(&v, "top"))
        return cu_fail(err, CU_INVALID, "/pick/value", "one of \"value\" and \"top\" is accepted");
    code = value_gather(q, &b, err);
    if (code == CU_OK)
        code = choose(&b, &v, ret, err);
    value_free(&b);
    return code;
}

static const struct spec_field body[] = {
    {.name = "by",
        .type = SPEC_ENUM,
        .options = ways,
        .fallback = "month",
        .doc = "Rows: the month of the first order, the channel of the first visit, the first product of the first order, "
               "or all in one."},
    {.name = "periods",
        .type = SPEC_INT,
        .min = 1,
        .max = VALUE_MONTHS_MAX,
        .fallback = "12",
        .doc = "Months that the curves follow."},
    {.name = "limit",
        .type = SPEC_INT,
        .min = 1,
        .max = 100,
        .fallback = "20",
        .doc = "Rows of channels or products; the rest is one row."},
    ACQUIRED_FIELD,
    {.name = NULL},
};
const struct insight_kind insight_kind_value = {
    .name = "value",
    .doc = "What customers have brought so far: those whose first order lies in the days, up to the last of them.",
    .table = "curves",
    .body = body,
    .answer = value_answer,
    .run = value_run,
    .people = people,
    .pick_doc = "{\"value\": `value` of a row}, or {\"top\": per cent of customers, the best}.",
};
