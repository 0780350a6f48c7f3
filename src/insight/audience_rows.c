// SPDX-License-Identifier: Apache-2.0
// Definitions: rows of records.db, and what is kept of them in memory. Called by routes (list, get), at start, and
// when the dictionary changed. Changes: audience_put.c. See audience.h.
#include "audience_private.h"

#include "audience_sql.h"
#include "base/log.h"

#include <stdio.h>

#define JSON_MAX ((size_t)4 * SEG_TEXT_MAX)
#define ARENA_MAX ((size_t)64 << 20)

struct audience_def *audience_def_find(struct audiences *a, cu_str name)
{
    for (uint32_t i = 0; i < a->def_count; i++) {
        if (cu_str_eqz(name, a->defs[i]->name))
            return a->defs[i];
    }
    return NULL;
}

struct audience_def *audience_def_numbered(struct audiences *a, uint32_t number)
{
    for (uint32_t i = 0; i < a->def_count; i++) {
        if (a->defs[i]->number == number)
            return a->defs[i];
    }
    return NULL;
}

void audience_stale(struct audiences *a)
{
    a->stale = true;
    pthread_cond_broadcast(&a->wake);
}

// --- at start, and when the dictionary changed

static struct audience_def *add_def(struct audiences *a, uint32_t number, cu_str name)
{
    struct audience_def *d = a->def_count < AUDIENCE_MAX && name.len <= AUDIENCE_NAME_MAX ? cu_calloc(1, sizeof *d) : NULL;
    if (!d)
        return NULL;
    d->number = number;
    memcpy(d->name, name.ptr, name.len);
    d->broken = true;
    a->defs[a->def_count++] = d;
    return d;
}

static cu_code parse_stored(struct audiences *a, cu_str definition, const struct seg_catalog *c, struct cu_arena *arena,
    struct seg_node **ret, struct seg_faults *faults, struct cu_error *err)
{
    json value;
    (void)a;
    struct json_parser *p = json_parser_new(JSON_MAX);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a segment");
    cu_code code = json_parse(p, definition, &value, err);
    if (code == CU_OK)
        code = seg_parse_json(value, c, arena, ret, faults, err);
    struct seg_node *copy = code == CU_OK ? seg_copy(*ret, arena) : NULL; // the parser's texts go with it
    if (code == CU_OK && !copy)
        code = cu_fail(err, CU_MEMORY, "", "no memory to read a segment");
    *ret = copy;
    json_parser_free(p);
    return code == CU_OK ? seg_check(copy, c, arena, faults, err) : code;
}

// The membership to go on with: that of the same version, if there is one.
static cu_code live_of(struct audiences *a, const struct audience_def *d, uint32_t version, struct audience_live **ret,
    struct cu_error *err)
{
    struct audience_live *l = NULL;
    roaring_bitmap_t *people = NULL;
    uint32_t stored = 0;
    pthread_mutex_lock(&a->lock);
    if (d->slot && d->version == version)
        l = audience_live_take(d->slot->live);
    pthread_mutex_unlock(&a->lock);
    if (l) {
        *ret = l;
        return CU_OK;
    }
    pthread_rwlock_rdlock(&a->members);
    bool shown = d->number < a->shown_count && a->shown[d->number];
    pthread_rwlock_unlock(&a->members);
    l = audience_live_new(d->number, version);
    if (!l)
        return cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    if (shown) { // it was broken and is mended: everybody is decided anew
        *ret = l;
        return CU_OK;
    }
    cu_code code = history_people(a, d->number, &people, &stored, err);
    if (code == CU_OK && stored) {
        struct audience_live *old = stored == version ? audience_live_take(l) : audience_live_new(d->number, stored);
        if (old) {
            old->filled = true;
            audience_show(a, old, people);
            audience_live_give(old);
        }
    }
    audience_set_free(people);
    if (code != CU_OK) {
        audience_live_give(l);
        return code;
    }
    *ret = l;
    return CU_OK;
}

