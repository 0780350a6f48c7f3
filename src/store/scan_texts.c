// SPDX-License-Identifier: Apache-2.0
// The distinct texts of a column, with how many rows have each.
#include "scan_draw.h"

#include <stdlib.h>

struct text {
    uint64_t hash, rows, last_row; // last_row: a row that has a text twice counts once
    cu_str text;                   // ptr: offset in bytes
};

struct texts {
    struct scan_drawer *drawer;
    struct text *slots; // open addressing by hash; hash 0: free
    size_t cap, count, max;
    struct cu_buf bytes;
    uint64_t row;
    cu_code code;
    struct cu_error *err;
};

static struct text *slot_of(struct text *slots, size_t cap, uint64_t hash)
{
    size_t at = hash & (cap - 1);
    while (slots[at].hash != 0 && slots[at].hash != hash)
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool grow(struct texts *s)
{
    size_t cap = s->cap ? s->cap * 2 : 1024;
    struct text *slots = cu_calloc(cap, sizeof *slots);
    if (!slots) {
        s->code = cu_fail(s->err, CU_MEMORY, "", "no memory for the values of a property");
        return false;
    }
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i].hash)
            *slot_of(slots, cap, s->slots[i].hash) = s->slots[i];
    cu_free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return true;
}

static bool take_text(void *context, cu_str text)
{
    struct texts *s = context;
    if ((s->count + 1) * 2 > s->cap && !grow(s))
        return false;
    uint64_t hash = timeline_text_hash(text);
    struct text *slot = slot_of(s->slots, s->cap, hash);
    if (!slot->hash) {
        if (s->count >= s->max)
            return true;
        *slot = (struct text){.hash = hash, .text = {(const char *)(uintptr_t)s->bytes.len, text.len}};
        cu_buf_str(&s->bytes, text);
        s->code = cu_buf_code(&s->bytes, s->err);
        s->count++;
    }
    if (slot->last_row != s->row)
        slot->rows++;
    slot->last_row = s->row;
    return s->code == CU_OK;
}

static bool take_row(void *context, const struct timeline_event *e)
{
    struct texts *s = context;
    s->row++;
    if (s->code == CU_OK)
        s->code = scan_draw_row(s->drawer, e->plain, s->err);
    return s->code == CU_OK && scan_draw_texts(s->drawer, 0, take_text, s);
}

static int most_first(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

cu_code timeline_texts(struct timeline *t, cu_str path, size_t max, scan_text_visit *visit, void *context, struct cu_error *err)
{
    struct scan_column column = {.path = path, .type = TIMELINE_TEXT};
    struct texts s = {.max = max, .err = err};
    cu_buf_init(&s.bytes, (size_t)4 << 30);
    CU_TRY(scan_drawer_new(&column, 1, &s.drawer, err));
    cu_code code = timeline_scan(t, INT64_MIN, INT64_MAX, true, take_row, &s, err);
    code = code != CU_OK ? code : s.code;
    size_t count = 0;
    for (size_t i = 0; i < s.cap; i++)
        if (s.slots[i].hash)
            s.slots[count++] = s.slots[i];
    if (count > 1)
        qsort(s.slots, count, sizeof *s.slots, most_first);
    for (size_t i = 0; code == CU_OK && i < count; i++) {
        const struct text *x = &s.slots[i];
        cu_str text = {x->text.len ? s.bytes.ptr + (uintptr_t)x->text.ptr : "", x->text.len};
        if (!visit(context, text, x->hash, x->rows))
            break;
    }
    scan_drawer_free(s.drawer);
    cu_free(s.slots);
    cu_buf_clear(&s.bytes);
    return code;
}
