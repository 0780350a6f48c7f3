// SPDX-License-Identifier: Apache-2.0
// The kind of question "friction". See friction.h.
#include "friction.h"

#include "query.h"

#include <roaring/roaring.h>
#include <stdlib.h>

enum { LIMIT_MAX = 100, METHOD_MAX = 2048 };

// ---- the average order

struct average {
    uint64_t orders;
    double value;
};

static cu_code average_order(struct insight_query *q, struct average *ret, struct cu_error *err)
{
    const struct book_view *v;
    double sum = 0;
    *ret = (struct average){0};
    CU_TRY(order_book_take(q->o->orders, &v, err));
    for (size_t i = book_from(v, q->from_ms); i < v->count && v->orders[i].placed_ms < q->to_ms; i++) {
        const struct book_order *o = &v->orders[i];
        uint32_t root = o->pno < q->persons->end ? q->persons->root[o->pno] : o->pno;
        if (!(o->flags & BOOK_COUNTS) || o->flags & (BOOK_NO_RATE | BOOK_CREDIT_NOTE))
            continue;
        if (q->among && (root == 0 || !roaring_bitmap_contains(q->among, root)))
            continue;
        ret->orders++;
        sum += (double)o->revenue;
    }
    order_book_give(q->o->orders, v);
    ret->value = ret->orders > 0 && sum > 0 ? sum / (double)ret->orders : 0;
    return CU_OK;
}

// ---- names of rows

struct shown {
    const struct friction_row *row;
    cu_str a, b; // CU_NONE: no value
    bool hidden;
};
struct naming {
    struct shown *list;
    size_t count;
    bool second;
    struct cu_arena *arena;
    bool no_memory;
};

static bool take_name(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct naming *n = context;
    cu_str copy = cu_arena_dup(n->arena, text);
    (void)rows;
    n->no_memory = !copy.ptr;
    for (size_t i = 0; i < n->count && copy.ptr; i++) {
        if ((n->second ? n->list[i].row->b : n->list[i].row->a) == hash)
            *(n->second ? &n->list[i].b : &n->list[i].a) = copy;
    }
    return !n->no_memory;
}

static cu_code name_rows(struct insight_query *q, enum friction_section section, struct shown *list, size_t count,
    struct cu_error *err)
{
    const char *const paths[] = {friction_names[section].a, friction_names[section].b};
    uint64_t hashes[LIMIT_MAX];
    for (size_t k = 0; k < CU_COUNT(paths) && paths[k]; k++) {
        struct naming n = {.list = list, .count = count, .second = k == 1, .arena = q->arena};
        size_t wanted = 0;
        for (size_t i = 0; i < count; i++) {
            uint64_t hash = k == 1 ? list[i].row->b : list[i].row->a;
            bool event = section == FRICTION_CHECKOUT && (hash == FRICTION_STEP_STARTED || hash == FRICTION_STEP_PAYMENT);
            bool again = hash == 0 || event;
            for (size_t j = 0; j < wanted && !again; j++)
                again = hashes[j] == hash;
            if (!again)
                hashes[wanted++] = hash;
            if (event)
                list[i].a = hash == FRICTION_STEP_STARTED ? CU_LIT("Checkout Started") : CU_LIT("Payment Info Entered");
        }
        CU_TRY(timeline_texts_of(insight_timeline(q), cu_str_of(paths[k]), hashes, wanted, take_name, &n, err));
        if (n.no_memory)
            return cu_fail(err, CU_MEMORY, "", "no memory for an answer about friction");
    }
    return CU_OK;
}

// ---- writing

static void count_or_null(struct json_writer *w, const char *name, uint64_t n, bool hidden)
{
    jw_key(w, name);
    if (hidden)
        jw_null(w);
    else
        jw_i64(w, (int64_t)n);
}

static void share_or_null(struct json_writer *w, const char *name, struct friction_share s, bool hidden)
{
    jw_key(w, name);
    if (hidden || s.visits == 0)
        jw_null(w);
    else
        jw_double(w, (double)s.converted / (double)s.visits);
}

