// SPDX-License-Identifier: Apache-2.0
// The deciding thread's view of all definitions: in the order of what they ask for, with whom a kind of event matters to.
// Made anew whenever definitions change. And plans of several programs laid over one another.
#include "audience_private.h"

#include <stdlib.h>

void audience_view_free(struct audience_view *v)
{
    if (!v)
        return;
    for (uint32_t i = 0; i < v->count; i++)
        audience_slot_give(v->slot[i]);
    cu_free(v->kinds);
    cu_free(v->kind_known);
    cu_free(v);
}

uint32_t audience_place(const struct audience_view *v, uint32_t number)
{
    for (uint32_t i = 0; v && i < v->count; i++) {
        if (v->slot[i]->number == number)
            return i;
    }
    return UINT32_MAX;
}

// There are no circles (audience_put), so each round finds one whose needs are all placed. A definition that asks for one
// that is broken does not wait for it.
static bool placed(const struct audience_view *v, const struct audience_slot *const *rest, uint32_t count,
    const struct audience_slot *s)
{
    (void)v;
    for (uint32_t k = 0; k < s->dep_count; k++) {
        for (uint32_t i = 0; i < count; i++) {
            if (rest[i] && rest[i]->number == s->deps[k])
                return false;
        }
    }
    return true;
}

static void put_in_order(struct audience_view *v, struct audience_slot **rest, uint32_t count)
{
    for (uint32_t left = count; left;) {
        uint32_t before = left;
        for (uint32_t i = 0; i < count; i++) {
            if (!rest[i] || !placed(v, (const struct audience_slot *const *)rest, count, rest[i]))
                continue;
            v->slot[v->count++] = rest[i];
            rest[i] = NULL;
            left--;
        }
        for (uint32_t i = 0; i < count && left == before; i++) { // a circle, which cannot be: as they come
            if (rest[i]) {
                v->slot[v->count++] = rest[i];
                rest[i] = NULL;
                left--;
            }
        }
    }
}

static void find_dependents(struct audience_view *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        set_add(&v->all, i);
        for (uint32_t k = 0; k < v->slot[i]->dep_count; k++) {
            uint32_t on = audience_place(v, v->slot[i]->deps[k]);
            if (on != UINT32_MAX)
                set_add(&v->dependents[on], i);
        }
    }
    for (uint32_t i = v->count; i-- > 0;) { // those behind have theirs already
        v->closure[i] = v->dependents[i];
        for (uint32_t k = i + 1; k < v->count; k++) {
            if (set_has(&v->dependents[i], k))
                set_unite(&v->closure[i], &v->closure[k]);
        }
    }
}

cu_code audience_view_build(struct audiences *a, struct audience_view **ret, struct cu_error *err)
{
    struct audience_view *v = cu_calloc(1, sizeof *v);
    struct audience_slot **rest = cu_calloc(AUDIENCE_MAX, sizeof *rest);
    uint32_t count = 0;
    if (!v || !rest) {
        cu_free(v);
        cu_free(rest);
        return cu_fail(err, CU_MEMORY, "", "no memory for the view of segments");
    }
    pthread_mutex_lock(&a->lock);
    for (uint32_t i = 0; i < a->def_count; i++) {
        if (!a->defs[i]->slot)
            continue;
        atomic_fetch_add(&a->defs[i]->slot->references, 1);
        rest[count++] = a->defs[i]->slot;
    }
    a->stale = false;
    pthread_mutex_unlock(&a->lock);
    put_in_order(v, rest, count);
    cu_free(rest);
    find_dependents(v);
    *ret = v;
    return CU_OK;
}

