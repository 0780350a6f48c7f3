// SPDX-License-Identifier: Apache-2.0
// The way of one visit: from its start forwards or backwards, by events or by pages. See path.h.
#include "path.h"

static bool is_start(const struct path_plan *p, const struct scan_rows *rows, size_t row)
{
    if (p->start_page)
        return visit_is_view(p->maker, rows->kind[row]) && visit_cell(rows, VISIT_LANDING, row) == p->start_path;
    return p->start_kind != 0 && rows->kind[row] == p->start_kind;
}

// 0: this row is no station of a way.
static uint64_t key_of(const struct path_plan *p, const struct scan_rows *rows, size_t row)
{
    if (!visit_counts(p->maker, rows->kind[row]))
        return 0;
    if (!p->by_page)
        return (uint64_t)rows->kind[row] + PATH_FIRST;
    if (!visit_is_view(p->maker, rows->kind[row]))
        return 0;
    uint64_t path = visit_cell(rows, VISIT_LANDING, row);
    return path ? path : PATH_NONE;
}

// The key of the start, also where it is no station of its own (an event, while ways go by pages).
static uint64_t start_key(const struct path_plan *p)
{
    return p->start_page ? p->start_path : (uint64_t)p->start_kind + PATH_FIRST;
}

static bool same_kind_of_key(const struct path_plan *p)
{
    return p->start_page == p->by_page;
}

bool path_way_of(const struct path_plan *p, const struct scan_rows *rows, const struct visit *v, struct path_way *ret)
{
    size_t first = v->first_row, end = first + v->rows, at = p->backward ? end : first;
    uint64_t last = 0;
    ret->count = 0;
    ret->ended = true;
    if (p->start_given) {
        for (at = first; at < end && !(visit_counts(p->maker, rows->kind[at]) && is_start(p, rows, at));)
            at++;
        if (at == end)
            return false;
        ret->key[ret->count++] = start_key(p);
        last = same_kind_of_key(p) ? ret->key[0] : 0;
        at += !p->backward;
    }
    for (size_t left = p->backward ? at - first : end - at; left > 0; left--) {
        size_t row = p->backward ? first + left - 1 : end - left;
        uint64_t key = key_of(p, rows, row);
        if (key == 0 || (p->collapse && key == last))
            continue;
        if (ret->count > p->depth) {
            ret->ended = false;
            return true;
        }
        ret->key[ret->count++] = key;
        last = key;
    }
    return ret->count > 0;
}
