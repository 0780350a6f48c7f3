// SPDX-License-Identifier: Apache-2.0
// What a program needs to be told: kinds of events, the oldest time that matters, facts, other segments.
#include "segment_program.h"

#include <stdlib.h>

static int by_kind(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// A source that does not exist is 0, which no row compares with: rows without a source have no value.
static void find_sources(struct seg_program *p)
{
    for (struct seg_sources *s = p->sources; s; s = s->next) {
        for (uint32_t i = 0; i < s->name_count; i++)
            s->numbers[i] = p->with.source ? p->with.source(p->with.context, s->names[i].text) : 0;
        qsort(s->numbers, s->name_count, sizeof *s->numbers, by_number);
    }
}

cu_code seg_program_refresh(struct seg_program *p, struct cu_error *err)
{
    uint32_t *kinds = cu_alloc((p->filter_count + 1) * sizeof *kinds), count = 0;
    if (!kinds)
        return cu_fail(err, CU_MEMORY, "", "no memory to compile the definition");
    p->any_kind = false;
    for (struct seg_filter *f = p->filters; f; f = f->next) {
        p->any_kind |= f->any;
        if (!f->any && f->kind == 0 && p->with.timeline)
            f->kind = timeline_kind_find(p->with.timeline, f->name);
        if (f->kind != 0)
            kinds[count++] = f->kind;
    }
    find_sources(p);
    qsort(kinds, count, sizeof *kinds, by_kind);
    uint32_t different = 0;
    for (uint32_t i = 0; i < count; i++)
        if (different == 0 || kinds[different - 1] != kinds[i])
            kinds[different++] = kinds[i];
    cu_free(p->kinds);
    p->kinds = kinds;
    p->kind_count = different;
    return CU_OK;
}

const struct seg_node *seg_program_node(const struct seg_program *p)
{
    return p->definition;
}

size_t seg_program_fields(const struct seg_program *p, const struct seg_field *const **ret)
{
    *ret = p->fields;
    return p->field_count;
}

size_t seg_program_members(const struct seg_program *p, const uint32_t **ret)
{
    *ret = p->members;
    return p->member_count;
}

bool seg_program_kind(const struct seg_program *p, uint32_t kind)
{
    if (p->any_kind)
        return true;
    return p->kind_count > 0 && bsearch(&kind, p->kinds, p->kind_count, sizeof kind, by_kind) != NULL;
}

// Rows before a window never come back into it, and what must not happen only matters behind a first step.
static int64_t oldest(const struct seg_program *p, int64_t now_ms)
{
    int64_t from = INT64_MAX;
    for (uint32_t i = 0; i < p->part_count; i++) {
        const struct seg_node *n = p->parts[i]->node;
        if (n->kind != SEG_DID && n->kind != SEG_SEQUENCE)
            continue;
        struct seg_range range =
            seg_window_range(n->kind == SEG_DID ? &n->did.window : &n->sequence.window, p->with.zone, now_ms);
        seg_lower(&from, range.lo);
    }
    return from;
}

bool seg_program_plan(const struct seg_program *p, int64_t now_ms, struct scan_plan *ret)
{
    if (!p->any_kind && p->kind_count == 0)
        return false;
    *ret = (struct scan_plan){
        .kinds = p->any_kind ? NULL : p->kinds,
        .kind_count = p->any_kind ? 0 : p->kind_count,
        .from_ms = oldest(p, now_ms),
        .to_ms = INT64_MAX,
        .columns = p->columns,
        .column_count = p->column_count,
        .wants = p->wants,
    };
    return true;
}
