// SPDX-License-Identifier: Apache-2.0
// The list of fields and how they are used. See usage.h.
#include "usage_internal.h"

#include "base/clock.h"
#include "usage_sql.h"

enum { JOB_MS = 2000, DAYS = 90, DAYS_MAX = 3650, OBSOLETE_DAYS = 365, ITEMS_MAX = 30000 };
#define DAY_MS INT64_C(86400000)

static const char *const verdicts[] = {"used", "unused", "obsolete", "unknown", NULL};
static const char *const kinds[] = {"field", "event", NULL};

struct asked {
    struct people *people;
    struct db *d;
    int64_t now_ms, since_ms, quiet_ms; // readings are counted since; unused: not read for so long
    struct json_writer w;
};

static void time_or_null(struct json_writer *w, const char *name, int64_t ms)
{
    jw_ktime(w, name, ms > 0 ? ms : INT64_MIN);
}

// "obsolete": nobody has a value, or none came for a year. "unused": it is there, and nothing and nobody looks at it.
// "unknown": too early to say.
static const char *verdict(const struct asked *a, const struct field_usage *u, bool needed)
{
    if (needed || (u->read_ms && a->now_ms - u->read_ms < a->quiet_ms))
        return "used";
    if (u->filled < 0)
        return "unknown";
    if (u->filled == 0 || a->now_ms - u->written_ms > OBSOLETE_DAYS * DAY_MS)
        return "obsolete";
    bool long_enough = a->since_ms > 0 && a->now_ms - a->since_ms >= a->quiet_ms;
    return u->read_ms || long_enough ? "unused" : "unknown";
}

static void write_level(struct json_writer *w, const struct dict_field *f)
{
    static const char *const names[] = {"P0", "P1", "P2", "P3", "P4"};
    jw_kz(w, "level", f ? names[f->level] : NULL);
}

static cu_code write_where(struct asked *a, cu_str name, cu_str identifier, size_t *ret_count, struct cu_error *err)
{
    *ret_count = 0;
    jw_key(&a->w, "used_in");
    jw_array(&a->w);
    if (identifier.len) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 256);
        cu_buf_printf(&text, "identifier:%.*s", CU_ARG(identifier));
        jw_str(&a->w, cu_buf_view(&text));
        ++*ret_count;
    }
    CU_TRY(usage_where(a->d, name, &a->w, ret_count, err));
    jw_array_end(&a->w);
    return CU_OK;
}

static void write_purposes(struct json_writer *w, const cu_str *purposes, uint32_t count)
{
    jw_key(w, "purposes");
    jw_array(w);
    for (uint32_t i = 0; i < count; i++)
        jw_str(w, purposes[i]);
    jw_array_end(w);
}

static void write_end(struct asked *a, const struct field_usage *u, bool needed)
{
    jw_key(&a->w, "filled_permille");
    if (u->profiles > 0)
        jw_i64(&a->w, u->filled * 1000 / u->profiles);
    else
        jw_null(&a->w);
    jw_key(&a->w, "filled");
    if (u->filled >= 0)
        jw_i64(&a->w, u->filled);
    else
        jw_null(&a->w);
    time_or_null(&a->w, "counted", u->counted_ms);
    time_or_null(&a->w, "last_written", u->written_ms);
    time_or_null(&a->w, "last_read", u->read_ms);
    jw_kz(&a->w, "verdict", verdict(a, u, needed));
    jw_object_end(&a->w);
}

static cu_code write_field(struct asked *a, const struct dict_field *f, struct cu_error *err)
{
    struct field_usage u;
    size_t where = 0;
    CU_TRY(usage_of(a->people, a->d, f->name, &u, err));
    jw_object(&a->w);
    jw_kstr(&a->w, "field", f->name);
    jw_kz(&a->w, "kind", "field");
    write_level(&a->w, f);
    jw_kstr(&a->w, "category", f->category);
    jw_kstr(&a->w, "owner", f->owner.len ? f->owner : CU_NONE);
    jw_kbool(&a->w, "collected", f->collect == DICT_COLLECT_YES);
    write_purposes(&a->w, f->purposes, f->purpose_count);
    CU_TRY(write_where(a, f->name, f->identifier, &where, err));
    write_end(a, &u, where > 0);
    return CU_OK;
}

// --- events: their last day is known without looking at anybody

struct days {
    uint32_t kind;
    int32_t last;
    int64_t count;
};

static bool take_day(void *context, int32_t day, uint32_t kind, uint64_t count, int64_t revenue)
{
    struct days *d = context;
    (void)kind, (void)revenue;
    if (count > 0 && day > d->last)
        d->last = day;
    d->count += (int64_t)count;
    return true;
}

static cu_code write_event(struct asked *a, const struct dict_event *e, struct cu_error *err)
{
    struct timeline *t = people_timeline(a->people);
    struct days days = {.kind = timeline_kind_find(t, e->name), .last = INT32_MIN};
    size_t where = 0;
    if (days.kind)
        CU_TRY(timeline_days(t, INT32_MIN, INT32_MAX, days.kind, take_day, &days, err));
    const struct field_usage u = {.filled = days.count, .profiles = -1,
        .written_ms = days.last == INT32_MIN ? 0 : days.last * DAY_MS};
    jw_object(&a->w);
    jw_kstr(&a->w, "field", e->name);
    jw_kz(&a->w, "kind", "event");
    write_level(&a->w, NULL);
    jw_kstr(&a->w, "category", e->category);
    jw_kstr(&a->w, "owner", e->owner.len ? e->owner : CU_NONE);
    jw_kbool(&a->w, "collected", true);
    write_purposes(&a->w, e->purposes, e->purpose_count);
    CU_TRY(write_where(a, e->name, CU_NONE, &where, err));
    write_end(a, &u, where > 0);
    return CU_OK;
}

