// SPDX-License-Identifier: Apache-2.0
// Letters with a dashboard on a schedule. The due time that was served last moves on in the transaction that takes the letters:
// each due time is served once, whatever stops in between; of several that went by, the newest. See dashboard_letter.h.
#include "dashboard_letter.h"

#include "base/log.h"
#include "dashboard_sql.h"
#include "segment_window.h"
#include "text/text.h"

#include <stdio.h>

enum {
    ROUND_US = 3000000,
    PAUSE_MS = 60000,
    HOUR_DEFAULT = 7,
    ROUND_ARENA = 8 * 1024 * 1024,
    SCHEDULES_AT_ONCE = DASHBOARDS_MAX
};
static const int64_t hour_ms = INT64_C(3600000);

// ---- when

const char *const dashboard_every_names[] = {"day", "week", "month", NULL};

static int64_t moment(int32_t day, int hour, const struct text_zone *z)
{
    const int64_t local = text_day_start(day) + hour * hour_ms;
    int64_t guess = local - (int64_t)text_zone_offset(z, local) * 1000;
    int64_t at = local - (int64_t)text_zone_offset(z, guess) * 1000, after = local - (int64_t)text_zone_offset(z, at) * 1000;
    return after > at ? after : at; // they differ only where the clock jumps over the hour
}

static int32_t due_day(enum dashboard_every every, int32_t day) // the newest not after
{
    const struct seg_civil c = seg_civil_of(day);
    return every == DASHBOARD_DAILY    ? day
           : every == DASHBOARD_WEEKLY ? day - ((day + 3) % 7 + 7) % 7
                                       : seg_day_of(c.year, c.month, 1);
}

int64_t dashboard_due(enum dashboard_every every, int hour, const struct text_zone *z, int64_t now_ms)
{
    int32_t day = due_day(every, text_zone_day(z, now_ms));
    int64_t at = moment(day, hour, z);
    return at <= now_ms ? at : moment(due_day(every, day - 1), hour, z);
}

int64_t dashboard_due_next(enum dashboard_every every, int hour, const struct text_zone *z, int64_t now_ms)
{
    int32_t day = text_zone_day(z, now_ms);
    for (int32_t i = 0; i <= 32; i++) {
        int64_t at = moment(day + i, hour, z);
        if (due_day(every, day + i) == day + i && at > now_ms)
            return at;
    }
    return now_ms;
}

static enum dashboard_every every_named(cu_str name)
{
    for (int i = 0; dashboard_every_names[i]; i++) {
        if (cu_str_eqz(name, dashboard_every_names[i]))
            return (enum dashboard_every)i;
    }
    return DASHBOARD_DAILY;
}

static const struct text_zone *zone_of(const struct dashboards *d)
{
    return insight_desk_options(d->o.desk)->zone;
}

// ---- kept

struct schedule {
    cu_str dashboard;
    enum dashboard_every every;
    int hour;
    int64_t due_ms, sent_ms; // sent_ms 0: never
    cu_str outcome;
};

static cu_code get_in(struct db *db, cu_str name, struct cu_arena *a, struct schedule *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(db, &dashboard_sql_schedule, &q, err));
    db_bind_str(&q, ":dashboard", name);
    bool found = db_step(&q);
    if (found)
        *ret = (struct schedule){.dashboard = cu_arena_dup(a, name),
            .every = every_named(db_str(&q, 0)),
            .hour = (int)db_i64(&q, 1),
            .due_ms = db_i64(&q, 2),
            .sent_ms = db_i64(&q, 3),
            .outcome = cu_arena_dup(a, db_str(&q, 4))};
    CU_TRY(db_end(&q, err));
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "name", "this dashboard is not sent on a schedule");
    return ret->dashboard.ptr && ret->outcome.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a schedule");
}

static cu_code readers_in(
    struct db *db, cu_str name, int64_t ret[DASHBOARD_READERS_MAX], size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(db, &dashboard_sql_readers, &q, err));
    db_bind_str(&q, ":dashboard", name);
    while (*ret_count < DASHBOARD_READERS_MAX && db_step(&q))
        ret[(*ret_count)++] = db_i64(&q, 0);
    return db_end(&q, err);
}

