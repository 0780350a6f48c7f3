// SPDX-License-Identifier: Apache-2.0
// From the dictionary's rows and the house's table to rules; what the shop set of each is laid over. See retention.h.
#include "retention_internal.h"

#include "base/clock.h"
#include "retention_sql.h"

#include <stdio.h>

const char *const retention_kind_names[] = {"events", "fields", "stopped", "orders", "people", "moves", "table", NULL};
static const char *const basis_names[] = {[DICT_CONSENT] = "consent", [DICT_CONTRACT] = "contract",
    [DICT_LEGAL_OBLIGATION] = "legal_obligation", [DICT_LEGITIMATE_INTEREST] = "legitimate_interest"};

enum { BASIS_MAX = 500 };

struct maker {
    const struct dictionary *d;
    struct cu_arena *arena;
    struct retention_rule *at;
    size_t count;
    bool memory;
};

static struct retention_rule *rule_named(struct maker *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++) {
        if (strcmp(m->at[i].name, name) == 0)
            return &m->at[i];
    }
    return NULL;
}

// The rule of that kind, category and time, or a new one; NULL: there are too many (more than any dictionary has times).
static struct retention_rule *rule_for(struct maker *m, enum retention_kind kind, cu_str category, int32_t days, size_t most)
{
    char name[RETENTION_NAME_MAX + 1];
    (void)snprintf(name, sizeof name, "%s.%.*s.%d", retention_kind_names[kind], (int)(category.len < 80 ? category.len : 80),
        category.len ? category.ptr : "", days);
    struct retention_rule *r = rule_named(m, name);
    if (r || m->count == RETENTION_RULES_MAX)
        return r;
    r = &m->at[m->count];
    *r = (struct retention_rule){.kind = kind, .declared = true, .category = category, .keep_days = days, .keep_min = days,
        .covers = cu_arena_alloc(m->arena, most * sizeof *r->covers), .last_ms = -1, .backlog = -1, .backlog_ms = -1,
            .dry_ms = -1};
    if (!r->covers) {
        m->memory = true;
        return NULL;
    }
    (void)snprintf(r->name, sizeof r->name, "%s", name);
    m->count++;
    return r;
}

// "consent: analytics, advertising; contract: service": by what right it is kept at all.
struct bases {
    uint32_t purposes; // bits, by their place in the dictionary
};

static void bases_add(const struct maker *m, struct bases *b, const cu_str *purposes, uint32_t count)
{
    const struct dict_purpose *all = NULL;
    size_t n = dictionary_purposes(m->d, &all);
    for (uint32_t i = 0; i < count; i++) {
        for (size_t k = 0; k < n && k < 32; k++) {
            if (cu_str_eq(all[k].name, purposes[i]))
                b->purposes |= UINT32_C(1) << k;
        }
    }
}

static cu_str bases_text(struct maker *m, const struct bases *b)
{
    const struct dict_purpose *all = NULL;
    size_t n = dictionary_purposes(m->d, &all);
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BASIS_MAX);
    for (size_t basis = 0; basis < CU_COUNT(basis_names); basis++) {
        bool first = true;
        for (size_t k = 0; k < n && k < 32; k++) {
            if (!(b->purposes >> k & 1) || (size_t)all[k].basis != basis)
                continue;
            if (first)
                cu_buf_printf(&text, "%s%s: ", text.len ? "; " : "", basis_names[basis]);
            cu_buf_printf(&text, "%s%.*s", first ? "" : ", ", CU_ARG(all[k].name));
            first = false;
        }
    }
    cu_str ret = cu_arena_dup(m->arena, text.len ? cu_buf_view(&text) : CU_LIT("none"));
    m->memory = m->memory || !ret.ptr;
    return ret;
}

static void cover(struct maker *m, struct retention_rule *r, cu_str name, cu_str owner)
{
    (void)m;
    r->covers[r->cover_count++] = name;
    if (!r->owner.ptr)
        r->owner = owner;
    else if (!cu_str_eq(r->owner, owner))
        r->owner = CU_LIT("several");
}

