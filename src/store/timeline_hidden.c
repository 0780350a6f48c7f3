// SPDX-License-Identifier: Apache-2.0
// The set of rows that a removal under way hides (timeline_row.h). Filled by timeline_remove.c,
// kept in the manifest until the rows are gone from every file, asked by every reader.
#include "timeline_row.h"

#include <stdlib.h>

bool timeline_hidden_any(const struct timeline_hidden *h)
{
    return h->pno_count + h->import_count + h->source_count + h->old_count > 0;
}

static bool holds(const uint32_t *numbers, size_t count, uint32_t number)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && numbers[low] == number;
}

static bool is_old(const struct timeline_hidden *h, const struct timeline_row *r)
{
    size_t low = 0, high = h->old_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (h->old[middle].kind < r->kind)
            low = middle + 1;
        else
            high = middle;
    }
    return low < h->old_count && h->old[low].kind == r->kind && timeline_day(r->time_ms) < h->old[low].before_day &&
           !holds(h->spared, h->spared_count, r->pno);
}

bool timeline_hidden_row(const struct timeline_hidden *h, const struct timeline_row *r)
{
    if (h->old_count > 0 && is_old(h, r))
        return true;
    return holds(h->pnos, h->pno_count, r->pno) || holds(h->imports, h->import_count, r->import) ||
           holds(h->sources, h->source_count, r->source);
}

void timeline_hidden_clear(struct timeline_hidden *h)
{
    cu_free(h->pnos);
    cu_free(h->imports);
    cu_free(h->sources);
    *h = (struct timeline_hidden){0};
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

cu_code timeline_hidden_list(
    const uint32_t *numbers, size_t count, uint32_t **ret, struct cu_error *err)
{
    *ret = NULL;
    if (count == 0)
        return CU_OK;
    uint32_t *list = cu_alloc(count * sizeof *list);
    if (!list)
        return cu_fail(err, CU_MEMORY, "", "no memory for a removal");
    memcpy(list, numbers, count * sizeof *list);
    qsort(list, count, sizeof *list, by_value);
    *ret = list;
    return CU_OK;
}

cu_code timeline_hidden_copy(
    const struct timeline_hidden *from, struct timeline_hidden *ret, struct cu_error *err)
{
    struct timeline_hidden h = {.pno_count = from->pno_count,
        .import_count = from->import_count,
        .source_count = from->source_count};
    cu_code code = timeline_hidden_list(from->pnos, from->pno_count, &h.pnos, err);
    if (code == CU_OK)
        code = timeline_hidden_list(from->imports, from->import_count, &h.imports, err);
    if (code == CU_OK)
        code = timeline_hidden_list(from->sources, from->source_count, &h.sources, err);
    if (code != CU_OK) {
        timeline_hidden_clear(&h);
        return code;
    }
    *ret = h;
    return CU_OK;
}