struct kept {
    struct schedule s;
    int64_t readers[DASHBOARD_READERS_MAX];
    size_t count;
};

static cu_code load(struct dashboards *d, cu_str name, struct cu_arena *a, struct kept *ret, struct cu_error *err)
{
    struct db *db = NULL;
    CU_TRY(people_read_take(d->o.people, &db, err));
    cu_code code = get_in(db, name, a, &ret->s, err);
    if (code == CU_OK)
        code = readers_in(db, name, ret->readers, &ret->count, err);
    people_read_give(d->o.people, db);
    return code;
}

static cu_code print(struct dashboards *d, struct request *rq, struct cu_error *err)
{
    struct kept k;
    CU_TRY(load(d, request_path_str(rq, "name"), rq->arena, &k, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "every", dashboard_every_names[k.s.every]);
    jw_ki64(&w, "hour", k.s.hour);
    jw_key(&w, "to");
    jw_array(&w);
    for (size_t i = 0; i < k.count; i++) {
        CU_AUTO_BUF struct cu_buf address;
        cu_buf_init(&address, 512);
        if (d->o.staff_address && d->o.staff_address(d->o.staff_context, k.readers[i], &address, NULL) == CU_OK)
            jw_str(&w, cu_buf_view(&address));
    }
    jw_array_end(&w);
    jw_ktime(&w, "next", dashboard_due_next(k.s.every, k.s.hour, zone_of(d), cu_now_ms()));
    jw_ktime(&w, "sent", k.s.sent_ms ? k.s.sent_ms : INT64_MIN);
    jw_kstr(&w, "outcome", k.s.outcome.len ? k.s.outcome : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

cu_code schedule_get(struct request *rq, struct cu_error *err)
{
    return print(rq->module, rq, err);
}

struct putting {
    struct request *rq;
    struct dashboards *d;
    cu_str name;
    int64_t readers[DASHBOARD_READERS_MAX];
    size_t count;
};

static cu_code find_readers(struct putting *p, json to, struct cu_error *err)
{
    struct json_iter it = json_each(to);
    for (size_t i = 0; p->count < DASHBOARD_READERS_MAX && json_next(&it); i++) {
        int64_t id = 0;
        bool there = false;
        cu_code code = p->d->o.staff_find(p->d->o.staff_context, json_str(it.value), &id, err);
        if (code == CU_NOT_FOUND || code == CU_INVALID) {
            char field[32];
            (void)snprintf(field, sizeof field, "/to/%zu", i);
            return cu_fail(err, CU_INVALID, field, "addresses of members of staff who may read figures are accepted");
        }
        CU_TRY(code);
        for (size_t k = 0; k < p->count; k++)
            there = there || p->readers[k] == id;
        if (!there)
            p->readers[p->count++] = id;
    }
    return CU_OK;
}

static cu_code run_for(struct db *db, const struct db_statement *s, cu_str name, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(db, s, &q, err));
    db_bind_str(&q, ":dashboard", name);
    return db_run(&q, err);
}

static cu_code put_in(struct db *db, void *what, struct cu_error *err)
{
    struct putting *p = what;
    const struct spec_values *v = &p->rq->body_values;
    const int hour = spec_has(v, "hour") ? (int)spec_i64(v, "hour") : HOUR_DEFAULT;
    struct dashboard b;
    struct db_query q;
    CU_TRY(dashboard_get_in(db, p->name, p->rq->arena, &b, err));
    CU_TRY(run_for(db, &dashboard_sql_readers_drop, p->name, err));
    CU_TRY(db_prepare(db, &dashboard_sql_schedule_put, &q, err));
    db_bind_str(&q, ":dashboard", p->name);
    db_bind_str(&q, ":every", spec_str(v, "every"));
    db_bind_i64(&q, ":hour", hour);
    db_bind_i64(&q, ":due_ms",
        dashboard_due(every_named(spec_str(v, "every")), hour, zone_of(p->d), cu_now_ms())); // the next one is the first
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", dashboard_by(p->rq));
    CU_TRY(db_run(&q, err));
    for (size_t i = 0; i < p->count; i++) {
        CU_TRY(db_prepare(db, &dashboard_sql_reader_add, &q, err));
        db_bind_str(&q, ":dashboard", p->name);
        db_bind_i64(&q, ":staff_id", p->readers[i]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code no_mail(struct cu_error *err)
{
    return cu_fail(err, CU_UNAVAILABLE, "mail_host", "no mail server is set");
}

cu_code schedule_put(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct putting p = {.rq = rq, .d = d, .name = request_path_str(rq, "name")};
    if (!d->o.send || !d->o.staff_find)
        return no_mail(err);
    CU_TRY(find_readers(&p, spec_get(&rq->body_values, "to")->raw, err));
    CU_TRY(dashboard_change(d, put_in, &p, err));
    return print(d, rq, err);
}

static cu_code drop_in(struct db *db, void *what, struct cu_error *err)
{
    const struct putting *p = what;
    CU_TRY(run_for(db, &dashboard_sql_schedule_drop, p->name, err));
    return db_changes(db) ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "this dashboard is not sent on a schedule");
}

cu_code schedule_drop(struct request *rq, struct cu_error *err)
{
    struct putting p = {.rq = rq, .name = request_path_str(rq, "name")};
    CU_TRY(dashboard_change(rq->module, drop_in, &p, err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- sending

struct sending {
    struct dashboards *d;
    struct dashboard_letter letter;
    struct cu_buf addresses[DASHBOARD_READERS_MAX];
    size_t count;
    bool scheduled;
    struct schedule s;
    int64_t due_ms;
    size_t taken;
    const char *outcome;
};

static cu_code add_reader(struct sending *n, int64_t staff_id, struct cu_error *err)
{
    struct dashboards *d = n->d;
    struct cu_buf *b = &n->addresses[n->count];
    cu_buf_init(b, 512);
    cu_code code = d->o.staff_address(d->o.staff_context, staff_id, b, err);
    if (code == CU_OK)
        n->count++;
    else
        cu_buf_clear(b);
    return code;
}

// Still due, and not served by somebody else meanwhile; then it is served, with the letters or not at all.
static cu_code hand_in(struct db *db, void *what, struct cu_error *err)
{
    struct sending *n = what;
    struct db_query q;
    n->taken = 0;
    if (n->scheduled) {
        CU_TRY(db_prepare(db, &dashboard_sql_schedule_served, &q, err));
        db_bind_str(&q, ":dashboard", n->s.dashboard);
        db_bind_i64(&q, ":former_ms", n->s.due_ms);
        db_bind_i64(&q, ":due_ms", n->due_ms);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        db_bind_str(&q, ":outcome", cu_str_of(n->outcome));
        CU_TRY(db_run(&q, err));
        if (db_changes(db) == 0)
            return CU_OK;
    }
    for (size_t i = 0; i < n->count; i++) {
        CU_TRY(dashboard_letter_hand(n->d, &n->letter, cu_buf_view(&n->addresses[i]), err));
        n->taken++;
    }
    return CU_OK;
}

// A letter that can never be made (too large) is not tried again and again: its due time is served with what was wrong.
static cu_code send(struct sending *n, const struct dashboard *b, struct cu_error *err)
{
    cu_code code = dashboard_letter_make(n->d, b, &n->letter, err);
    n->outcome = n->count ? "sent" : "no_reader";
    if (code == CU_TOO_LARGE && n->scheduled) {
        n->outcome = cu_code_rows[code].name;
        for (; n->count; n->count--)
            cu_buf_wipe(&n->addresses[n->count - 1]);
        code = CU_OK;
    }
    if (code == CU_OK)
        code = dashboard_change(n->d, hand_in, n, err);
    dashboard_letter_clear(&n->letter);
    return code;
}

static void sending_free(struct sending *n)
{
    for (size_t i = 0; i < n->count; i++)
        cu_buf_wipe(&n->addresses[i]);
    cu_free(n);
}

cu_code schedule_send(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct dashboard b;
    struct sending *n = NULL;
    if (!d->o.send || !d->o.staff_address)
        return no_mail(err);
    if (rq->caller.kind != CALLER_STAFF)
        return cu_fail(
            err, CU_INVALID, "", "it is sent to who asks, and only a member of staff who is signed in has an address");
    CU_TRY(dashboard_get(d, request_path_str(rq, "name"), rq->arena, &b, err));
    n = cu_calloc(1, sizeof *n);
    if (!n)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    n->d = d;
    cu_code code = add_reader(n, rq->caller.staff_id, err);
    if (code == CU_OK)
        code = send(n, &b, err);
    sending_free(n);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_ki64(&w, "letters", 1);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code serve(struct dashboards *d, cu_str name, int64_t due_ms, struct cu_arena *a, struct cu_error *err)
{
    struct dashboard b;
    struct kept k;
    CU_TRY(load(d, name, a, &k, err));
    CU_TRY(dashboard_get(d, name, a, &b, err));
    struct sending *n = cu_calloc(1, sizeof *n);
    if (!n)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    n->d = d;
    n->scheduled = true;
    n->s = k.s;
    n->due_ms = due_ms;
    cu_code code = CU_OK;
    for (size_t i = 0; code == CU_OK && i < k.count; i++) {
        code = add_reader(n, k.readers[i], err);
        if (code == CU_NOT_FOUND || code == CU_ERASED) // has left since
            code = CU_OK;
    }
    if (code == CU_OK)
        code = send(n, &b, err);
    if (code == CU_OK && n->taken)
        cu_log(CU_LOG_INFO, "dashboards.sent", CU_LI("letters", (int64_t)n->taken));
    sending_free(n);
    return code;
}

struct due {
    cu_str name;
    int64_t at_ms;
};

static cu_code due_in(struct dashboards *d, struct db *db, struct cu_arena *a, struct due ret[SCHEDULES_AT_ONCE],
    size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(db, &dashboard_sql_schedules, &q, err));
    while (*ret_count < SCHEDULES_AT_ONCE && db_step(&q)) {
        int64_t at = dashboard_due(every_named(db_str(&q, 1)), (int)db_i64(&q, 2), zone_of(d), cu_now_ms());
        if (at > db_i64(&q, 3))
            ret[(*ret_count)++] = (struct due){cu_arena_dup(a, db_str(&q, 0)), at};
    }
    return db_end(&q, err);
}

cu_code schedule_run(void *module, struct cu_error *err)
{
    struct dashboards *d = module;
    struct db *db = NULL;
    struct due due[SCHEDULES_AT_ONCE];
    size_t count = 0;
    const int64_t ends_us = cu_mono_us() + ROUND_US;
    if (!d->o.send || !d->o.may_send || !d->o.may_send(d->o.may_send_context) ||
        cu_now_ms() < atomic_load(&d->letters_after_ms))
        return CU_OK;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ROUND_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for letters");
    CU_TRY(people_read_take(d->o.people, &db, err));
    cu_code code = due_in(d, db, a, due, &count, err);
    people_read_give(d->o.people, db);
    for (size_t i = 0; code == CU_OK && i < count && cu_mono_us() < ends_us;
         i++) { // the rest at the next look: others have jobs, too
        CU_AUTO_ARENA struct cu_arena *own = cu_arena_new(ROUND_ARENA);
        struct cu_error why = {.code = CU_OK};
        if (!own || !due[i].name.ptr)
            return cu_fail(err, CU_MEMORY, "", "no memory for letters");
        if (serve(d, due[i].name, due[i].at_ms, own, &why) == CU_OK)
            continue;
        atomic_store(&d->letters_after_ms, cu_now_ms() + PAUSE_MS); // then it is tried again; the others go out
        cu_log(CU_LOG_WARN, "dashboards.not_sent", CU_LS("code", cu_code_rows[why.code].name), CU_LS("text", why.text));
    }
    return code;
}
