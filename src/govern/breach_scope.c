// SPDX-License-Identifier: Apache-2.0
// Whose records were opened, as the audit log knows it. In the log people stand by names that only their own keys can
// make (guard_pseudonym), so the way is: collect the names out of the entries that belong to the breach, then make the
// name of everybody who lives here until all are found. Both in small pieces: the request that asks does the first of
// them, the job the rest. What is found is stored at the end; a restart begins again.
#include "breach_internal.h"
#include "breach_sql.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>

enum { LOOK_AT_ONCE = 50000, PEOPLE_AT_ONCE = 256, WRITE_AT_ONCE = 4000, QUERY_NAMES_MAX = 64 };

struct found {
    uint32_t pno;
    struct breach_name what;
};
struct breach_run {
    int64_t id;
    struct json_parser *json;
    struct breach_names *names;
    struct breach_query queries[BREACH_QUERIES_MAX];
    uint8_t people[BREACH_QUERIES_MAX][QUERY_NAMES_MAX][16];
    size_t query_count, query; // which is being asked
    uint64_t next;             // below it the search goes on
    int64_t entries;
    uint32_t pno, end; // who is looked at next
    struct found *found;
    size_t found_count, found_cap, written;
    bool in_people, writing, cleared, counting, counted;
    uint32_t counted_to; // persons up to this profile are counted
    int64_t persons, per_field[BREACH_FIELDS_MAX + 1];
    cu_code code;
    struct cu_error *err;
};

void breach_run_stop(struct breaches *b)
{
    struct breach_run *r = b->run;
    b->run = NULL;
    if (!r)
        return;
    json_parser_free(r->json);
    breach_names_close(r->names);
    cu_free(r->found);
    cu_free(r);
}

// --- what is asked for

static enum guard_actor actor_of(cu_str name)
{
    for (int i = 0; audit_actor_names[i]; i++) {
        if (name.len && cu_str_eqz(name, audit_actor_names[i]))
            return (enum guard_actor)i;
    }
    return GUARD_NOBODY;
}

cu_code breach_queries(
    struct db *d, int64_t id, struct breach_query ret[BREACH_QUERIES_MAX], size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(d, &breach_sql_queries, &q, err));
    db_bind_i64(&q, ":breach", id);
    while (*ret_count < BREACH_QUERIES_MAX && db_step(&q)) {
        struct breach_query *one = &ret[(*ret_count)++];
        *one = (struct breach_query){.pno = db_i64(&q, 7), .entries = db_i64(&q, 8), .made_ms = db_i64(&q, 9)};
        (void)snprintf(one->action, sizeof one->action, "%.*s", CU_ARG(db_str(&q, 5)));
        (void)snprintf(one->fields, sizeof one->fields, "%.*s", CU_ARG(db_str(&q, 6)));
        one->filter = (struct audit_filter){
            .from_ms = db_i64(&q, 1), .to_ms = db_i64(&q, 2), .actor = actor_of(db_str(&q, 3)), .actor_id = db_i64(&q, 4)};
        one->dead = one->pno < 0;
    }
    return db_end(&q, err);
}

cu_code breach_query_aim(struct breaches *b, struct breach_query *q, uint8_t (*names)[16], size_t max, struct cu_error *err)
{
    uint32_t pnos[QUERY_NAMES_MAX];
    q->filter.action = cu_str_of(q->action);
    if (q->pno <= 0)
        return CU_OK;
    size_t count = people_profiles(b->people, (uint32_t)q->pno, pnos, CU_COUNT(pnos)), known = 0;
    for (size_t i = 0; i < count && i < CU_COUNT(pnos) && known < max; i++) {
        cu_code code = guard_pseudonym(people_guard(b->people), pnos[i], names[known], err);
        if (code == CU_OK)
            known++;
        else if (code != CU_NOT_FOUND && code != CU_ERASED)
            return code;
    }
    q->filter.people = (const uint8_t(*)[16])names;
    q->filter.people_count = known;
    q->dead = known == 0;
    return CU_OK;
}

