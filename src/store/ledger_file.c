// SPDX-License-Identifier: Apache-2.0
// The bytes of a ledger on disk: headers, names, and the walk over the groups of one segment. See
// ledger_private.h. An entry is its length (32 bit) and its bytes; a group is a header and entries.
#include "ledger_private.h"

#include "base/file.h"
#include "base/hash.h"
#include "wire.h"

#include <fcntl.h>
#include <stdio.h>

static const char segment_magic[8] = "custlog1";
static const char group_magic[4] = "grp1";
#define SEARCH_BYTES (1u << 20)

static uint32_t crc_salted(uint64_t salt, const void *bytes, size_t len)
{
    return cu_crc32c(cu_crc32c(0, &salt, sizeof salt), bytes, len);
}

uint32_t ledger_body_crc(uint64_t salt, const void *body, size_t len)
{
    return crc_salted(salt, body, len);
}

void ledger_segment_put(const struct ledger_segment_header *h, uint8_t at[LEDGER_SEGMENT_HEADER])
{
    memcpy(at, segment_magic, sizeof segment_magic);
    wire_put64(at + 8, h->first);
    wire_put64(at + 16, h->salt);
    wire_put32(at + 24, (uint32_t)h->number);
    wire_put32(at + 28, cu_crc32c(0, at, 28));
}

bool ledger_segment_get(const uint8_t at[LEDGER_SEGMENT_HEADER], struct ledger_segment_header *ret)
{
    if (memcmp(at, segment_magic, sizeof segment_magic) != 0 || wire_get32(at + 28) != cu_crc32c(0, at, 28))
        return false;
    *ret = (struct ledger_segment_header){
        .number = wire_get32(at + 24), .first = wire_get64(at + 8), .salt = wire_get64(at + 16)};
    return true;
}

void ledger_group_put(const struct ledger_group *g, uint64_t salt, uint8_t at[LEDGER_GROUP_HEADER])
{
    memcpy(at, group_magic, sizeof group_magic);
    wire_put64(at + 4, g->first);
    wire_put32(at + 12, g->count);
    wire_put32(at + 16, g->len);
    wire_put32(at + 20, g->crc);
    wire_put32(at + 24, crc_salted(salt, at, 24));
}

bool ledger_group_get(const uint8_t at[LEDGER_GROUP_HEADER], uint64_t salt, struct ledger_group *ret)
{
    if (memcmp(at, group_magic, sizeof group_magic) != 0 || wire_get32(at + 24) != crc_salted(salt, at, 24))
        return false;
    *ret = (struct ledger_group){.first = wire_get64(at + 4), .count = wire_get32(at + 12), .len = wire_get32(at + 16),
        .crc = wire_get32(at + 20)};
    return ret->count > 0 && ret->len <= LEDGER_GROUP_MAX + LEDGER_ENTRY_MAX;
}

void ledger_path_of(char ret[LEDGER_PATH_MAX], const char *folder, const char *name)
{
    (void)snprintf(ret, LEDGER_PATH_MAX, "%s/%s", folder, name);
}

void ledger_path(char ret[LEDGER_PATH_MAX], const char *folder, uint64_t number)
{
    (void)snprintf(ret, LEDGER_PATH_MAX, "%s/%010llu.seg", folder, (unsigned long long)number);
}

bool ledger_name_number(const char *name, uint64_t *ret)
{
    int64_t number = 0;
    cu_str s = cu_str_of(name);
    if (s.len != 14 || !cu_str_ends(s, CU_LIT(".seg")) || name[0] < '0' || name[0] > '9')
        return false;
    if (!cu_str_i64(cu_str_sub(s, 0, 10), &number) || number <= 0)
        return false;
    *ret = (uint64_t)number;
    return true;
}

cu_code ledger_list(const char *folder, uint64_t *ret_count, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(64 << 20);
    const char **names = NULL;
    size_t count = 0;
    uint64_t number = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list a log");
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) { // sorted
        if (!ledger_name_number(names[i], &number))
            continue;
        if (number != *ret_count + 1)
            return cu_fail(err, CU_CORRUPT, "", "segment %llu of the log is missing", (unsigned long long)*ret_count + 1);
        *ret_count = number;
    }
    return CU_OK;
}

cu_code ledger_segment_open(const char *folder, uint64_t number, bool write, int *ret_fd, struct ledger_segment_header *ret,
    struct cu_error *err)
{
    char path[LEDGER_PATH_MAX];
    uint8_t bytes[LEDGER_SEGMENT_HEADER];
    CU_AUTO_FD int fd = -1;
    ledger_path(path, folder, number);
    CU_TRY(cu_file_open(path, write ? O_RDWR : O_RDONLY, 0, &fd, err));
    CU_TRY(cu_file_pread(fd, bytes, sizeof bytes, 0, err));
    if (!ledger_segment_get(bytes, ret) || ret->number != number)
        return cu_fail(err, CU_CORRUPT, "", "segment %llu of the log: its header is damaged", (unsigned long long)number);
    *ret_fd = fd;
    fd = -1;
    return CU_OK;
}

// --- tails

cu_code ledger_tail_room(struct ledger_tail *t, size_t entries, struct cu_error *err)
{
    size_t hashes = t->hash_count + 2 * entries + LEDGER_LEVELS;
    if (t->count + entries > t->cap) {
        size_t cap = t->cap * 2 > t->count + entries ? t->cap * 2 : t->count + entries + 64;
        uint32_t *more = cu_realloc(t->offsets, cap * sizeof *more);
        if (!more)
            return cu_fail(err, CU_MEMORY, "", "no memory for the places of entries");
        t->offsets = more;
        t->cap = cap;
    }
    if (hashes > t->hash_cap) {
        size_t cap = t->hash_cap * 2 > hashes ? t->hash_cap * 2 : hashes;
        struct ledger_hash *more = cu_realloc(t->hashes, cap * sizeof *more);
        if (!more)
            return cu_fail(err, CU_MEMORY, "", "no memory for the hashes of entries");
        t->hashes = more;
        t->hash_cap = cap;
    }
    return CU_OK;
}

