// SPDX-License-Identifier: Apache-2.0
// What the desk does by the clock: reminders, requests nobody proved, restrictions that end, erasures a crash left half
// done, records that are old enough to go.
#include "rights_private.h"

#include "rights_sql.h"

enum { AT_ONCE = 200, DESK_EVERY_MS = 30000, RECORDS_EVERY_MS = 3600000, ADDRESS_DAYS = 30 };

struct found {
    int64_t number[AT_ONCE], closed_ms[AT_ONCE];
    uint64_t subject[AT_ONCE];
    size_t count;
};

static cu_code find(struct rights *r, const struct db_statement *s, const char *name, int64_t ms, bool closed,
    struct found *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    ret->count = 0;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, s, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, name, ms);
        db_bind_i64(&q, ":limit", AT_ONCE);
        while (ret->count < AT_ONCE && db_step(&q)) {
            ret->number[ret->count] = db_i64(&q, 0);
            ret->closed_ms[ret->count] = closed ? db_i64(&q, 1) : 0;
            ret->subject[ret->count++] = closed ? (uint64_t)db_i64(&q, 2) : 0;
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

// ---- who never showed who they are

struct one {
    int64_t number;
    struct cu_arena *arena;
};

static cu_code lapse(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    const struct one *o = context;
    struct rights_full f;
    CU_TRY(rights_load_number(d, o->number, o->arena, &f, err));
    if (!rights_next(f.state, RIGHTS_LAPSE))
        return CU_OK;
    CU_TRY(rights_move(&f, RIGHTS_LAPSE, err));
    f.reason = CU_LIT("never_proved");
    CU_TRY(rights_store(d, &f, err));
    return rights_step(r, &f, &(struct rights_note){.what = "expired", .code = "never_proved"}, err);
}

static cu_code remind(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    static const int64_t marks[] = {1000, 900, 750, 500};
    static const char *const codes[] = {"1000", "900", "750", "500"};
    const struct one *o = context;
    struct rights_full f;
    CU_TRY(rights_load_number(d, o->number, o->arena, &f, err));
    int64_t used = legal_clock_used(f.received_ms, f.due_ms, cu_now_ms());
    for (size_t i = 0; i < CU_COUNT(marks); i++) {
        if (used < marks[i] || f.reminded >= marks[i])
            continue;
        f.reminded = marks[i];
        CU_TRY(rights_store(d, &f, err));
        return rights_step(r, &f, &(struct rights_note){.what = marks[i] == 1000 ? "late" : "reminder", .code = codes[i]},
            err);
    }
    return CU_OK;
}

static cu_code each(struct rights *r, const struct found *found, rights_change *fn, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    for (size_t i = 0; i < found->count; i++) {
        struct one o = {found->number[i], a};
        CU_TRY(rights_within(r, fn, &o, err));
        cu_arena_reset(a);
    }
    return CU_OK;
}

static cu_code old_addresses(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct db_query q;
    (void)r;
    (void)context;
    CU_TRY(db_prepare(d, &rights_sql_addresses_old, &q, err));
    db_bind_i64(&q, ":before_ms", cu_now_ms() - ADDRESS_DAYS * RIGHTS_DAY_MS);
    return db_run(&q, err);
}

static cu_code job_desk(void *module, struct cu_error *err)
{
    struct rights *r = module;
    struct found *found = cu_alloc(sizeof *found);
    if (!found)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rights desk");
    cu_code code = find(r, &rights_sql_unproved, ":before_ms", cu_now_ms() - RIGHTS_PROOF_DAYS * RIGHTS_DAY_MS, false, found,
        err);
    if (code == CU_OK)
        code = each(r, found, lapse, err);
    if (code == CU_OK)
        code = find(r, &rights_sql_to_remind, ":now_ms", cu_now_ms(), false, found, err);
    if (code == CU_OK)
        code = each(r, found, remind, err);
    cu_free(found);
    if (code == CU_OK)
        code = rights_lift_due(r, err);
    if (code == CU_OK)
        code = rights_restrict_joined(r, err);
    return code == CU_OK ? rights_finish_begun(r, err) : code;
}

// ---- records: kept for 24 months from their end, then gone with the key of their own (11 CCR 7101(a))

static cu_code drop(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    static const struct db_statement *const statements[] = {&rights_sql_drop_steps, &rights_sql_drop_letters,
        &rights_sql_drop};
    const struct one *o = context;
    (void)r;
    for (size_t i = 0; i < CU_COUNT(statements); i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, statements[i], &q, err));
        db_bind_i64(&q, ":number", o->number);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code drop_old(struct rights *r, const struct found *found, struct cu_error *err)
{
    const struct legal_clock *c = legal_clock_find("ccpa_records");
    for (size_t i = 0; i < found->count; i++) {
        struct one o = {found->number[i], NULL};
        const uint64_t own = RIGHTS_SUBJECT + (uint64_t)found->number[i];
        if (legal_clock_due(c, found->closed_ms[i], false, r->o.zone) > cu_now_ms())
            continue;
        CU_TRY(rights_within(r, drop, &o, err));
        CU_TRY(guard_erase(people_guard(r->o.people), &own, 1, err));
    }
    return CU_OK;
}

static cu_code job_records(void *module, struct cu_error *err)
{
    struct rights *r = module;
    struct found *found = cu_alloc(sizeof *found);
    if (!found)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rights desk");
    cu_code code = rights_within(r, old_addresses, NULL, err);
    if (code == CU_OK) // about that old; the clock decides to the day
        code = find(r, &rights_sql_outlived, ":before_ms", cu_now_ms() - 729 * RIGHTS_DAY_MS, true, found, err);
    if (code == CU_OK)
        code = drop_old(r, found, err);
    cu_free(found);
    return code;
}

const struct spec_job rights_jobs[RIGHTS_JOBS] = {
    {.name = "rights_desk",
        .doc = "Reminds of requests that are due, lets those lapse that nobody proved, ends restrictions, finishes erasures that a crash left.",
        .every_ms = DESK_EVERY_MS, .run = job_desk},
    {.name = "rights_records",
        .doc = "Deletes requests 24 months after they were closed, with the keys of what was sealed with them.",
        .every_ms = RECORDS_EVERY_MS, .run = job_records},
};
