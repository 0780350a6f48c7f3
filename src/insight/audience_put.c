// SPDX-License-Identifier: Apache-2.0
// Definitions changed: checked, compiled, stored as a row of records.db, put in force. Called by routes. See audience.h.
#include "audience_private.h"

#include "audience_sql.h"

#include <stdio.h>

enum { TITLE_MAX = 200, DOC_MAX = 2000, CARD_MAX = 65536, VERSIONS_KEPT = 1000 };
#define JSON_MAX ((size_t)4 * SEG_TEXT_MAX)
#define ARENA_MAX ((size_t)64 << 20)

static cu_code check_edit(const struct audience_edit *e, struct cu_error *err)
{
    cu_str n = e->name;
    bool good = n.len >= 1 && n.len <= AUDIENCE_NAME_MAX && n.ptr[0] >= 'a' && n.ptr[0] <= 'z';
    for (size_t i = 0; i < n.len && good; i++)
        good = (n.ptr[i] >= 'a' && n.ptr[i] <= 'z') || (n.ptr[i] >= '0' && n.ptr[i] <= '9') || n.ptr[i] == '_' ||
            n.ptr[i] == '-';
    if (!good)
        return cu_fail(err, CU_INVALID, "name", "a name starts with a letter and has at most %u of a-z, 0-9, _ and -",
            AUDIENCE_NAME_MAX);
    if (e->title.len > TITLE_MAX)
        return cu_fail(err, CU_TOO_LARGE, "title", "at most %d bytes are accepted", TITLE_MAX);
    if (e->doc.len > DOC_MAX)
        return cu_fail(err, CU_TOO_LARGE, "doc", "at most %d bytes are accepted", DOC_MAX);
    if (e->card.len > CARD_MAX)
        return cu_fail(err, CU_TOO_LARGE, "card", "at most %d bytes are accepted", CARD_MAX);
    return e->definition ? CU_OK : cu_fail(err, CU_MISSING, "definition", "a definition is needed");
}

struct cycle {
    struct audiences *a;
    uint32_t wanted;
    uint32_t path[AUDIENCE_MAX + 1];
    uint32_t depth;
    bool seen[AUDIENCE_MAX];
};

// Under lock. Does a way lead from this segment to the wanted one?
static bool leads_to(struct cycle *c, uint32_t number)
{
    if (c->depth > AUDIENCE_MAX)
        return false;
    c->path[c->depth++] = number;
    if (number == c->wanted)
        return true;
    for (uint32_t i = 0; i < c->a->def_count; i++) {
        const struct audience_def *d = c->a->defs[i];
        if (d->number != number || c->seen[i])
            continue;
        c->seen[i] = true;
        for (uint32_t k = 0; k < d->dep_count; k++) {
            if (leads_to(c, d->deps[k]))
                return true;
        }
    }
    c->depth--;
    return false;
}

static cu_code refuse_cycle(struct audiences *a, const struct cycle *c, cu_str name, struct cu_error *err)
{
    char text[160];
    size_t at = (size_t)snprintf(text, sizeof text, "%.*s", (int)(name.len < 64 ? name.len : 64), name.ptr);
    for (uint32_t i = 0; i < c->depth && at < sizeof text; i++) {
        const struct audience_def *d = audience_def_numbered(a, c->path[i]);
        at += (size_t)snprintf(text + at, sizeof text - at, " in %s", d ? d->name : "?");
    }
    return cu_fail(err, CU_CONFLICT, "definition", "segments would ask for one another in a circle: %s", text);
}

