// SPDX-License-Identifier: Apache-2.0
// The seen set's manifest (seen_manifest.h): magic, durable seq, next number, runs, CRC32C.
#include "seen_manifest.h"

#include "base/file.h"
#include "base/hash.h"

#include <stdio.h>

#define HEADER 32
#define MANIFEST_MAX (4u << 20)
static const uint8_t magic[8] = {'C', 'U', 'S', 'E', 'E', 'N', 'M', '1'};
_Static_assert(sizeof(struct seen_info) == 32, "the run's entry is a file format");

cu_code seen_manifest_store(const char *folder, const struct seen_manifest *m, struct cu_error *err)
{
    char path[SEEN_PATH_MAX + 16];
    uint8_t header[HEADER] = {0}, crc[4];
    (void)snprintf(path, sizeof path, "%s/manifest", folder);
    memcpy(header, magic, 8);
    wire_put64(header + 8, m->durable_seq);
    wire_put64(header + 16, m->next_number);
    wire_put64(header + 24, m->run_count);
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, MANIFEST_MAX);
    cu_buf_add(&b, header, sizeof header);
    for (size_t i = 0; i < m->run_count; i++)
        cu_buf_add(&b, &m->runs[i], sizeof m->runs[i]);
    wire_put32(crc, cu_crc32c(0, b.ptr, b.len));
    cu_buf_add(&b, crc, sizeof crc);
    CU_TRY(cu_buf_code(&b, err));
    return cu_file_replace(path, b.ptr, b.len, 0600, err);
}

cu_code seen_manifest_load(const char *folder, struct seen_manifest *ret, struct cu_error *err)
{
    char path[SEEN_PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/manifest", folder);
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, MANIFEST_MAX);
    CU_TRY(cu_file_read_all(path, &b, err));
    const uint8_t *at = (const uint8_t *)b.ptr;
    if (b.len < HEADER + 4 || memcmp(at, magic, 8) != 0 ||
        wire_get32(at + b.len - 4) != cu_crc32c(0, at, b.len - 4) ||
        wire_get64(at + 24) != (b.len - HEADER - 4) / sizeof(struct seen_info))
        return cu_fail(err, CU_CORRUPT, "", "the manifest of the seen messageIds is damaged");
    struct seen_manifest m = {
        .durable_seq = wire_get64(at + 8), .next_number = wire_get64(at + 16)};
    uint64_t runs = wire_get64(at + 24);
    for (uint64_t i = 0; i < runs; i++) {
        struct seen_info info;
        memcpy(&info, at + HEADER + i * sizeof info, sizeof info);
        cu_code code = seen_manifest_add(&m, &info, err);
        if (code != CU_OK) {
            seen_manifest_clear(&m);
            return code;
        }
    }
    *ret = m;
    return CU_OK;
}

cu_code seen_manifest_add(
    struct seen_manifest *m, const struct seen_info *info, struct cu_error *err)
{
    struct seen_info *runs = cu_realloc(m->runs, (m->run_count + 1) * sizeof *runs);
    if (!runs)
        return cu_fail(err, CU_MEMORY, "", "no memory for the manifest of the seen messageIds");
    m->runs = runs;
    m->runs[m->run_count++] = *info;
    return CU_OK;
}

void seen_manifest_clear(struct seen_manifest *m)
{
    cu_free(m->runs);
    *m = (struct seen_manifest){0};
}

// "0000000007.tags" -> 7, also for .filter.
static bool run_file(const char *name, uint64_t *ret)
{
    size_t digits = strspn(name, "0123456789");
    int64_t number = 0;
    if (digits < 10 || digits > 18 ||
        (strcmp(name + digits, ".tags") != 0 && strcmp(name + digits, ".filter") != 0) ||
        !cu_str_i64((cu_str){name, digits}, &number))
        return false;
    *ret = (uint64_t)number;
    return true;
}

cu_code seen_manifest_absent(const char *folder, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4u << 20);
    const char **names = NULL;
    size_t count = 0;
    uint64_t number;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to open the seen messageIds");
    cu_code code = cu_dir_list(a, folder, &names, &count, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    for (size_t i = 0; i < count; i++)
        if (run_file(names[i], &number))
            return cu_fail(err, CU_CORRUPT, "", "the manifest of the seen messageIds is missing");
    return CU_OK;
}

static bool is_named(const struct seen_manifest *m, uint64_t number)
{
    for (size_t i = 0; i < m->run_count; i++)
        if (m->runs[i].number == number)
            return true;
    return false;
}

cu_code seen_manifest_clean(const char *folder, const struct seen_manifest *m, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to open the seen messageIds");
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        bool temporary = strcmp(names[i], "manifest.new") == 0;
        if (!temporary && (!run_file(names[i], &number) || is_named(m, number)))
            continue;
        cu_str path = cu_arena_printf(a, "%s/%s", folder, names[i]);
        if (!path.ptr)
            return cu_fail(err, CU_MEMORY, "", "no memory to open the seen messageIds");
        CU_TRY(cu_file_unlink(path.ptr, err));
    }
    return CU_OK;
}
