// SPDX-License-Identifier: Apache-2.0
// Figures of the transparency page that change by themselves: how the installation stands, how many consents can be
// proved, who looked at records in 30 days, requests, the daily trial. Counts and ages only.
#include "transparency_private.h"

#include "text/text.h"
#include "transparency_sql.h"

#include <stdio.h>

enum { LOOK_MAX = 200000 };
static const int64_t day_ms = INT64_C(86400000), hour_ms = 3600000, minute_ms = 60000;

// ---- who looked

// The entry's members stand in one order and text of others is escaped (guard/audit_entry.c): the first is the one.
static cu_str member(cu_str entry, cu_str name)
{
    ptrdiff_t at = cu_str_find_str(entry, name);
    if (at < 0)
        return CU_NONE;
    cu_str rest = cu_str_sub(entry, (size_t)at + name.len, 64);
    ptrdiff_t end = cu_str_find(rest, '"');
    return end < 0 ? CU_NONE : cu_str_sub(rest, 0, (size_t)end);
}

static bool count_read(void *context, uint64_t index, cu_str entry)
{
    struct transparency_live *l = context;
    cu_str role = member(entry, CU_LIT("\"role\":\""));
    int64_t at_ms = 0;
    size_t i = 0;
    (void)index;
    if (!role.len || cu_str_find_str(entry, CU_LIT("\"people\":[\"")) < 0 || !audit_entry_time(entry, &at_ms))
        return true;
    while (i < l->role_count && !cu_str_eqz(role, l->roles[i].role))
        i++;
    if (i == TRANSPARENCY_ROLES_MAX)
        return true;
    if (i == l->role_count) {
        (void)snprintf(l->roles[i].role, sizeof l->roles[i].role, "%.*s", CU_ARG(role));
        l->roles[i].reads = 0;
        l->roles[i].last_ms = at_ms; // newest first
        l->role_count++;
    }
    l->roles[i].reads++;
    return true;
}

static cu_code who_looked(struct transparency *t, struct transparency_live *l, int64_t now_ms, struct cu_error *err)
{
    struct audit_reader *r = NULL;
    uint64_t next = 0;
    l->role_count = 0;
    cu_code code = audit_reader_open(t->audit_folder, &r, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    const struct audit_filter staff = {.from_ms = now_ms - 30 * day_ms, .actor = GUARD_STAFF, .actor_id = -1};
    if (code == CU_OK)
        code = audit_search(r, &staff, UINT64_MAX, LOOK_MAX, count_read, l, &next, err);
    audit_reader_close(r);
    return code;
}

// ---- consents

static cu_code count_two(
    struct db *d, const struct db_statement *s, int64_t before_ms, int64_t *a, int64_t *b, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    if (!b)
        db_bind_i64(&q, ":before_ms", before_ms);
    if (db_step(&q)) {
        *a = db_i64(&q, 0);
        if (b)
            *b = db_i64(&q, 1);
    }
    return db_end(&q, err);
}

static cu_code count_consents(struct transparency *t, struct transparency_live *l, int64_t now_ms, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = count_two(d, &transparency_sql_consents, 0, &l->consents, &l->unproven, err);
    if (code == CU_OK)
        code = count_two(d, &transparency_sql_unnoted, now_ms - minute_ms, &l->unnoted, NULL, err);
    people_read_give(t->o.people, d);
    return code;
}

// ---- requests

// "oldest_open" of the figures: a time, or null when none is open.
static cu_code read_oldest(cu_str text, int64_t *ret_ms, struct cu_error *err)
{
    json v;
    struct json_parser *p = json_parser_new(TRANSPARENCY_FIGURES_MAX);
    cu_code code = p ? json_parse(p, text, &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for figures");
    *ret_ms = 0;
    if (code == CU_OK)
        (void)text_time_parse(json_str(json_get(v, "oldest_open")), ret_ms);
    json_parser_free(p);
    return code;
}

static cu_code of_requests(struct transparency *t, struct transparency_live *l, int64_t now_ms, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    struct json_writer w;
    cu_buf_init(&text, TRANSPARENCY_FIGURES_MAX - 1);
    l->figures[0] = 0;
    l->oldest_known = t->o.figures != NULL;
    l->oldest_ms = 0;
    if (!t->o.figures)
        return CU_OK;
    jw_start(&w, &text);
    CU_TRY(t->o.figures(t->o.figures_context, now_ms - 365 * day_ms, now_ms, &w, err));
    CU_TRY(cu_buf_code(&text, err));
    (void)snprintf(l->figures, sizeof l->figures, "%.*s", CU_ARG(cu_buf_view(&text)));
    return read_oldest(cu_buf_view(&text), &l->oldest_ms, err);
}

// The costly ones (the whole installation, everybody's consents, the log) once an hour or when asked for.
cu_code transparency_live_fill(struct transparency *t, bool fresh, struct transparency_live *l, struct cu_error *err)
{
    const int64_t now_ms = cu_now_ms();
    if (fresh || !l->gathered_ms || now_ms - l->gathered_ms > hour_ms) {
        struct self_audit_facts facts = {.now_ms = now_ms};
        CU_TRY(t->o.gather(t->o.gather_context, &facts, err));
        l->facts = facts;
        CU_TRY(who_looked(t, l, now_ms, err));
        l->gathered_ms = now_ms;
    } else { // the counts alone are cheap
        l->facts.now_ms = now_ms;
        CU_TRY(self_audit_count(t->o.people, &l->facts, err));
    }
    if (fresh || !l->counted_ms || now_ms - l->counted_ms > 10 * minute_ms) {
        CU_TRY(count_consents(t, l, now_ms, err));
        l->counted_ms = now_ms;
    }
    CU_TRY(of_requests(t, l, now_ms, err));
    l->canary_known = t->o.canary != NULL;
    if (t->o.canary)
        CU_TRY(t->o.canary(t->o.canary_context, &l->canary, err));
    l->at_ms = now_ms;
    return CU_OK;
}
