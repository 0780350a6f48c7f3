// SPDX-License-Identifier: Apache-2.0
// The timeline's manifest (timeline_manifest.h): magic, counts, runs, hidden numbers, CRC32C.
#include "timeline_manifest.h"

#include "base/file.h"

#include <stdio.h>

#define MANIFEST_MAX (64u << 20)
#define HEADER 56
static const uint8_t magic[8] = {'C', 'U', 'T', 'L', 'M', 'A', 'N', '2'};

static void manifest_path(char ret[4096], const char *folder)
{
    (void)snprintf(ret, 4096, "%s/manifest", folder);
}

static void put_list(struct cu_buf *b, const uint32_t *numbers, size_t count)
{
    if (count > 0)
        cu_buf_add(b, numbers, count * sizeof *numbers);
}

cu_code timeline_manifest_store(
    const char *folder, const struct timeline_manifest *m, struct cu_error *err)
{
    char path[4096];
    uint8_t header[HEADER] = {0}, crc[4];
    manifest_path(path, folder);
    memcpy(header, magic, 8);
    wire_put64(header + 8, m->durable_seq);
    wire_put64(header + 16, m->next_number);
    wire_put32(header + 24, m->kinds);
    wire_put32(header + 28, (uint32_t)m->run_count);
    wire_put64(header + 32, m->hidden.pno_count);
    wire_put64(header + 40, m->hidden.import_count);
    wire_put64(header + 48, m->hidden.source_count);
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, MANIFEST_MAX);
    cu_buf_add(&b, header, sizeof header);
    for (size_t i = 0; i < m->run_count; i++)
        cu_buf_add(&b, &m->runs[i], sizeof m->runs[i]);
    put_list(&b, m->hidden.pnos, m->hidden.pno_count);
    put_list(&b, m->hidden.imports, m->hidden.import_count);
    put_list(&b, m->hidden.sources, m->hidden.source_count);
    wire_put32(crc, cu_crc32c(0, b.ptr, b.len));
    cu_buf_add(&b, crc, sizeof crc);
    CU_TRY(cu_buf_code(&b, err));
    return cu_file_replace(path, b.ptr, b.len, 0600, err);
}

static cu_code parse_list(
    cu_str *rest, uint64_t count, uint32_t **ret, size_t *ret_count, struct cu_error *err)
{
    if (rest->len / 4 < count)
        return cu_fail(err, CU_CORRUPT, "", "the timeline's manifest is damaged");
    uint32_t *list = NULL;
    if (count > 0) {
        list = cu_alloc((size_t)count * 4);
        if (!list)
            return cu_fail(err, CU_MEMORY, "", "no memory for the timeline's manifest");
        memcpy(list, rest->ptr, (size_t)count * 4);
    }
    *rest = cu_str_sub(*rest, (size_t)count * 4, rest->len);
    *ret = list;
    *ret_count = (size_t)count;
    return CU_OK;
}

cu_code timeline_manifest_parse(cu_str file, struct timeline_manifest *m, struct cu_error *err)
{
    const uint8_t *at = (const uint8_t *)file.ptr;
    if (file.len >= HEADER + 4 && memcmp(at, magic, 7) == 0 && at[7] != magic[7] &&
        wire_get32(at + file.len - 4) == cu_crc32c(0, at, file.len - 4))
        return cu_fail(err, CU_VERSION, "",
            "the timeline was written by another version of Custos (format %c, this one reads %c)", at[7], magic[7]);
    if (file.len < HEADER + 4 || memcmp(at, magic, 8) != 0 ||
        wire_get32(at + file.len - 4) != cu_crc32c(0, at, file.len - 4))
        return cu_fail(err, CU_CORRUPT, "", "the timeline's manifest is damaged");
    m->durable_seq = wire_get64(at + 8);
    m->next_number = wire_get64(at + 16);
    m->kinds = wire_get32(at + 24);
    size_t runs = wire_get32(at + 28);
    cu_str rest = {file.ptr + HEADER, file.len - HEADER - 4};
    if (rest.len / sizeof *m->runs < runs)
        return cu_fail(err, CU_CORRUPT, "", "the timeline's manifest is damaged");
    for (size_t i = 0; i < runs; i++, rest = cu_str_sub(rest, sizeof *m->runs, rest.len)) {
        struct timeline_manifest_run run;
        memcpy(&run, rest.ptr, sizeof run);
        CU_TRY(timeline_manifest_add(m, run.number, run.rows, err));
    }
    struct timeline_hidden *h = &m->hidden;
    CU_TRY(parse_list(&rest, wire_get64(at + 32), &h->pnos, &h->pno_count, err));
    CU_TRY(parse_list(&rest, wire_get64(at + 40), &h->imports, &h->import_count, err));
    CU_TRY(parse_list(&rest, wire_get64(at + 48), &h->sources, &h->source_count, err));
    return rest.len == 0 ? CU_OK : cu_fail(err, CU_CORRUPT, "", "the timeline's manifest is damaged");
}

cu_code timeline_manifest_load(
    const char *folder, struct timeline_manifest *ret, struct cu_error *err)
{
    char path[4096];
    manifest_path(path, folder);
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, MANIFEST_MAX);
    CU_TRY(cu_file_read_all(path, &b, err));
    struct timeline_manifest m = {0};
    cu_code code = timeline_manifest_parse(cu_buf_view(&b), &m, err);
    if (code != CU_OK) {
        timeline_manifest_clear(&m);
        return code;
    }
    *ret = m;
    return CU_OK;
}

cu_code timeline_manifest_copy(
    const struct timeline_manifest *from, struct timeline_manifest *ret, struct cu_error *err)
{
    struct timeline_manifest m = {
        .durable_seq = from->durable_seq, .next_number = from->next_number, .kinds = from->kinds};
    cu_code code = timeline_hidden_copy(&from->hidden, &m.hidden, err);
    for (size_t i = 0; i < from->run_count && code == CU_OK; i++)
        code = timeline_manifest_add(&m, from->runs[i].number, from->runs[i].rows, err);
    if (code != CU_OK) {
        timeline_manifest_clear(&m);
        return code;
    }
    *ret = m;
    return CU_OK;
}

cu_code timeline_manifest_add(
    struct timeline_manifest *m, uint64_t number, uint64_t rows, struct cu_error *err)
{
    struct timeline_manifest_run *runs = cu_realloc(m->runs, (m->run_count + 1) * sizeof *runs);
    if (!runs)
        return cu_fail(err, CU_MEMORY, "", "no memory for the timeline's manifest");
    m->runs = runs;
    m->runs[m->run_count++] = (struct timeline_manifest_run){.number = number, .rows = rows};
    return CU_OK;
}

void timeline_manifest_drop(struct timeline_manifest *m, uint64_t number)
{
    for (size_t i = 0; i < m->run_count; i++)
        if (m->runs[i].number == number) {
            memmove(&m->runs[i], &m->runs[i + 1], (m->run_count - i - 1) * sizeof *m->runs);
            m->run_count--;
            return;
        }
}

void timeline_manifest_clear(struct timeline_manifest *m)
{
    cu_free(m->runs);
    timeline_hidden_clear(&m->hidden);
    *m = (struct timeline_manifest){0};
}
