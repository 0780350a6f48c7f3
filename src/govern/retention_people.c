// SPDX-License-Identifier: Apache-2.0
// Who keeps what they have, and erasing people who are inactive. See retention.h.
#include "retention_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "guard/admin.h"
#include "retention_sql.h"

enum { MEMBERS_MAX = 1000, LOOKED_MAX = 300, ERASED_MAX = 3, FILE_MAX = 4 * 1024 * 1024 };

static cu_code any_row(struct db *d, const struct db_statement *s, uint32_t pno, bool *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, ":pno", pno);
    *ret = db_step(&q) || *ret;
    return db_end(&q, err);
}

static cu_code later_of(struct db *d, const struct db_statement *s, uint32_t pno, int64_t *first, int64_t *second,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, ":pno", pno);
    if (db_step(&q)) {
        if (!db_is_null(&q, 0) && db_i64(&q, 0) > *first)
            *first = db_i64(&q, 0);
        if (second && !db_is_null(&q, 1) && db_i64(&q, 1) > *second)
            *second = db_i64(&q, 1);
    }
    return db_end(&q, err);
}

static cu_code held_in(struct db *d, const uint32_t *pnos, size_t count, bool *ret, struct cu_error *err)
{
    for (size_t i = 0; i < count && !*ret; i++)
        CU_TRY(any_row(d, &retention_sql_held, pnos[i], ret, err));
    return CU_OK;
}

static bool restricted(struct retention *r, const uint32_t *pnos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (guard_is_restricted(people_guard(r->o.people), pnos[i]))
            return true;
    }
    return false;
}

bool retention_goes(void *context, uint32_t pno)
{
    struct retention_asking *a = context;
    struct people *p = a->r->o.people;
    uint32_t members[MEMBERS_MAX];
    bool held = false;
    if (a->last == pno)
        return a->goes;
    size_t n = people_profiles(p, pno, members, MEMBERS_MAX);
    n = n < MEMBERS_MAX ? n : MEMBERS_MAX;
    struct db *d = NULL;
    cu_code code = n ? people_read_take(p, &d, NULL) : CU_OK;
    if (code == CU_OK && d) {
        code = held_in(d, members, n, &held, NULL);
        people_read_give(p, d);
    }
    a->failed = a->failed || code != CU_OK;
    a->last = pno;
    a->goes = code == CU_OK && !held && !restricted(a->r, members, n);
    a->spared += !a->goes;
    if (a->goes && a->told)
        cu_buf_add(a->told, &pno, sizeof pno);
    return a->goes;
}

// --- what is known of a person

static void later(int64_t t, int64_t *last)
{
    if (t > *last)
        *last = t;
}

cu_code retention_facts_of(struct retention *r, struct db *d, uint32_t root, int64_t inactive_ms, struct cu_arena *a,
    struct retention_facts *ret,
    struct cu_error *err)
{
    struct people_figures figures;
    uint32_t *pnos = NULL;
    size_t count = 0;
    *ret = (struct retention_facts){.now_ms = cu_now_ms(), .inactive_ms = inactive_ms, .last_ms = INT64_MIN,
        .last_order_ms = INT64_MIN,
        .pending_order_ms = INT64_MIN, .order_years = r->o.order_years};
    CU_TRY(people_members(r->o.people, d, root, a, &pnos, &count, err));
    if (people_figures(r->o.people, root, &figures))
        later(figures.last_ms, &ret->last_ms);
    for (size_t i = 0; i < count; i++) {
        CU_TRY(later_of(d, &retention_sql_last_order, pnos[i], &ret->last_order_ms, &ret->pending_order_ms, err));
        CU_TRY(later_of(d, &retention_sql_last_said, pnos[i], &ret->last_ms, NULL, err));
        CU_TRY(later_of(d, &retention_sql_last_request, pnos[i], &ret->last_ms, NULL, err));
        CU_TRY(any_row(d, &retention_sql_request_open, pnos[i], &ret->request_open, err));
        CU_TRY(any_row(d, &retention_sql_decoy, pnos[i], &ret->decoy, err));
        if (figures.last_ms == INT64_MIN) // nothing ever happened: since the record was made
            CU_TRY(later_of(d, &retention_sql_made, pnos[i], &ret->last_ms, NULL, err));
    }
    later(ret->last_order_ms, &ret->last_ms);
    CU_TRY(held_in(d, pnos, count, &ret->held, err));
    ret->restricted = restricted(r, pnos, count);
    return CU_OK;
}

