// SPDX-License-Identifier: Apache-2.0
// Values against a comparison of a definition: facts of persons, properties of events, what a measure came to.
#include "segment_program.h"

#include "text/text.h"

#define DAY_MS INT64_C(86400000)
#define FAR_MS INT64_C(4000000000000000)
#define FOLD_BYTES 4096
#define FEW 8 // so many are compared one by one

void seg_lower(int64_t *until, int64_t moment)
{
    if (until && moment < *until)
        *until = moment;
}

int64_t seg_scaled(int64_t value, int64_t scale)
{
    int64_t product;
    if (__builtin_mul_overflow(value, scale, &product))
        return value < 0 ? INT64_MIN : INT64_MAX;
    return product;
}

static int32_t day_number(int64_t t)
{
    t = t > FAR_MS ? FAR_MS : t < -FAR_MS ? -FAR_MS : t;
    return (int32_t)(t / DAY_MS - (t % DAY_MS < 0));
}

static bool among(const struct seg_check_value *c, int64_t v)
{
    if (c->number_count <= FEW) {
        for (uint32_t i = 0; i < c->number_count; i++)
            if (c->numbers[i] == v)
                return true;
        return false;
    }
    uint32_t lo = 0, hi = c->number_count;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (c->numbers[mid] <= v)
            lo = mid;
        else
            hi = mid;
    }
    return c->numbers[lo] == v;
}

static bool time_matches(
    const struct seg_run *r, const struct seg_check_value *c, int64_t raw, int64_t t, int64_t *until)
{
    const struct text_zone *zone = r->program->with.zone;
    if (c->cmp == SEG_ANNIVERSARY) {
        int32_t day = c->date ? day_number(raw) : text_zone_day(zone, t);
        if (until)
            seg_lower(until, seg_anniversary_turn(&c->window, zone, day, r->now_ms));
        return seg_anniversary(&c->window, zone, day, r->now_ms);
    }
    if (until)
        seg_lower(until, seg_window_turn(&c->window, zone, t, r->now_ms));
    struct seg_range range = seg_window_range(&c->window, zone, r->now_ms);
    return range.lo <= t && t <= range.hi;
}

// Does this value match, the negation left out?
static bool one_matches(const struct seg_run *r, const struct seg_check_value *c, int64_t raw, int64_t *until)
{
    if (c->matched)
        return raw != 0;
    int64_t v = c->date ? text_zone_day_start(r->program->with.zone, day_number(raw)) : seg_scaled(raw, c->scale);
    switch (c->cmp) {
    case SEG_IS:
    case SEG_IS_NOT:
        return among(c, v);
    case SEG_LESS:
        return v < c->numbers[0];
    case SEG_AT_MOST:
        return v <= c->numbers[0];
    case SEG_MORE:
        return v > c->numbers[0];
    case SEG_AT_LEAST:
        return v >= c->numbers[0];
    case SEG_BETWEEN:
        return v >= c->numbers[0] && v <= c->numbers[1];
    case SEG_WITHIN:
    case SEG_NOT_WITHIN:
    case SEG_ANNIVERSARY:
        return time_matches(r, c, raw, v, until);
    case SEG_KNOWN:
    case SEG_UNKNOWN:
    case SEG_CONTAINS:
    case SEG_CONTAINS_NOT:
    case SEG_STARTS:
    case SEG_ENDS:
        break;
    }
    return false;
}

static bool verdict(enum seg_cmp cmp, size_t count, bool any)
{
    if (cmp == SEG_KNOWN)
        return count > 0;
    if (cmp == SEG_UNKNOWN)
        return count == 0;
    if (cmp == SEG_IS_NOT || cmp == SEG_CONTAINS_NOT)
        return !any;
    return cmp == SEG_NOT_WITHIN ? count > 0 && !any : any;
}

bool seg_values_hold(
    const struct seg_run *r, const struct seg_check_value *c, const int64_t *values, size_t count, int64_t *until)
{
    bool any = false;
    if (c->cmp != SEG_KNOWN && c->cmp != SEG_UNKNOWN) {
        for (size_t i = 0; i < count && (until || !any); i++)
            any |= one_matches(r, c, values[i], until);
    }
    return verdict(c->cmp, count, any);
}

