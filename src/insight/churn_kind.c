// SPDX-License-Identifier: Apache-2.0
// The kind of question "churn". See churn.h.
#include "acquired.h"
#include "buyer.h"
#include "churn.h"
#include "cohort.h"

#include <math.h>
#include <roaring/roaring.h>

static const char *const names[] = {"active", "slowing", "at_risk", "lost", NULL};
static const char *const titles[CHURN_BANDS] = {"Active", "Slowing", "At risk", "Lost"};

struct book_pass { // over all customers, counted or not: nobody's band depends on who else is asked for
    const struct insight_query *q;
    const roaring_bitmap_t *among;
    struct churn_customer *at;
    size_t count, room;
    int32_t *days; // purchase days of one
    size_t day_room;
    int32_t today;
    int32_t window; // days of the variant "segment"
    uint64_t no_rate;
    bool no_memory;
};

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

static void look_at(struct book_pass *b, struct churn_customer *c, const struct purchase *p, int32_t day)
{
    c->ever = cohort_add(c->ever, p->amount);
    if (day > b->today - CHURN_YEAR_DAYS)
        c->revenue = cohort_add(c->revenue, p->amount);
    c->back = c->back || day > b->today - b->window;
    c->among = c->among || (day > b->today - 2 * b->window && day <= b->today - b->window);
    b->no_rate += c->counted && (p->order->flags & BOOK_NO_RATE) != 0;
}

static bool visit(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct book_pass *b = context;
    struct churn_customer c = {.person = person, .counted = !b->among || roaring_bitmap_contains(b->among, person)};
    size_t n = 0;
    if (!grow((void **)&b->days, &b->day_room, count, sizeof *b->days) ||
        !grow((void **)&b->at, &b->room, b->count + 1, sizeof *b->at)) {
        b->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t day = text_zone_day(b->q->o->zone, p[i].placed_ms);
        look_at(b, &c, &p[i], day);
        if (n == 0 || b->days[n - 1] != day)
            b->days[n++] = day;
    }
    c.last_day = b->days[n - 1];
    c.own = churn_own(b->days, n, &c.intervals);
    b->at[b->count++] = c;
    return true;
}

static cu_code gather(struct insight_query *q, struct book_pass *b, struct cu_error *err)
{
    const struct book_view *v;
    int64_t as_of = buyer_as_of(q);
    *b = (struct book_pass){
        .q = q, .today = text_zone_day(q->o->zone, as_of - 1), .window = (int32_t)spec_i64(&q->question, "days")};
    struct acquired came;
    cu_code code = acquired_begin(q, &came, err);
    if (code == CU_OK)
        code = order_book_take(q->o->orders, &v, err);
    if (code == CU_OK) {
        struct insight_query everybody = *q;
        everybody.among = NULL;
        b->among = q->among;
        code = buyers_each(&everybody, v, as_of, visit, b, err);
        order_book_give(q->o->orders, v);
    }
    b->among = NULL;
    acquired_end(q, &came);
    if (code == CU_OK && b->no_memory)
        code = cu_fail(err, CU_MEMORY, "", "no memory for customers");
    cu_free(b->days);
    b->days = NULL;
    return code;
}

struct model {
    struct churn_limits limits;
    double median; // NAN: nobody came back
    double shop;   // it, or what stands in
    uint64_t repeat;
};

static cu_code make_model(const struct insight_query *q, const struct book_pass *b, struct model *ret, struct cu_error *err)
{
    const struct spec_values *v = &q->question;
    ret->limits = (struct churn_limits){spec_get(v, "active")->real, spec_get(v, "slowing")->real,
        spec_get(v, "at_risk")->real, (double)spec_i64(v, "fallback_days")};
    if (ret->limits.slowing <= ret->limits.active || ret->limits.at_risk <= ret->limits.slowing)
        return cu_fail(err, CU_INVALID, "/question/slowing", "the borders of bands ascend: active < slowing < at_risk");
    CU_TRY(churn_shop(b->at, b->count, &ret->median, &ret->repeat, err));
    ret->shop = isnan(ret->median) ? ret->limits.fallback_days : ret->median;
    return CU_OK;
}

