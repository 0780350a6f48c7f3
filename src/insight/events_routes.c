// SPDX-License-Identifier: Apache-2.0
// Exploring events: the newest ones, which names there are, and breakdowns by a property. Module row
// insight_explore_module; instance: struct segments.
//
// The timeline is in order of person and time, so the newest events of everybody are looked for in windows that grow
// backwards from now: the first is an hour, each further one eight times as long, until there are enough.
#include "segment_desk.h"

#include "base/clock.h"
#include "text/text.h"

#include <stdio.h>

enum { PAGE_MAX = 100, LOOK_MS = 3000, KINDS_MAX = 65536, STOP_EVERY = 4096 };
static const int64_t hour_ms = 3600 * 1000;

// --- the newest

struct found {
    int64_t time_ms, revenue;
    uint64_t seq;
    uint32_t pno, kind, source, flags;
};
struct looking {
    struct found at[PAGE_MAX + 1]; // newest first
    size_t count, wanted;
    uint32_t kind;
    int64_t before_ms, ends_us;
    uint64_t before_seq;
    uint64_t looked_at;
    bool out_of_time;
};

static bool is_newer(int64_t a_ms, uint64_t a_seq, int64_t b_ms, uint64_t b_seq)
{
    return a_ms > b_ms || (a_ms == b_ms && a_seq > b_seq);
}

static bool take_event(void *context, const struct timeline_event *e)
{
    struct looking *l = context;
    if (++l->looked_at % STOP_EVERY == 0 && cu_mono_us() > l->ends_us) {
        l->out_of_time = true;
        return false;
    }
    if ((l->kind && e->kind != l->kind) || !is_newer(l->before_ms, l->before_seq, e->time_ms, e->seq))
        return true;
    size_t at = l->count;
    if (at == l->wanted && !is_newer(e->time_ms, e->seq, l->at[at - 1].time_ms, l->at[at - 1].seq))
        return true;
    if (at == l->wanted)
        at--;
    else
        l->count++;
    for (; at > 0 && is_newer(e->time_ms, e->seq, l->at[at - 1].time_ms, l->at[at - 1].seq); at--)
        l->at[at] = l->at[at - 1];
    l->at[at] = (struct found){e->time_ms, e->revenue, e->seq, e->pno, e->kind, e->source, e->flags};
    return true;
}

static cu_code look(struct timeline *t, struct looking *l, int64_t from_ms, int64_t to_ms, struct cu_error *err)
{
    int64_t oldest = to_ms;
    for (int64_t window = hour_ms; oldest > from_ms && l->count < l->wanted && !l->out_of_time; window *= 8) {
        int64_t newest = oldest;
        oldest = window > newest - from_ms || window > INT64_MAX / 16 ? from_ms : newest - window;
        CU_TRY(timeline_scan(t, oldest, newest, false, take_event, l, err));
    }
    if (l->out_of_time)
        return cu_fail(err, CU_TIMEOUT, "", "so much lies in this time that %d s were not enough; choose an "
            "event or a shorter time",
            LOOK_MS / 1000);
    return CU_OK;
}

struct words {
    uint64_t seq;
    struct cu_buf *out;
};

static bool take_words(void *context, const struct timeline_event *e)
{
    struct words *w = context;
    if (e->seq == w->seq)
        cu_buf_str(w->out, e->plain);
    return false;
}

static cu_code write_properties(struct request *rq, const struct found *f, struct json_writer *w, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct timeline *t = people_timeline(s->options.people);
    struct cu_buf plain CU_AUTO_BUF = {0};
    struct words words = {f->seq, &plain};
    const json nothing = {NULL, 0};
    json declared = nothing;
    struct sight sight = {.caller = &rq->caller, .dictionary = people_dictionary(s->options.people), .leave = "$context"};
    cu_str name = timeline_kind_name(t, f->kind);
    const struct dict_event *row = sight.dictionary ? dictionary_event(sight.dictionary, name) : NULL;
    cu_buf_init(&plain, (size_t)8 << 20);
    CU_TRY(timeline_person(t, &f->pno, 1, f->time_ms, f->seq + 1, take_words, &words, err));
    CU_TRY(cu_buf_code(&plain, err));
    if (plain.len)
        CU_TRY(json_parse(rq->json, cu_buf_view(&plain), &declared, err));
    jw_key(w, "properties");
    jw_object(w);
    if (plain.len)
        sight_properties(&sight, row, declared, nothing, w);
    jw_object_end(w);
    return CU_OK;
}

