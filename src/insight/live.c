// SPDX-License-Identifier: Apache-2.0
// The live feed, and two sums that say whether everything arrived: events by name, orders of a time.
#include "live.h"

#include "people/sight.h"
#include "text/text.h"

struct insight {
    struct insight_options options;
};

cu_code insight_open(const struct insight_options *o, struct insight **ret, struct cu_error *err)
{
    struct insight *i = cu_calloc(1, sizeof *i);
    if (!i)
        return cu_fail(err, CU_MEMORY, "", "no memory for insight");
    i->options = *o;
    *ret = i;
    return CU_OK;
}

void insight_close(struct insight *i)
{
    cu_free(i);
}

enum { LIVE_MAX = 100 };

static void write_recent(struct insight *i, struct db *d, struct json_writer *w, const struct pipeline_recent *e,
    const struct people_label *label)
{
    struct source source = {.name = ""};
    struct people *p = i->options.people;
    (void)sources_by_number(i->options.sources, e->source, &source);
    jw_object(w);
    jw_ki64(w, "seq", (int64_t)e->seq);
    jw_ktime(w, "received", e->received_ms);
    jw_kstr(w, "event", timeline_kind_name(people_timeline(p), e->kind));
    jw_kz(w, "source", source.name);
    jw_key(w, "person");
    struct cu_uuid id;
    if (e->pno && people_uuid(p, d, people_root(p, e->pno), &id, NULL) == CU_OK) {
        char text[37];
        cu_uuid_format(id, text);
        jw_object(w);
        jw_kz(w, "id", text);
        jw_kstr(w, "label", label->text);
        jw_kz(w, "shown", label->shown);
        jw_object_end(w);
    } else {
        jw_null(w);
    }
    jw_kbool(w, "refused", e->refused != 0);
    jw_object_end(w);
}

// All who are named are announced at once, before anything of them is opened.
static cu_code write_live(struct insight *i, struct db *d, struct request *rq, const struct pipeline_recent *events,
    size_t count, struct json_writer *w, struct cu_error *err)
{
    uint32_t pnos[LIVE_MAX];
    struct people_label labels[LIVE_MAX];
    for (size_t k = 0; k < count; k++)
        pnos[k] = events[k].pno;
    CU_TRY(people_labels(i->options.people, d, pnos, count, &rq->caller, rq->arena, labels, err));
    for (size_t k = count; k-- > 0;)
        write_recent(i, d, w, &events[k], &labels[k]);
    return CU_OK;
}