// ---- the answer

struct band {
    uint64_t people;
    int64_t revenue, ever;
};

static void write_doc(const struct model *m, enum churn_band band, struct json_writer *w, struct cu_buf *text)
{
    const struct churn_limits *l = &m->limits;
    cu_buf_reset(text);
    if (band == CHURN_ACTIVE)
        cu_buf_printf(text, "Last order at most %g rhythms ago.", l->active);
    else if (band == CHURN_SLOWING)
        cu_buf_printf(text, "Last order more than %g and at most %g rhythms ago.", l->active, l->slowing);
    else if (band == CHURN_AT_RISK)
        cu_buf_printf(text, "Last order more than %g and at most %g rhythms ago.", l->slowing, l->at_risk);
    else
        cu_buf_printf(text, "Last order more than %g rhythms ago.", l->at_risk);
    jw_kstr(w, "doc", cu_buf_view(text));
}

static void write_or_null(struct json_writer *w, const char *name, int64_t value, bool hidden)
{
    jw_key(w, name);
    if (hidden)
        jw_null(w);
    else
        jw_i64(w, value);
}

static void write_bands(struct insight_query *q, const struct model *m, const struct band bands[CHURN_BANDS],
    struct json_writer *w, struct cu_buf *text)
{
    uint64_t people[CHURN_BANDS];
    bool hidden[CHURN_BANDS];
    for (int i = 0; i < CHURN_BANDS; i++)
        people[i] = bands[i].people;
    insight_hide(q, people, CHURN_BANDS, hidden);
    jw_key(w, "bands");
    jw_array(w);
    for (int i = 0; i < CHURN_BANDS; i++) {
        jw_object(w);
        jw_kz(w, "name", names[i]);
        jw_kz(w, "title", titles[i]);
        write_or_null(w, "people", (int64_t)bands[i].people, hidden[i]);
        write_or_null(w, "revenue", bands[i].revenue, hidden[i]);
        write_or_null(w, "revenue_ever", bands[i].ever, hidden[i]);
        write_doc(m, (enum churn_band)i, w, text);
        jw_object_end(w);
    }
    jw_array_end(w);
    write_or_null(w, "revenue_at_risk", bands[CHURN_AT_RISK].revenue, hidden[CHURN_AT_RISK]);
}

static void write_rhythm(const struct model *m, bool hidden, struct json_writer *w)
{
    jw_key(w, "rhythm");
    jw_object(w);
    jw_key(w, "median_days");
    jw_double(w, hidden ? (double)NAN : m->median); // NAN: null
    write_or_null(w, "repeat_customers", (int64_t)m->repeat, hidden);
    jw_key(w, "weight");
    jw_double(w, CHURN_WEIGHT);
    jw_kbool(w, "fallback", isnan(m->median));
    jw_object_end(w);
}

static void write_segment(struct insight_query *q, const struct book_pass *b, struct json_writer *w, struct cu_buf *text)
{
    uint64_t among = 0, churned = 0;
    for (size_t i = 0; i < b->count; i++) {
        among += b->at[i].counted && b->at[i].among;
        churned += b->at[i].counted && b->at[i].among && !b->at[i].back;
    }
    bool small = insight_small(q, among), parts = small || insight_small(q, churned) || insight_small(q, among - churned);
    q->hidden += small || parts;
    cu_buf_reset(text);
    cu_buf_printf(text,
        "People who ordered in the %d days before the last %d days and not in the last %d days / people who ordered in the "
        "former.",
        b->window, b->window, b->window);
    jw_key(w, "variants");
    jw_array(w);
    jw_object(w);
    jw_kz(w, "name", "segment");
    jw_kz(w, "vendor", "Segment");
    jw_kstr(w, "formula", cu_buf_view(text));
    jw_ki64(w, "days", b->window);
    write_or_null(w, "among", (int64_t)among, small);
    write_or_null(w, "churned", (int64_t)churned, parts);
    jw_key(w, "share");
    jw_double(w, parts || among == 0 ? (double)NAN : (double)churned / (double)among);
    jw_object_end(w);
    jw_array_end(w);
}

