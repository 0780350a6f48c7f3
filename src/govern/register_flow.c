// SPDX-License-Identifier: Apache-2.0
// What really flows: events that came from each source within the last days, counted from the timeline, and exports that
// were made, counted from the audit log as it grows.
#include "register_internal.h"
#include "register_sql.h"

#include "base/clock.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 20000000, REST_FACTOR = 200, ENTRIES_AT_ONCE = 50000, EXPORT_FIELDS_MAX = 1000, EXPORTS_MAX = 400 };
static const int64_t day_ms = INT64_C(86400000);

// --- events

struct counting {
    struct register_flow *at;
    size_t count, rows;
    bool cut;
};

static bool count_event(void *context, const struct timeline_event *e)
{
    struct counting *c = context;
    size_t i = 0;
    if (++c->rows > ROWS_MAX) {
        c->cut = true;
        return false;
    }
    if (e->flags & TIMELINE_SAMPLE)
        return true;
    size_t at = (e->source * 2654435761u ^ e->kind * 40503u) % (REGISTER_FLOWS_MAX * 2);
    for (; i < REGISTER_FLOWS_MAX * 2; i++, at = (at + 1) % (REGISTER_FLOWS_MAX * 2)) {
        struct register_flow *f = &c->at[at];
        if (f->count == 0) {
            c->cut = c->count == REGISTER_FLOWS_MAX;
            if (c->cut)
                return true;
            *f = (struct register_flow){.source = e->source, .kind = e->kind, .last_ms = e->time_ms};
            c->count++;
        }
        if (f->source == e->source && f->kind == e->kind)
            break;
    }
    c->at[at].count++;
    c->at[at].last_ms = e->time_ms > c->at[at].last_ms ? e->time_ms : c->at[at].last_ms;
    return true;
}

static void take(struct registers *r, const struct counting *c)
{
    size_t n = 0;
    (void)pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < (size_t)REGISTER_FLOWS_MAX * 2; i++) {
        if (c->at[i].count)
            r->flows[n++] = c->at[i];
    }
    r->flow_count = n;
    r->flows_cut = c->cut;
    r->counted_ms = cu_now_ms();
    (void)pthread_mutex_unlock(&r->lock);
}

// When nothing came since, and so often that it takes no more than a two-hundredth of the time.
cu_code register_count_flows(struct registers *r, struct cu_error *err)
{
    struct timeline *t = people_timeline(r->people);
    uint64_t events = timeline_count(t);
    int64_t started = cu_mono_us(), now = cu_now_ms();
    if (started < r->next_count_us || (r->counted_ms && events == r->counted_events && now - r->counted_ms < day_ms / 24))
        return CU_OK;
    struct counting c = {.at = r->counting};
    memset(r->counting, 0, sizeof *r->counting * REGISTER_FLOWS_MAX * 2);
    CU_TRY(timeline_scan(t, now - REGISTER_FLOW_DAYS * day_ms, now + day_ms, false, count_event, &c, err));
    take(r, &c);
    r->counted_events = events;
    r->next_count_us = cu_mono_us() + (cu_mono_us() - started) * REST_FACTOR;
    return CU_OK;
}

