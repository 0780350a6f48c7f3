// SPDX-License-Identifier: Apache-2.0
// The values of a dimension, for completion in filters: those that occur most often first.
#include "dimension.h"
#include "query_private.h"
#include "visit.h"

#include "text/text.h"

#include <stdlib.h>

enum { SHOWN_MAX = 100, LOOKED_AT_MAX = 50000, PRODUCTS_MAX = 500000 };

struct offer {
    struct json_writer w;
    struct cu_buf wanted, folded; // folded texts
    size_t shown, limit;
    int64_t least; // values that occur less often are not shown to this caller
};

static bool matches(struct offer *o, cu_str text)
{
    if (o->wanted.len == 0)
        return true;
    cu_buf_reset(&o->folded);
    text_fold(text, &o->folded);
    return cu_str_find_str(cu_buf_view(&o->folded), cu_buf_view(&o->wanted)) >= 0;
}

static bool show(struct offer *o, cu_str value, cu_str label, int64_t count) // count -1: not known
{
    if ((count >= 0 && count < o->least) || !(matches(o, value) || matches(o, label)))
        return true;
    jw_object(&o->w);
    jw_kstr(&o->w, "value", value);
    jw_kstr(&o->w, "label", label);
    jw_key(&o->w, "count");
    if (count < 0)
        jw_null(&o->w);
    else
        jw_i64(&o->w, count);
    jw_object_end(&o->w);
    return ++o->shown < o->limit;
}

static bool show_text(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    (void)hash;
    return show(context, text, text, (int64_t)rows);
}

// ---- of the lines of orders

struct counted { uint64_t hash; cu_str value, label; int64_t count; };

static int by_hash(const void *a, const void *b)
{
    uint64_t x = ((const struct counted *)a)->hash, y = ((const struct counted *)b)->hash;
    return (x > y) - (x < y);
}

static int most_first(const void *a, const void *b)
{
    int64_t x = ((const struct counted *)a)->count, y = ((const struct counted *)b)->count;
    return (x < y) - (x > y);
}

static void count_lines(const struct book_view *v, struct counted *at)
{
    for (size_t i = 0; i < v->count; i++) {
        const struct book_order *o = &v->orders[i];
        for (uint32_t k = 0; k < o->lines; k++) {
            uint32_t product = v->lines[o->first_line + k].product;
            if (product < PRODUCTS_MAX && product < v->product_count)
                at[product].count++;
        }
    }
}

static size_t take_products(const struct book_view *v, enum dimension_name d, struct counted *at)
{
    size_t n = 0, count = v->product_count < PRODUCTS_MAX ? v->product_count : PRODUCTS_MAX;
    count_lines(v, at);
    for (size_t i = 0; i < count; i++) {
        const struct book_product *p = &v->products[i];
        cu_str value = d == DIMENSION_PRODUCT ? p->id : d == DIMENSION_CATEGORY ? p->category : p->brand;
        if (value.len == 0 || at[i].count == 0)
            continue;
        struct counted c = {timeline_text_hash(value), value, d == DIMENSION_PRODUCT && p->name.len ? p->name : value, at[i].count};
        at[n++] = c;
    }
    qsort(at, n, sizeof *at, by_hash);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept && at[kept - 1].hash == at[i].hash)
            at[kept - 1].count += at[i].count;
        else
            at[kept++] = at[i];
    }
    qsort(at, kept, sizeof *at, most_first);
    return kept;
}

static cu_code show_products(struct insight_desk *d, enum dimension_name name, struct offer *o, struct cu_error *err)
{
    const struct book_view *v = NULL;
    CU_TRY(order_book_take(d->o.orders, &v, err));
    size_t room = v->product_count < PRODUCTS_MAX ? v->product_count : PRODUCTS_MAX;
    struct counted *at = cu_calloc(room + 1, sizeof *at);
    size_t count = at ? take_products(v, name, at) : 0;
    for (size_t i = 0; i < count && show(o, at[i].value, at[i].label, at[i].count); i++)
        ;
    order_book_give(d->o.orders, v);
    cu_free(at);
    return at ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for values");
}

// ---- others