static void write_lost(struct json_writer *w, const struct friction_row *r, bool hidden)
{
    count_or_null(w, "lost", (uint64_t)r->lost, hidden || !r->has_lost);
}

static void write_refused(struct json_writer *w, const struct friction_row *r, bool h)
{
    count_or_null(w, "visits", r->met.visits, h);
    count_or_null(w, "tries", r->events, h);
    share_or_null(w, "converted_with", r->met, h);
    share_or_null(w, "converted_without", r->comparable, h);
    write_lost(w, r, h);
}

static void write_slow(struct json_writer *w, const struct friction_row *r, bool h)
{
    count_or_null(w, "visits", r->met.visits, h);
    count_or_null(w, "visits_slow", r->bad.visits, h);
    count_or_null(w, "median_ms", (uint64_t)r->median_ms, h);
    count_or_null(w, "p75_ms", (uint64_t)r->p75_ms, h);
    share_or_null(w, "converted_slow", r->bad, h);
    share_or_null(w, "converted_fast", r->comparable, h);
    write_lost(w, r, h);
}

static void write_row(struct json_writer *w, const struct shown *s)
{
    const struct friction_row *r = s->row;
    const bool h = s->hidden;
    switch (r->section) {
    case FRICTION_CHECKOUT:
        jw_kstr(w, "step", s->a);
        count_or_null(w, "visits", r->met.visits, h);
        count_or_null(w, "dropped", r->stopped, h);
        share_or_null(w, "converted", r->met, h);
        write_lost(w, r, h);
        break;
    case FRICTION_PAYMENTS:
    case FRICTION_COUPONS:
        jw_kstr(w, r->section == FRICTION_PAYMENTS ? "method" : "coupon", s->a);
        jw_kstr(w, "reason", s->b);
        write_refused(w, r, h);
        break;
    case FRICTION_FORMS:
        jw_kstr(w, "form", s->a);
        jw_kstr(w, "field", s->b);
        count_or_null(w, "started", r->met.visits, h);
        count_or_null(w, "left", r->stopped, h);
        break;
    case FRICTION_RAGE:
    case FRICTION_DEAD:
        jw_kstr(w, "page", s->a);
        jw_kstr(w, "element", s->b);
        count_or_null(w, "visits", r->met.visits, h);
        count_or_null(w, "clicks", r->events, h);
        break;
    case FRICTION_SLOW:
        jw_kstr(w, "page", s->a);
        write_slow(w, r, h);
        break;
    case FRICTION_SEARCHES:
        jw_kstr(w, "query", h ? CU_NONE : s->a); // what few people searched for can tell who they are
        count_or_null(w, "searches", r->events, h);
        count_or_null(w, "none_found", r->bad_events, h);
        share_or_null(w, "converted_with", r->bad, h);
        share_or_null(w, "converted_without", r->comparable, h);
        write_lost(w, r, h);
        break;
    case FRICTION_SECTIONS:
        break;
    }
}

static bool is_friction(const struct friction_row *r) // pages that are quick and searches that find are none
{
    return (r->section != FRICTION_SLOW || r->bad.visits > 0) && (r->section != FRICTION_SEARCHES || r->bad.visits > 0);
}