static int by_source(const void *a, const void *b)
{
    const struct register_flow *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

cu_code register_flows(
    struct registers *r, struct cu_arena *a, struct register_flow **ret, size_t *ret_count, struct cu_error *err)
{
    struct register_flow *copy = cu_arena_alloc(a, (REGISTER_FLOWS_MAX + 1) * sizeof *copy);
    if (!copy)
        return cu_fail(err, CU_MEMORY, "", "no memory for a register");
    (void)pthread_mutex_lock(&r->lock);
    *ret_count = r->flow_count;
    memcpy(copy, r->flows, r->flow_count * sizeof *copy);
    (void)pthread_mutex_unlock(&r->lock);
    qsort(copy, *ret_count, sizeof *copy, by_source);
    *ret = copy;
    return CU_OK;
}

// --- exports

struct following {
    struct registers *r;
    struct db *d;
    struct json_parser *json;
    int64_t left, kinds;
    cu_code code;
    struct cu_error *err;
};

static cu_code add_export(struct following *f, json e)
{
    struct db_query q;
    json detail = json_get(e, "detail");
    int64_t people = 0, at_ms = 0;
    char fields[EXPORT_FIELDS_MAX + 1];
    cu_str purpose = json_str(json_get(detail, "purpose")), said = json_str(json_get(detail, "fields"));
    (void)json_i64(json_get(detail, "people"), &people);
    (void)text_time_parse(json_str(json_get(e, "time")), &at_ms);
    if (said.len == 0 || f->kinds >= EXPORTS_MAX)
        return CU_OK; // the dispatcher's own entry, which says nothing more
    (void)snprintf(fields, sizeof fields, "%.*s", CU_ARG(said));
    CU_TRY(db_prepare(f->d, &register_sql_export_add, &q, f->err));
    db_bind_str(&q, ":action", json_str(json_get(e, "action")));
    db_bind_str(&q, ":purpose", purpose.len ? purpose : json_str(json_get(e, "purpose")));
    db_bind_str(&q, ":fields", cu_str_of(fields));
    db_bind_i64(&q, ":people", people);
    db_bind_i64(&q, ":at_ms", at_ms);
    return db_run(&q, f->err);
}

static bool follow(void *context, uint64_t index, cu_str entry)
{
    struct following *f = context;
    json e;
    (void)index;
    if (cu_str_find_str(entry, CU_LIT(".export\",\"outcome\":\"done\"")) >= 0) {
        f->code = json_parse(f->json, entry, &e, f->err);
        if (f->code == CU_OK)
            f->code = add_export(f, e);
    }
    return f->code == CU_OK && --f->left > 0;
}

static cu_code number_of(struct db *d, const struct db_statement *s, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code follow_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct following *f = context;
    struct audit_reader *reader = NULL;
    struct db_query q;
    int64_t from = 0;
    uint64_t next = 0;
    (void)g;
    f->d = d;
    CU_TRY(number_of(d, &register_sql_position, &from, err));
    CU_TRY(number_of(d, &register_sql_export_count, &f->kinds, err));
    cu_code code = auditing_reader(f->r->options.auditing, &reader, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    CU_TRY(audit_follow(reader, (uint64_t)from, follow, f, &next, err));
    CU_TRY(f->code);
    CU_TRY(db_prepare(d, &register_sql_position_set, &q, err));
    db_bind_i64(&q, ":next", (int64_t)next);
    return db_run(&q, err);
}

// Whether there is anything new is asked without the writer's lock.
static cu_code is_news(struct registers *r, bool *ret, struct cu_error *err)
{
    struct audit_reader *reader = NULL;
    struct db *d = NULL;
    uint64_t size = 0;
    int64_t position = 0;
    *ret = false;
    cu_code code = auditing_reader(r->options.auditing, &reader, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    CU_TRY(audit_reader_refresh(reader, &size, err));
    CU_TRY(people_read_take(r->people, &d, err));
    code = number_of(d, &register_sql_position, &position, err);
    people_read_give(r->people, d);
    *ret = code == CU_OK && (uint64_t)position < size;
    return code;
}

cu_code register_count_exports(struct registers *r, struct cu_error *err)
{
    bool news = false;
    CU_TRY(is_news(r, &news, err));
    if (!news)
        return CU_OK;
    struct following f = {.r = r, .json = json_parser_new(LEDGER_ENTRY_MAX), .left = ENTRIES_AT_ONCE, .err = err};
    if (!f.json)
        return cu_fail(err, CU_MEMORY, "", "no memory for a register");
    cu_code code = staff_change(r->govern, follow_in, &f, err);
    json_parser_free(f.json);
    return code;
}

// --- printing

static void source_begin(struct registers *r, uint32_t number, struct json_writer *w)
{
    struct source s = {.number = 0};
    bool known = sources_by_number(r->options.sources, number, &s);
    char name[32];
    (void)snprintf(name, sizeof name, "source %u", number);
    jw_object(w);
    jw_kz(w, "name", known ? s.name : name);
    jw_kz(w, "kind", known ? s.kind : "");
}

static void list_write(cu_str list, struct json_writer *w)
{
    jw_array(w);
    while (list.len > 0)
        jw_str(w, cu_str_trim(cu_str_cut(&list, ',')));
    jw_array_end(w);
}

static cu_code exports_write(struct db *d, bool counts, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    jw_key(w, "exports");
    jw_array(w);
    CU_TRY(db_prepare(d, &register_sql_exports, &q, err));
    while (db_step(&q)) {
        char name[256];
        (void)snprintf(
            name, sizeof name, "%.*s for %.*s: %.100s", CU_ARG(db_str(&q, 0)), CU_ARG(db_str(&q, 1)), db_str(&q, 2).ptr);
        jw_object(w);
        jw_kz(w, "name", name);
        jw_kstr(w, "action", db_str(&q, 0));
        jw_kstr(w, "purpose", db_str(&q, 1));
        jw_key(w, "fields");
        list_write(db_str(&q, 2), w);
        if (counts) {
            jw_ki64(w, "count", db_i64(&q, 3));
            jw_ki64(w, "people", db_i64(&q, 4));
            jw_ktime(w, "first", db_i64(&q, 5));
            jw_ktime(w, "last", db_i64(&q, 6));
        }
        jw_object_end(w);
    }
    jw_array_end(w);
    return db_end(&q, err);
}

// In the record itself what nobody declared is one name: whoever holds a write key may invent others, and each would
// make a version. false: it is such a name.
static bool event_write(struct registers *r, const struct register_flow *f, bool counts, struct json_writer *w)
{
    cu_str name = timeline_kind_name(people_timeline(r->people), f->kind);
    if (!counts) {
        bool declared = dictionary_event(people_dictionary(r->people), name) || (name.len > 0 && name.ptr[0] == '$');
        if (declared)
            jw_str(w, name);
        return declared;
    }
    jw_object(w);
    jw_kstr(w, "name", name.len ? name : CU_LIT("(other)"));
    jw_ki64(w, "count", (int64_t)f->count);
    jw_ktime(w, "last", f->last_ms);
    jw_object_end(w);
    return true;
}

static cu_code flows_write(
    struct registers *r, struct db *d, struct cu_arena *a, bool counts, struct json_writer *w, struct cu_error *err)
{
    struct register_flow *flows = NULL;
    size_t count = 0;
    CU_TRY(register_flows(r, a, &flows, &count, err));
    jw_object(w);
    jw_key(w, "sources");
    jw_array(w);
    for (size_t i = 0; i < count;) {
        uint32_t source = flows[i].source;
        source_begin(r, source, w);
        jw_key(w, "events");
        jw_array(w);
        bool others = false;
        for (; i < count && flows[i].source == source; i++)
            others = !event_write(r, &flows[i], counts, w) || others;
        if (others)
            jw_z(w, "(undeclared)");
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    CU_TRY(exports_write(d, counts, w, err));
    if (counts) {
        (void)pthread_mutex_lock(&r->lock);
        int64_t at = r->counted_ms;
        bool cut = r->flows_cut;
        (void)pthread_mutex_unlock(&r->lock);
        jw_ki64(w, "days", REGISTER_FLOW_DAYS);
        jw_ktime(w, "counted", at ? at : INT64_MIN);
        jw_kbool(w, "cut", cut);
    }
    jw_object_end(w);
    return CU_OK;
}

cu_code register_flows_write(
    struct registers *r, struct db *d, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    return flows_write(r, d, a, true, w, err);
}

cu_code register_flows_document(
    struct registers *r, struct db *d, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    return flows_write(r, d, a, false, w, err);
}

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
#define WORD(name_, max_, doc_)                                                                                             \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .doc = doc_                                                        \
    }
#define NUMBER(name_, doc_)                                                                                                 \
    {                                                                                                                       \
        .name = name_, .type = SPEC_INT, .max = INT64_MAX, .doc = doc_                                                      \
    }
static const struct spec_field event_fields[] = {
    WORD("name", 255, "The event."),
    NUMBER("count", "How many within those days."),
    {.name = "last", .type = SPEC_TIME, .doc = "The newest."},
    END,
};
static const struct spec_field name_element[] = {WORD("", 1000, "A name."), END};
static const struct spec_field source_fields[] = {
    WORD("name", 128, "The source."),
    WORD("kind", 15, "Its kind."),
    {.name = "events", .type = SPEC_ARRAY, .max = REGISTER_FLOWS_MAX, .fields = event_fields, .doc = "What it delivered."},
    END,
};
static const struct spec_field export_fields[] = {
    WORD("name", 400, "Act and purpose."),
    WORD("action", 63, "The act."),
    WORD("purpose", 64, "For which purpose."),
    {.name = "fields", .type = SPEC_ARRAY, .max = 1000, .fields = name_element, .doc = "Fields that went out."},
    NUMBER("count", "How often."),
    NUMBER("people", "Of how many people, added up."),
    {.name = "first", .type = SPEC_TIME, .doc = "First time."},
    {.name = "last", .type = SPEC_TIME, .doc = "Last time."},
    END,
};
const struct spec_field register_flows_fields[] = {
    {.name = "sources", .type = SPEC_ARRAY, .max = 10000, .fields = source_fields, .doc = "Sources that really deliver."},
    {.name = "exports", .type = SPEC_ARRAY, .max = 500, .fields = export_fields, .doc = "What was really exported."},
    NUMBER("days", "Over how many days events are counted."),
    {.name = "counted", .type = SPEC_TIME, .nullable = true, .doc = "When they were counted last; null: not yet."},
    {.name = "cut", .type = SPEC_BOOL, .doc = "There are more than are counted."},
    END,
};