static void write_method(const struct model *m, struct json_writer *w, struct cu_buf *text)
{
    cu_buf_reset(text);
    cu_buf_z(text, "Days since the last order against the person's own rhythm: the median of the days between own orders, "
                   "drawn towards the shop's ");
    if (isnan(m->median))
        cu_buf_printf(text, "rhythm. Nobody came back yet: %g days stand in for it.", m->shop);
    else
        cu_buf_printf(text, "median (weight of %g intervals); who bought once has the shop's.", CHURN_WEIGHT);
    jw_kstr(w, "method", cu_buf_view(text));
}

static void answer_all(
    struct insight_query *q, const struct book_pass *b, const struct model *m, struct json_writer *w, struct cu_buf *text)
{
    struct band bands[CHURN_BANDS] = {0};
    uint64_t customers = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (!b->at[i].counted)
            continue;
        customers++;
        struct band *band = &bands[churn_band_of(&b->at[i], m->shop, &m->limits, b->today)];
        band->people++;
        band->revenue = cohort_add(band->revenue, b->at[i].revenue);
        band->ever = cohort_add(band->ever, b->at[i].ever);
    }
    write_or_null(w, "customers", (int64_t)customers, insight_small(q, customers));
    write_bands(q, m, bands, w, text);
    write_rhythm(m, insight_small(q, m->repeat), w);
    write_method(m, w, text);
    write_segment(q, b, w, text);
    jw_ki64(w, "no_rate", (int64_t)b->no_rate);
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    struct book_pass b;
    struct model m;
    cu_buf_init(&text, 1024);
    cu_code code = gather(q, &b, err);
    if (code == CU_OK)
        code = make_model(q, &b, &m, err);
    if (code == CU_OK)
        answer_all(q, &b, &m, w, &text);
    cu_free(b.at);
    return code == CU_OK ? cu_buf_code(&text, err) : code;
}

// ---- people

static const char *const variants[] = {"segment", NULL};
static const struct spec_field pick_fields[] = {
    {.name = "band", .type = SPEC_ENUM, .options = names, .doc = "A band."},
    {.name = "variant", .type = SPEC_ENUM, .options = variants, .doc = "Instead of a band: who churned by this variant."},
    {.name = NULL},
};

static cu_code people(struct insight_query *q, json pick, roaring_bitmap_t *ret, struct cu_error *err)
{
    struct spec_values v;
    struct book_pass b;
    struct model m;
    cu_code code = spec_decode_json(pick_fields, pick, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "/pick");
        return code;
    }
    if (spec_has(&v, "band") == spec_has(&v, "variant"))
        return cu_fail(err, CU_INVALID, "/pick/band", "one of \"band\" and \"variant\" is accepted");
    code = gather(q, &b, err);
    if (code == CU_OK)
        code = make_model(q, &b, &m, err);
    for (size_t i = 0; code == CU_OK && i < b.count; i++) {
        const struct churn_customer *c = &b.at[i];
        bool wanted = spec_has(&v, "band")
                          ? cu_str_eqz(spec_str(&v, "band"), names[churn_band_of(c, m.shop, &m.limits, b.today)])
                          : c->among && !c->back;
        if (wanted && c->counted)
            roaring_bitmap_add(ret, c->person);
    }
    cu_free(b.at);
    return code;
}

