// SPDX-License-Identifier: Apache-2.0
// The kind of question "cohort": the question, and how the table is answered. See cohort.h.
#include "acquired.h"
#include "cohort_private.h"

#include "base/clock.h"
#include "text/text.h"

#include <math.h>
#include <roaring/roaring.h>

// ---- the question

static cu_code read_side(const struct cohort_asked *a, const char *name, struct cohort_side *ret)
{
    cu_str text = spec_str(&a->q->question, name);
    *ret = (struct cohort_side){.orders = cu_str_eqz(text, "order")};
    if (!ret->orders) {
        ret->kind = insight_event(a->q, text, &ret->any);
        ret->nothing = ret->kind == 0 && !ret->any;
    }
    return CU_OK;
}

static const char *const periods[] = {"day", "week", "month", NULL},
                         *const modes[] = {"bracket", "rolling", "rolling_24h", "full", NULL},
                         *const measures[] = {"people", "orders", "revenue", "revenue_per_person", NULL},
                         *const entries[] = {"first", "every", NULL};

static unsigned option(const struct insight_query *q, const char *name, const char *const *options)
{
    unsigned i = 0;
    while (options[i] && !cu_str_eqz(spec_str(&q->question, name), options[i]))
        i++;
    return i;
}

static cu_code check(const struct cohort_asked *a, struct cu_error *err)
{
    const struct cohort_rules *r = &a->rules;
    if (r->mode == COHORT_ROLLING_24H && r->every)
        return cu_fail(err, CU_INVALID, "/question/entry",
            "rolling_24h counts from each person's own start: only \"first\" is accepted");
    bool whole = r->mode == COHORT_ROLLING || r->mode == COHORT_FULL; // a cell is about other periods too
    if (whole && r->cumulative)
        return cu_fail(err, CU_INVALID, "/question/cumulative",
            "rolling and full already look at other periods: bracket or rolling_24h are accepted");
    if (a->measure == COHORT_PEOPLE)
        return CU_OK;
    if (whole)
        return cu_fail(err, CU_INVALID, "/question/mode",
            "orders and revenue are counted where they happened: bracket or rolling_24h are accepted");
    if (!a->back.orders)
        return cu_fail(
            err, CU_INVALID, "/question/return", "orders and revenue come from orders: only \"order\" is accepted");
    return CU_OK;
}

static cu_code read(struct insight_query *q, struct cohort_asked *ret, struct cu_error *err)
{
    *ret = (struct cohort_asked){.q = q};
    ret->rules.period = (enum retention_period)option(q, "period", periods);
    ret->rules.mode = (enum cohort_mode)option(q, "mode", modes);
    ret->rules.every = option(q, "entry", entries) == 1;
    ret->rules.cumulative = spec_i64(&q->question, "cumulative") != 0;
    ret->rules.periods = (uint32_t)spec_i64(&q->question, "periods");
    ret->measure = (enum cohort_measure)option(q, "measure", measures);
    CU_TRY(read_side(ret, "start", &ret->start));
    CU_TRY(read_side(ret, "return", &ret->back));
    CU_TRY(check(ret, err));
    return cohort_edges(&ret->rules, q->o->zone, q->from_day, q->to_day, err);
}

// ---- the answer

struct shown { // what of the table may be shown
    uint32_t complete[COHORTS_MAX];
    bool row[COHORTS_MAX];                      // hidden as a whole
    bool cell[COHORTS_MAX][COHORTS_MAX];        // hidden
    uint64_t total_people[COHORTS_MAX];         // in the complete cells of a column
};

static uint64_t people_of(const struct cohort_asked *a, const struct cohort_table *t, uint32_t c, uint32_t k)
{
    return k == 0 && a->measure == COHORT_PEOPLE ? t->size[c] : t->people[c][k];
}