// --- beginning

static cu_code waiting(struct breaches *b, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = 0;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = db_prepare(d, &breach_sql_run_waiting, &q, err);
    if (code == CU_OK) {
        *ret = db_step(&q) ? db_i64(&q, 0) : 0;
        code = db_end(&q, err);
    }
    people_read_give(b->people, d);
    return code;
}

static cu_code run_queries(struct breaches *b, struct breach_run *r, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = breach_queries(d, r->id, r->queries, &r->query_count, err);
    people_read_give(b->people, d);
    for (size_t i = 0; i < r->query_count && code == CU_OK; i++) {
        r->queries[i].entries = 0;
        code = breach_query_aim(b, &r->queries[i], r->people[i], QUERY_NAMES_MAX, err);
    }
    return code;
}

static cu_code run_begin(struct breaches *b, int64_t id, struct cu_error *err)
{
    struct breach_run *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to ask the audit log");
    b->run = r;
    *r = (struct breach_run){.id = id, .next = UINT64_MAX, .pno = 1, .json = json_parser_new(LEDGER_ENTRY_MAX)};
    if (!r->json)
        return cu_fail(err, CU_MEMORY, "", "no memory to ask the audit log");
    CU_TRY(breach_names_open(&r->names, err));
    return run_queries(b, r, err);
}

// --- the log

// Entries that an earlier question counted already are not counted again.
static bool see(void *context, uint64_t index, cu_str entry)
{
    struct breach_run *r = context;
    json e;
    (void)index;
    r->code = json_parse(r->json, entry, &e, r->err);
    if (r->code != CU_OK)
        return false;
    cu_str fields = json_str(json_get(e, "fields")), outcome = json_str(json_get(e, "outcome"));
    for (size_t i = 0; i <= r->query; i++) {
        if (!breach_query_matches(&r->queries[i], entry, fields, outcome))
            continue;
        if (i < r->query)
            return true;
        r->queries[i].entries++;
        r->entries++;
        r->code = breach_names_add(r->names, e, r->err);
    }
    return r->code == CU_OK;
}

static cu_code look_on(struct breaches *b, struct breach_run *r, struct cu_error *err)
{
    struct audit_reader *reader = NULL;
    if (r->query == r->query_count) {
        r->in_people = true;
        r->end = people_end(b->people);
        return CU_OK;
    }
    cu_code code = r->queries[r->query].dead ? CU_NOT_FOUND : auditing_reader(b->options.auditing, &reader, err);
    if (code == CU_OK) {
        r->err = err;
        code = audit_search(reader, &r->queries[r->query].filter, r->next, LOOK_AT_ONCE, see, r, &r->next, err);
        code = code == CU_OK ? r->code : code;
    } else if (code == CU_NOT_FOUND) { // there is no log yet, or nobody to look for
        r->next = 0;
        code = CU_OK;
    }
    if (code == CU_OK && r->next == 0) {
        r->query++;
        r->next = UINT64_MAX;
    }
    return code;
}

// --- the people

static cu_code keep(struct breach_run *r, uint32_t pno, const struct breach_name *what, struct cu_error *err)
{
    if (r->found_count == r->found_cap) {
        size_t cap = r->found_cap ? r->found_cap * 2 : 256;
        struct found *more = cu_realloc(r->found, cap * sizeof *more);
        if (!more)
            return cu_fail(err, CU_MEMORY, "", "no memory for the people of a breach");
        r->found = more;
        r->found_cap = cap;
    }
    r->found[r->found_count++] = (struct found){pno, *what};
    return CU_OK;
}