static cu_code read_since(struct asked *a, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(a->d, &usage_sql_since, &q, err));
    a->since_ms = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code write_items(struct asked *a, bool events, struct cu_error *err)
{
    const struct dictionary *d = people_dictionary(a->people);
    const struct dict_field *fields = NULL;
    const struct dict_event *all = NULL;
    size_t n = dictionary_person_fields(d, &fields), m = dictionary_events(d, &all);
    for (size_t i = 0; i < n && !events; i++)
        CU_TRY(write_field(a, &fields[i], err));
    for (size_t i = 0; i < m && events; i++) {
        if (!cu_str_eqz(all[i].name, "$context"))
            CU_TRY(write_event(a, &all[i], err));
    }
    return CU_OK;
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct asked a = {.people = usage_people(rq->module), .now_ms = rq->received_ms};
    int64_t days = spec_has(&rq->query_values, "days") ? spec_i64(&rq->query_values, "days") : DAYS;
    a.quiet_ms = days * DAY_MS;
    CU_TRY(people_read_take(a.people, &a.d, err));
    cu_code code = read_since(&a, err);
    a.w = request_json(rq, 200);
    jw_object(&a.w);
    jw_key(&a.w, "items");
    jw_array(&a.w);
    if (code == CU_OK)
        code = write_items(&a, cu_str_eqz(spec_str(&rq->query_values, "kind"), "event"), err);
    jw_array_end(&a.w);
    time_or_null(&a.w, "reads_counted_since", a.since_ms);
    jw_kz(&a.w, "next", NULL);
    jw_object_end(&a.w);
    people_read_give(a.people, a.d);
    return code;
}

static cu_code count_now(struct request *rq, struct cu_error *err)
{
    (void)err;
    usage_wake(rq->module);
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_kbool(&w, "counting", true);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code run(void *module, struct cu_error *err)
{
    return usage_job(module, err);
}

#define END {.name = NULL}
static const struct spec_field text_element[] = {{.name = "", .type = SPEC_STRING, .max = 400, .doc = "A name."}, END};
static const struct spec_field item_fields[] = {
    {.name = "field", .type = SPEC_STRING, .max = 255, .doc = "The field of persons, or the event."},
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .doc = "Which of the two."},
    {.name = "level", .type = SPEC_STRING, .max = 2, .nullable = true, .doc = "Protection; null of an event."},
    {.name = "category", .type = SPEC_STRING, .max = 80, .nullable = true, .doc = "Data category, a fideslang key."},
    {.name = "owner", .type = SPEC_STRING, .max = 64, .nullable = true, .doc = "The role that answers for it."},
    {.name = "collected", .type = SPEC_BOOL, .doc = "Whether values are taken."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 20, .fields = text_element, .doc = "What it may be used for."},
    {.name = "used_in", .type = SPEC_ARRAY, .max = 5000, .fields = text_element,
        .doc = "What names it: segment:.., persona:.., slot:.., query:.., identifier:..."},
    {.name = "filled_permille", .type = SPEC_INT, .min = 0, .max = 1000, .nullable = true,
        .doc = "Of the profiles with any field, how many have it; null: not counted, or an event."},
    {.name = "filled", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .nullable = true,
        .doc = "Profiles that have a value; of an event how many are stored."},
    {.name = "counted", .type = SPEC_TIME, .nullable = true, .doc = "When that was counted."},
    {.name = "last_written", .type = SPEC_TIME, .nullable = true,
        .doc = "When a value last changed; of an event its last day."},
    {.name = "last_read", .type = SPEC_TIME, .nullable = true,
        .doc = "When it was last shown to somebody; null: not since it is counted."},
    {.name = "verdict", .type = SPEC_ENUM, .options = verdicts,
        .doc = "obsolete: nobody has it, or nothing new for a year; unknown: too early to say."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = ITEMS_MAX, .fields = item_fields, .doc = "In the dictionary's order."},
    {.name = "reads_counted_since", .type = SPEC_TIME, .nullable = true, .doc = "From when on readings are counted."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: the list is whole."},
    END,
};
static const struct spec_field list_query[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .fallback = "field", .doc = "Fields of persons, or events."},
    {.name = "days", .type = SPEC_INT, .min = 0, .max = DAYS_MAX,
        .doc = "Unused is what was not read for so many days; 90 unless said."},
    END,
};
static const struct spec_field count_answer[] = {{.name = "counting", .type = SPEC_BOOL,
    .doc = "It has begun, or begins within seconds."}, END};

static const struct spec_route routes[] = {
    {.name = "fields.usage", .method = "GET", .path = "/v1/fields/usage", .permission = SPEC_DICTIONARY_READ,
        .query = list_query,
        .answer = list_answer, .doc = "Which fields are filled, written, read and needed by something.", .handler = list},
    {.name = "fields.usage_count", .method = "POST", .path = "/v1/fields/usage", .permission = SPEC_GOVERN_WRITE,
        .answer = count_answer,
        .doc = "Counts the fields anew, which else happens once a day.", .handler = count_now},
};
static const struct spec_job jobs[] = {
    {.name = "field-usage", .doc = "Counts once a day who has which field, and stores which fields were read.",
        .every_ms = JOB_MS, .run = run},
};

const struct module govern_usage_module = {
    .name = "usage",
    .doc = "Fields nobody needs: fill rates, last written, last read, where used.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = usage_sql_all,
};
