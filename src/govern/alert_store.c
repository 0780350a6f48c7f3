// SPDX-License-Identifier: Apache-2.0
// Rows of alerts, and the job that reads new entries of the audit log and raises them. See alert_rules.h.
#include "alert_rows_sql.h"
#include "audit_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"

#include <stdio.h>

enum { WARM_ENTRIES = 200000, DECOYS_EVERY_MS = 60 * 1000 };
static const int64_t hour_ms = 3600 * 1000, keep_ms = INT64_C(400) * 24 * 3600 * 1000;

// One statement as a transaction of its own.
typedef void alert_bind(struct db_query *q, const void *context);
static cu_code write_one(struct auditing *a, const struct db_statement *s, alert_bind *bind, const void *context,
    int64_t *ret_changes, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(a->options.people);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = db_prepare(d, s, &q, err);
    if (code == CU_OK) {
        bind(&q, context);
        code = db_run(&q, err);
    }
    *ret_changes = code == CU_OK ? db_changes(d) : 0;
    if (code == CU_OK)
        code = db_commit(d, err);
    db_rollback(d);
    people_unlock(a->options.people);
    return code;
}

static void bind_alert(struct db_query *q, const void *context)
{
    const struct alert *al = context;
    db_bind_str(q, ":kind", cu_str_of(al->kind));
    db_bind_str(q, ":key", cu_str_of(al->key));
    db_bind_i64(q, ":raised_ms", cu_now_ms());
    db_bind_str(q, ":actor", cu_str_of(al->actor));
    db_bind_i64(q, ":actor_id", al->actor_id);
    db_bind_str(q, ":detail", cu_str_of(al->detail));
}

static void count_raised(const char *kind)
{
    char labels[64];
    (void)snprintf(labels, sizeof labels, "kind=\"%s\"", kind);
    cu_metric_add(cu_metric_get(CU_COUNTER, "custos_alerts_total", labels, "Alerts raised."), 1);
}

cu_code alert_raise(struct auditing *a, const struct alert *al, struct cu_error *err)
{
    int64_t changes = 0;
    CU_TRY(write_one(a, &alert_rows_sql_insert, bind_alert, al, &changes, err));
    if (changes == 0)
        return CU_OK; // told already
    count_raised(al->kind);
    cu_log(CU_LOG_WARN, "alert.raised", CU_LS("kind", al->kind), CU_LS("actor", al->actor), CU_LI("actor_id", al->actor_id));
    return CU_OK;
}

cu_code alert_position_read(struct auditing *a, uint64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(a->options.people, &d, err));
    cu_code code = db_prepare(d, &alert_rows_sql_position, &q, err);
    if (code == CU_OK) {
        *ret = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0;
        code = db_end(&q, err);
    }
    people_read_give(a->options.people, d);
    return code;
}

static void bind_position(struct db_query *q, const void *context)
{
    db_bind_i64(q, ":next", (int64_t)*(const uint64_t *)context);
}

cu_code alert_position_write(struct auditing *a, uint64_t next, struct cu_error *err)
{
    int64_t changes = 0;
    return write_one(a, &alert_rows_sql_position_set, bind_position, &next, &changes, err);
}

// --- the job

static void bind_expire(struct db_query *q, const void *context)
{
    (void)context;
    db_bind_i64(q, ":before_ms", cu_now_ms() - keep_ms);
}