// ---- texts of facts

static bool text_is(const struct seg_check_value *c, cu_str folded)
{
    uint32_t lo = 0, hi = c->text_count;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int order = cu_str_cmp(c->texts[mid], folded);
        if (order == 0)
            return true;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

static bool folded_matches(const struct seg_check_value *c, cu_str folded)
{
    if (c->cmp == SEG_IS || c->cmp == SEG_IS_NOT)
        return text_is(c, folded);
    for (uint32_t i = 0; i < c->text_count; i++) {
        if (c->cmp == SEG_STARTS ? cu_str_starts(folded, c->texts[i])
            : c->cmp == SEG_ENDS ? cu_str_ends(folded, c->texts[i])
                                 : cu_str_find_str(folded, c->texts[i]) >= 0)
            return true;
    }
    return false;
}

// Folded on the stack; only a text of kilobytes takes memory (without any, it matches nothing).
static bool text_matches(const struct seg_check_value *c, cu_str text)
{
    char room[FOLD_BYTES];
    struct cu_buf b = {.ptr = room, .cap = sizeof room, .max = sizeof room - 1};
    text_fold(text, &b);
    if (!b.failed)
        return folded_matches(c, (cu_str){room, b.len});
    struct cu_buf large;
    cu_buf_init(&large, text.len * 4 + 64);
    text_fold(text, &large);
    bool matches = !large.failed && folded_matches(c, cu_buf_view(&large));
    cu_buf_clear(&large);
    return matches;
}

static bool fact_matches(
    const struct seg_run *r, const struct seg_check_value *c, const struct seg_value *v, int64_t *until)
{
    return c->type == SEG_TEXT ? text_matches(c, v->text) : one_matches(r, c, v->number, until);
}

bool seg_fact_holds(
    const struct seg_run *r, const struct seg_check_value *c, const struct seg_fact *fact, int64_t *until)
{
    if (!fact->known)
        return verdict(c->cmp, 0, false);
    if (c->cmp == SEG_KNOWN || c->cmp == SEG_UNKNOWN)
        return verdict(c->cmp, 1, false);
    bool any = fact_matches(r, c, &fact->value, until);
    for (uint32_t i = 0; i < fact->more_count; i++)
        any |= fact_matches(r, c, &fact->more[i], until);
    return verdict(c->cmp, 1, any);
}

// ---- rows

size_t seg_row_values(const struct seg_run *r, int column, size_t row, const int64_t **ret, int64_t *room)
{
    const struct scan_rows *rows = r->rows;
    if (column >= 0) {
        size_t at = r->person->columns ? r->person->columns[column] : (size_t)column;
        const struct scan_cells *cells = &rows->column[at];
        *ret = cells->value + cells->first[row];
        return cells->first[row + 1] - cells->first[row];
    }
    *ret = room;
    if (column == SEG_COLUMN_SOURCE) {
        *room = rows->source[row];
        return *room != 0;
    }
    *room = rows->revenue[row];
    return column == SEG_COLUMN_REVENUE && (rows->flags[row] & TIMELINE_HAS_REVENUE) != 0;
}

bool seg_filter_matches(const struct seg_run *r, const struct seg_filter *f, size_t row)
{
    if (!f->any && r->rows->kind[row] != f->kind)
        return false;
    for (uint32_t i = 0; i < f->test_count; i++) {
        const int64_t *values;
        int64_t room;
        size_t count = seg_row_values(r, f->tests[i].column, row, &values, &room);
        if (!seg_values_hold(r, &f->tests[i], values, count, NULL))
            return false;
    }
    return true;
}

void seg_filter_until(const struct seg_run *r, const struct seg_filter *f, size_t row, int64_t *until)
{
    if (!f->any && r->rows->kind[row] != f->kind)
        return;
    for (uint32_t i = 0; i < f->test_count; i++) {
        const int64_t *values;
        int64_t room;
        size_t count = seg_row_values(r, f->tests[i].column, row, &values, &room);
        (void)seg_values_hold(r, &f->tests[i], values, count, until);
    }
}