static cu_code check_cycle(struct audiences *a, const struct seg_node *n, cu_str name, uint32_t number, struct cu_error *err)
{
    cu_str names[SEG_NODES_MAX];
    cu_code code = CU_OK;
    size_t count = seg_members(n, names, SEG_NODES_MAX);
    struct cycle *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory to check a segment");
    c->a = a;
    c->wanted = number;
    pthread_mutex_lock(&a->lock);
    for (size_t i = 0; i < count && i < SEG_NODES_MAX && code == CU_OK; i++) {
        const struct audience_def *d = audience_def_find(a, names[i]);
        c->depth = 0;
        memset(c->seen, 0, sizeof c->seen);
        if (cu_str_eq(names[i], name))
            code = cu_fail(err, CU_CONFLICT, "definition", "a segment cannot ask for itself: %.*s in %.*s", CU_ARG(name),
                CU_ARG(name));
        else if (d && number && leads_to(c, d->number))
            code = refuse_cycle(a, c, name, err);
    }
    pthread_mutex_unlock(&a->lock);
    cu_free(c);
    return code;
}

struct put {
    const struct audience_edit *edit;
    struct cu_buf text, json;
    uint32_t number, version;
};

static cu_code write_version(struct db *d, const struct put *p, int64_t now_ms, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &audience_sql_version_insert, &q, err));
    db_bind_i64(&q, ":number", p->number);
    db_bind_i64(&q, ":version", p->version);
    db_bind_str(&q, ":title", p->edit->title.ptr ? p->edit->title : CU_LIT(""));
    db_bind_str(&q, ":doc", p->edit->doc.ptr ? p->edit->doc : CU_LIT(""));
    db_bind_str(&q, ":text", cu_buf_view(&p->text));
    db_bind_i64(&q, ":now", now_ms);
    db_bind_i64(&q, ":actor", p->edit->actor);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &audience_sql_version_drop_old, &q, err));
    db_bind_i64(&q, ":number", p->number);
    db_bind_i64(&q, ":version", (int64_t)p->version - VERSIONS_KEPT);
    return db_run(&q, err);
}

static cu_code write_row(struct db *d, struct put *p, struct cu_error *err)
{
    struct db_query q;
    int64_t now_ms = cu_now_ms();
    const struct audience_edit *e = p->edit;
    CU_TRY(db_prepare(d, e->if_version ? &audience_sql_update : &audience_sql_insert, &q, err));
    db_bind_str(&q, ":name", e->name);
    db_bind_str(&q, ":title", e->title.ptr ? e->title : CU_LIT(""));
    db_bind_str(&q, ":doc", e->doc.ptr ? e->doc : CU_LIT(""));
    db_bind_str(&q, ":text", cu_buf_view(&p->text));
    db_bind_str(&q, ":definition", cu_buf_view(&p->json));
    db_bind_i64(&q, ":persona", e->persona);
    db_bind_str(&q, ":card", e->card);
    db_bind_i64(&q, ":now", now_ms);
    if (e->if_version)
        db_bind_i64(&q, ":version", e->if_version);
    CU_TRY(db_run(&q, err));
    if (!e->if_version)
        p->number = (uint32_t)db_last_rowid(d);
    else if (db_changes(d) != 1)
        return cu_fail(err, CU_PRECONDITION, "version", "the segment changed since it was read; read it again");
    p->version = e->if_version + 1;
    return write_version(d, p, now_ms, err);
}

static cu_code store(struct audiences *a, struct put *p, struct cu_error *err)
{
    struct db *d = people_lock(a->o.people);
    cu_code code = people_begin(a->o.people, err);
    if (code == CU_OK) {
        code = write_row(d, p, err);
        if (code == CU_OK)
            code = people_commit(a->o.people, err);
        else
            people_rollback(a->o.people);
    }
    people_unlock(a->o.people);
    return code;
}

static cu_code find_for_edit(struct audiences *a, const struct audience_edit *e, struct audience_live **ret_live,
    uint32_t *ret_number,
    struct audience_slot **ret_slot, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&a->lock);
    const struct audience_def *d = audience_def_find(a, e->name);
    if (!d && e->if_version)
        code = cu_fail(err, CU_NOT_FOUND, "name", "there is no segment of that name");
    else if (d && !e->if_version)
        code = cu_fail(err, CU_CONFLICT, "name", "there is a segment of that name; send the version you read to change it");
    else if (d && d->version != e->if_version)
        code = cu_fail(err, CU_PRECONDITION, "version", "the segment changed since it was read; read it again");
    else if (!d && a->def_count == AUDIENCE_MAX)
        code = cu_fail(err, CU_FULL, "", "at most %u segments are kept; delete one that nobody needs", AUDIENCE_MAX);
    if (code == CU_OK && d) {
        *ret_number = d->number;
        if (d->slot) {
            *ret_slot = d->slot;
            atomic_fetch_add(&d->slot->references, 1);
            *ret_live = audience_live_take(d->slot->live);
        }
    }
    pthread_mutex_unlock(&a->lock);
    return code;
}