// Who did not return is a group too: the size less a cell. Where cells only grow or only shrink along a row, who is new in
// one is its difference to the one shown before it.
static void hide_row(const struct cohort_asked *a, const struct cohort_table *t, uint32_t c, struct shown *s)
{
    bool one_way = a->rules.mode == COHORT_ROLLING || a->rules.mode == COHORT_FULL || a->rules.cumulative;
    uint64_t before = t->size[c];
    for (uint32_t k = 0; k < a->rules.periods; k++) {
        uint64_t people = people_of(a, t, c, k), other = before > people ? before - people : people - before;
        s->cell[c][k] = s->row[c] || insight_small(a->q, people) || insight_small(a->q, t->size[c] - people) ||
                        (one_way && insight_small(a->q, other));
        if (one_way && k > 0 && !s->cell[c][k])
            before = people;
    }
}

// A column's total is of its complete cells: where only one of these is hidden, it would follow from the total.
static void hide_column(struct cohort_asked *a, const struct cohort_table *t, uint32_t k, struct shown *s)
{
    uint32_t hidden = 0, next = COHORTS_MAX;
    for (uint32_t c = 0; c < a->rules.cohorts; c++) {
        uint64_t people = people_of(a, t, c, k);
        a->q->hidden += s->cell[c][k] && !s->row[c];
        if (k >= s->complete[c])
            continue;
        s->total_people[k] += people;
        hidden += s->cell[c][k];
        if (!s->cell[c][k] && people > 0 && (next == COHORTS_MAX || people < people_of(a, t, next, k)))
            next = c;
    }
    if (hidden == 1 && next != COHORTS_MAX) {
        s->cell[next][k] = true;
        a->q->hidden++;
    }
}

static void hide(struct cohort_asked *a, const struct cohort_table *t, int64_t now, struct shown *s)
{
    insight_hide(a->q, t->size, a->rules.cohorts, s->row);
    for (uint32_t c = 0; c < a->rules.cohorts; c++)
        s->complete[c] = cohort_complete(&a->rules, c, now);
    for (uint32_t c = 0; c < a->rules.cohorts && a->q->small_group > 0; c++)
        hide_row(a, t, c, s);
    for (uint32_t k = 0; k < a->rules.periods && a->q->small_group > 0; k++)
        hide_column(a, t, k, s);
}

static int64_t value_of(const struct cohort_asked *a, const struct cohort_table *t, uint32_t c, uint32_t k)
{
    switch (a->measure) {
    case COHORT_PEOPLE:
        return (int64_t)people_of(a, t, c, k);
    case COHORT_ORDERS:
        return (int64_t)t->orders[c][k];
    case COHORT_REVENUE:
    case COHORT_REVENUE_PER_PERSON:
        break;
    }
    return a->measure == COHORT_REVENUE ? t->amount[c][k] : buyer_ratio(t->amount[c][k], t->size[c]);
}

static void write_day(struct json_writer *w, const char *name, int32_t day)
{
    char text[TEXT_TIME_MAX];
    text_time_format(text_day_start(day), text);
    jw_kstr(w, name, (cu_str){text, 10});
}

static void write_cohort(const struct cohort_asked *a, const struct cohort_table *t, const struct shown *s, uint32_t c,
    int64_t now, struct json_writer *w)
{
    jw_object(w);
    write_day(w, "from", text_zone_day(a->q->o->zone, a->rules.edges[c]));
    jw_key(w, "size");
    if (s->row[c])
        jw_null(w);
    else
        jw_i64(w, (int64_t)t->size[c]);
    jw_key(w, "values");
    jw_array(w);
    for (uint32_t k = 0; k < a->rules.periods; k++) {
        if (s->row[c] || s->cell[c][k] || !cohort_begun(&a->rules, c, k, now))
            jw_null(w);
        else
            jw_i64(w, value_of(a, t, c, k));
    }
    jw_array_end(w);
    jw_ki64(w, "complete", s->complete[c]);
    jw_object_end(w);
}

struct total {
    int64_t value;
    uint64_t size;
    bool known;
};