// Decoys are few and change seldom; their names are made anew, since only their keys know them.
static cu_code load_decoys(struct auditing *a, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(4 << 20);
    uint32_t *pnos = NULL;
    size_t count = 0, known = 0;
    int64_t changes = 0;
    int64_t now = cu_now_ms(), last = a->decoys_ms;
    if (last != 0 && now - last < DECOYS_EVERY_MS && now >= last)
        return CU_OK;
    a->decoys_ms = now; // before they are read: what is made meanwhile is read the next time
    if (!arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for decoys");
    CU_TRY(decoy_subjects(a, arena, &pnos, &count, err));
    uint8_t(*names)[16] = cu_arena_alloc(arena, (count + 1) * sizeof *names);
    if (!names)
        return cu_fail(err, CU_MEMORY, "", "no memory for decoys");
    for (size_t i = 0; i < count; i++) {
        cu_code code = guard_pseudonym(people_guard(a->options.people), pnos[i], names[known], err);
        if (code == CU_OK)
            known++;
        else if (code != CU_NOT_FOUND && code != CU_ERASED)
            return code;
    }
    CU_TRY(alert_rules_decoys(a->rules, (const uint8_t(*)[16])names, known, err));
    return write_one(a, &alert_rows_sql_expire, bind_expire, NULL, &changes, err);
}

struct reading {
    struct auditing *a;
    uint64_t quiet_below; // entries that were told before: they only fill the windows
    int64_t from_ms;
    cu_code code;
    struct cu_error *err;
};

static bool read_entry(void *context, uint64_t index, cu_str entry)
{
    struct reading *r = context;
    struct alert raised[ALERTS_PER_ENTRY];
    int64_t at_ms = 0;
    json parsed;
    bool quiet = index < r->quiet_below;
    if (quiet && (!audit_entry_time(entry, &at_ms) || at_ms < r->from_ms))
        return true;
    if (json_parse(r->a->json, entry, &parsed, NULL) != CU_OK)
        return true; // no entry of ours: verification tells
    size_t count = alert_rules_look(r->a->rules, index, parsed, raised);
    for (size_t i = 0; i < count && !quiet && r->code == CU_OK; i++)
        r->code = alert_raise(r->a, &raised[i], r->err);
    return r->code == CU_OK;
}

static cu_code read_new(struct auditing *a, struct cu_error *err)
{
    struct audit_reader *reader = NULL;
    struct reading r = {.a = a, .err = err};
    uint64_t from = a->next, next = 0;
    cu_code code = auditing_reader(a, &reader, err);
    if (code == CU_NOT_FOUND)
        return CU_OK; // nothing was noted yet
    CU_TRY(code);
    if (!a->warm) {
        CU_TRY(alert_position_read(a, &a->next, err));
        from = a->next > WARM_ENTRIES ? a->next - WARM_ENTRIES : 0;
        r.quiet_below = a->next;
        r.from_ms = cu_now_ms() - hour_ms;
    }
    CU_TRY(audit_follow(reader, from, read_entry, &r, &next, err));
    CU_TRY(r.code); // the same entries again, next time
    a->warm = true;
    if (next > a->next)
        CU_TRY(alert_position_write(a, next, err));
    a->next = next > a->next ? next : a->next;
    return CU_OK;
}

// What the guard refused because it could not be noted is in no log: it is told from the count.
static cu_code look_at_failures(struct auditing *a, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    int64_t refused = cu_metric_value(cu_metric_get(CU_COUNTER, "custos_audit_refused_total", NULL,
        "Calls refused because the audit log or the key process was not there."));
    struct alert al = {.kind = "audit_failing", .at_ms = now};
    if (refused <= a->refused)
        return CU_OK;
    (void)snprintf(al.key, sizeof al.key, "audit_failing:%lld", (long long)(now / hour_ms));
    (void)snprintf(al.detail, sizeof al.detail, "{\"refused\":%lld}", (long long)(refused - a->refused));
    CU_TRY(alert_raise(a, &al, err));
    a->refused = refused;
    return CU_OK;
}

// Gauges that hold wherever the log is written.
static void measure(struct auditing *a)
{
    struct cu_error err = {.code = CU_OK};
    struct audit_reader *reader = NULL;
    CU_AUTO_BUF struct cu_buf bytes;
    struct note note;
    struct note_checkpoint c = {.size = 0};
    uint64_t size = 0;
    cu_buf_init(&bytes, NOTE_MAX);
    if (auditing_reader(a, &reader, &err) != CU_OK || audit_checkpoint_read(a->folder, &bytes, &err) != CU_OK ||
        note_parse(cu_buf_view(&bytes), &note, &err) != CU_OK || note_checkpoint_parse(note.text, &c, &err) != CU_OK ||
        audit_reader_refresh(reader, &size, &err) != CU_OK)
        return;
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_audit_size", NULL, "Entries in the audit log."), (int64_t)size);
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_audit_unsigned", NULL,
                      "Entries of the audit log that came since its last checkpoint."),
        (int64_t)(size > c.size ? size - c.size : 0));
}

cu_code alert_watch(void *instance, struct cu_error *err)
{
    struct auditing *a = instance;
    CU_TRY(look_at_failures(a, err));
    measure(a);
    CU_TRY(load_decoys(a, err));
    return read_new(a, err);
}