// In memory, once it is stored: nothing can fail any more but the definition itself, which was made before.
static void put_in_force(struct audiences *a, const struct put *p, struct audience_slot *slot, struct audience_def *room)
{
    pthread_mutex_lock(&a->lock);
    struct audience_def *d = audience_def_numbered(a, p->number);
    if (!d) {
        d = room;
        d->number = p->number;
        memcpy(d->name, p->edit->name.ptr, p->edit->name.len);
        a->defs[a->def_count++] = d;
    } else {
        cu_free(room);
    }
    struct audience_slot *old = d->slot;
    d->slot = slot;
    d->version = p->version;
    d->broken = false;
    d->fault[0] = 0;
    d->dep_count = 0;
    for (uint32_t i = 0; i < slot->dep_count && d->dep_count < SEG_NODES_MAX; i++)
        d->deps[d->dep_count++] = slot->deps[i];
    pthread_rwlock_wrlock(&a->members);
    slot->live->version = p->version; // also of one that goes on: its snapshots are of this version now
    slot->live->changed = true;
    pthread_rwlock_unlock(&a->members);
    audience_stale(a);
    pthread_mutex_unlock(&a->lock);
    audience_slot_give(old);
}

static cu_code keep_facts(struct audiences *a)
{
    const struct seg_field **fields = cu_alloc(AUDIENCE_MAX * SEG_NODES_MAX * sizeof *fields);
    size_t count = 0;
    if (!fields)
        return CU_MEMORY; // more stays loaded than is needed
    pthread_mutex_lock(&a->lock);
    for (uint32_t i = 0; i < a->def_count; i++) {
        const struct audience_slot *s = a->defs[i]->slot;
        for (uint32_t k = 0; s && k < s->field_count; k++)
            fields[count++] = s->fields[k];
    }
    pthread_mutex_unlock(&a->lock);
    cu_code code = facts_keep(a->o.facts, fields, count, NULL);
    cu_free(fields);
    return code;
}

// Checked, compiled, stored, in force. edit is held.
static cu_code put(struct audiences *a, const struct audience_edit *e, struct audience_catalog *c, struct cu_arena *arena,
    struct seg_faults *faults, struct put *p, struct cu_error *err)
{
    struct audience_slot *old = NULL, *slot = NULL;
    struct audience_live *live = NULL;
    struct audience_def *room = NULL;
    struct seg_node *n = seg_copy(e->definition, arena);
    struct json_writer w;
    if (!n)
        return cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    CU_TRY(seg_check(n, c->catalog, arena, faults, err));
    CU_TRY(find_for_edit(a, e, &live, &p->number, &old, err));
    cu_code code = check_cycle(a, n, e->name, p->number, err);
    bool same = code == CU_OK && old && seg_equal(seg_program_node(old->program), n);
    audience_slot_give(old);
    if (!same) { // another definition: everybody is decided anew
        audience_live_give(live);
        live = code == CU_OK ? audience_live_new(p->number, e->if_version + 1) : NULL;
        if (code == CU_OK && !live)
            code = cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    }
    if (code == CU_OK)
        code = audience_slot_new(a, n, c, p->number, e->if_version + 1, live, &slot, err);
    seg_print_text(n, c->catalog, &p->text);
    jw_start(&w, &p->json);
    seg_print_json(n, c->catalog, &w);
    if (code == CU_OK)
        code = cu_buf_code(&p->text, err);
    if (code == CU_OK)
        code = cu_buf_code(&p->json, err);
    room = cu_calloc(1, sizeof *room);
    if (code == CU_OK && !room)
        code = cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    if (code == CU_OK)
        code = store(a, p, err);
    if (code == CU_OK) {
        slot->number = p->number; // nobody else has it yet
        slot->version = p->version;
        if (!same)
            live->number = p->number;
        put_in_force(a, p, slot, room);
    } else {
        audience_slot_give(slot);
        cu_free(room);
    }
    audience_live_give(live);
    return code;
}

