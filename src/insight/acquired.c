// SPDX-License-Identifier: Apache-2.0
// How people came: see acquired.h.
#include "acquired.h"

#include <stdio.h>

// ---- first visits

struct first_visits {
    const struct visit_maker *maker;
    acquired_visit *fn;
    void *context;
    uint32_t end;
};

static bool take_first(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct first_visits *f = context;
    if (rows->person < f->end)
        f->fn(f->context, rows->person, v);
    return false; // one is enough
}

static bool visit(void *state, const struct scan_rows *rows)
{
    struct first_visits *f = state;
    (void)visit_each(f->maker, rows, take_first, f);
    return true;
}

static bool is_one(void *context, uint32_t root)
{
    return roaring_bitmap_contains(context, root);
}

cu_code acquired_each(struct insight_query *q, roaring_bitmap_t *who, int64_t before_ms, acquired_visit *fn, void *context,
    struct cu_error *err)
{
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = q->o->zone};
    struct visit_maker *maker = NULL;
    struct scan_plan plan;
    struct scan_stats stats = {0};
    void *states[SCAN_THREADS_MAX];
    CU_TRY(visit_maker_new(insight_timeline(q), q->dictionary, &rules, &maker, err));
    struct first_visits f = {maker, fn, context, q->persons->end};
    scan_plan_limits(&plan, &q->limits);
    plan.from_ms = INT64_MIN;
    plan.to_ms = before_ms;
    plan.columns = visit_columns;
    plan.column_count = VISIT_COLUMNS;
    if (who) {
        plan.person = is_one;
        plan.context = who;
    }
    unsigned count = scan_threads(&plan);
    for (unsigned i = 0; i < count; i++)
        states[i] = &f; // it is only read
    cu_code code = timeline_scan_people(insight_timeline(q), &plan, q->persons, visit, states, count, &stats, err);
    q->damaged_blocks += stats.damaged_blocks;
    visit_maker_free(maker);
    return code;
}

// ---- the field

enum way { WAY_CHANNEL, WAY_SOURCE, WAY_MEDIUM, WAY_CAMPAIGN, WAY_REFERRER, WAY_LANDING, WAY_DEVICE, WAY_COUNTRY };
static const char *const ways[] = {
    "channel", "source", "medium", "campaign", "referrer", "landing", "device", "country", NULL};
enum { VALUES_MAX = 100 };

struct wanted {
    enum way way;
    uint64_t values[VALUES_MAX]; // channels by number; hashes of texts; 0: says nothing
    size_t count;
    uint8_t *came; // by person
};

static uint64_t value_of(enum way way, const struct visit *v)
{
    const uint64_t values[] = {[WAY_CHANNEL] = (uint64_t)v->channel,
        [WAY_SOURCE] = v->source,
        [WAY_MEDIUM] = v->medium,
        [WAY_CAMPAIGN] = v->campaign,
        [WAY_REFERRER] = v->referrer_host,
        [WAY_LANDING] = v->landing,
        [WAY_DEVICE] = v->device,
        [WAY_COUNTRY] = v->country};
    return values[way];
}

static void look_at(void *context, uint32_t person, const struct visit *v)
{
    struct wanted *w = context;
    uint64_t value = value_of(w->way, v);
    for (size_t i = 0; i < w->count; i++)
        w->came[person] |= w->values[i] == value;
}

static cu_code read_values(json list, struct wanted *w, struct cu_error *err)
{
    for (struct json_iter it = json_each(list); json_next(&it); w->count++) {
        char field[64];
        enum channel channel;
        cu_str text = json_str(it.value);
        (void)snprintf(field, sizeof field, "/question/acquired/in/%zu", w->count);
        if (!text.ptr)
            return cu_fail(err, CU_INVALID, field, "a text is accepted");
        w->values[w->count] = text.len ? timeline_text_hash(text) : 0;
        if (w->way != WAY_CHANNEL)
            continue;
        if (!channel_parse(text, &channel))
            return cu_fail(
                err, CU_INVALID, field, "there is no such channel; GET /v1/insight/values?dimension=channel lists them");
        w->values[w->count] = (uint64_t)channel;
    }
    return CU_OK;
}

static cu_code read(const struct spec_value *given, struct wanted *w, struct cu_error *err)
{
    struct spec_values v;
    cu_code code = spec_decode_json(acquired_fields, given->raw, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "/question/acquired");
        return code;
    }
    while (!cu_str_eqz(spec_str(&v, "dimension"), ways[w->way]))
        w->way++;
    return read_values(spec_get(&v, "in")->raw, w, err);
}

static cu_code find(struct insight_query *q, struct wanted *w, roaring_bitmap_t **ret, struct cu_error *err)
{
    uint32_t end = q->persons->end;
    w->came = cu_calloc((size_t)end + 1, 1);
    *ret = roaring_bitmap_create();
    if (!w->came || !*ret)
        return cu_fail(err, CU_MEMORY, "", "no memory for who came how");
    CU_TRY(acquired_each(q, NULL, INT64_MAX, look_at, w, err));
    for (uint32_t person = 1; person < end; person++) {
        if (w->came[person])
            roaring_bitmap_add(*ret, person);
    }
    return CU_OK;
}

cu_code acquired_begin(struct insight_query *q, struct acquired *a, struct cu_error *err)
{
    struct wanted w = {.way = WAY_CHANNEL};
    const struct spec_value *given = spec_get(&q->question, "acquired");
    *a = (struct acquired){.among = q->among, .limits = q->limits};
    if (!given->present)
        return CU_OK;
    CU_TRY(read(given, &w, err));
    cu_code code = find(q, &w, &a->people, err);
    cu_free(w.came);
    CU_TRY(code);
    q->among = a->people; // who was counted before and came so: the scan asked only those
    q->limits.person = is_one;
    q->limits.context = a->people;
    return CU_OK;
}

void acquired_end(struct insight_query *q, struct acquired *a)
{
    q->among = a->among;
    q->limits = a->limits;
    if (a->people)
        roaring_bitmap_free(a->people);
    a->people = NULL;
}

static const struct spec_field value_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 1024, .doc = "A value; \"\" for none."},
    {.name = NULL},
};
const struct spec_field acquired_fields[] = {
    {.name = "dimension",
        .type = SPEC_ENUM,
        .options = ways,
        .required = true,
        .doc = "What of the visit; GET /v1/insight/dimensions explains them."},
    {.name = "in", .type = SPEC_ARRAY, .max = VALUES_MAX, .required = true, .fields = value_element, .doc = "One of these."},
    {.name = NULL},
};
