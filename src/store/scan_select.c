// SPDX-License-Identifier: Apache-2.0
// Which rows of a piece matter: by kind first (bytes compared side by side), then by time, then by what a
// removal hides (scan_source.h).
#include "scan_source.h"

static const struct timeline_part *part_of(const struct scan_piece *p, uint32_t column)
{
    return &p->source->run->parts[(uint64_t)p->block * p->source->run->column_count + column];
}

bool scan_piece_matters(const struct scan_sources *s, const struct scan_piece *p)
{
    const struct scan_plan *plan = s->plan;
    if (p->from >= p->to)
        return false;
    if (p->source->chunk)
        return true;
    const struct timeline_part *time = part_of(p, TIMELINE_COL_TIME);
    if (time->max < plan->from_ms || time->min >= plan->to_ms)
        return false;
    if (s->any_kind)
        return true;
    for (size_t i = 0; i < plan->kind_count; i++)
        if (timeline_block_may_have(&p->source->run->blocks[p->block], plan->kinds[i]))
            return true;
    return false;
}

static void select_all(struct scan_desk *d, const struct scan_piece *p)
{
    d->selected = p->to - p->from;
    for (uint32_t i = 0; i < d->selected; i++)
        d->select[i] = (uint16_t)(p->from + i);
}

static bool wanted_kind(const struct scan_sources *s, int64_t kind)
{
    return kind >= 0 && kind <= UINT16_MAX && (s->kind_set[kind / 64] >> (kind % 64) & 1);
}

// mask[i]: row i is of a wanted kind. Values of one byte each, as nearly always.
static void mask_bytes(struct scan_desk *d, const uint8_t *bytes, size_t count, int64_t base)
{
    const struct scan_sources *s = d->shared;
    uint8_t *mask = d->mask;
    if (s->kind_count > CU_COUNT(s->kinds)) {
        uint8_t table[256];
        for (int i = 0; i < 256; i++)
            table[i] = wanted_kind(s, base + i);
        for (size_t i = 0; i < count; i++)
            mask[i] = table[bytes[i]];
        return;
    }
    uint8_t want[4];
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->kind_count; i++)
        if (s->kinds[i] >= base && s->kinds[i] - base < 256)
            want[n++] = (uint8_t)(s->kinds[i] - base);
    if (n == 0) {
        memset(mask, 0, count);
        return;
    }
    for (uint32_t i = n; i < 4; i++)
        want[i] = want[0];
    uint8_t a = want[0], b = want[1], c = want[2], e = want[3];
    for (size_t i = 0; i < count; i++)
        mask[i] = (uint8_t)((bytes[i] == a) | (bytes[i] == b) | (bytes[i] == c) | (bytes[i] == e));
}

static void select_masked(struct scan_desk *d, uint32_t from, size_t count)
{
    uint32_t n = 0;
    memset(d->mask + count, 0, 8);
    for (size_t i = 0; i < count; i += 8) {
        uint64_t eight;
        memcpy(&eight, d->mask + i, sizeof eight);
        for (size_t k = i; eight && k < i + 8; k++) { // no branch for each row: it could not be foreseen
            d->select[n] = (uint16_t)(from + k);
            n += d->mask[k];
        }
    }
    d->selected = n;
}

static cu_code select_kinds(struct scan_desk *d, const struct scan_piece *p, struct cu_error *err)
{
    struct timeline_values v;
    if (d->shared->any_kind) {
        select_all(d, p);
        return CU_OK;
    }
    d->selected = 0;
    CU_TRY(timeline_run_part(p->source->run, p->block, TIMELINE_COL_KIND, &v, err));
    if (!v.none && !v.present && v.width == 1) {
        mask_bytes(d, v.at + p->from, p->to - p->from, v.base);
        select_masked(d, p->from, p->to - p->from);
        return CU_OK;
    }
    if (!v.none && !v.present && v.width == 0) { // all of one kind
        if (wanted_kind(d->shared, v.base))
            select_all(d, p);
        return CU_OK;
    }
    for (uint32_t row = p->from; row < p->to; row++)
        if (wanted_kind(d->shared, timeline_fixed(&v, row)))
            d->select[d->selected++] = (uint16_t)row;
    return CU_OK;
}

