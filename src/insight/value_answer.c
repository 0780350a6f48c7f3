// SPDX-License-Identifier: Apache-2.0
// The answer of the kind "value".
#include "cohort.h"
#include "value_private.h"

#include <math.h>
#include <stdlib.h>

static void write_or_null(struct json_writer *w, const char *name, int64_t value, bool hidden)
{
    jw_key(w, name);
    if (hidden)
        jw_null(w);
    else
        jw_i64(w, value);
}

static void write_curve(const struct value_work *b, const struct value_group *g, bool hidden, struct json_writer *w)
{
    const struct value_curve *c = &g->curve;
    jw_object(w);
    jw_kstr(w, "value", g->value);
    jw_kstr(w, "label", g->label);
    write_or_null(w, "customers", (int64_t)c->customers, hidden);
    write_or_null(w, "revenue", c->revenue, hidden);
    write_or_null(w, "value_per_customer", buyer_ratio(c->revenue, c->customers), hidden);
    jw_key(w, "cumulative");
    jw_array(w);
    for (uint32_t k = 0; k < b->months; k++) {
        if (hidden || c->observed[k] == 0 || insight_small(b->q, c->observed[k]))
            jw_null(w);
        else
            jw_i64(w, buyer_ratio(c->amount[k], c->observed[k]));
    }
    jw_array_end(w);
    jw_key(w, "observed");
    jw_array(w);
    for (uint32_t k = 0; k < b->months; k++) {
        if (hidden || insight_small(b->q, c->observed[k]))
            jw_null(w);
        else
            jw_i64(w, (int64_t)c->observed[k]);
    }
    jw_array_end(w);
    jw_ki64(w, "complete", value_complete(c, b->months));
    jw_object_end(w);
}

// All rows, "(other)" behind them.
static void write_curves(struct value_work *b, struct json_writer *w)
{
    uint64_t people[VALUE_GROUPS_MAX + 1];
    bool hidden[VALUE_GROUPS_MAX + 1];
    size_t n = b->group_count;
    for (size_t i = 0; i < n; i++)
        people[i] = b->groups[i].curve.customers;
    people[n] = b->other.curve.customers;
    insight_hide(b->q, people, n + 1, hidden);
    jw_key(w, "curves");
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        write_curve(b, &b->groups[i], hidden[i], w);
    if (b->other.curve.customers)
        write_curve(b, &b->other, hidden[n], w);
    jw_array_end(w);
    jw_ki64(w, "curves_more", (int64_t)b->more);
}

static int most_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x > y ? -1 : x < y;
}

static cu_code write_tops(const struct value_work *b, int64_t revenue, struct json_writer *w, struct cu_error *err)
{
    int64_t *amounts = cu_alloc((b->count + 1) * sizeof *amounts);
    if (!amounts)
        return cu_fail(err, CU_MEMORY, "", "no memory for customers");
    for (size_t i = 0; i < b->count; i++)
        amounts[i] = b->rows[i].amount;
    qsort(amounts, b->count, sizeof *amounts, most_first);
    jw_key(w, "tops");
    jw_array(w);
    for (size_t i = 0; i < VALUE_TOPS; i++) {
        struct value_top top = value_top_of(amounts, b->count, value_percents[i]);
        bool hidden = insight_small(b->q, top.customers);
        b->q->hidden += hidden;
        jw_object(w);
        jw_key(w, "share_of_customers");
        jw_double(w, value_percents[i] / 100.0);
        write_or_null(w, "customers", (int64_t)top.customers, hidden);
        write_or_null(w, "revenue", top.revenue, hidden);
        jw_key(w, "share_of_revenue");
        jw_double(w, hidden || revenue <= 0 ? (double)NAN : (double)top.revenue / (double)revenue);
        jw_object_end(w);
    }
    jw_array_end(w);
    cu_free(amounts);
    return CU_OK;
}

static void write_guests(const struct value_work *b, struct json_writer *w)
{
    jw_key(w, "guests");
    if (b->some) { // nobody knows whether guests are among them
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_ki64(w, "orders", (int64_t)b->guest_orders);
    jw_ki64(w, "revenue", b->guest_revenue);
    jw_object_end(w);
}

static cu_code write(struct value_work *b, struct json_writer *w, struct cu_error *err)
{
    static const char *const ways[] = {"month", "channel", "first_product", "total"};
    struct value_curve sum = b->other.curve;
    for (size_t i = 0; i < b->group_count; i++) {
        sum.orders += b->groups[i].curve.orders;
        sum.revenue = cohort_add(sum.revenue, b->groups[i].curve.revenue);
    }
    bool small = insight_small(b->q, b->count);
    jw_kz(w, "by", ways[b->by]);
    write_or_null(w, "customers", (int64_t)b->count, small);
    write_or_null(w, "orders", (int64_t)sum.orders, small);
    write_or_null(w, "revenue", sum.revenue, small);
    write_or_null(w, "value_per_customer", buyer_ratio(sum.revenue, b->count), small || b->count == 0);
    jw_key(w, "orders_per_customer");
    jw_double(w, small || b->count == 0 ? (double)NAN : (double)sum.orders / (double)b->count);
    write_or_null(w, "repeat_customers", (int64_t)b->repeat,
        insight_small(b->q, b->repeat) || insight_small(b->q, b->count - b->repeat));
    write_curves(b, w);
    CU_TRY(write_tops(b, sum.revenue, w, err));
    write_guests(b, w);
    jw_ki64(w, "no_rate", (int64_t)b->no_rate);
    return CU_OK;
}

cu_code value_run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct value_work b;
    cu_code code = value_gather(q, &b, err);
    if (code == CU_OK)
        code = write(&b, w, err);
    value_free(&b);
    return code;
}

