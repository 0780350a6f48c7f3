// SPDX-License-Identifier: Apache-2.0
// Slots: loading, changing, choosing. See slot.h.
#include "slot.h"

#include "base/clock.h"
#include "base/hash.h"
#include "slot_sql.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SET_BYTES_MAX = 256 << 20 };
#define HOLD_OUT_SEED UINT64_C(0x9e3779b97f4a7c15) // never changes, or groups would

struct slots {
    struct people *people;
    struct audiences *audiences;
    pthread_rwlock_t lock; // readers hold it while they use the set: microseconds
    struct slot_set set;
    struct json_parser *parser; // under people_lock
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool slot_holds_out(const struct slot *slot, uint32_t person)
{
    uint8_t bytes[4] = {(uint8_t)person, (uint8_t)(person >> 8), (uint8_t)(person >> 16), (uint8_t)(person >> 24)};
    uint64_t of_slot = cu_hash64(slot->name, strlen(slot->name), HOLD_OUT_SEED);
    return cu_hash64(bytes, sizeof bytes, of_slot) % 1000 < (uint64_t)slot->hold_out_permille;
}

const struct slot_rule *slot_choose(const struct slot *slot, const uint32_t *segments, size_t count)
{
    for (size_t i = 0; i < slot->rule_count && count; i++) {
        uint32_t number = slot->rules[i].number;
        if (number && bsearch(&number, segments, count, sizeof number, by_number))
            return &slot->rules[i];
    }
    return NULL;
}

// --- the set

const struct slot_set *slots_take(struct slots *s)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    return &s->set;
}

void slots_done(struct slots *s, const struct slot_set *set)
{
    (void)set;
    (void)pthread_rwlock_unlock(&s->lock);
}

const struct slot *slot_find(const struct slot_set *set, cu_str name)
{
    for (size_t i = 0; i < set->count; i++) {
        if (cu_str_eqz(name, set->at[i].name))
            return &set->at[i];
    }
    return NULL;
}

static cu_code keep(struct cu_arena *a, cu_str text, cu_str *ret, struct cu_error *err)
{
    *ret = cu_arena_dup(a, text.ptr ? text : CU_LIT(""));
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for slots");
}

static cu_code print(struct cu_arena *a, json v, cu_str *ret, struct cu_error *err)
{
    struct cu_buf out CU_AUTO_BUF = {0};
    cu_buf_init(&out, SLOT_CONTENT_MAX);
    json_print(&out, v);
    cu_code code = cu_buf_code(&out, err);
    if (code == CU_TOO_LARGE)
        return cu_fail(err, CU_TOO_LARGE, "content", "at most %d bytes of JSON are accepted", SLOT_CONTENT_MAX);
    CU_TRY(code);
    return keep(a, cu_buf_view(&out), ret, err);
}

static uint32_t number_of(const struct audience_row *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].number;
    }
    return 0;
}

struct known_segments {
    struct audience_row *rows;
    size_t count;
};