static cu_code write_found(struct request *rq, const struct found *f, const struct segment_people *who, size_t i,
    struct json_writer *w,
    struct cu_error *err)
{
    struct segments *s = rq->module;
    jw_object(w);
    jw_ki64(w, "seq", (int64_t)f->seq);
    jw_ktime(w, "time", f->time_ms);
    jw_kstr(w, "event", timeline_kind_name(people_timeline(s->options.people), f->kind));
    jw_ki64(w, "source", f->source);
    jw_key(w, "revenue");
    if (f->flags & TIMELINE_HAS_REVENUE)
        jw_i64(w, f->revenue);
    else
        jw_null(w);
    jw_key(w, "person");
    if (f->pno && who->there[i]) {
        jw_object(w);
        segment_person_write(w, who, i);
        jw_object_end(w);
    } else {
        jw_null(w);
    }
    CU_TRY(write_properties(rq, f, w, err));
    jw_object_end(w);
    return CU_OK;
}

static cu_code load_people(struct request *rq, const struct looking *l, struct segment_people *ret, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct db *d = NULL;
    uint32_t pnos[PAGE_MAX + 1];
    for (size_t i = 0; i < l->count; i++)
        pnos[i] = l->at[i].pno;
    CU_TRY(people_read_take(s->options.people, &d, err));
    cu_code code = segment_people_load(rq, d, pnos, l->count, ret, err);
    people_read_give(s->options.people, d);
    return code;
}

static cu_code read_cursor(cu_str cursor, struct looking *l, struct cu_error *err)
{
    int64_t seq = 0;
    cu_str rest = cursor, time = cu_str_cut(&rest, '.');
    l->before_ms = INT64_MAX;
    l->before_seq = UINT64_MAX;
    if (cursor.len == 0)
        return CU_OK;
    if (!cu_str_i64(time, &l->before_ms) || !rest.ptr || !cu_str_i64(rest, &seq) || seq < 0)
        return cu_fail(err, CU_INVALID, "cursor", "the cursor of another list");
    l->before_seq = (uint64_t)seq;
    return CU_OK;
}