static const char *const ways[] = {"month", "channel", "first_product", "total", NULL};
static const struct spec_field amount_element[] = {
    {.name = "",
        .type = SPEC_INT,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Of months 0 to this one, minor units per customer."},
    {.name = NULL},
};
static const struct spec_field observed_element[] = {
    {.name = "",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Customers who have been customers for so long: the denominator."},
    {.name = NULL},
};
#define AMOUNT .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .nullable = true
#define COUNT .type = SPEC_INT, .max = INT64_MAX, .nullable = true
static const struct spec_field curve_fields[] = {
    {.name = "value", .type = SPEC_STRING, .max = 1024, .doc = "Month, channel or product; \"(none)\", \"(other)\"."},
    {.name = "label", .type = SPEC_STRING, .max = 4096, .doc = "To be shown."},
    {.name = "customers", COUNT, .doc = "Customers of the row."},
    {.name = "revenue", AMOUNT, .doc = "Revenue less refunds so far, minor units."},
    {.name = "value_per_customer", AMOUNT, .doc = "revenue / customers."},
    {.name = "cumulative",
        .type = SPEC_ARRAY,
        .max = VALUE_MONTHS_MAX,
        .fields = amount_element,
        .doc = "By months since the first order."},
    {.name = "observed",
        .type = SPEC_ARRAY,
        .max = VALUE_MONTHS_MAX,
        .fields = observed_element,
        .doc = "Denominators of `cumulative`."},
    {.name = "complete",
        .type = SPEC_INT,
        .max = VALUE_MONTHS_MAX,
        .doc = "So many points are of all customers of the row."},
    {.name = NULL},
};
static const struct spec_field top_fields[] = {
    {.name = "share_of_customers", .type = SPEC_NUMBER, .max = 1, .doc = "0.01, 0.05, 0.1, 0.2, 0.5."},
    {.name = "customers", COUNT, .doc = "So many, rounded up."},
    {.name = "revenue", AMOUNT, .doc = "Theirs, minor units."},
    {.name = "share_of_revenue", .type = SPEC_NUMBER, .min = INT64_MIN, .max = INT64_MAX, .nullable = true,
        .doc = "Of the revenue of all; more than 1 where others brought less than nothing; null: there is none."},
    {.name = NULL},
};
static const struct spec_field guest_fields[] = {
    {.name = "orders", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders of nobody known, in the days."},
    {.name = "revenue",
        .type = SPEC_INT,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .doc = "Their revenue less refunds, in no other figure here."},
    {.name = NULL},
};
const struct spec_field value_answer[] = {
    {.name = "by", .type = SPEC_ENUM, .options = ways, .doc = "As asked."},
    {.name = "customers", COUNT, .doc = "People whose first order lies in the days."},
    {.name = "orders", COUNT, .doc = "Their orders, up to the last day."},
    {.name = "revenue", AMOUNT, .doc = "Of these, less refunds, minor units."},
    {.name = "value_per_customer", AMOUNT, .doc = "revenue / customers; null: no customer."},
    {.name = "orders_per_customer", .type = SPEC_NUMBER, .max = INT64_MAX, .nullable = true, .doc = "orders / customers."},
    {.name = "repeat_customers", COUNT, .doc = "Customers with two orders or more."},
    {.name = "curves", .type = SPEC_ARRAY, .max = VALUE_GROUPS_MAX + 1, .fields = curve_fields, .doc = "The rows."},
    {.name = "curves_more", .type = SPEC_INT, .max = INT64_MAX, .doc = "So many values are in \"(other)\"."},
    {.name = "tops", .type = SPEC_ARRAY, .max = VALUE_TOPS, .fields = top_fields, .doc = "What the best bring."},
    {.name = "guests", .type = SPEC_OBJECT, .max = 256, .nullable = true, .fields = guest_fields,
        .doc = "Orders without a person; null where the question is about some people only."},
    {.name = "no_rate", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders without an exchange rate; their amounts are 0."},
    {.name = NULL},
};