static void describe(struct maker *m, struct retention_rule *r, const char *what, const struct bases *b)
{
    r->what = cu_arena_printf(m->arena, "%s (%zu)", what, r->cover_count);
    r->basis = bases_text(m, b);
    m->memory = m->memory || !r->what.ptr;
}

static bool no_event(cu_str name)
{
    return cu_str_eqz(name, "$context"); // members of every call: they live as long as it does
}

static void add_events(struct maker *m)
{
    const struct dict_event *events = NULL;
    size_t n = dictionary_events(m->d, &events);
    struct bases bases[RETENTION_RULES_MAX] = {{0}};
    for (size_t i = 0; i < n; i++) {
        const struct dict_event *e = &events[i];
        struct retention_rule *r = e->retention_days > 0 && !no_event(e->name)
                                       ? rule_for(m, RETENTION_EVENTS, e->category, e->retention_days, n) : NULL;
        if (!r)
            continue;
        cover(m, r, e->name, e->owner);
        bases_add(m, &bases[r - m->at], e->purposes, e->purpose_count);
    }
    for (size_t i = 0; i < m->count; i++) {
        if (m->at[i].kind == RETENTION_EVENTS)
            describe(m, &m->at[i], "Events", &bases[i]);
    }
}

static void add_fields(struct maker *m)
{
    const struct dict_field *fields = NULL;
    size_t n = dictionary_person_fields(m->d, &fields);
    struct bases bases[RETENTION_RULES_MAX] = {{0}};
    for (size_t i = 0; i < n; i++) {
        const struct dict_field *f = &fields[i];
        struct retention_rule *r = f->retention_days > 0 && f->collect == DICT_COLLECT_YES
                                       ? rule_for(m, RETENTION_FIELDS, f->category, f->retention_days, n) : NULL;
        if (!r)
            continue;
        cover(m, r, f->name, f->owner);
        bases_add(m, &bases[r - m->at], f->purposes, f->purpose_count);
    }
    for (size_t i = 0; i < m->count; i++) {
        if (m->at[i].kind == RETENTION_FIELDS)
            describe(m, &m->at[i], "Fields of people", &bases[i]);
    }
}

// One rule for each field: it is over when its values are gone.
static void add_stopped(struct maker *m)
{
    const struct dict_field *fields = NULL;
    size_t n = dictionary_person_fields(m->d, &fields);
    for (size_t i = 0; i < n; i++) {
        const struct dict_field *f = &fields[i];
        if (f->collect != DICT_COLLECT_NO || m->count == RETENTION_RULES_MAX)
            continue;
        struct retention_rule *r = &m->at[m->count];
        *r = (struct retention_rule){.kind = RETENTION_STOPPED, .declared = true, .category = f->category, .on = true,
            .what = CU_LIT("Values of a field that is not collected any more."), .basis = CU_LIT("GDPR 5(1)(c), 5(1)(e)"),
            .owner = f->owner, .covers = cu_arena_alloc(m->arena, sizeof *r->covers), .last_ms = -1, .backlog = -1,
            .backlog_ms = -1, .dry_ms = -1};
        if (!r->covers) {
            m->memory = true;
            return;
        }
        r->covers[r->cover_count++] = f->name;
        (void)snprintf(r->name, sizeof r->name, "stopped.%.*s", (int)(f->name.len < 120 ? f->name.len : 120), f->name.ptr);
        m->count++;
    }
}

// The records of orders live as long as the event by which they came.
static void add_orders(struct maker *m)
{
    const struct dict_event *e = dictionary_event(m->d, CU_LIT("Order Completed"));
    struct retention_rule *r = e && e->retention_days > 0 ? rule_for(m, RETENTION_ORDERS, e->category, e->retention_days,
        1) : NULL;
    struct bases b = {0};
    if (!r)
        return;
    cover(m, r, e->name, e->owner);
    bases_add(m, &b, e->purposes, e->purpose_count);
    r->what = CU_LIT("Records of orders, with their lines.");
    r->basis = bases_text(m, &b);
}

