// SPDX-License-Identifier: Apache-2.0
// Finding rows by name: open-addressing tables over normalised names, one per level of nesting.
// Built once while loading, then only read, by any thread.

#include "dictionary_rows.h"

#include "base/hash.h"

struct dict_index {
    struct dict_entry *slots;
    uint32_t size, used; // size is a power of two
};

size_t dict_normalise(cu_str name, char out[DICT_NAME_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '_' || c == '-' || c == ' ')
            continue;
        if (len == DICT_NAME_MAX)
            return 0;
        out[len++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    return len;
}

uint64_t dict_hash(cu_str name)
{
    char plain[DICT_NAME_MAX];
    size_t len = dict_normalise(name, plain);
    return len ? cu_hash64(plain, len, 0) : 0;
}

bool dict_same(cu_str a, cu_str b)
{
    char plain_a[DICT_NAME_MAX], plain_b[DICT_NAME_MAX];
    size_t len = dict_normalise(a, plain_a);
    return len > 0 && len == dict_normalise(b, plain_b) && memcmp(plain_a, plain_b, len) == 0;
}

struct dict_index *dict_index_new(struct cu_arena *a)
{
    struct dict_index *x = cu_arena_alloc(a, sizeof *x);
    if (!x)
        return NULL;
    x->size = 8;
    x->slots = cu_arena_alloc(a, sizeof *x->slots * x->size);
    return x->slots ? x : NULL;
}

static struct dict_entry *slot(
    const struct dict_index *x, uint64_t hash, const char *key, size_t len)
{
    for (uint32_t i = (uint32_t)hash & (x->size - 1);; i = (i + 1) & (x->size - 1)) {
        struct dict_entry *e = &x->slots[i];
        if (!e->key.ptr ||
            (e->hash == hash && e->key.len == len && memcmp(e->key.ptr, key, len) == 0))
            return e;
    }
}

static bool grow(struct cu_arena *a, struct dict_index *x)
{
    struct dict_index bigger = {.size = x->size * 2, .used = x->used};
    bigger.slots = cu_arena_alloc(a, sizeof *bigger.slots * bigger.size);
    if (!bigger.slots)
        return false;
    for (uint32_t i = 0; i < x->size; i++)
        if (x->slots[i].key.ptr)
            *slot(&bigger, x->slots[i].hash, x->slots[i].key.ptr, x->slots[i].key.len) =
                x->slots[i];
    *x = bigger;
    return true;
}

static struct dict_entry *make(struct cu_arena *a, struct dict_index *x, cu_str name)
{
    char key[DICT_NAME_MAX];
    size_t len = dict_normalise(name, key);
    if (len == 0 || (x->used * 2 >= x->size && !grow(a, x)))
        return NULL;
    uint64_t hash = cu_hash64(key, len, 0);
    struct dict_entry *e = slot(x, hash, key, len);
    if (!e->key.ptr) {
        cu_str copy = cu_arena_dup(a, (cu_str){key, len});
        if (!copy.ptr)
            return NULL;
        *e = (struct dict_entry){.hash = hash, .key = copy};
        x->used++;
    }
    return e;
}

bool dict_index_put(
    struct cu_arena *a, struct dict_index *x, cu_str name, bool path, const void *row)
{
    while (path) {
        ptrdiff_t dot = cu_str_find(name, '.');
        if (dot < 0)
            break;
        struct dict_entry *e = make(a, x, cu_str_sub(name, 0, (size_t)dot));
        if (!e)
            return false;
        if (!e->below)
            e->below = dict_index_new(a);
        if (!e->below)
            return false;
        x = e->below;
        name = cu_str_sub(name, (size_t)dot + 1, name.len);
    }
    struct dict_entry *e = make(a, x, name);
    if (e && !e->row)
        e->row = row;
    return e != NULL;
}

const struct dict_entry *dict_index_get(const struct dict_index *x, cu_str name)
{
    char key[DICT_NAME_MAX];
    size_t len = dict_normalise(name, key);
    if (len == 0)
        return NULL;
    const struct dict_entry *e = slot(x, cu_hash64(key, len, 0), key, len);
    return e->key.ptr ? e : NULL;
}

const void *dict_index_find(const struct dict_index *x, cu_str name, bool path)
{
    while (path) {
        ptrdiff_t dot = cu_str_find(name, '.');
        if (dot < 0)
            break;
        const struct dict_entry *e = dict_index_get(x, cu_str_sub(name, 0, (size_t)dot));
        if (!e || !e->below)
            return NULL;
        x = e->below;
        name = cu_str_sub(name, (size_t)dot + 1, name.len);
    }
    const struct dict_entry *e = dict_index_get(x, name);
    return e ? e->row : NULL;
}