static cu_code live(struct request *rq, struct cu_error *err)
{
    struct insight *i = rq->module;
    struct pipeline_recent events[LIVE_MAX];
    uint64_t after = (uint64_t)spec_i64(&rq->query_values, "after"), last = after;
    size_t limit = (size_t)spec_i64(&rq->query_values, "limit");
    size_t count = pipeline_recent(i->options.pipeline, after, events, limit < LIVE_MAX ? limit : LIVE_MAX);
    struct db *d = NULL;
    CU_TRY(people_read_take(i->options.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = write_live(i, d, rq, events, count, &w, err);
    for (size_t k = 0; k < count; k++)
        last = events[k].seq > last ? events[k].seq : last;
    jw_array_end(&w);
    jw_ki64(&w, "last", (int64_t)last);
    jw_object_end(&w);
    people_read_give(i->options.people, d);
    return code;
}

struct count {
    uint32_t kind; // 0: any
    uint64_t events;
    int64_t revenue;
};

// Ids are dense from 1; a name that was never seen must not be given one by a question.
static uint32_t find_kind(struct timeline *t, cu_str name)
{
    for (uint32_t kind = 1;; kind++) {
        cu_str known = timeline_kind_name(t, kind);
        if (!known.ptr)
            return 0;
        if (cu_str_eq(known, name))
            return kind;
    }
}

static bool count_event(void *context, const struct timeline_event *e)
{
    struct count *c = context;
    if (c->kind == 0 || c->kind == e->kind) {
        c->events++;
        c->revenue += e->revenue;
    }
    return true;
}

static cu_code events_count(struct request *rq, struct cu_error *err)
{
    struct insight *i = rq->module;
    struct timeline *t = people_timeline(i->options.people);
    struct count c = {.kind = 0};
    bool known = true;
    const struct spec_values *q = &rq->query_values;
    if (spec_has(q, "event")) {
        c.kind = find_kind(t, spec_str(q, "event"));
        known = c.kind != 0;
    }
    int64_t from = spec_has(q, "from") ? spec_i64(q, "from") : INT64_MIN;
    int64_t to = spec_has(q, "to") ? spec_i64(q, "to") : INT64_MAX;
    if (known)
        CU_TRY(timeline_scan(t, from, to, false, count_event, &c, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "count", (int64_t)c.events);
    jw_ki64(&w, "revenue", c.revenue);
    jw_kz(&w, "currency", i->options.currency);
    jw_object_end(&w);
    return CU_OK;
}

static bool sum_orders(void *context, int32_t day, const struct orders_totals *t)
{
    struct orders_totals *sum = context;
    (void)day;
    sum->orders += t->orders;
    sum->cancelled += t->cancelled;
    sum->refunds += t->refunds;
    sum->revenue += t->revenue;
    sum->refunded += t->refunded;
    return true;
}

static cu_code orders_totals(struct request *rq, struct cu_error *err)
{
    struct insight *i = rq->module;
    struct orders_totals sum = {0};
    const struct spec_values *q = &rq->query_values;
    int32_t from = spec_has(q, "from") ? text_day_of(spec_i64(q, "from")) : INT32_MIN;
    int32_t to = spec_has(q, "to") ? text_day_of(spec_i64(q, "to")) + 1 : INT32_MAX;
    struct db *d = NULL;
    CU_TRY(people_read_take(i->options.people, &d, err));
    cu_code code = orders_days(i->options.people, d, from, to, sum_orders, &sum, err);
    people_read_give(i->options.people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "orders", sum.orders);
    jw_ki64(&w, "revenue", sum.revenue);
    jw_ki64(&w, "refunds", sum.refunds);
    jw_ki64(&w, "refunded", sum.refunded);
    jw_ki64(&w, "cancelled", sum.cancelled);
    jw_kz(&w, "currency", i->options.currency);
    jw_object_end(&w);
    return CU_OK;
}

static const struct spec_field totals_query[] = {
    {.name = "from", .type = SPEC_DATE, .doc = "First day of placing, UTC; default the first there is."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day of placing, UTC; default the last there is."},
    {.name = NULL},
};
static const struct spec_field totals_answer[] = {
    {.name = "orders", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders placed, cancelled ones left out."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .doc = "Their revenue, minor units."},
    {.name = "refunds", .type = SPEC_INT, .max = INT64_MAX, .doc = "Refunded orders and credit notes."},
    {.name = "refunded", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .doc = "What they gave back, minor units."},
    {.name = "cancelled", .type = SPEC_INT, .max = INT64_MAX, .doc = "Cancelled orders."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Currency of the amounts; orders in others are not in them."},
    {.name = NULL},
};
static const struct spec_field count_query[] = {
    {.name = "event", .type = SPEC_STRING, .min = 1, .max = 255, .doc = "Only events of this name."},
    {.name = "from", .type = SPEC_TIME, .doc = "Only events at or after this time."},
    {.name = "to", .type = SPEC_TIME, .doc = "Only events before this time."},
    {.name = NULL},
};
static const struct spec_field count_answer[] = {
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of events."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .doc = "What they added to revenue, minor units."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Currency of the amount."},
    {.name = NULL},
};
static const struct spec_field live_query[] = {
    {.name = "after", .type = SPEC_INT, .max = INT64_MAX, .fallback = "0", .doc = "Only events after this sequence number."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 100, .fallback = "20", .doc = "At most this many, newest first."},
    {.name = NULL},
};
static const struct spec_field person_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The person."},
    {.name = "label", .type = SPEC_STRING, .max = 1024, .doc = "A name to show."},
    {.name = "shown", .type = SPEC_ENUM, .options = sight_names,
        .doc = "Whether the label is shown in full, masked, or made up because it is hidden."},
    {.name = NULL},
};
static const struct spec_field live_fields[] = {
    {.name = "seq", .type = SPEC_INT, .max = INT64_MAX, .doc = "Sequence number in the journal."},
    {.name = "received", .type = SPEC_TIME, .doc = "When it came."},
    {.name = "event", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "The event's name; null when it was refused."},
    {.name = "source", .type = SPEC_STRING, .max = 127, .doc = "The source's name."},
    {.name = "person", .type = SPEC_OBJECT, .max = 2048, .nullable = true, .fields = person_fields, .doc = "Whose it is, or null."},
    {.name = "refused", .type = SPEC_BOOL, .doc = "true: it went to quarantine."},
    {.name = NULL},
};
static const struct spec_field live_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 100, .fields = live_fields, .doc = "Newest first."},
    {.name = "last", .type = SPEC_INT, .max = INT64_MAX, .doc = "To be given as `after` next time."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "events.count", .method = "GET", .path = "/v1/events/count", .permission = SPEC_ANALYTICS_READ,
        .query = count_query, .answer = count_answer, .doc = "Number of events, by name and time.", .handler = events_count},
    {.name = "orders.totals", .method = "GET", .path = "/v1/orders/totals", .permission = SPEC_ANALYTICS_READ,
        .query = totals_query, .answer = totals_answer, .doc = "Orders, revenue and refunds of a period.", .handler = orders_totals},
    {.name = "live", .method = "GET", .path = "/v1/live", .permission = SPEC_PEOPLE_READ, .query = live_query,
        .answer = live_answer, .doc = "The newest events, to see that data arrives.", .handler = live},
};

const struct module insight_module = {
    .name = "insight",
    .doc = "What arrives: the live feed, counts of events and orders.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