static cu_code find_on(struct breaches *b, struct breach_run *r, struct cu_error *err)
{
    for (int i = 0; i < PEOPLE_AT_ONCE && r->pno < r->end && r->found_count < breach_names_count(r->names); i++, r->pno++) {
        uint8_t name[16];
        struct people_figures figures;
        if (!people_figures(b->people, r->pno, &figures))
            continue;
        cu_code code = guard_pseudonym(people_guard(b->people), r->pno, name, err);
        if (code == CU_NOT_FOUND || code == CU_ERASED)
            continue;
        CU_TRY(code);
        const struct breach_name *what = breach_names_find(r->names, name);
        if (what)
            CU_TRY(keep(r, r->pno, what, err));
    }
    r->writing = r->pno >= r->end || r->found_count == breach_names_count(r->names);
    return CU_OK;
}

// --- storing

static cu_code one(struct db *d, const struct db_statement *s, const char *name, int64_t value, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, name, value);
    return db_run(&q, err);
}

static cu_code store_fields(struct db *d, const struct breach_run *r, struct cu_error *err)
{
    const char(*fields)[BREACH_FIELD_MAX + 1];
    size_t count = breach_names_fields(r->names, &fields);
    CU_TRY(one(d, &breach_sql_persons_clear, ":breach", r->id, err));
    CU_TRY(one(d, &breach_sql_fields_clear, ":breach", r->id, err));
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        if (fields[i][0] == 0)
            continue; // between the last name and "other"
        CU_TRY(db_prepare(d, &breach_sql_field_add, &q, err));
        db_bind_i64(&q, ":breach", r->id);
        db_bind_i64(&q, ":bit", (int64_t)i);
        db_bind_str(&q, ":name", cu_str_of(fields[i]));
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

// Who was erased since they were found is not stored any more.
static cu_code store_some(struct breaches *b, struct db *d, struct breach_run *r, struct cu_error *err)
{
    size_t end = r->written + WRITE_AT_ONCE < r->found_count ? r->written + WRITE_AT_ONCE : r->found_count;
    for (; r->written < end; r->written++) {
        const struct found *f = &r->found[r->written];
        struct people_figures figures;
        struct db_query q;
        if (!people_figures(b->people, f->pno, &figures))
            continue;
        CU_TRY(db_prepare(d, &breach_sql_person_add, &q, err));
        db_bind_i64(&q, ":breach", r->id);
        db_bind_i64(&q, ":pno", f->pno);
        db_bind_i64(&q, ":acts", f->what.acts);
        db_bind_i64(&q, ":first_ms", f->what.first_ms);
        db_bind_i64(&q, ":last_ms", f->what.last_ms);
        db_bind_i64(&q, ":fields", (int64_t)f->what.fields);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

// Persons, and of how many of them each thing was opened.
static cu_code count_on(struct breaches *b, struct breach_run *r, struct cu_error *err)
{
    struct breach_person some[256];
    struct db *d = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = breach_persons(b, d, r->id, r->counted_to, some, CU_COUNT(some), &count, err);
    people_read_give(b->people, d);
    CU_TRY(code);
    for (size_t i = 0; i < count; i++) {
        for (int bit = 0; bit <= BREACH_FIELDS_MAX; bit++)
            r->per_field[bit] += (int64_t)(some[i].fields >> bit & 1);
    }
    r->persons += (int64_t)count;
    r->counted_to = count ? some[count - 1].pno : r->counted_to;
    r->counted = count < CU_COUNT(some);
    return CU_OK;
}

static cu_code store_counts(struct db *d, const struct breach_run *r, struct cu_error *err)
{
    for (int bit = 0; bit <= BREACH_FIELDS_MAX; bit++) {
        struct db_query q;
        if (r->per_field[bit] == 0)
            continue;
        CU_TRY(db_prepare(d, &breach_sql_field_people, &q, err));
        db_bind_i64(&q, ":breach", r->id);
        db_bind_i64(&q, ":bit", bit);
        db_bind_i64(&q, ":people", r->per_field[bit]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code store_end(struct breaches *b, struct db *d, const struct breach_run *r, struct cu_error *err)
{
    struct db_query q;
    int64_t unknown = (int64_t)breach_names_count(r->names) - (int64_t)r->found_count;
    struct breach_step step = {.what = "scope_done", .note = CU_NONE};
    struct json_writer w;
    CU_TRY(store_counts(d, r, err));
    for (size_t i = 0; i < r->query_count; i++) {
        CU_TRY(db_prepare(d, &breach_sql_query_entries, &q, err));
        db_bind_i64(&q, ":breach", r->id);
        db_bind_i64(&q, ":number", (int64_t)i + 1);
        db_bind_i64(&q, ":made_ms", r->queries[i].made_ms);
        db_bind_i64(&q, ":entries", r->queries[i].entries);
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(db_prepare(d, &breach_sql_run_done, &q, err));
    db_bind_i64(&q, ":id", r->id);
    db_bind_i64(&q, ":run_ms", cu_now_ms());
    db_bind_i64(&q, ":entries", r->entries);
    db_bind_i64(&q, ":names", (int64_t)breach_names_count(r->names));
    db_bind_i64(&q, ":persons", r->persons);
    db_bind_i64(&q, ":unknown", unknown);
    db_bind_i64(&q, ":cut", breach_names_cut(r->names));
    CU_TRY(db_run(&q, err));
    cu_buf_init(&step.detail, 512);
    jw_start(&w, &step.detail);
    jw_object(&w);
    jw_ki64(&w, "entries", r->entries);
    jw_ki64(&w, "people", r->persons);
    jw_ki64(&w, "unknown", unknown);
    jw_object_end(&w);
    cu_code code = breach_step_in(b, d, r->id, &step, err);
    cu_buf_clear(&step.detail);
    return code;
}

static cu_code store_on(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct breaches *b = context;
    struct breach_run *r = b->run;
    (void)g;
    if (r->counted)
        return store_end(b, d, r, err);
    if (!r->cleared)
        CU_TRY(store_fields(d, r, err));
    return store_some(b, d, r, err);
}

// --- printing

static void query_write(struct breaches *b, const struct breach_query *q, struct audit_names *names, struct json_writer *w)
{
    jw_object(w);
    jw_ktime(w, "from", q->filter.from_ms ? q->filter.from_ms : INT64_MIN);
    jw_ktime(w, "to", q->filter.to_ms ? q->filter.to_ms : INT64_MIN);
    jw_key(w, "actor");
    if (q->filter.actor != GUARD_NOBODY)
        audit_write_actor(b->options.auditing, cu_str_of(audit_actor_names[q->filter.actor]), q->filter.actor_id, names, w);
    else
        jw_null(w);
    jw_kstr(w, "action", q->action[0] ? cu_str_of(q->action) : CU_NONE);
    jw_kstr(w, "fields", q->fields[0] ? cu_str_of(q->fields) : CU_NONE);
    jw_kz(w, "person", q->pno > 0 ? "one" : q->pno < 0 ? "erased" : "any");
    jw_ki64(w, "entries", q->entries);
    jw_object_end(w);
}

// How far it is, in per mille: the log is the first tenth, the people the rest.
static int64_t progress_of(struct breaches *b, const struct breach *row)
{
    int64_t done = 0;
    if (strcmp(row->run, "done") == 0)
        return 1000;
    (void)pthread_mutex_lock(&b->running);
    const struct breach_run *r = b->run;
    if (r && r->id == row->id && r->in_people && r->end > 0)
        done = 100 + (int64_t)r->pno * 900 / r->end;
    (void)pthread_mutex_unlock(&b->running);
    return done < 1000 ? done : 1000;
}

cu_code breach_scope_write(
    struct breaches *b, struct db *d, const struct breach *row, struct json_writer *w, struct cu_error *err)
{
    struct breach_query *queries = cu_calloc(BREACH_QUERIES_MAX, sizeof *queries);
    struct audit_names names = {.count = 0};
    size_t count = 0;
    if (!queries)
        return cu_fail(err, CU_MEMORY, "", "no memory for a breach");
    cu_code code = breach_queries(d, row->id, queries, &count, err);
    jw_object(w);
    jw_kz(w, "state", row->run[0] ? row->run : "none");
    jw_ki64(w, "progress_permille", row->run[0] ? progress_of(b, row) : 0);
    jw_ktime(w, "done", row->run_ms ? row->run_ms : INT64_MIN);
    jw_ki64(w, "entries", row->entries);
    jw_ki64(w, "names", row->names);
    jw_ki64(w, "people", row->persons);
    jw_ki64(w, "unknown", row->unknown);
    jw_ki64(w, "erased", row->erased);
    jw_kbool(w, "cut", row->cut);
    jw_key(w, "queries");
    jw_array(w);
    for (size_t i = 0; i < count; i++)
        query_write(b, &queries[i], &names, w);
    jw_array_end(w);
    jw_object_end(w);
    cu_free(queries);
    return code;
}

// --- going on

static cu_code step_on(struct breaches *b, struct cu_error *err)
{
    struct breach_run *r = b->run;
    if (!r->in_people)
        return look_on(b, r, err);
    if (!r->writing)
        return find_on(b, r, err);
    if (r->counting && !r->counted)
        return count_on(b, r, err);
    CU_TRY(staff_change(b->govern, store_on, b, err)); // a failure ends the run, which begins again
    r->cleared = true;
    r->counting = r->written == r->found_count;
    if (r->counted)
        breach_run_stop(b);
    return CU_OK;
}

struct failing {
    struct breaches *b;
    int64_t id;
};

static cu_code set_failed(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct failing *f = context;
    struct db_query q;
    (void)g;
    CU_TRY(db_prepare(d, &breach_sql_run_set, &q, err));
    db_bind_i64(&q, ":id", f->id);
    db_bind_str(&q, ":run", CU_LIT("failed"));
    return db_run(&q, err);
}

// What is damaged stays so: it is said, and not tried every second for ever.
static void give_up(struct breaches *b, cu_code code)
{
    struct failing f = {b, b->run ? b->run->id : 0};
    breach_run_stop(b);
    if ((code == CU_CORRUPT || code == CU_MALFORMED) && f.id) {
        if (staff_change(b->govern, set_failed, &f, NULL) != CU_OK)
            cu_log(CU_LOG_WARN, "breach.not_marked", CU_LS("code", cu_code_rows[code].name));
    }
}

static cu_code work(struct breaches *b, int64_t budget_ms, bool *ret_waiting, struct cu_error *err)
{
    int64_t until_us = cu_mono_us() + budget_ms * 1000, id = 0;
    do {
        cu_code code = CU_OK;
        if (!b->run) {
            CU_TRY(waiting(b, &id, err));
            *ret_waiting = id != 0;
            if (id == 0)
                return CU_OK;
            code = run_begin(b, id, err);
        }
        if (code == CU_OK)
            code = step_on(b, err);
        if (code != CU_OK) {
            give_up(b, code);
            return code;
        }
    } while (cu_mono_us() < until_us);
    return CU_OK;
}

cu_code breach_scope_work(struct breaches *b, int64_t budget_ms, bool *ret_waiting, struct cu_error *err)
{
    struct cu_error own = {.code = CU_OK};
    const struct guard_access former = guard_borrow_system("upkeep", "breach-scope");
    *ret_waiting = true;
    (void)pthread_mutex_lock(&b->running);
    cu_code code = work(b, budget_ms, ret_waiting, err ? err : &own);
    (void)pthread_mutex_unlock(&b->running);
    guard_enter(&former);
    return code;
}

cu_code breach_forget(void *context, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    struct breaches *b = context;
    struct db *d = people_db(b->people);
    for (size_t i = 0; i < count; i++) {
        CU_TRY(one(d, &breach_sql_person_forget_count, ":pno", pnos[i], err));
        CU_TRY(one(d, &breach_sql_person_forget, ":pno", pnos[i], err));
        CU_TRY(one(d, &breach_sql_query_forget, ":pno", pnos[i], err));
    }
    return CU_OK;
}