static cu_code write_page(struct request *rq, struct looking *l, size_t limit, struct cu_error *err)
{
    struct segment_people who;
    char next[48] = "";
    size_t count = l->count < limit ? l->count : limit;
    l->count = count;
    CU_TRY(load_people(rq, l, &who, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        CU_TRY(write_found(rq, &l->at[i], &who, i, &w, err));
    jw_array_end(&w);
    if (count == limit && l->wanted > limit)
        (void)snprintf(next, sizeof next, "%lld.%llu", (long long)l->at[count - 1].time_ms,
            (unsigned long long)l->at[count - 1].seq);
    jw_kz(&w, "next", next[0] ? next : NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_events(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct timeline *t = people_timeline(s->options.people);
    const struct spec_values *q = &rq->query_values;
    size_t limit = (size_t)spec_i64(q, "limit");
    struct looking *l = cu_arena_alloc(rq->arena, sizeof *l);
    if (!l)
        return cu_fail(err, CU_MEMORY, "", "no memory for events");
    CU_TRY(read_cursor(spec_str(q, "cursor"), l, err));
    l->wanted = limit + 1;
    l->ends_us = cu_mono_us() + LOOK_MS * INT64_C(1000);
    int64_t from = spec_has(q, "from") ? spec_i64(q, "from") : 0;
    int64_t to = spec_has(q, "to") ? spec_i64(q, "to") : cu_now_ms() + 24 * hour_ms;
    if (l->before_ms != INT64_MAX && l->before_ms + 1 < to)
        to = l->before_ms + 1;
    bool known = true;
    if (spec_has(q, "event")) {
        l->kind = timeline_kind_find(t, spec_str(q, "event"));
        known = l->kind != 0;
    }
    if (known)
        CU_TRY(look(t, l, from, to, err));
    if (l->count <= limit)
        l->wanted = limit; // there are no more
    return write_page(rq, l, limit, err);
}

// --- names

struct kind_sum {
    uint64_t count;
    int32_t last_day;
};

struct kind_sums {
    struct kind_sum *at; // by kind
    uint32_t end;
};

static bool sum_kind(void *context, int32_t day, uint32_t kind, uint64_t count, int64_t revenue)
{
    struct kind_sums *k = context;
    (void)revenue;
    if (kind < KINDS_MAX && count) {
        k->at[kind].count += count;
        k->at[kind].last_day = day;
        k->end = kind >= k->end ? kind + 1 : k->end;
    }
    return true;
}

static void write_kind(struct json_writer *w, cu_str name, const struct kind_sum *k)
{
    char text[TEXT_TIME_MAX];
    text_time_format(text_day_start(k->last_day), text);
    jw_object(w);
    jw_kstr(w, "name", name);
    jw_ki64(w, "count", (int64_t)k->count);
    jw_kstr(w, "last", (cu_str){text, 10});
    jw_object_end(w);
}

static cu_code get_kinds(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct timeline *t = people_timeline(s->options.people);
    struct kind_sums k = {.at = cu_arena_alloc(rq->arena, KINDS_MAX * sizeof *k.at)};
    if (!k.at)
        return cu_fail(err, CU_MEMORY, "", "no memory for the names of events");
    CU_TRY(timeline_days(t, INT32_MIN, INT32_MAX, 0, sum_kind, &k, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (uint32_t kind = 1; kind < k.end; kind++) {
        if (k.at[kind].count)
            write_kind(&w, timeline_kind_name(t, kind), &k.at[kind]);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- breakdowns

// Only declared properties of P0 and P1 are in columns; a role that does not see such a level sees no breakdown by it.
static cu_code check_property(struct request *rq, cu_str event, cu_str property, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct dictionary *dictionary = people_dictionary(s->options.people);
    bool context = cu_str_starts(property, CU_LIT("$context."));
    const struct dict_event *row = dictionary ? dictionary_event(dictionary, context ? CU_LIT("$context") : event) : NULL;
    const struct dict_field *f = row ? dictionary_event_field(row, context ? cu_str_sub(property, 9,
        property.len) : property) : NULL;
    if (!f)
        return cu_fail(err, CU_INVALID, "property", "a declared property of this event is accepted");
    if (f->level > DICT_P1)
        return cu_fail(err, CU_FORBIDDEN, "property", "this property is personal: it is sealed and in no breakdown");
    if (sight_field(&rq->caller, f) != SPEC_VIEW_FULL)
        return cu_fail(err, CU_FORBIDDEN, "property", "this role does not see the property");
    return CU_OK;
}

static cu_code write_breakdown(struct request *rq, const struct breakdown_question *q, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct scan_persons *persons = NULL;
    const struct scan_limits limits = {.ends_ms = cu_mono_us() / 1000 + LOOK_MS};
    struct breakdown_row *rows = NULL;
    struct scan_stats stats;
    size_t count = 0;
    CU_TRY(audience_persons(s->options.audiences, &persons, err));
    cu_code code = breakdown_run(people_timeline(s->options.people), persons, q, &limits, rq->arena, &rows, &count,
        &stats, err);
    audience_persons_done(s->options.audiences, persons);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "rows");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_kstr(&w, "value", rows[i].text);
        jw_ki64(&w, "people", (int64_t)rows[i].persons);
        jw_ki64(&w, "events", (int64_t)rows[i].events);
        jw_ki64(&w, "revenue", rows[i].revenue);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "currency", s->options.currency);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_breakdown(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct spec_values *v = &rq->query_values;
    cu_str event = spec_str(v, "event"), property = spec_str(v, "property");
    struct breakdown_question q = {.from_ms = spec_has(v, "from") ? spec_i64(v, "from") : INT64_MIN,
        .to_ms = spec_has(v, "to") ? spec_i64(v, "to") : INT64_MAX, .path = property.ptr ? property : CU_LIT(""),
        .with_revenue = true};
    q.kind = timeline_kind_find(people_timeline(s->options.people), event);
    if (q.kind == 0)
        return cu_fail(err, CU_NOT_FOUND, "event", "no event of this name was ever sent");
    if (property.len)
        CU_TRY(check_property(rq, event, property, err));
    return write_breakdown(rq, &q, err);
}

// --- rows

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
#define TIMES                                                                                      \
    {.name = "from", .type = SPEC_TIME, .doc = "Only events at or after this time."},              \
    {                                                                                              \
        .name = "to", .type = SPEC_TIME, .doc = "Only events before this time."                    \
    }
static const struct spec_field events_query[] = {
    {.name = "event", .type = SPEC_STRING, .min = 1, .max = 255, .doc = "Only events of this name."},
    TIMES,
    {.name = "cursor", .type = SPEC_STRING, .max = 64, .doc = "The `next` of the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = PAGE_MAX, .fallback = "50", .doc = "How many at most."},
    END,
};
static const struct spec_field person_fields[] = {
    {.name = "id", .type = SPEC_UUID, .nullable = true, .doc = "The person."},
    {.name = "label", .type = SPEC_STRING, .max = 1023, .doc = "What the person is called, as far as the caller sees it."},
    {.name = "shown", .type = SPEC_ENUM, .options = sight_names, .doc = "How much of it is shown."},
    END,
};
static const struct spec_field event_fields[] = {
    {.name = "seq", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the event."},
    {.name = "time", .type = SPEC_TIME, .doc = "When it happened."},
    {.name = "event", .type = SPEC_STRING, .max = 255, .doc = "Its name."},
    {.name = "source", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Number of the source."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .nullable = true,
        .doc = "What it added to revenue, minor units, or null."},
    {.name = "person", .type = SPEC_OBJECT, .max = 4096, .nullable = true, .fields = person_fields,
        .doc = "Whose it is; null: nobody's."},
    {.name = "properties", .type = SPEC_OBJECT, .max = 8 << 20,
        .doc = "Its declared properties of P0 and P1, as far as the caller sees them."},
    END,
};
#define NEXT                                                                                       \
    {                                                                                              \
        .name = "next", .type = SPEC_STRING, .max = 80, .nullable = true, .doc = "Cursor of the next page, or null." \
    }
static const struct spec_field events_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = PAGE_MAX, .fields = event_fields, .doc = "The events, newest first."},
    NEXT,
    END,
};
static const struct spec_field kind_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 255, .doc = "Name of the event."},
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many there are."},
    {.name = "last", .type = SPEC_DATE, .doc = "Day of the last one, UTC."},
    END,
};
static const struct spec_field kinds_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = KINDS_MAX, .fields = kind_fields,
        .doc = "The names, in the order they were first seen."},
    NEXT,
    END,
};
static const struct spec_field breakdown_query[] = {
    {.name = "event", .type = SPEC_STRING, .min = 1, .max = 255, .required = true, .doc = "Name of the event."},
    {.name = "property", .type = SPEC_STRING, .min = 1, .max = 255,
        .doc = "A declared text property; $context.… for one of the context; absent: all together."},
    TIMES,
    END,
};
static const struct spec_field breakdown_fields[] = {
    {.name = "value", .type = SPEC_STRING, .max = 8191, .nullable = true,
        .doc = "A value; null: events without one; (other): the rest."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons."},
    {.name = "events", .type = SPEC_INT, .max = INT64_MAX, .doc = "Events."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX,
        .doc = "What they added to revenue, minor units."},
    END,
};
static const struct spec_field breakdown_answer[] = {
    {.name = "rows", .type = SPEC_ARRAY, .max = BREAKDOWN_ROWS_MAX + 2, .fields = breakdown_fields,
        .doc = "The values, the most frequent first."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Currency of the amounts."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "events.list", .method = "GET", .path = "/v1/events", .permission = SPEC_PEOPLE_READ, .query = events_query,
        .answer = events_answer, .doc = "Events of everybody, newest first.", .handler = get_events},
    {.name = "events.kinds", .method = "GET", .path = "/v1/events/kinds", .permission = SPEC_ANALYTICS_READ,
        .answer = kinds_answer,
        .doc = "The names of events that came, with how many.", .handler = get_kinds},
    {.name = "events.breakdown", .method = "GET", .path = "/v1/events/breakdown", .permission = SPEC_ANALYTICS_READ,
        .query = breakdown_query, .answer = breakdown_answer,
        .doc = "How many people, events and how much revenue for each value of a property.", .handler = get_breakdown},
};
const struct module insight_explore_module = {
    .name = "explore",
    .doc = "Exploring events: the newest, their names, breakdowns.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