static cu_code show_segments(struct insight_desk *d, struct request *rq, struct offer *o, struct cu_error *err)
{
    struct audience_row *rows = NULL;
    size_t count = 0;
    CU_TRY(audience_list(d->o.audiences, rq->arena, &rows, &count, err));
    for (size_t i = 0; i < count; i++) {
        cu_str name = cu_str_of(rows[i].name);
        if (!show(o, name, rows[i].title.len ? rows[i].title : name, (int64_t)rows[i].size))
            break;
    }
    return CU_OK;
}

static cu_code show_values(struct insight_desk *d, struct request *rq, enum dimension_name name, struct offer *o, struct cu_error *err)
{
    static const int column[DIMENSION_COUNT] = {[DIMENSION_SOURCE] = VISIT_SOURCE, [DIMENSION_MEDIUM] = VISIT_MEDIUM,
        [DIMENSION_CAMPAIGN] = VISIT_CAMPAIGN, [DIMENSION_REFERRER] = VISIT_REFERRER, [DIMENSION_LANDING] = VISIT_LANDING, [DIMENSION_PAGE] = VISIT_LANDING,
        [DIMENSION_DEVICE] = VISIT_DEVICE, [DIMENSION_COUNTRY] = VISIT_COUNTRY};
    if (name == DIMENSION_SEGMENT)
        return show_segments(d, rq, o, err);
    if (dimensions[name].way == DIMENSION_BY_LINE)
        return show_products(d, name, o, err);
    if (name == DIMENSION_CHANNEL) {
        for (unsigned i = 0; i < CHANNEL_COUNT && show(o, cu_str_of(channel_name((enum channel)i)), cu_str_of(channel_label((enum channel)i)), -1); i++)
            ;
        return CU_OK;
    }
    if (name == DIMENSION_NEW_OR_RETURNING) {
        (void)(show(o, CU_LIT("new"), CU_LIT("New"), -1) && show(o, CU_LIT("returning"), CU_LIT("Returning"), -1) &&
               show(o, CU_LIT("guest"), CU_LIT("Guest"), -1));
        return CU_OK;
    }
    return timeline_texts(people_timeline(d->o.people), visit_columns[column[name]].path, LOOKED_AT_MAX, show_text, o, err);
}

cu_code insight_get_values(struct request *rq, struct cu_error *err)
{
    struct insight_desk *d = rq->module;
    enum dimension_name name;
    struct offer o = {.limit = (size_t)spec_i64(&rq->query_values, "limit")};
    bool trusted = rq->caller.permissions >> SPEC_PEOPLE_READ & 1;
    CU_TRY(dimension_find(spec_str(&rq->query_values, "dimension"), "dimension", &name, err));
    o.least = trusted ? 0 : d->o.small_group;
    cu_buf_init(&o.wanted, 4096);
    cu_buf_init(&o.folded, 65536);
    text_fold(spec_str(&rq->query_values, "q"), &o.wanted);
    o.w = request_json(rq, 200);
    jw_object(&o.w);
    jw_key(&o.w, "items");
    jw_array(&o.w);
    cu_code code = show_values(d, rq, name, &o, err);
    jw_array_end(&o.w);
    jw_object_end(&o.w);
    cu_buf_clear(&o.wanted);
    cu_buf_clear(&o.folded);
    return code == CU_OK ? cu_buf_code(o.w.out, err) : code;
}

const struct spec_field insight_values_query[] = {
    {.name = "dimension", .type = SPEC_STRING, .min = 1, .max = 40, .required = true, .doc = "A dimension; GET /v1/insight/dimensions lists them."},
    {.name = "q", .type = SPEC_STRING, .max = 200, .doc = "Only values that contain this, whatever the case and accents."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = SHOWN_MAX, .fallback = "20", .doc = "How many at most."},
    {.name = NULL},
};
static const struct spec_field value_fields[] = {
    {.name = "value", .type = SPEC_STRING, .max = 65536, .doc = "As a filter takes it."},
    {.name = "label", .type = SPEC_STRING, .max = 65536, .doc = "For people."},
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "How many events, lines of orders or people have it; null: not counted."},
    {.name = NULL},
};
const struct spec_field insight_values_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = SHOWN_MAX, .fields = value_fields,
        .doc = "Values, most often first. Callers who may not see people get only those that occur as often as a group is large."},
    {.name = NULL},
};