cu_code audience_put(struct audiences *a, const struct audience_edit *e, struct seg_faults *faults, uint32_t *ret_number,
    struct cu_error *err)
{
    struct put p = {.edit = e};
    struct seg_faults mine = {.count = 0};
    CU_TRY(check_edit(e, err));
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(ARENA_MAX);
    struct audience_catalog *c = arena ? audience_catalog_take(a) : NULL;
    if (!c)
        return cu_fail(err, arena ? CU_UNAVAILABLE : CU_MEMORY, "", "the data dictionary is not loaded yet");
    cu_buf_init(&p.text, SEG_TEXT_MAX * 2);
    cu_buf_init(&p.json, JSON_MAX);
    pthread_mutex_lock(&a->edit);
    cu_code code = put(a, e, c, arena, faults ? faults : &mine, &p, err);
    if (code == CU_OK)
        (void)keep_facts(a);
    pthread_mutex_unlock(&a->edit);
    cu_buf_clear(&p.text);
    cu_buf_clear(&p.json);
    audience_catalog_give(a, c);
    if (code == CU_OK && ret_number)
        *ret_number = p.number;
    return code;
}

static cu_code delete_row(struct audiences *a, uint32_t number, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(a->o.people);
    cu_code code = people_begin(a->o.people, err);
    if (code == CU_OK) {
        code = db_prepare(d, &audience_sql_delete, &q, err);
        if (code == CU_OK) {
            db_bind_i64(&q, ":number", number);
            code = db_run(&q, err);
        }
        if (code == CU_OK)
            code = people_commit(a->o.people, err);
        else
            people_rollback(a->o.people);
    }
    people_unlock(a->o.people);
    return code;
}

static cu_code find_to_drop(struct audiences *a, cu_str name, uint32_t *ret, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&a->lock);
    const struct audience_def *d = audience_def_find(a, name);
    if (!d)
        code = cu_fail(err, CU_NOT_FOUND, "name", "there is no segment of that name");
    else
        *ret = d->number;
    for (uint32_t i = 0; d && i < a->def_count && code == CU_OK; i++) {
        for (uint32_t k = 0; k < a->defs[i]->dep_count && code == CU_OK; k++) {
            if (a->defs[i]->deps[k] == d->number)
                code = cu_fail(err, CU_CONFLICT, "name", "the segment %s asks for it; change that one first",
                    a->defs[i]->name);
        }
    }
    pthread_mutex_unlock(&a->lock);
    return code;
}

cu_code audience_drop(struct audiences *a, cu_str name, struct cu_error *err)
{
    uint32_t number = 0;
    struct audience_slot *slot = NULL;
    pthread_mutex_lock(&a->edit);
    cu_code code = find_to_drop(a, name, &number, err);
    if (code == CU_OK)
        code = delete_row(a, number, err);
    if (code == CU_OK) {
        pthread_mutex_lock(&a->lock);
        for (uint32_t i = 0; i < a->def_count; i++) {
            if (a->defs[i]->number != number)
                continue;
            slot = a->defs[i]->slot;
            cu_free(a->defs[i]);
            a->defs[i] = a->defs[--a->def_count];
            break;
        }
        audience_stale(a);
        pthread_mutex_unlock(&a->lock);
        audience_slot_give(slot);
        audience_hide(a, number);
        history_dropped(a, number);
        (void)keep_facts(a);
    }
    pthread_mutex_unlock(&a->edit);
    return code;
}