// --- erasing

struct announce {
    struct retention *r;
    const struct retention_run *run;
    struct cu_uuid id;
    uint32_t root;
};

static cu_code announce(struct db *d, void *what, struct cu_error *err)
{
    const struct announce *a = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &retention_sql_erasure_add, &q, err));
    db_bind_blob(&q, ":run", a->run->id.bytes, sizeof a->run->id.bytes);
    db_bind_blob(&q, ":erasure", a->id.bytes, sizeof a->id.bytes);
    CU_TRY(db_run(&q, err));
    return a->r->o.tell ? a->r->o.tell(a->r->o.tell_context, a->id, a->root, err) : CU_OK;
}

static cu_code erase(struct retention *r, struct retention_run *run, uint32_t root, struct cu_uuid person,
    struct cu_error *err)
{
    struct announce a = {r, run, cu_uuid7(), root};
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, FILE_MAX);
    CU_TRY(people_store(r->o.people, announce, &a, err));
    const struct erasure e = {.id = a.id, .person = person, .right = CU_LIT("gdpr-5(1)(e)"), .received_ms = run->started_ms};
    cu_code code = certificate_erase(r->o.certificates, &e, &file, err);
    if (code == CU_NOT_FOUND || code == CU_ERASED) // gone meanwhile
        return CU_OK;
    CU_TRY(code);
    run->people++;
    run->rows++;
    return CU_OK;
}

struct looked {
    uint32_t root;
    struct cu_uuid person;
    const struct retention_reason *reason;
};

static cu_code look_at(struct retention *r, struct retention_run *run, uint32_t root, struct cu_arena *a,
    struct looked *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct retention_facts facts;
    ret->root = root;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = retention_facts_of(r, d, root, run->before_ms, a, &facts, err);
    if (code == CU_OK)
        code = people_uuid(r->o.people, d, root, &ret->person, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    ret->reason = retention_reason_of(&facts, NULL);
    return CU_OK;
}

// The next person whose time seems to be over by what is in memory; people_end: none.
static uint32_t next_inactive(struct retention *r, uint32_t from, int64_t before_ms)
{
    uint32_t end = people_end(r->o.people);
    struct people_figures f;
    for (; from < end; from++) {
        if (people_figures(r->o.people, from, &f) && f.root == from && f.last_ms < before_ms)
            break;
    }
    return from;
}

cu_code retention_people_step(struct retention *r, struct retention_run *run, bool *ret_done, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)16 << 20);
    int64_t erased = run->people;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for retention");
    run->total = people_end(r->o.people);
    uint32_t at = (uint32_t)run->cursor;
    for (int looked = 0; looked < LOOKED_MAX && run->people - erased < ERASED_MAX; looked++) {
        struct looked who = {0};
        at = next_inactive(r, at, run->before_ms);
        if (at >= people_end(r->o.people))
            break;
        cu_code code = look_at(r, run, at, a, &who, err);
        if (code == CU_OK && who.reason)
            run->spared++;
        else if (code == CU_OK)
            code = erase(r, run, at, who.person, err);
        if (code != CU_OK && code != CU_NOT_FOUND && code != CU_ERASED)
            return code;
        at++;
        run->cursor = at;
        cu_arena_reset(a);
    }
    *ret_done = next_inactive(r, at, run->before_ms) >= people_end(r->o.people);
    run->cursor = at;
    run->done = *ret_done ? run->total : at;
    return CU_OK;
}