static const struct spec_field body[] = {
    {.name = "days", .type = SPEC_INT, .min = 1, .max = 3650, .fallback = "90", .doc = "N of the variant \"segment\"."},
    {.name = "active", .type = SPEC_NUMBER, .max = 100, .fallback = "1", .doc = "Rhythms until which a person is active."},
    {.name = "slowing", .type = SPEC_NUMBER, .max = 100, .fallback = "2", .doc = "Rhythms until which a person is slowing."},
    {.name = "at_risk",
        .type = SPEC_NUMBER,
        .max = 100,
        .fallback = "4",
        .doc = "Rhythms until which a person is at risk; beyond: lost."},
    {.name = "fallback_days",
        .type = SPEC_INT,
        .min = 1,
        .max = 3650,
        .fallback = "90",
        .doc = "The shop's rhythm while nobody has come back."},
    ACQUIRED_FIELD,
    {.name = NULL},
};
static const struct spec_field band_fields[] = {
    {.name = "name", .type = SPEC_ENUM, .options = names, .doc = "To be given as `pick`."},
    {.name = "title", .type = SPEC_STRING, .max = 40, .doc = "To be shown."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Customers in it."},
    {.name = "revenue",
        .type = SPEC_INT,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "What they brought in the last 365 days, less refunds, minor units."},
    {.name = "revenue_ever",
        .type = SPEC_INT,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "The same of all days."},
    {.name = "doc", .type = SPEC_STRING, .max = 200, .doc = "The rule in words."},
    {.name = NULL},
};
static const struct spec_field rhythm_fields[] = {
    {.name = "median_days",
        .type = SPEC_NUMBER,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "The shop's rhythm; null: nobody came back."},
    {.name = "repeat_customers",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Customers with two purchase days or more."},
    {.name = "weight", .type = SPEC_NUMBER, .max = 100, .doc = "The shop's rhythm counts as so many own intervals."},
    {.name = "fallback", .type = SPEC_BOOL, .doc = "true: `fallback_days` stand in for the shop's rhythm."},
    {.name = NULL},
};
static const struct spec_field variant_fields[] = {
    {.name = "name", .type = SPEC_ENUM, .options = variants, .doc = "Name of the variant."},
    {.name = "vendor", .type = SPEC_STRING, .max = 40, .doc = "Who counts this way."},
    {.name = "formula", .type = SPEC_STRING, .max = 400, .doc = "In words."},
    {.name = "days", .type = SPEC_INT, .max = 3650, .doc = "N."},
    {.name = "among", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "The denominator."},
    {.name = "churned", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "The numerator."},
    {.name = "share", .type = SPEC_NUMBER, .max = 1, .nullable = true, .doc = "churned / among; null: nobody ordered then."},
    {.name = NULL},
};
static const struct spec_field answer[] = {
    {.name = "customers",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "People with an order that counts, up to the last day."},
    {.name = "bands",
        .type = SPEC_ARRAY,
        .max = CHURN_BANDS,
        .fields = band_fields,
        .doc = "active, slowing, at_risk, lost."},
    {.name = "revenue_at_risk",
        .type = SPEC_INT,
        .min = INT64_MIN,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "What those at risk brought in the last 365 days, minor units."},
    {.name = "rhythm", .type = SPEC_OBJECT, .max = 1024, .fields = rhythm_fields, .doc = "How often people buy."},
    {.name = "method", .type = SPEC_STRING, .max = 600, .doc = "The model in words."},
    {.name = "variants", .type = SPEC_ARRAY, .max = 4, .fields = variant_fields, .doc = "Published simple definitions."},
    {.name = "no_rate", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders without an exchange rate; their amounts are 0."},
    {.name = NULL},
};
const struct insight_kind insight_kind_churn = {
    .name = "churn",
    .doc = "Who stays away for longer than their own rhythm, on the last day asked for; `from` does not matter.",
    .table = "bands",
    .body = body,
    .answer = answer,
    .run = run,
    .people = people,
    .pick_doc = "{\"band\": name of a band} or {\"variant\": \"segment\"}.",
};