static void add_house(struct maker *m)
{
    const struct retention_table *tables = NULL;
    size_t n = retention_tables(&tables);
    for (size_t i = 0; i < n && m->count < RETENTION_RULES_MAX; i++) {
        struct retention_rule *r = &m->at[m->count++];
        *r = (struct retention_rule){.kind = tables[i].kind, .category = cu_str_of(tables[i].category),
            .what = cu_str_of(tables[i].what), .basis = cu_str_of(tables[i].basis), .owner = cu_str_of(tables[i].owner),
            .keep_days = tables[i].keep_days, .keep_min = tables[i].keep_min, .table = &tables[i], .last_ms = -1,
                .backlog = -1,
            .backlog_ms = -1, .dry_ms = -1};
        (void)snprintf(r->name, sizeof r->name, "%s", tables[i].name);
    }
}

cu_code retention_rules_of(const struct dictionary *d, struct cu_arena *a, struct retention_rule *ret, size_t *ret_count,
    struct cu_error *err)
{
    struct maker m = {.d = d, .arena = a, .at = ret};
    add_house(&m); // first: they are always there
    add_stopped(&m);
    add_orders(&m);
    add_events(&m);
    add_fields(&m);
    *ret_count = m.count;
    return m.memory ? cu_fail(err, CU_MEMORY, "", "no memory for the rules of retention") : CU_OK;
}

// --- as the shop set them

static int64_t or_never(struct db_query *q, int column)
{
    return db_is_null(q, column) ? -1 : db_i64(q, column);
}

static void lay_over(struct maker *m, struct db_query *q)
{
    char name[RETENTION_NAME_MAX + 1];
    (void)snprintf(name, sizeof name, "%.*s", CU_ARG(db_str(q, 0)));
    struct retention_rule *r = rule_named(m, name);
    if (!r)
        return;
    r->on = db_i64(q, 1) != 0 || r->kind == RETENTION_STOPPED;
    if (!r->declared && !db_is_null(q, 2))
        r->keep_days = (int32_t)db_i64(q, 2);
    r->next_ms = db_i64(q, 3);
    r->last_ms = or_never(q, 4);
    r->backlog = or_never(q, 5);
    r->backlog_ms = or_never(q, 6);
    r->dry_days = db_is_null(q, 7) ? -1 : (int32_t)db_i64(q, 7);
    r->dry_ms = or_never(q, 8);
}

static cu_code read_set(struct retention *r, struct maker *m, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &retention_sql_rules, &q, err);
    if (code == CU_OK) {
        while (db_step(&q))
            lay_over(m, &q);
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

cu_code retention_rules(struct retention *r, struct cu_arena *a, struct retention_rule **ret, size_t *ret_count,
    struct cu_error *err)
{
    struct maker m = {.arena = a, .at = cu_arena_alloc(a, RETENTION_RULES_MAX * sizeof *m.at)};
    const struct dictionary *d = people_dictionary(r->o.people);
    if (!m.at)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rules of retention");
    if (!d)
        return cu_fail(err, CU_UNAVAILABLE, "", "no dictionary is in force yet");
    CU_TRY(retention_rules_of(d, a, m.at, &m.count, err));
    CU_TRY(read_set(r, &m, err));
    *ret = m.at;
    *ret_count = m.count;
    return CU_OK;
}

cu_code retention_rule_find(struct retention *r, cu_str name, struct cu_arena *a, struct retention_rule *ret,
    struct cu_error *err)
{
    struct retention_rule *all = NULL;
    size_t count = 0;
    CU_TRY(retention_rules(r, a, &all, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (!cu_str_eqz(name, all[i].name))
            continue;
        *ret = all[i];
        return CU_OK;
    }
    return cu_fail(err, CU_NOT_FOUND, "name", "no rule has this name; GET /v1/retention lists them");
}

int64_t retention_before(const struct retention_rule *rule, int32_t keep_days, int64_t now_ms)
{
    if (rule->kind == RETENTION_STOPPED)
        return INT64_MAX;
    int64_t before = now_ms - keep_days * RETENTION_DAY_MS;
    // Whole days (UTC): a dry run, a run of the same day and the timeline's counts agree to the row.
    return before - (before % RETENTION_DAY_MS + RETENTION_DAY_MS) % RETENTION_DAY_MS;
}