static cu_code ready(struct audiences *a, struct audience_catalog *c, struct audience_def *d, uint32_t version,
    cu_str definition,
    struct audience_slot **ret, struct seg_faults *faults, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(ARENA_MAX);
    struct seg_node *n = NULL;
    struct audience_live *live = NULL;
    faults->count = 0;
    if (!arena)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a segment");
    CU_TRY(live_of(a, d, version, &live, err)); // also of a broken one: what is stored is shown
    cu_code code = parse_stored(a, definition, c->catalog, arena, &n, faults, err);
    if (code == CU_OK)
        code = audience_slot_new(a, n, c, d->number, version, live, ret, err);
    audience_live_give(live);
    return code;
}

static void set_fault(struct audience_def *d, const struct seg_faults *faults, const struct cu_error *err)
{
    const char *text = err->text;
    for (size_t i = faults->count; i-- > 0;)
        text = faults->at[i].warning ? text : faults->at[i].text;
    (void)snprintf(d->fault, sizeof d->fault, "%s", text);
}

// One row; a definition that does not fit is kept and marked. Only lack of memory and storage fails.
static cu_code load_row(struct audiences *a, struct audience_catalog *c, struct db_query *q, struct cu_error *err)
{
    struct seg_faults faults = {.count = 0};
    struct cu_error why = {.text = ""};
    struct audience_slot *slot = NULL;
    uint32_t number = (uint32_t)db_i64(q, 0), version = (uint32_t)db_i64(q, 2);
    pthread_mutex_lock(&a->lock);
    struct audience_def *d = audience_def_numbered(a, number);
    pthread_mutex_unlock(&a->lock);
    if (!d)
        return CU_OK;
    cu_code code = ready(a, c, d, version, db_str(q, 3), &slot, &faults, &why);
    if (code == CU_MEMORY || code == CU_IO || code == CU_FULL) {
        if (err)
            *err = why;
        return code;
    }
    pthread_mutex_lock(&a->lock);
    struct audience_slot *old = d->slot;
    d->slot = slot;
    d->version = version;
    d->broken = code != CU_OK;
    d->fault[0] = 0;
    if (d->broken)
        set_fault(d, &faults, &why);
    if (slot) // a broken one keeps those it had
        d->dep_count = 0;
    for (uint32_t i = 0; slot && i < slot->dep_count; i++)
        d->deps[d->dep_count++] = slot->deps[i];
    pthread_mutex_unlock(&a->lock);
    audience_slot_give(old);
    if (code != CU_OK)
        cu_log(CU_LOG_WARN, "audience.broken", CU_LI("number", number), CU_LS("code", cu_code_rows[code].name));
    return CU_OK;
}