static cu_code write_section(struct insight_query *q, const struct friction_answer *a, enum friction_section section,
    struct json_writer *w, uint64_t *more, struct cu_error *err)
{
    static const char *const names[] = {"checkout", "payments", "coupons", "forms", "rage", "dead", "slow", "searches"};
    struct shown list[LIMIT_MAX];
    uint64_t people[LIMIT_MAX];
    bool hidden[LIMIT_MAX];
    size_t count = 0, limit = (size_t)spec_i64(&q->question, "limit");
    for (size_t i = a->first[section]; i < a->first[section + 1]; i++) {
        if (!is_friction(&a->rows[i]))
            continue;
        *more += count == limit;
        if (count == limit)
            continue;
        list[count] = (struct shown){.row = &a->rows[i]};
        people[count++] = a->rows[i].people;
    }
    insight_hide(q, people, count, hidden);
    for (size_t i = 0; i < count; i++)
        list[i].hidden = hidden[i];
    CU_TRY(name_rows(q, section, list, count, err));
    jw_key(w, names[section]);
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        write_row(w, &list[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

static void write_method(struct insight_query *q, const struct friction_answer *a, const struct average *average,
    bool hidden, struct json_writer *w)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, METHOD_MAX);
    cu_buf_printf(&text,
        "An estimate: visits that met a trouble x how much more often comparable visits without it ordered (never below "
        "zero) x the average order value of the period. Comparable are: for a step of the checkout all visits that reached "
        "it; for refused payments and coupons visits that came as far without a refusal; for slow pages visits of the same page "
        "without a measurement above %lld ms; for searches visits whose searches all found something. In the total a visit "
        "without an order counts once, with the dearest of what it met, at most one average order.",
        (long long)spec_i64(&q->question, "slow_ms"));
    if (!hidden)
        cu_buf_printf(&text, " It rests on %llu visits, %llu of them with an order, and %llu orders.",
            (unsigned long long)a->visits.visits, (unsigned long long)a->visits.converted,
            (unsigned long long)average->orders);
    jw_kstr(w, "method", cu_buf_view(&text));
}

static cu_code write_answer(struct insight_query *q, const struct friction_answer *a, const struct average *average,
    struct json_writer *w, struct cu_error *err)
{
    uint64_t more = 0;
    bool hidden = insight_small(q, a->people);
    for (unsigned s = 0; s < FRICTION_SECTIONS; s++)
        CU_TRY(write_section(q, a, (enum friction_section)s, w, &more, err));
    q->hidden += hidden;
    count_or_null(w, "visits", a->visits.visits, hidden);
    count_or_null(w, "visits_with_order", a->visits.converted, hidden);
    count_or_null(w, "average_order_value", (uint64_t)(average->value + 0.5), hidden || average->orders == 0);
    count_or_null(w, "lost_total", (uint64_t)a->lost_total, hidden || insight_small(q, a->met_people) || !a->has_lost);
    jw_ki64(w, "rows_more", (int64_t)(more + a->left_out));
    write_method(q, a, average, hidden, w);
    return CU_OK;
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct average average;
    struct friction_answer a;
    struct scan_stats stats;
    CU_TRY(average_order(q, &average, err));
    const struct friction_question question = {.zone = q->o->zone, .from_ms = q->from_ms, .to_ms = q->to_ms,
        .slow_ms = (double)spec_i64(&q->question, "slow_ms"), .has_average = average.orders > 0, .average = average.value};
    CU_TRY(friction_run(insight_timeline(q), q->dictionary, q->persons, &question, &q->limits, &a, &stats, err));
    q->damaged_blocks += stats.damaged_blocks;
    cu_code code = write_answer(q, &a, &average, w, err);
    friction_clear(&a);
    return code;
}

// ---- fields

static const struct spec_field body[] = {
    {.name = "slow_ms", .type = SPEC_INT, .min = 100, .max = 60000, .fallback = "2500",
        .doc = "A page is slow when its largest part (or, where only that was measured, the page) took longer to show."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIMIT_MAX, .fallback = "20",
        .doc = "Rows of each list, the dearest first."},
    {.name = NULL},
};
#define TEXT(name_, doc_) {.name = name_, .type = SPEC_STRING, .max = 4096, .nullable = true, .doc = doc_}
#define COUNT(name_, doc_) {.name = name_, .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = doc_}
#define SHARE(name_, doc_) {.name = name_, .type = SPEC_NUMBER, .max = 1, .nullable = true, .doc = doc_}
#define LOST COUNT("lost", "Estimated amount; see method. null: hidden, or nothing to estimate it from.")
static const struct spec_field checkout_row[] = {
    TEXT("step", "Checkout Started, Payment Info Entered, or a step as the shop names it; as visits reach them."),
    COUNT("visits", "Visits that reached it."), COUNT("dropped", "Of them without an order, and with no later step."),
    SHARE("converted", "Share of the visits that ordered."), LOST, {.name = NULL},
};
#define REFUSED                                                                                                            \
    TEXT("reason", "Why, as the shop says it."), COUNT("visits", "Visits that met it."), COUNT("tries", "How often."),     \
        SHARE("converted_with", "Share of these visits that ordered all the same."),                                       \
        SHARE("converted_without", "Share of comparable visits that ordered."), LOST, {.name = NULL}
static const struct spec_field payment_row[] = {TEXT("method", "How it was to be paid."), REFUSED};
static const struct spec_field coupon_row[] = {TEXT("coupon", "The coupon's code or number."), REFUSED};
static const struct spec_field form_row[] = {
    TEXT("form", "The form."), TEXT("field", "The field; null: before any field."),
    COUNT("started", "Visits that were in it."),
    COUNT("left", "Visits whose last field it was, with the form not sent and no order."), {.name = NULL},
};
static const struct spec_field click_row[] = {
    TEXT("page", "Path of the page."), TEXT("element", "CSS selector of the element."),
    COUNT("visits", "Visits that met it."),
    COUNT("clicks", "How many clicks."), {.name = NULL},
};
static const struct spec_field slow_row[] = {
    TEXT("page", "Path of the page."), COUNT("visits", "Visits with a measurement of it."),
    COUNT("visits_slow", "Of them slow ones."),
    COUNT("median_ms", "Half of the measurements took at most so long."),
    COUNT("p75_ms", "Three quarters took at most so long."),
    SHARE("converted_slow", "Share of the slow visits that ordered."),
    SHARE("converted_fast", "Share of the others that ordered."),
    LOST, {.name = NULL},
};
static const struct spec_field search_row[] = {
    TEXT("query", "The search word (property term of Products Searched); null: hidden, or the shop keeps it sealed."),
    COUNT("searches", "How often it was searched."), COUNT("none_found", "Of them without a result."),
    SHARE("converted_with", "Share of the visits with such a search that ordered."),
    SHARE("converted_without", "Share of the visits that ordered whose searches all found something."), LOST, {.name = NULL},
};
#define LIST(name_, rows_, doc_) {.name = name_, .type = SPEC_ARRAY, .max = LIMIT_MAX, .fields = rows_, .doc = doc_}
static const struct spec_field answer[] = {
    LIST("checkout", checkout_row, "Where visits leave the checkout."),
    LIST("payments", payment_row, "Refused payments (Payment Failed)."),
    LIST("coupons", coupon_row, "Refused coupons (Coupon Denied)."),
    LIST("forms", form_row, "Forms that were begun and not sent, by field."),
    LIST("rage", click_row, "Clicks again and again on the same place (Rage Click)."),
    LIST("dead", click_row, "Clicks on what does nothing (Dead Click)."),
    LIST("slow", slow_row, "Pages with slow visits (Page Performance Measured)."),
    LIST("searches", search_row, "Searches that found nothing (Products Searched with results 0)."),
    COUNT("visits", "Visits that began in the period."), COUNT("visits_with_order", "Of them with an order."),
    COUNT("average_order_value", "Revenue of the period's orders / orders."),
    COUNT("lost_total", "Estimated amount, each visit once; null: hidden, or no orders to estimate it from."),
    {.name = "rows_more", .type = SPEC_INT, .max = INT64_MAX, .doc = "Rows that are not shown."},
    {.name = "method", .type = SPEC_STRING, .max = METHOD_MAX,
        .doc = "How the estimate is made, with the counts it rests on."},
    {.name = NULL},
};
extern const struct insight_kind insight_kind_friction;
const struct insight_kind insight_kind_friction = {
    .name = "friction",
    .doc = "Where visits stop on the way to an order, what they met there, and an estimate of what that costs.",
    .body = body,
    .answer = answer,
    .run = run,
};
