// SPDX-License-Identifier: Apache-2.0
// The dictionary of event kinds (timeline_kinds.h). File "kinds": per entry length (32 bit), CRC32C
// of length and name, name. Entry n is kind n.
#include "timeline_kinds.h"

#include "base/file.h"
#include "base/hash.h"
#include "wire.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define ENTRY_HEADER 8

struct timeline_kinds {
    pthread_mutex_t lock;
    int fd;
    int64_t end;
    struct cu_arena *arena; // the names: they never move
    cu_str *names;          // names[kind]; [0] unused
    uint32_t count, cap;
    uint32_t *table; // open addressing over kinds, 0 = empty
    uint32_t table_cap;
    cu_str spare; // a copy whose append failed: used again, or failures would fill the arena
    bool suspect; // an append failed: what is behind `end` must be cut before the next one
};

static uint32_t entry_crc(cu_str name)
{
    uint8_t len[4];
    wire_put32(len, (uint32_t)name.len);
    return cu_crc32c(cu_crc32c(0, len, 4), name.ptr, name.len);
}

static uint32_t place_of(const struct timeline_kinds *k, cu_str name)
{
    uint32_t at = (uint32_t)cu_hash64(name.ptr, name.len, 0) & (k->table_cap - 1);
    while (k->table[at] != 0 && !cu_str_eq(k->names[k->table[at]], name))
        at = (at + 1) & (k->table_cap - 1);
    return at;
}

static bool grow_table(struct timeline_kinds *k)
{
    uint32_t cap = k->table_cap ? k->table_cap * 2 : 256;
    uint32_t *table = cu_calloc(cap, sizeof *table);
    cu_str *names = cu_realloc(k->names, cap * sizeof *names);
    if (names) {
        k->names = names;
        k->cap = cap;
    }
    if (!table || !names) {
        cu_free(table);
        return false;
    }
    cu_free(k->table);
    k->table = table;
    k->table_cap = cap;
    for (uint32_t i = 1; i <= k->count; i++)
        k->table[place_of(k, k->names[i])] = i;
    return true;
}

// Room in memory first, so that nothing can fail after the name is durable. remember() takes it
// over.
static cu_code make_copy(struct timeline_kinds *k, cu_str name, cu_str *ret, struct cu_error *err)
{
    if ((k->count + 1) * 2 >= k->table_cap && !grow_table(k))
        return cu_fail(err, CU_MEMORY, "", "no memory for another event name");
    if (k->spare.len < name.len) {
        char *room = cu_arena_alloc(k->arena, name.len);
        if (!room)
            return cu_fail(err, CU_MEMORY, "", "no memory for another event name");
        k->spare = (cu_str){room, name.len};
    }
    char *room = (char *)(uintptr_t)k->spare.ptr;
    memcpy(room, name.ptr, name.len);
    *ret = (cu_str){room, name.len};
    return CU_OK;
}

static uint32_t remember(struct timeline_kinds *k, cu_str copy)
{
    uint32_t kind = ++k->count;
    k->spare = CU_NONE;
    k->names[kind] = copy;
    k->table[place_of(k, copy)] = kind;
    return kind;
}

enum entry { ENTRY_WHOLE, ENTRY_TORN, ENTRY_BAD };

// The entry at offset. Torn: it could be the unfinished last one. Bad: it cannot.
static enum entry entry_at(cu_str file, size_t offset, cu_str *ret_name)
{
    if (file.len - offset < ENTRY_HEADER)
        return ENTRY_TORN;
    const uint8_t *at = (const uint8_t *)file.ptr + offset;
    uint32_t len = wire_get32(at);
    size_t left = file.len - offset - ENTRY_HEADER;
    if (len >= 1 && len <= TIMELINE_KIND_NAME_MAX && len <= left) {
        *ret_name = (cu_str){file.ptr + offset + ENTRY_HEADER, len};
        if (entry_crc(*ret_name) == wire_get32(at + 4))
            return ENTRY_WHOLE;
        return len == left ? ENTRY_TORN : ENTRY_BAD;
    }
    return left <= TIMELINE_KIND_NAME_MAX ? ENTRY_TORN : ENTRY_BAD;
}

static cu_code read_file(const char *path, struct cu_buf *b, struct cu_error *err)
{
    cu_code code = cu_file_read_all(path, b, err);
    return code == CU_NOT_FOUND ? CU_OK : code;
}

static cu_code load(struct timeline_kinds *k, const char *path, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, (TIMELINE_KINDS_MAX + 2) * (size_t)(ENTRY_HEADER + TIMELINE_KIND_NAME_MAX));
    CU_TRY(read_file(path, &b, err));
    cu_str name, copy;
    while ((size_t)k->end < b.len) {
        enum entry e = entry_at(cu_buf_view(&b), (size_t)k->end, &name);
        if (e == ENTRY_BAD)
            return cu_fail(err, CU_CORRUPT, "",
                "the timeline's kinds file is damaged at offset %lld", (long long)k->end);
        if (e == ENTRY_TORN)
            break;
        CU_TRY(make_copy(k, name, &copy, err));
        (void)remember(k, copy);
        k->end += ENTRY_HEADER + (int64_t)name.len;
    }
    k->suspect = (size_t)k->end < b.len;
    return CU_OK;
}