static cu_code each_row(struct audiences *a, struct db *d, struct audience_catalog *c, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_sql_definitions, &q, err));
    while (code == CU_OK && db_step(&q)) {
        uint32_t number = (uint32_t)db_i64(&q, 0);
        if (c) {
            code = load_row(a, c, &q, err);
            continue;
        }
        pthread_mutex_lock(&a->lock);
        if (!audience_def_numbered(a, number) && !add_def(a, number, db_str(&q, 1)))
            code = cu_fail(err, CU_MEMORY, "", "no memory for a segment");
        pthread_mutex_unlock(&a->lock);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

cu_code audience_rows_load(struct audiences *a, struct cu_error *err)
{
    struct db *d = NULL;
    struct audience_catalog *c = audience_catalog_take(a);
    if (!c)
        return cu_fail(err, CU_UNAVAILABLE, "", "the data dictionary is not loaded yet");
    cu_code code = people_read_take(a->o.people, &d, err);
    if (code == CU_OK)
        code = each_row(a, d, NULL, err); // all names first: definitions refer to one another
    if (code == CU_OK)
        code = each_row(a, d, c, err);
    people_read_give(a->o.people, d);
    audience_catalog_give(a, c);
    pthread_mutex_lock(&a->lock);
    audience_stale(a);
    pthread_mutex_unlock(&a->lock);
    return code;
}

// --- reading

static cu_code dup_text(struct cu_arena *arena, cu_str s, cu_str *ret, struct cu_error *err)
{
    *ret = CU_NONE;
    if (!s.ptr)
        return CU_OK;
    *ret = cu_arena_dup(arena, s);
    return ret->ptr || !s.len ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a segment");
}

static void state_of(struct audiences *a, struct audience_row *r, char fault[256])
{
    pthread_mutex_lock(&a->lock);
    const struct audience_def *d = audience_def_numbered(a, r->number);
    bool broken = !d || d->broken;
    const struct audience_live *live = d && d->slot ? d->slot->live : NULL;
    (void)snprintf(fault, 256, "%s", d ? d->fault : "");
    r->filled_permille = a->job ? atomic_load(&a->job->permille) : 0;
    pthread_rwlock_rdlock(&a->members);
    const struct audience_live *shown = r->number < a->shown_count ? a->shown[r->number] : NULL;
    r->size = shown ? roaring_bitmap_get_cardinality(shown->people) : 0;
    r->state = broken ? AUDIENCE_BROKEN : shown && shown == live ? AUDIENCE_LIVE : AUDIENCE_FILLING;
    pthread_rwlock_unlock(&a->members);
    pthread_mutex_unlock(&a->lock);
    if (r->state != AUDIENCE_FILLING)
        r->filled_permille = 1000;
}

static cu_code read_row(struct audiences *a, struct db_query *q, struct cu_arena *arena, struct audience_row *r,
    struct cu_error *err)
{
    char fault[256];
    *r = (struct audience_row){.number = (uint32_t)db_i64(q, 0), .persona = db_i64(q, 5) != 0, .created_ms = db_i64(q, 7),
        .changed_ms = db_i64(q, 8), .version = (uint32_t)db_i64(q, 9)};
    (void)snprintf(r->name, sizeof r->name, "%.*s", CU_ARG(db_str(q, 1)));
    CU_TRY(dup_text(arena, db_str(q, 2), &r->title, err));
    CU_TRY(dup_text(arena, db_str(q, 3), &r->doc, err));
    CU_TRY(dup_text(arena, db_str(q, 4), &r->text, err));
    CU_TRY(dup_text(arena, db_is_null(q, 6) ? CU_NONE : db_str(q, 6), &r->card, err));
    state_of(a, r, fault);
    return r->state == AUDIENCE_BROKEN ? dup_text(arena, cu_str_of(fault), &r->fault, err) : CU_OK;
}

cu_code audience_list(struct audiences *a, struct cu_arena *arena, struct audience_row **ret, size_t *ret_count,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    struct audience_row *rows = cu_arena_alloc(arena, AUDIENCE_MAX * sizeof *rows);
    size_t count = 0;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list of segments");
    CU_TRY(people_read_take(a->o.people, &d, err));
    cu_code code = db_prepare(d, &audience_sql_rows, &q, err);
    if (code == CU_OK) {
        while (code == CU_OK && count < AUDIENCE_MAX && db_step(&q))
            code = read_row(a, &q, arena, &rows[count++], err);
        cu_code end = db_end(&q, code == CU_OK ? err : NULL);
        code = code != CU_OK ? code : end;
    }
    people_read_give(a->o.people, d);
    *ret = rows;
    *ret_count = count;
    return code;
}

cu_code audience_get(struct audiences *a, cu_str name, struct cu_arena *arena, struct audience_row *ret,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool found = false;
    CU_TRY(people_read_take(a->o.people, &d, err));
    cu_code code = db_prepare(d, &audience_sql_by_name, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", name);
        found = db_step(&q);
        if (found)
            code = read_row(a, &q, arena, ret, err);
        cu_code end = db_end(&q, code == CU_OK ? err : NULL);
        code = code != CU_OK ? code : end;
    }
    people_read_give(a->o.people, d);
    if (code == CU_OK && !found)
        return cu_fail(err, CU_NOT_FOUND, "name", "there is no segment of that name");
    return code;
}