static struct total total_of(const struct cohort_asked *a, const struct cohort_table *t, const struct shown *s, uint32_t k)
{
    struct total sum = {0};
    uint32_t hidden = 0, seen = 0;
    for (uint32_t c = 0; c < a->rules.cohorts; c++) {
        if (k >= s->complete[c])
            continue;
        sum.value = cohort_add(sum.value, a->measure == COHORT_REVENUE_PER_PERSON ? t->amount[c][k] : value_of(a, t, c, k));
        sum.size += t->size[c];
        sum.known = true;
        hidden += s->cell[c][k] && t->size[c] > 0;
        seen += !s->cell[c][k];
    }
    if (insight_small(a->q, s->total_people[k]) || (hidden == 1 && seen > 0))
        sum.known = false;
    return sum;
}

enum line { LINE_TOTAL, LINE_SIZE, LINE_AVERAGE };

static void write_total(
    const struct cohort_asked *a, const struct cohort_table *t, const struct shown *s, enum line line, struct json_writer *w)
{
    jw_array(w);
    for (uint32_t k = 0; k < a->rules.periods; k++) {
        struct total sum = total_of(a, t, s, k);
        if (!sum.known || (line == LINE_AVERAGE && sum.size == 0))
            jw_null(w);
        else if (line == LINE_SIZE)
            jw_i64(w, (int64_t)sum.size);
        else if (line == LINE_AVERAGE)
            jw_double(w, (double)sum.value / (double)sum.size);
        else
            jw_i64(w, a->measure == COHORT_REVENUE_PER_PERSON ? buyer_ratio(sum.value, sum.size) : sum.value);
    }
    jw_array_end(w);
}

static void write(struct cohort_asked *a, const struct cohort_table *t, struct shown *s, struct json_writer *w)
{
    int64_t now = cu_now_ms();
    hide(a, t, now, s);
    jw_kz(w, "period", periods[a->rules.period]);
    jw_kz(w, "mode", modes[a->rules.mode]);
    jw_kz(w, "measure", measures[a->measure]);
    jw_key(w, "cohorts");
    jw_array(w);
    for (uint32_t c = 0; c < a->rules.cohorts; c++)
        write_cohort(a, t, s, c, now, w);
    jw_array_end(w);
    jw_key(w, "total");
    write_total(a, t, s, LINE_TOTAL, w);
    jw_key(w, "total_size");
    write_total(a, t, s, LINE_SIZE, w);
    jw_key(w, "average");
    write_total(a, t, s, LINE_AVERAGE, w);
    jw_ki64(w, "no_rate", (int64_t)a->no_rate);
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct cohort_asked a;
    struct cohort_table *t = cu_arena_alloc(q->arena, sizeof *t);
    struct shown *s = cu_arena_alloc(q->arena, sizeof *s);
    if (!t || !s)
        return cu_fail(err, CU_MEMORY, "", "no memory for cohorts");
    CU_TRY(read(q, &a, err));
    CU_TRY(cohort_work(&a, t, NULL, err));
    write(&a, t, s, w);
    return CU_OK;
}

static const struct spec_field pick_fields[] = {
    {.name = "cohort", .type = SPEC_DATE, .required = true, .doc = "First day of the cohort, as answered (`from`)."},
    {.name = "later", .type = SPEC_INT, .max = COHORTS_MAX - 1, .fallback = "0", .doc = "Column; 0: the whole cohort."},
    {.name = NULL},
};

static cu_code people(struct insight_query *q, json pick, roaring_bitmap_t *ret, struct cu_error *err)
{
    struct cohort_asked a;
    struct spec_values v;
    struct cohort_pick cell = {.among = ret};
    struct cohort_table *t = cu_arena_alloc(q->arena, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "no memory for cohorts");
    CU_TRY(read(q, &a, err));
    cu_code code = spec_decode_json(pick_fields, pick, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "/pick");
        return code;
    }
    int32_t day = text_day_of(spec_i64(&v, "cohort"));
    while (cell.cohort < a.rules.cohorts && text_zone_day(q->o->zone, a.rules.edges[cell.cohort]) != day)
        cell.cohort++;
    if (cell.cohort == a.rules.cohorts)
        return cu_fail(
            err, CU_INVALID, "/pick/cohort", "no cohort begins on this day; `from` of a cohort in the answer is accepted");
    cell.column = (uint32_t)spec_i64(&v, "later");
    if (cell.column >= a.rules.periods)
        return cu_fail(err, CU_INVALID, "/pick/later", "0 to %u is accepted", a.rules.periods - 1);
    return cohort_work(&a, t, &cell, err);
}