cu_code timeline_kinds_open(const char *folder, struct timeline_kinds **ret, struct cu_error *err)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/kinds", folder);
    struct timeline_kinds *k = cu_calloc(1, sizeof *k);
    if (!k)
        return cu_fail(err, CU_MEMORY, "", "no memory for event names");
    pthread_mutex_init(&k->lock, NULL);
    k->fd = -1;
    k->arena = cu_arena_new((TIMELINE_KINDS_MAX + 2) * (size_t)(TIMELINE_KIND_NAME_MAX + 17));
    cu_code code = k->arena ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for event names");
    if (code == CU_OK)
        code = load(k, path, err);
    if (code == CU_OK)
        code = cu_file_open(path, O_RDWR | O_CREAT, 0600, &k->fd, err);
    if (code == CU_OK && k->end == 0)
        code = cu_dir_sync(folder, err);
    if (code != CU_OK) {
        timeline_kinds_close(k);
        return code;
    }
    *ret = k;
    return CU_OK;
}

void timeline_kinds_close(struct timeline_kinds *k)
{
    if (!k)
        return;
    if (k->fd >= 0)
        (void)close(k->fd);
    pthread_mutex_destroy(&k->lock);
    cu_arena_free(k->arena);
    cu_free(k->names);
    cu_free(k->table);
    cu_free(k);
}

static cu_code append(struct timeline_kinds *k, cu_str name, struct cu_error *err)
{
    uint8_t entry[ENTRY_HEADER + TIMELINE_KIND_NAME_MAX];
    wire_put32(entry, (uint32_t)name.len);
    wire_put32(entry + 4, entry_crc(name));
    memcpy(entry + ENTRY_HEADER, name.ptr, name.len);
    if (k->suspect)
        CU_TRY(cu_file_truncate(k->fd, k->end, err));
    k->suspect = true;
    CU_TRY(cu_file_pwrite(k->fd, entry, ENTRY_HEADER + name.len, k->end, err));
    CU_TRY(cu_file_datasync(k->fd, err));
    k->suspect = false;
    k->end += ENTRY_HEADER + (int64_t)name.len;
    return CU_OK;
}

static cu_code get_locked(
    struct timeline_kinds *k, cu_str name, uint32_t *ret, struct cu_error *err)
{
    if (k->table_cap > 0 && k->table[place_of(k, name)] != 0) {
        *ret = k->table[place_of(k, name)];
        return CU_OK;
    }
    cu_str other = CU_LIT("(other)"), copy;
    if (k->count >= TIMELINE_KINDS_MAX - 1 && !cu_str_eq(name, other))
        return get_locked(k, other, ret, err);
    CU_TRY(make_copy(k, name, &copy, err));
    CU_TRY(append(k, copy, err));
    *ret = remember(k, copy);
    return CU_OK;
}

cu_code timeline_kinds_get(
    struct timeline_kinds *k, cu_str name, uint32_t *ret, struct cu_error *err)
{
    if (name.len < 1 || name.len > TIMELINE_KIND_NAME_MAX)
        return cu_fail(
            err, CU_INVALID, "", "an event name has 1 to %u bytes", TIMELINE_KIND_NAME_MAX);
    pthread_mutex_lock(&k->lock);
    cu_code code = get_locked(k, name, ret, err);
    pthread_mutex_unlock(&k->lock);
    return code;
}

uint32_t timeline_kinds_find(struct timeline_kinds *k, cu_str name)
{
    pthread_mutex_lock(&k->lock);
    uint32_t kind = k->table_cap > 0 && name.len >= 1 ? k->table[place_of(k, name)] : 0;
    pthread_mutex_unlock(&k->lock);
    return kind;
}

cu_str timeline_kinds_name(struct timeline_kinds *k, uint32_t kind)
{
    pthread_mutex_lock(&k->lock);
    cu_str name = kind >= 1 && kind <= k->count ? k->names[kind] : CU_NONE;
    pthread_mutex_unlock(&k->lock);
    return name;
}

uint32_t timeline_kinds_count(struct timeline_kinds *k)
{
    pthread_mutex_lock(&k->lock);
    uint32_t count = k->count;
    pthread_mutex_unlock(&k->lock);
    return count;
}

cu_code timeline_kinds_verify(const char *folder, struct cu_error *err)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/kinds", folder);
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, (TIMELINE_KINDS_MAX + 2) * (size_t)(ENTRY_HEADER + TIMELINE_KIND_NAME_MAX));
    CU_TRY(read_file(path, &b, err));
    size_t offset = 0;
    while (offset < b.len) {
        cu_str name;
        enum entry e = entry_at(cu_buf_view(&b), offset, &name);
        if (e == ENTRY_TORN)
            break;
        if (e == ENTRY_BAD)
            return cu_fail(
                err, CU_CORRUPT, "", "the timeline's kinds file is damaged at offset %zu", offset);
        offset += ENTRY_HEADER + name.len;
    }
    return CU_OK;
}