// Rules as the API and the row have them; names of segments that are not there are refused when strict.
static cu_code read_rules(json rules, struct cu_arena *a, const struct known_segments *known, bool strict, struct slot *ret,
    struct cu_error *err)
{
    struct slot_rule *at = cu_arena_alloc(a, (json_count(rules) + 1) * sizeof *at);
    struct json_iter it = json_each(rules);
    if (!at)
        return cu_fail(err, CU_MEMORY, "", "no memory for slots");
    ret->rules = at;
    ret->rule_count = 0;
    while (json_next(&it)) {
        struct slot_rule *r = &at[ret->rule_count];
        cu_str name = json_str(json_get(it.value, "segment"));
        (void)snprintf(r->segment, sizeof r->segment, "%.*s", CU_ARG(name));
        r->number = number_of(known->rows, known->count, r->segment);
        if (strict && (r->number == 0 || name.len > AUDIENCE_NAME_MAX)) {
            (void)cu_fail(err, CU_INVALID, "segment", "no segment has this name");
            cu_error_prefix(err, "/rules/%zu/", ret->rule_count);
            return CU_INVALID;
        }
        CU_TRY(keep(a, json_str(json_get(it.value, "variant")), &r->variant, err));
        cu_code code = print(a, json_get(it.value, "content"), &r->content, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/rules/%zu/", ret->rule_count);
        CU_TRY(code);
        ret->rule_count++;
    }
    return CU_OK;
}

static cu_code load_row(struct slots *s, struct db_query *q, struct cu_arena *a, const struct known_segments *known,
    struct slot *ret,
    struct cu_error *err)
{
    json rules;
    cu_str name = db_str(q, 0);
    memset(ret, 0, sizeof *ret);
    (void)snprintf(ret->name, sizeof ret->name, "%.*s", CU_ARG(name));
    ret->hold_out_permille = (int32_t)db_i64(q, 4);
    ret->is_public = db_i64(q, 5) != 0;
    ret->version = (uint32_t)db_i64(q, 6);
    ret->created_ms = db_i64(q, 7);
    ret->changed_ms = db_i64(q, 8);
    CU_TRY(keep(a, db_str(q, 1), &ret->title, err));
    CU_TRY(keep(a, db_str(q, 3), &ret->fallback, err));
    CU_TRY(json_parse(s->parser, db_str(q, 2), &rules, err));
    return read_rules(rules, a, known, false, ret, err);
}

static cu_code load_rows(struct slots *s, struct db *d, struct slot_set *ret, struct cu_error *err)
{
    struct known_segments known = {0};
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(audience_list(s->audiences, ret->arena, &known.rows, &known.count, err));
    ret->at = cu_arena_alloc(ret->arena, SLOTS_MAX * sizeof *ret->at);
    if (!ret->at)
        return cu_fail(err, CU_MEMORY, "", "no memory for slots");
    CU_TRY(db_prepare(d, &slot_sql_every, &q, err));
    while (code == CU_OK && ret->count < SLOTS_MAX && db_step(&q))
        code = load_row(s, &q, ret->arena, &known, &ret->at[ret->count++], err);
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code reload(struct slots *s, struct db *d, struct cu_error *err)
{
    struct slot_set set = {.arena = cu_arena_new(SET_BYTES_MAX)};
    if (!set.arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for slots");
    cu_code code = load_rows(s, d, &set, err);
    if (code != CU_OK) {
        cu_arena_free(set.arena);
        return code;
    }
    (void)pthread_rwlock_wrlock(&s->lock);
    struct slot_set former = s->set;
    s->set = set;
    (void)pthread_rwlock_unlock(&s->lock);
    cu_arena_free(former.arena);
    return CU_OK;
}

cu_code slots_reload(struct slots *s, struct cu_error *err)
{
    struct db *d = people_lock(s->people);
    cu_code code = reload(s, d, err);
    people_unlock(s->people);
    return code;
}

cu_code slots_open(struct people *p, struct audiences *a, struct slots **ret, struct cu_error *err)
{
    struct slots *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for slots");
    s->people = p;
    s->audiences = a;
    (void)pthread_rwlock_init(&s->lock, NULL);
    s->parser = json_parser_new((size_t)2 << 20);
    cu_code code = s->parser ? slots_reload(s, err) : cu_fail(err, CU_MEMORY, "", "no memory for slots");
    if (code != CU_OK) {
        slots_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void slots_close(struct slots *s)
{
    if (!s)
        return;
    cu_arena_free(s->set.arena);
    json_parser_free(s->parser);
    (void)pthread_rwlock_destroy(&s->lock);
    cu_free(s);
}

// --- changing

// The whole edit, checked; rules and fallback as they are stored.
struct checked {
    cu_str rules, fallback;
};

static cu_code check(struct slots *s, const struct slot_edit *e, struct cu_arena *a, struct checked *ret,
    struct cu_error *err)
{
    struct known_segments known = {0};
    struct slot slot;
    struct cu_buf out CU_AUTO_BUF = {0};
    CU_TRY(audience_list(s->audiences, a, &known.rows, &known.count, err));
    CU_TRY(read_rules(e->rules, a, &known, true, &slot, err));
    cu_code code = print(a, e->fallback, &ret->fallback, err);
    if (code == CU_TOO_LARGE)
        (void)cu_fail(err, CU_TOO_LARGE, "/fallback", "at most %d bytes of JSON are accepted", SLOT_CONTENT_MAX);
    CU_TRY(code);
    cu_buf_init(&out, (size_t)SLOT_RULES_MAX * (SLOT_CONTENT_MAX + 512));
    json_print(&out, e->rules);
    CU_TRY(cu_buf_code(&out, err));
    return keep(a, cu_buf_view(&out), &ret->rules, err);
}

static cu_code store(struct slots *s, struct db *d, const struct slot_edit *e, const struct checked *c, struct cu_error *err)
{
    struct db_query q;
    bool fresh = e->if_version == 0;
    CU_TRY(db_prepare(d, fresh ? &slot_sql_insert : &slot_sql_update, &q, err));
    db_bind_str(&q, ":name", e->name);
    db_bind_str(&q, ":title", e->title);
    db_bind_str(&q, ":rules", c->rules);
    db_bind_str(&q, ":fallback", c->fallback);
    db_bind_i64(&q, ":hold_out_permille", e->hold_out_permille);
    db_bind_i64(&q, ":public", e->is_public);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", e->actor);
    if (!fresh)
        db_bind_i64(&q, ":version", e->if_version);
    CU_TRY(db_run(&q, err));
    if (!fresh && db_changes(d) == 0)
        return cu_fail(err, CU_PRECONDITION, "/version", "it changed since it was read, or is not there");
    return reload(s, d, err);
}

static cu_code may_store(struct slots *s, const struct slot_edit *e, struct cu_error *err)
{
    const struct slot_set *set = slots_take(s);
    bool there = slot_find(set, e->name) != NULL, full = set->count >= SLOTS_MAX;
    slots_done(s, set);
    if (e->if_version == 0 && there)
        return cu_fail(err, CU_CONFLICT, "name", "a slot has this name; its version is to be given to change it");
    if (e->if_version == 0 && full)
        return cu_fail(err, CU_CONFLICT, "", "there are %d slots already", SLOTS_MAX);
    if (e->if_version && !there)
        return cu_fail(err, CU_NOT_FOUND, "name", "no slot has this name");
    return CU_OK;
}

// A commit that fails leaves what was stored before: the set is read again.
static cu_code finish(struct slots *s, struct db *d, cu_code code, struct cu_error *err)
{
    if (code == CU_OK)
        code = people_commit(s->people, err);
    else
        people_rollback(s->people);
    if (code != CU_OK) {
        struct cu_error unused;
        cu_code again = reload(s, d, &unused);
        (void)again;
    }
    return code;
}

cu_code slot_put(struct slots *s, const struct slot_edit *e, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)64 << 20);
    struct checked c;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for slots");
    CU_TRY(check(s, e, a, &c, err));
    struct db *d = people_lock(s->people);
    cu_code code = may_store(s, e, err);
    if (code == CU_OK)
        code = people_begin(s->people, err);
    if (code == CU_OK)
        code = finish(s, d, store(s, d, e, &c, err), err);
    people_unlock(s->people);
    return code;
}

static cu_code delete_row(struct slots *s, struct db *d, cu_str name, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &slot_sql_delete, &q, err));
    db_bind_str(&q, ":name", name);
    CU_TRY(db_run(&q, err));
    if (db_changes(d) == 0)
        return cu_fail(err, CU_NOT_FOUND, "name", "no slot has this name");
    return reload(s, d, err);
}

cu_code slot_drop(struct slots *s, cu_str name, struct cu_error *err)
{
    struct db *d = people_lock(s->people);
    cu_code code = people_begin(s->people, err);
    if (code == CU_OK)
        code = finish(s, d, delete_row(s, d, name, err), err);
    people_unlock(s->people);
    return code;
}