static bool kind_room(struct audience_view *v, uint32_t kind)
{
    if (kind < v->kind_count)
        return true;
    uint32_t count = v->kind_count ? v->kind_count * 2 : 64;
    while (count <= kind)
        count *= 2;
    struct audience_set *kinds = cu_realloc(v->kinds, count * sizeof *kinds);
    if (kinds)
        v->kinds = kinds;
    uint8_t *known = kinds ? cu_realloc(v->kind_known, count) : NULL;
    if (!known)
        return false;
    memset(known + v->kind_count, 0, count - v->kind_count);
    v->kind_known = known;
    v->kind_count = count;
    return true;
}

const struct audience_set *audience_view_kind(struct audience_view *v, uint32_t kind)
{
    if (!kind_room(v, kind))
        return &v->all; // more is decided than is needed
    if (!v->kind_known[kind]) {
        v->kinds[kind] = (struct audience_set){{0}};
        for (uint32_t i = 0; i < v->count; i++) {
            if (seg_program_kind(v->slot[i]->program, kind))
                set_add(&v->kinds[kind], i);
        }
        v->kind_known[kind] = 1;
    }
    return &v->kinds[kind];
}

// --- plans laid over one another

void audience_plan_clear(struct audience_plan *p)
{
    if (!p)
        return;
    cu_free(p->kinds);
    cu_arena_free(p->arena);
    cu_free(p);
}

static bool same_column(const struct scan_column *x, const struct scan_column *y)
{
    if (x->type != y->type || x->match != y->match || x->fold != y->fold || x->text_count != y->text_count ||
        !cu_str_eq(x->path, y->path))
        return false;
    for (size_t i = 0; i < x->text_count; i++) {
        if (!cu_str_eq(x->texts[i], y->texts[i]))
            return false;
    }
    return true;
}

static uint16_t find_column(const struct audience_plan *p, size_t count, const struct scan_column *c)
{
    uint16_t i = 0;
    while (i < count && !same_column(&p->columns[i], c))
        i++;
    return i;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static bool add_kinds(struct audience_plan *p, const struct scan_plan *more, bool first)
{
    if (!more->kinds || (!first && !p->plan.kinds)) {
        p->plan.kinds = NULL;
        p->plan.kind_count = 0;
        return true;
    }
    size_t count = p->plan.kind_count + more->kind_count, kept = 0;
    uint32_t *kinds = cu_realloc(p->kinds, (count + 1) * sizeof *kinds);
    if (!kinds)
        return false;
    memcpy(kinds + p->plan.kind_count, more->kinds, more->kind_count * sizeof *kinds);
    qsort(kinds, count, sizeof *kinds, by_number);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || kinds[i] != kinds[i - 1])
            kinds[kept++] = kinds[i];
    }
    p->kinds = kinds;
    p->plan.kinds = kinds;
    p->plan.kind_count = kept;
    return true;
}

bool audience_plan_add(struct audience_plan *p, uint32_t place, const struct seg_program *program, int64_t now_ms,
    cu_code *code)
{
    struct scan_plan more = {0};
    p->map[place] = NULL;
    if (!seg_program_plan(program, now_ms, &more))
        return true;
    size_t count = p->plan.column_count;
    uint16_t *map = cu_arena_alloc(p->arena, (more.column_count + 1) * sizeof *map);
    if (!map) {
        *code = CU_MEMORY;
        return true;
    }
    for (size_t i = 0; i < more.column_count; i++) {
        map[i] = find_column(p, count, &more.columns[i]);
        if (map[i] == count && count == SCAN_COLUMNS_MAX)
            return false;
        if (map[i] == count)
            p->columns[count++] = more.columns[i];
    }
    if (!add_kinds(p, &more, p->none)) {
        *code = CU_MEMORY;
        return true;
    }
    p->map[place] = map;
    p->plan.column_count = count;
    p->plan.columns = p->columns;
    p->plan.wants |= more.wants;
    p->plan.from_ms = p->none || more.from_ms < p->plan.from_ms ? more.from_ms : p->plan.from_ms;
    p->plan.to_ms = p->none || more.to_ms > p->plan.to_ms ? more.to_ms : p->plan.to_ms;
    p->none = false;
    return true;
}
