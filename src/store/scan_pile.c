// SPDX-License-Identifier: Apache-2.0
// Copies of rows (scan_pile.h).
#include "scan_pile.h"

#include <stdlib.h>

#define PILE_BYTES_MAX ((size_t)16 << 30)

void scan_pile_init(struct scan_pile *p)
{
    *p = (struct scan_pile){0};
    cu_buf_init(&p->bytes, PILE_BYTES_MAX);
}

void scan_pile_reset(struct scan_pile *p)
{
    p->count = 0;
    cu_buf_reset(&p->bytes);
}

void scan_pile_clear(struct scan_pile *p)
{
    cu_free(p->rows);
    cu_buf_clear(&p->bytes);
    *p = (struct scan_pile){0};
}

cu_code scan_pile_add(struct scan_pile *p, uint32_t person, const struct timeline_event *e, struct cu_error *err)
{
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        struct scan_pile_row *rows = cu_realloc(p->rows, cap * sizeof *rows);
        if (!rows)
            return cu_fail(err, CU_MEMORY, "", "no memory to read events");
        p->rows = rows;
        p->cap = cap;
    }
    struct scan_pile_row *r = &p->rows[p->count];
    *r = (struct scan_pile_row){.person = person, .e = *e};
    r->e.sealed = CU_NONE;
    r->e.plain.ptr = (const char *)(uintptr_t)p->bytes.len;
    cu_buf_add(&p->bytes, e->plain.ptr, e->plain.len);
    CU_TRY(cu_buf_code(&p->bytes, err));
    p->count++;
    return CU_OK;
}

static int by_person_and_time(const void *a, const void *b)
{
    const struct scan_pile_row *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (x->e.time_ms != y->e.time_ms)
        return x->e.time_ms < y->e.time_ms ? -1 : 1;
    return x->e.seq < y->e.seq ? -1 : x->e.seq > y->e.seq;
}

void scan_pile_sort(struct scan_pile *p)
{
    if (p->count > 1)
        qsort(p->rows, p->count, sizeof *p->rows, by_person_and_time);
}

struct timeline_event scan_pile_event(const struct scan_pile *p, size_t i)
{
    struct timeline_event e = p->rows[i].e;
    e.plain.ptr = e.plain.len ? p->bytes.ptr + (uintptr_t)e.plain.ptr : "";
    return e;
}
