// SPDX-License-Identifier: Apache-2.0
// The newest rows in memory (timeline_tail.h).
#include "timeline_tail.h"

#include <stdlib.h>

#define STORE_BLOCK (64u * 1024)

struct timeline_store *timeline_store_new(void)
{
    struct timeline_store *s = cu_calloc(1, sizeof *s);
    if (s)
        atomic_init(&s->references, 1);
    return s;
}

struct timeline_store *timeline_store_ref(struct timeline_store *s)
{
    atomic_fetch_add(&s->references, 1);
    return s;
}

void timeline_store_unref(struct timeline_store *s)
{
    if (!s || atomic_fetch_sub(&s->references, 1) > 1)
        return;
    for (struct timeline_store_block *b = s->newest, *older; b; b = older) {
        older = b->next;
        cu_free(b);
    }
    cu_free(s->texts);
    cu_free(s);
}

char *timeline_store_room(struct timeline_store *s, size_t len)
{
    struct timeline_store_block *b = s->newest;
    if (!b || b->cap - b->used < len) {
        size_t cap = len > STORE_BLOCK - sizeof *b ? len : STORE_BLOCK - sizeof *b;
        b = cu_alloc(sizeof *b + cap);
        if (!b)
            return NULL;
        *b = (struct timeline_store_block){.next = s->newest, .cap = cap};
        s->newest = b;
        s->bytes += sizeof *b + cap;
    }
    char *room = b->bytes + b->used;
    b->used += len;
    return room;
}

void *timeline_store_aligned(struct timeline_store *s, size_t len)
{
    if (s->newest)
        s->newest->used = (s->newest->used + 7) & ~(size_t)7; // may pass cap by less than 8: then there is no room
    if (s->newest && s->newest->used > s->newest->cap)
        s->newest->used = s->newest->cap;
    return timeline_store_room(s, (len + 7) & ~(size_t)7);
}

static bool texts_grow(struct timeline_store *s)
{
    size_t cap = s->text_cap ? s->text_cap * 2 : 256;
    struct timeline_tail_text **texts = cu_calloc(cap, sizeof *texts);
    if (!texts)
        return false;
    for (size_t i = 0; i < s->text_cap; i++) {
        if (!s->texts[i])
            continue;
        size_t at = (size_t)s->texts[i]->hash & (cap - 1);
        while (texts[at])
            at = (at + 1) & (cap - 1);
        texts[at] = s->texts[i];
    }
    cu_free(s->texts);
    s->bytes += (cap - s->text_cap) * sizeof *texts;
    s->texts = texts;
    s->text_cap = cap;
    return true;
}

const struct timeline_tail_text *timeline_store_text(struct timeline_store *s, uint64_t hash, cu_str text)
{
    if (s->text_count * 2 >= s->text_cap && !texts_grow(s))
        return NULL;
    size_t at = (size_t)hash & (s->text_cap - 1);
    for (; s->texts[at]; at = (at + 1) & (s->text_cap - 1))
        if (s->texts[at]->hash == hash && cu_str_eq((cu_str){s->texts[at]->bytes, s->texts[at]->len}, text))
            return s->texts[at];
    struct timeline_tail_text *made = timeline_store_aligned(s, sizeof *made + text.len);
    if (!made)
        return NULL;
    made->hash = hash;
    made->len = (uint32_t)text.len;
    if (text.len > 0)
        memcpy(made->bytes, text.ptr, text.len);
    s->texts[at] = made;
    s->text_count++;
    return made;
}

static struct timeline_chunk *chunk_new(size_t count)
{
    struct timeline_chunk *c = cu_alloc(sizeof *c + count * sizeof c->rows[0]);
    if (c) {
        atomic_init(&c->references, 1);
        c->count = count;
    }
    return c;
}

static int by_key(const void *a, const void *b)
{
    return timeline_row_cmp(a, b);
}

struct timeline_chunk *timeline_chunk_of(const struct timeline_row *rows, size_t count)
{
    struct timeline_chunk *c = chunk_new(count);
    if (!c || count == 0)
        return c;
    memcpy(c->rows, rows, count * sizeof *rows);
    qsort(c->rows, count, sizeof *rows, by_key);
    return c;
}

struct timeline_chunk *timeline_chunk_merge(
    const struct timeline_chunk *a, const struct timeline_chunk *b)
{
    struct timeline_chunk *c = chunk_new(a->count + b->count);
    if (!c)
        return NULL;
    size_t i = 0, k = 0;
    for (size_t n = 0; n < c->count; n++) {
        bool from_a =
            k == b->count || (i < a->count && timeline_row_cmp(&a->rows[i], &b->rows[k]) < 0);
        c->rows[n] = from_a ? a->rows[i++] : b->rows[k++];
    }
    return c;
}

struct timeline_chunk *timeline_chunk_ref(struct timeline_chunk *c)
{
    atomic_fetch_add(&c->references, 1);
    return c;
}

void timeline_chunk_unref(struct timeline_chunk *c)
{
    if (c && atomic_fetch_sub(&c->references, 1) == 1)
        cu_free(c);
}

size_t timeline_chunk_find(const struct timeline_chunk *c, const struct timeline_row *key)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (timeline_row_cmp(&c->rows[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