static cu_code select_times(struct scan_desk *d, const struct scan_piece *p, struct cu_error *err)
{
    const struct scan_plan *plan = d->shared->plan;
    const struct timeline_part *part = part_of(p, TIMELINE_COL_TIME);
    if (part->min >= plan->from_ms && part->max < plan->to_ms)
        return CU_OK;
    struct timeline_values v;
    CU_TRY(timeline_run_part(p->source->run, p->block, TIMELINE_COL_TIME, &v, err));
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->selected; i++) {
        int64_t time = timeline_fixed(&v, d->select[i]);
        d->select[n] = d->select[i];
        n += time >= plan->from_ms && time < plan->to_ms;
    }
    d->selected = n;
    return CU_OK;
}

static cu_code select_shown(struct scan_desk *d, const struct scan_piece *p, struct cu_error *err)
{
    const struct timeline_hidden *all = &d->shared->view->hidden;
    struct timeline_hidden h = {.imports = all->imports, .import_count = all->import_count, .sources = all->sources,
        .source_count = all->source_count};
    struct timeline_values imports, sources;
    CU_TRY(timeline_run_part(p->source->run, p->block, TIMELINE_COL_IMPORT, &imports, err));
    CU_TRY(timeline_run_part(p->source->run, p->block, TIMELINE_COL_SOURCE, &sources, err));
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->selected; i++) {
        struct timeline_row row = {.import = (uint32_t)timeline_fixed(&imports, d->select[i]),
            .source = (uint32_t)timeline_fixed(&sources, d->select[i])};
        d->select[n] = d->select[i];
        n += !timeline_hidden_row(&h, &row);
    }
    d->selected = n;
    return CU_OK;
}

static void select_chunk(struct scan_desk *d, const struct scan_piece *p)
{
    const struct scan_sources *s = d->shared;
    struct timeline_hidden h = s->view->hidden;
    h.pno_count = 0;
    d->selected = 0;
    for (uint32_t i = p->from; i < p->to; i++) {
        const struct timeline_row *r = &p->source->chunk->rows[i];
        bool wanted = r->time_ms >= s->plan->from_ms && r->time_ms < s->plan->to_ms &&
                      (s->any_kind || wanted_kind(s, r->kind)) && !(s->hides_rows && timeline_hidden_row(&h, r));
        if (wanted)
            d->select[d->selected++] = (uint16_t)(i - p->from);
    }
}

// ---- all kinds, a part of the time: each profile's rows are in the order of time, so its window is found by halving

static uint32_t first_at(const struct timeline_values *v, uint32_t from, uint32_t to, int64_t time_ms)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (timeline_value(v, middle) < time_ms)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static uint32_t profile_of(const struct timeline_run *r, uint32_t place)
{
    uint32_t low = 0, high = r->person_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (r->first[middle] <= place)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static cu_code select_window(struct scan_desk *d, const struct scan_piece *p, bool *ret_done, struct cu_error *err)
{
    const struct scan_plan *plan = d->shared->plan;
    const struct timeline_run *r = p->source->run;
    const struct timeline_part *part = part_of(p, TIMELINE_COL_TIME);
    const uint32_t base = p->block << TIMELINE_BLOCK_SHIFT;
    struct timeline_values v;
    uint32_t n = 0;
    *ret_done = false;
    if (!d->shared->any_kind || (part->min >= plan->from_ms && part->max < plan->to_ms))
        return CU_OK;
    CU_TRY(timeline_run_part(r, p->block, TIMELINE_COL_TIME, &v, err));
    if (v.none || v.present)
        return CU_OK;
    for (uint32_t row = p->from, who = profile_of(r, base + row); row < p->to && who < r->person_count; who++) {
        uint32_t end = r->first[who + 1] - base < p->to ? r->first[who + 1] - base : p->to;
        uint32_t to = first_at(&v, row, end, plan->to_ms);
        for (uint32_t i = first_at(&v, row, to, plan->from_ms); i < to; i++)
            d->select[n++] = (uint16_t)i;
        row = end > row ? end : row;
    }
    d->selected = n;
    *ret_done = true;
    return CU_OK;
}

cu_code scan_select(struct scan_desk *d, const struct scan_piece *p, struct cu_error *err)
{
    bool done = false;
    if (p->source->chunk) {
        select_chunk(d, p);
        return CU_OK;
    }
    CU_TRY(select_window(d, p, &done, err));
    if (!done) {
        CU_TRY(select_kinds(d, p, err));
        if (d->selected > 0)
            CU_TRY(select_times(d, p, err));
    }
    return d->selected > 0 && d->shared->hides_rows ? select_shown(d, p, err) : CU_OK;
}
