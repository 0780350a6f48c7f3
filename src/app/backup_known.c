// SPDX-License-Identifier: Apache-2.0
// What a backup target has. See backup_known.h.
#include "backup_known.h"

#include "base/hash.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

void known_init(struct known *k)
{
    *k = (struct known){0};
}

void known_clear(struct known *k)
{
    cu_free(k->slots);
    *k = (struct known){0};
}

static size_t place_of(const struct known_piece *slots, size_t cap, const uint8_t name[32])
{
    size_t at = (size_t)cu_hash64(name, 32, 0) & (cap - 1);
    while (slots[at].bytes != 0 && memcmp(slots[at].name, name, 32) != 0)
        at = (at + 1) & (cap - 1);
    return at;
}

static cu_code grow(struct known *k, struct cu_error *err)
{
    size_t cap = k->cap ? k->cap * 2 : 4096;
    struct known_piece *slots = cu_calloc(cap, sizeof *slots);
    if (!slots)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list of pieces");
    for (size_t i = 0; i < k->cap; i++) {
        if (k->slots[i].bytes != 0)
            slots[place_of(slots, cap, k->slots[i].name)] = k->slots[i];
    }
    cu_free(k->slots);
    k->slots = slots;
    k->cap = cap;
    return CU_OK;
}

static cu_code slot_of(struct known *k, const uint8_t name[32], struct known_piece **ret, struct cu_error *err)
{
    if ((k->count + 1) * 2 > k->cap)
        CU_TRY(grow(k, err));
    struct known_piece *p = &k->slots[place_of(k->slots, k->cap, name)];
    if (p->bytes == 0) {
        memcpy(p->name, name, 32);
        p->bytes = -1;
        k->count++;
    }
    *ret = p;
    return CU_OK;
}

cu_code known_stored(struct known *k, const uint8_t name[32], int64_t bytes, struct cu_error *err)
{
    struct known_piece *p = NULL;
    CU_TRY(slot_of(k, name, &p, err));
    p->bytes = bytes > 0 ? bytes : -1; // an empty file is no piece
    return CU_OK;
}

cu_code known_named(struct known *k, const uint8_t name[32], struct cu_error *err)
{
    struct known_piece *p = NULL;
    CU_TRY(slot_of(k, name, &p, err));
    p->named++;
    return CU_OK;
}

const struct known_piece *known_find(const struct known *k, const uint8_t name[32])
{
    if (k->cap == 0)
        return NULL;
    const struct known_piece *p = &k->slots[place_of(k->slots, k->cap, name)];
    return p->bytes != 0 ? p : NULL;
}

// ---- manifests

enum { MANIFESTS_MAX = 4096 };
struct names {
    struct cu_arena *arena;
    const char **at;
    size_t count;
};

static cu_code note_name(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct names *n = context;
    (void)bytes;
    if (!cu_str_ends(name, CU_LIT(".manifest")) || n->count == MANIFESTS_MAX)
        return CU_OK;
    n->at[n->count] = cu_arena_z(n->arena, name);
    return n->at[n->count++] ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to list backups");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static cu_code visit_one(struct target *t, const char *name, manifest_visit *visit, known_broken *broken, void *context,
    struct cu_error *err)
{
    struct backup_manifest m;
    struct cu_error why = {0};
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    cu_code code = target_get(t, name, &text, err);
    if (code == CU_NOT_FOUND)
        return CU_OK; // it was dropped meanwhile
    CU_TRY(code);
    code = backup_manifest_read(cu_buf_view(&text), &m, &why);
    if (code == CU_MEMORY)
        return cu_fail(err, code, "", "no memory to read a manifest");
    if (code != CU_OK) {
        if (broken)
            broken(context, name, &why);
        return CU_OK;
    }
    code = visit(context, &m, cu_buf_view(&text), err);
    backup_manifest_clear(&m);
    return code;
}

cu_code manifests_each(struct target *t, manifest_visit *visit, known_broken *broken, void *context, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4u << 20);
    struct names n = {.arena = a};
    n.at = a ? cu_arena_alloc(a, MANIFESTS_MAX * sizeof *n.at) : NULL;
    if (!n.at)
        return cu_fail(err, CU_MEMORY, "", "no memory to list backups");
    CU_TRY(target_list(t, "backups/", note_name, &n, err));
    qsort(n.at, n.count, sizeof *n.at, by_name); // ids begin with the time
    for (size_t i = 0; i < n.count; i++)
        CU_TRY(visit_one(t, n.at[i], visit, broken, context, err));
    return CU_OK;
}

// ---- loading

struct loading {
    struct known *known;
    known_broken *broken;
    void *context;
};

static cu_code note_piece(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct loading *l = context;
    CU_AUTO_BUF struct cu_buf raw;
    cu_buf_init(&raw, 64);
    cu_str rest = name;
    (void)cu_str_cut(&rest, '/');
    (void)cu_str_cut(&rest, '/');
    if (rest.len != 64 || !text_hex_decode(rest, &raw) || raw.len != 32)
        return CU_OK; // not ours
    return known_stored(l->known, (const uint8_t *)raw.ptr, bytes, err);
}

static cu_code note_manifest(void *context, const struct backup_manifest *m, cu_str text, struct cu_error *err)
{
    struct loading *l = context;
    (void)text;
    for (size_t i = 0; i < m->file_count; i++) {
        for (size_t k = 0; k < m->files[i].piece_count; k++)
            CU_TRY(known_named(l->known, m->files[i].pieces[k], err));
    }
    return CU_OK;
}

static void note_broken(void *context, const char *name, const struct cu_error *why)
{
    struct loading *l = context;
    if (l->broken)
        l->broken(l->context, name, why);
}

cu_code known_load(struct known *k, struct target *t, known_broken *broken, void *context, struct cu_error *err)
{
    struct loading l = {k, broken, context};
    CU_TRY(target_list(t, "objects/", note_piece, &l, err));
    return manifests_each(t, note_manifest, note_broken, &l, err);
}