void ledger_tail_add(struct ledger_tail *t, cu_str entry, uint32_t offset)
{
    struct ledger_hash leaf;
    ledger_hash_leaf(entry, &leaf);
    t->hash_count += ledger_edge_add(&t->edge, &leaf, t->hashes + t->hash_count);
    t->offsets[t->count++] = offset;
}

void ledger_tail_reset(struct ledger_tail *t)
{
    t->first = t->edge.size;
    t->hash_count = t->count = 0;
}

void ledger_tail_clear(struct ledger_tail *t)
{
    cu_free(t->hashes);
    cu_free(t->offsets);
    *t = (struct ledger_tail){.hashes = NULL};
}

// --- walking

struct body {
    uint8_t *bytes;
    size_t cap;
};

static cu_code body_room(struct body *b, size_t len, struct cu_error *err)
{
    if (len <= b->cap)
        return CU_OK;
    cu_free(b->bytes);
    b->cap = len > 65536 ? len : 65536;
    b->bytes = cu_alloc(b->cap);
    if (b->bytes)
        return CU_OK;
    b->cap = 0;
    return cu_fail(err, CU_MEMORY, "", "no memory to read a group of the log");
}

// Is the body exactly `count` entries? The checksum held, so a no is a fault of whoever wrote it.
static bool body_whole(const uint8_t *body, const struct ledger_group *g)
{
    size_t at = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        if (g->len - at < 4 || wire_get32(body + at) > g->len - at - 4)
            return false;
        at += 4 + wire_get32(body + at);
    }
    return at == g->len;
}

// The group at `at`; *ret_whole false: none, or not all of it.
static cu_code read_group(int fd, const struct ledger_segment_header *h, int64_t at, int64_t size, uint64_t first,
    struct body *body, struct ledger_group *ret, bool *ret_whole, struct cu_error *err)
{
    uint8_t head[LEDGER_GROUP_HEADER];
    *ret_whole = false;
    if (size - at < LEDGER_GROUP_HEADER)
        return CU_OK;
    CU_TRY(cu_file_pread(fd, head, sizeof head, at, err));
    if (!ledger_group_get(head, h->salt, ret) || ret->first != first || size - at - LEDGER_GROUP_HEADER < ret->len)
        return CU_OK;
    CU_TRY(body_room(body, ret->len, err));
    CU_TRY(cu_file_pread(fd, body->bytes, ret->len, at + LEDGER_GROUP_HEADER, err));
    *ret_whole = ledger_body_crc(h->salt, body->bytes, ret->len) == ret->crc && body_whole(body->bytes, ret);
    return CU_OK;
}

// A group header of this file anywhere behind `at`, for an entry at or above `first`.
static cu_code search_more(int fd, const struct ledger_segment_header *h, int64_t at, int64_t size, uint64_t first,
    bool *ret, struct cu_error *err)
{
    uint8_t *window = cu_alloc(SEARCH_BYTES);
    struct ledger_group g;
    cu_code code = window ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to search a segment");
    *ret = false;
    for (at++; code == CU_OK && !*ret && size - at >= LEDGER_GROUP_HEADER; at += SEARCH_BYTES - LEDGER_GROUP_HEADER + 1) {
        size_t len = size - at < (int64_t)SEARCH_BYTES ? (size_t)(size - at) : SEARCH_BYTES;
        code = cu_file_pread(fd, window, len, at, err);
        for (size_t i = 0; code == CU_OK && !*ret && i + LEDGER_GROUP_HEADER <= len; i++)
            *ret = window[i] == (uint8_t)group_magic[0] && ledger_group_get(window + i, h->salt, &g) && g.first >= first;
    }
    cu_free(window);
    return code;
}

static void add_entries(struct ledger_tail *t, const uint8_t *body, const struct ledger_group *g, int64_t body_at)
{
    size_t at = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t len = wire_get32(body + at);
        ledger_tail_add(t, (cu_str){(const char *)body + at + 4, len}, (uint32_t)(body_at + (int64_t)at));
        at += 4 + len;
    }
}

cu_code ledger_scan(int fd, const struct ledger_segment_header *h, int64_t *end, struct ledger_tail *t, bool *ret_torn,
    bool *ret_more, struct cu_error *err)
{
    struct body body = {NULL, 0};
    struct ledger_group g;
    int64_t size = 0;
    bool whole = true;
    *ret_torn = *ret_more = false;
    cu_code code = cu_file_size(fd, &size, err);
    while (code == CU_OK && whole && *end < size) {
        code = read_group(fd, h, *end, size, t->edge.size, &body, &g, &whole, err);
        if (code != CU_OK || !whole)
            break;
        code = ledger_tail_room(t, g.count, err);
        if (code == CU_OK) {
            add_entries(t, body.bytes, &g, *end + LEDGER_GROUP_HEADER);
            *end += LEDGER_GROUP_HEADER + (int64_t)g.len;
        }
    }
    cu_free(body.bytes);
    *ret_torn = code == CU_OK && *end < size;
    if (*ret_torn)
        code = search_more(fd, h, *end, size, t->edge.size, ret_more, err);
    return code;
}
