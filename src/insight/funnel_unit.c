// SPDX-License-Identifier: Apache-2.0
// One unit's rows and its chains. Where steps share a property, the rows are split by its values, each value is walked by
// itself, and the best chain counts.
#include "funnel_scan.h"

#include <stdlib.h>

bool funnel_grow(void **at, size_t *cap, size_t count, size_t size)
{
    if (count < *cap)
        return true;
    size_t wanted = *cap ? *cap * 2 : 256;
    void *more = cu_realloc(*at, wanted * size);
    if (!more)
        return false;
    *at = more;
    *cap = wanted;
    return true;
}

static bool fail(struct funnel_thread *s, enum funnel_fault fault)
{
    s->fault = s->fault == FUNNEL_FINE ? fault : s->fault;
    return false;
}

static bool work(struct funnel_thread *s, size_t rows)
{
    s->work += rows;
    return s->work <= FUNNEL_WORK_MAX || fail(s, FUNNEL_TOO_MUCH_WORK);
}

uint32_t funnel_steps_of(const struct funnel_thread *s, size_t row)
{
    const struct funnel_plan *p = s->p;
    uint32_t kind = s->scan->kind[row], maybe = kind < p->mask_end ? p->masks[kind] : 0;
    if (p->mask_any && visit_counts(p->maker, kind)) // any: what a person does
        maybe |= p->mask_any;
    uint32_t ret = maybe;
    for (; maybe; maybe &= maybe - 1) {
        uint32_t bit = (uint32_t)__builtin_ctz(maybe);
        const struct funnel_event *e = &p->events[bit < FUNNEL_BAN_SHIFT ? bit : p->steps + bit - FUNNEL_BAN_SHIFT];
        if (e->test_count && !funnel_event_holds(e, s->scan, row))
            ret &= ~(UINT32_C(1) << bit);
    }
    return ret;
}

static bool reserve(struct funnel_thread *s, struct funnel_rows *to, size_t count)
{
    if (count <= to->cap)
        return true;
    struct funnel_row *row = cu_realloc(to->row, count * 2 * sizeof *row);
    to->row = row ? row : to->row;
    uint32_t *at = row ? cu_realloc(to->at, count * 2 * sizeof *at) : NULL;
    if (!at)
        return fail(s, FUNNEL_NO_MEMORY); // cap stays: both have so many
    to->at = at;
    to->cap = count * 2;
    return true;
}

static bool push(struct funnel_thread *s, struct funnel_rows *to, struct funnel_row row, uint32_t at)
{
    if (to->count == to->cap && !reserve(s, to, to->count + 128))
        return false;
    to->row[to->count] = row;
    to->at[to->count++] = at;
    return true;
}

bool funnel_unit_rows(struct funnel_thread *s, const struct funnel_entry *entries, size_t first, size_t end)
{
    const struct funnel_plan *p = s->p;
    bool strict = (p->rules.modes & FUNNEL_STRICT_ORDER) != 0;
    size_t count = 0;
    if (!reserve(s, &s->rows, end - first))
        return false;
    for (size_t i = first; i < end; i++) {
        size_t row = entries ? entries[i].row : i;
        uint32_t kind = s->scan->kind[row], steps;
        int64_t time = s->scan->time_ms[row];
        if (time < p->q->from_ms || (s->visit && !visit_counts(p->maker, kind)))
            continue;
        steps = p->by_kind ? (kind < p->mask_end ? p->masks[kind] : 0) : funnel_steps_of(s, row);
        if (steps == 0 && !(strict && visit_counts(p->maker, kind)))
            continue;
        s->rows.row[count] = (struct funnel_row){time, steps};
        s->rows.at[count++] = (uint32_t)row;
    }
    s->rows.count = count;
    return true;
}

// ---- values