static const struct spec_field body[] = {
    {.name = "start",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .fallback = "order",
        .doc =
            "What begins: an event's name, \"*\" for anything that a person does, or \"order\" for an order that counts."},
    {.name = "return",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .fallback = "order",
        .doc = "What counts as a return, likewise."},
    {.name = "period",
        .type = SPEC_ENUM,
        .options = periods,
        .fallback = "month",
        .doc = "Of the shop's zone; weeks begin on Monday."},
    {.name = "mode",
        .type = SPEC_ENUM,
        .options = modes,
        .fallback = "bracket",
        .doc = "bracket: in that period; rolling: in it or later; full: in each up to it; rolling_24h: blocks of 24 h, "
               "7 d or 30 d from the person's own start."},
    {.name = "entry",
        .type = SPEC_ENUM,
        .options = entries,
        .fallback = "first",
        .doc = "first: in the cohort of the first start ever; every: in that of each period with a start."},
    {.name = "periods",
        .type = SPEC_INT,
        .min = 1,
        .max = COHORTS_MAX,
        .fallback = "12",
        .doc = "Columns, the cohort's own period included."},
    {.name = "measure",
        .type = SPEC_ENUM,
        .options = measures,
        .fallback = "people",
        .doc = "People who returned, their orders, revenue less refunds, or this by person of the cohort."},
    {.name = "cumulative", .type = SPEC_BOOL, .fallback = "false", .doc = "Up to and with each column."},
    ACQUIRED_FIELD,
    {.name = NULL},
};
static const struct spec_field value_element[] = {
    {.name = "",
        .type = SPEC_INT,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Of a column; null: not begun, or hidden."},
    {.name = NULL},
};
static const struct spec_field average_element[] = {
    {.name = "",
        .type = SPEC_NUMBER,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Of a column; null: nothing to divide by."},
    {.name = NULL},
};
static const struct spec_field cohort_fields[] = {
    {.name = "from", .type = SPEC_DATE, .doc = "First day of its period."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "People who began in it."},
    {.name = "values",
        .type = SPEC_ARRAY,
        .max = COHORTS_MAX,
        .fields = value_element,
        .doc = "Columns; of people, column 0 is the size."},
    {.name = "complete",
        .type = SPEC_INT,
        .max = COHORTS_MAX,
        .doc = "So many columns are over for the whole cohort; the next one may still grow."},
    {.name = NULL},
};
static const struct spec_field answer[] = {
    {.name = "period", .type = SPEC_ENUM, .options = periods, .doc = "As asked."},
    {.name = "mode", .type = SPEC_ENUM, .options = modes, .doc = "As asked."},
    {.name = "measure", .type = SPEC_ENUM, .options = measures, .doc = "As asked."},
    {.name = "cohorts",
        .type = SPEC_ARRAY,
        .max = COHORTS_MAX,
        .fields = cohort_fields,
        .doc = "One for each period that the days touch."},
    {.name = "total",
        .type = SPEC_ARRAY,
        .max = COHORTS_MAX,
        .fields = value_element,
        .doc = "Sum over cohorts whose column is complete."},
    {.name = "total_size",
        .type = SPEC_ARRAY,
        .max = COHORTS_MAX,
        .fields = value_element,
        .doc = "People in these cohorts."},
    {.name = "average",
        .type = SPEC_ARRAY,
        .max = COHORTS_MAX,
        .fields = average_element,
        .doc = "total / total_size: a share of people (0 to 1), or orders or minor units per person."},
    {.name = "no_rate", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders without an exchange rate; their amounts are 0."},
    {.name = NULL},
};
const struct insight_kind insight_kind_cohort = {
    .name = "cohort",
    .doc = "People by the period in which they began, and who came back (or bought, for how much) in the periods after it.",
    .table = "cohorts",
    .body = body,
    .answer = answer,
    .run = run,
    .people = people,
    .pick_doc =
        "{\"cohort\": first day of the cohort, \"later\": column}: the people of one figure; column 0 is the whole cohort.",
};
