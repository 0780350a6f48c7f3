// SPDX-License-Identifier: Apache-2.0
// Texts of facts, once each, counted by who holds them; and arrays by person that grow in pieces. See facts_private.h.
#include "facts_private.h"

#include "base/hash.h"

static bool grow_slots(struct facts_texts *t)
{
    uint32_t cap = t->slot_cap ? t->slot_cap * 2 : 256;
    uint32_t *slots = cu_calloc(cap, sizeof *slots);
    if (!slots)
        return t->slot_cap > 0; // longer chains, no harm
    for (uint32_t i = 1; i < t->count; i++) {
        if (!t->at[i].references)
            continue;
        uint32_t *slot = &slots[t->at[i].hash & (cap - 1)];
        t->at[i].next = *slot;
        *slot = i;
    }
    cu_free(t->slots);
    t->bytes += (cap - t->slot_cap) * sizeof *slots;
    t->slots = slots;
    t->slot_cap = cap;
    return true;
}

static uint32_t new_number(struct facts_texts *t)
{
    if (t->free) {
        uint32_t n = t->free;
        t->free = t->at[n].next;
        return n;
    }
    if (t->count == t->cap) {
        uint32_t cap = t->cap ? t->cap * 2 : 256;
        struct facts_text *at = cu_realloc(t->at, cap * sizeof *at);
        if (!at)
            return 0;
        t->bytes += (cap - t->cap) * sizeof *at;
        t->at = at;
        t->cap = cap;
    }
    if (t->count == 0)
        t->at[t->count++] = (struct facts_text){0};
    return t->count++;
}

uint32_t texts_take(struct facts_texts *t, cu_str text)
{
    uint64_t hash = cu_hash64(text.ptr, text.len, 0);
    if (t->slot_cap) {
        for (uint32_t i = t->slots[hash & (t->slot_cap - 1)]; i; i = t->at[i].next) {
            if (t->at[i].hash == hash && cu_str_eq((cu_str){t->at[i].ptr, t->at[i].len}, text)) {
                t->at[i].references++;
                return i;
            }
        }
    }
    if (t->used >= t->slot_cap && !grow_slots(t))
        return 0;
    char *copy = cu_alloc(text.len ? text.len : 1);
    uint32_t n = copy ? new_number(t) : 0;
    if (!n) {
        cu_free(copy);
        return 0;
    }
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    uint32_t *slot = &t->slots[hash & (t->slot_cap - 1)];
    t->at[n] = (struct facts_text){copy, (uint32_t)text.len, 1, *slot, hash};
    *slot = n;
    t->used++;
    t->bytes += text.len + 16;
    return n;
}

void texts_give(struct facts_texts *t, uint32_t number)
{
    if (!number || --t->at[number].references)
        return;
    struct facts_text *gone = &t->at[number];
    uint32_t *link = &t->slots[gone->hash & (t->slot_cap - 1)];
    while (*link != number)
        link = &t->at[*link].next;
    *link = gone->next;
    explicit_bzero(gone->ptr, gone->len);
    cu_free(gone->ptr);
    t->bytes -= gone->len + 16;
    *gone = (struct facts_text){.next = t->free};
    t->free = number;
    t->used--;
}

cu_str texts_of(const struct facts_texts *t, uint32_t number)
{
    return number ? (cu_str){t->at[number].ptr, t->at[number].len} : CU_NONE;
}

void texts_clear(struct facts_texts *t)
{
    for (uint32_t i = 1; i < t->count; i++) {
        if (t->at[i].references) {
            explicit_bzero(t->at[i].ptr, t->at[i].len);
            cu_free(t->at[i].ptr);
        }
    }
    cu_free(t->at);
    cu_free(t->slots);
    *t = (struct facts_texts){0};
}

void *array_at(struct facts_array *a, uint32_t person, bool make, size_t *bytes)
{
    uint32_t chunk = person / FACTS_CHUNK;
    if (chunk >= a->chunk_count) {
        if (!make)
            return NULL;
        uint32_t count = a->chunk_count ? a->chunk_count * 2 : 16;
        while (count <= chunk)
            count *= 2;
        void **chunks = cu_realloc(a->chunks, count * sizeof *chunks);
        if (!chunks)
            return NULL;
        memset(chunks + a->chunk_count, 0, (count - a->chunk_count) * sizeof *chunks);
        *bytes += (count - a->chunk_count) * sizeof *chunks;
        a->chunks = chunks;
        a->chunk_count = count;
    }
    if (!a->chunks[chunk] && make) {
        a->chunks[chunk] = cu_calloc(FACTS_CHUNK, a->item);
        if (a->chunks[chunk])
            *bytes += FACTS_CHUNK * a->item;
    }
    char *piece = a->chunks[chunk];
    return piece ? piece + (size_t)(person % FACTS_CHUNK) * a->item : NULL;
}

void array_clear(struct facts_array *a, size_t *bytes)
{
    for (uint32_t i = 0; i < a->chunk_count; i++) {
        if (!a->chunks[i])
            continue;
        explicit_bzero(a->chunks[i], FACTS_CHUNK * a->item);
        cu_free(a->chunks[i]);
        *bytes -= FACTS_CHUNK * a->item;
    }
    *bytes -= a->chunk_count * sizeof *a->chunks;
    cu_free(a->chunks);
    *a = (struct facts_array){.item = a->item};
}