static int by_key(const void *a, const void *b)
{
    const struct funnel_entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

// Most people have few.
static void sort(struct funnel_entries *e)
{
    if (e->count > 32) {
        qsort(e->at, e->count, sizeof *e->at, by_key);
        return;
    }
    for (size_t i = 1; i < e->count; i++) {
        struct funnel_entry moved = e->at[i];
        size_t k = i;
        for (; k > 0 && by_key(&moved, &e->at[k - 1]) < 0; k--)
            e->at[k] = e->at[k - 1];
        e->at[k] = moved;
    }
}

static bool entry(struct funnel_thread *s, struct funnel_entries *to, struct funnel_entry e)
{
    if (!funnel_grow((void **)&to->at, &to->cap, to->count, sizeof *to->at))
        return fail(s, FUNNEL_NO_MEMORY);
    to->at[to->count++] = e;
    return true;
}

bool funnel_units_of_property(struct funnel_thread *s)
{
    s->units.count = 0;
    for (size_t row = 0; row < s->scan->count; row++) {
        for (uint32_t k = 0; k < s->p->unit_column_count; k++) {
            const struct scan_cells *c = &s->scan->column[s->p->unit_columns[k]];
            for (uint32_t v = c->first[row]; v < c->first[row + 1]; v++) {
                if (!entry(s, &s->units, (struct funnel_entry){(uint64_t)c->value[v], (uint32_t)row, 0}))
                    return false;
            }
        }
    }
    sort(&s->units);
    return true;
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

// An entry of rows[i] for each combination of the values of what steps share; none where the event lacks one.
static bool combine(struct funnel_thread *s, const struct funnel_event *e, size_t i, uint32_t bit, bool *ret_any)
{
    uint32_t row = s->rows.at[i], at[FUNNEL_SAME_MAX] = {0}, given = 0, k = 0;
    *ret_any = false;
    for (uint32_t n = 0; n < s->p->same_count; n++) {
        const struct scan_cells *c = e->same[n] < 0 ? NULL : &s->scan->column[e->same[n]];
        if (!c || c->first[row] == c->first[row + 1])
            return true;
    }
    *ret_any = true;
    while (k < s->p->same_count) {
        uint64_t key = 0;
        for (uint32_t n = 0; n < s->p->same_count; n++) {
            const struct scan_cells *c = &s->scan->column[e->same[n]];
            key = mix(key + (uint64_t)(c->value[c->first[row] + at[n]] * e->scale[n]));
        }
        if (given++ == FUNNEL_COMBINATIONS_MAX)
            return fail(s, FUNNEL_TOO_MANY_VALUES);
        if (!entry(s, &s->shared, (struct funnel_entry){key, (uint32_t)i, UINT32_C(1) << bit}))
            return false;
        for (k = 0; k < s->p->same_count; k++) { // the next combination
            const struct scan_cells *c = &s->scan->column[e->same[k]];
            if (++at[k] < c->first[row + 1] - c->first[row])
                break;
            at[k] = 0;
        }
    }
    return true;
}

// ---- walking

struct telling {
    struct funnel_thread *s;
    const uint32_t *at; // rows of the scan
    struct funnel_found *found;
};

static void tell(void *context, const struct funnel_chain *c)
{
    struct telling *t = context;
    struct funnel_chain own = {.level = c->level};
    for (uint32_t i = 0; i < c->level; i++)
        own.row[i] = t->at[c->row[i]];
    if (t->s->p->rules.attempts)
        funnel_chain_add(t->s, &own);
    struct funnel_chain *best = &t->found->chain;
    if (own.level > best->level || (own.level == best->level && own.row[0] < best->row[0]))
        *best = own;
}

static bool walk(struct funnel_thread *s, const struct funnel_row *rows, const uint32_t *at, size_t count,
    int64_t starts_before, struct funnel_found *ret)
{
    struct telling t = {s, at, ret};
    switch (funnel_walk(&s->p->rules, rows, count, starts_before, tell, &t)) {
    case FUNNEL_TOO_MANY:
        return fail(s, FUNNEL_TOO_MANY_WAYS);
    case FUNNEL_BANNED:
        ret->banned = true;
        return true;
    case FUNNEL_WALKED:
        break;
    }
    return s->fault == FUNNEL_FINE;
}

// Rows that belong to every value: what is no step (it matters to the strict order), and what must not happen where it has
// no such property.
static bool split(struct funnel_thread *s, size_t first, size_t end, struct funnel_rows *common)
{
    const struct funnel_plan *p = s->p;
    s->shared.count = 0;
    for (size_t i = first; i < end; i++) {
        uint32_t steps = s->rows.row[i].steps, open = 0;
        bool any;
        for (uint32_t rest = steps; rest; rest &= rest - 1) {
            uint32_t bit = (uint32_t)__builtin_ctz(rest);
            bool banned = bit >= FUNNEL_BAN_SHIFT;
            if (!combine(s, &p->events[banned ? p->steps + bit - FUNNEL_BAN_SHIFT : bit], i, bit, &any))
                return false;
            open |= !any && banned ? UINT32_C(1) << bit : 0;
        }
        if ((open || steps == 0) && !push(s, common, (struct funnel_row){s->rows.row[i].time_ms, open}, (uint32_t)i))
            return false;
    }
    sort(&s->shared);
    return true;
}

// The rows of one value, merged with the common ones, in the order of the unit's rows.
static bool merge(struct funnel_thread *s, const struct funnel_entry *e, size_t count, const struct funnel_rows *common)
{
    size_t c = 0;
    s->lane.count = 0;
    for (size_t i = 0; i < count;) {
        uint32_t row = e[i].row, steps = 0;
        for (; c < common->count && common->at[c] < row; c++) {
            if (!push(s, &s->lane, common->row[c], s->rows.at[common->at[c]]))
                return false;
        }
        for (; i < count && e[i].row == row; i++)
            steps |= e[i].steps;
        for (; c < common->count && common->at[c] == row; c++)
            steps |= common->row[c].steps;
        if (!push(s, &s->lane, (struct funnel_row){s->rows.row[row].time_ms, steps}, s->rows.at[row]))
            return false;
    }
    return true; // what comes behind the last step changes nothing
}

static bool run_shared(struct funnel_thread *s, size_t first, size_t end, int64_t starts_before, struct funnel_rows *common,
    struct funnel_found *ret)
{
    if (!split(s, first, end, common))
        return false;
    for (size_t i = 0, next; i < s->shared.count; i = next) {
        const struct funnel_entry *e = &s->shared.at[i];
        uint32_t steps = e->steps;
        for (next = i + 1; next < s->shared.count && s->shared.at[next].key == e->key; next++)
            steps |= s->shared.at[next].steps;
        // as far as this value can get at all: no further than another did, or not even begun
        uint32_t most = s->p->rules.any_order ? FUNNEL_STEPS_MAX : (uint32_t)__builtin_ctz(~steps);
        if (most == 0 || (most < ret->chain.level && !s->p->rules.attempts && !s->p->rules.whole))
            continue;
        if (!work(s, next - i + common->count) || !merge(s, e, next - i, common))
            return false;
        if (!walk(s, s->lane.row, s->lane.at, s->lane.count, starts_before, ret))
            return false;
    }
    return true;
}

bool funnel_unit_run(struct funnel_thread *s, size_t first, size_t end, int64_t starts_before, struct funnel_found *ret)
{
    ret->chain.level = 0;
    ret->banned = false;
    if (s->p->same_count == 0)
        return walk(s, s->rows.row + first, s->rows.at + first, end - first, starts_before, ret);
    struct funnel_rows common = {0};
    bool good = run_shared(s, first, end, starts_before, &common, ret);
    cu_free(common.row);
    cu_free(common.at);
    return good;
}
