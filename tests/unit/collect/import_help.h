// SPDX-License-Identifier: Apache-2.0
// For tests of imports: a spool in a temporary folder, a file in it, and what becomes of its rows
// written down as text: "+ {call}", "! row code", "~ row code" (kept as undeclared text).
#pragma once

#include "collect/import_calls.h"
#include "crypto/keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

struct import_help {
    char folder[64];
    struct keyring *keyring;
    struct spool *spool;
    struct dictionary *dictionary;
    struct cu_buf out;
    uint64_t good, bad, calls;
    size_t step; // bytes per append
};

static inline int import_help_setup(void **state)
{
    static const uint8_t root[32] = {4, 5, 6};
    struct import_help *h = calloc(1, sizeof *h);
    (void)snprintf(h->folder, sizeof h->folder, "/tmp/custos-test-import-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    assert_int_equal(keyring_from_bytes(root, &h->keyring, NULL), CU_OK);
    struct spool_options o = {.folder = h->folder, .keyring = h->keyring, .free_bytes_min = -1};
    assert_int_equal(spool_open(&o, &h->spool, NULL), CU_OK);
    assert_int_equal(dictionary_load(CU_LIT(""), &h->dictionary, NULL), CU_OK);
    cu_buf_init(&h->out, 64 << 20);
    h->step = 1 << 20;
    *state = h;
    return 0;
}

static inline int import_help_teardown(void **state)
{
    struct import_help *h = *state;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    int64_t *numbers;
    size_t count;
    assert_int_equal(spool_list(h->spool, a, &numbers, &count, NULL), CU_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spool_delete(h->spool, numbers[i], NULL), CU_OK);
    spool_close(h->spool);
    keyring_close(h->keyring);
    dictionary_free(h->dictionary);
    cu_buf_clear(&h->out);
    assert_int_equal(rmdir(h->folder), 0);
    free(h);
    return 0;
}

static inline int64_t import_help_upload(struct import_help *h, cu_str bytes)
{
    struct spool_writer *w = NULL;
    assert_int_equal(spool_create(h->spool, &w, NULL), CU_OK);
    int64_t number = spool_writer_number(w);
    for (size_t at = 0; at < bytes.len; at += h->step) {
        cu_str piece = cu_str_sub(bytes, at, h->step);
        assert_int_equal(spool_append(w, piece.ptr, piece.len, NULL), CU_OK);
    }
    assert_int_equal(spool_finish(w, NULL), CU_OK);
    return number;
}

static inline cu_code import_help_call(
    void *context, const struct import_call *c, struct cu_error *err)
{
    struct import_help *h = context;
    (void)err;
    h->calls++;
    cu_buf_printf(&h->out, "+ %.*s\n", CU_ARG(c->json));
    return CU_OK;
}

static inline cu_code import_help_bad(
    void *context, uint64_t row, cu_str raw, const struct import_problem *p, struct cu_error *err)
{
    struct import_help *h = context;
    (void)err;
    (void)raw;
    h->bad++;
    cu_buf_printf(&h->out, "! %d %s\n", (int)row, p->code);
    return CU_OK;
}

static inline void import_help_note(void *context, uint64_t row, const struct import_problem *p)
{
    struct import_help *h = context;
    cu_buf_printf(&h->out, "~ %d %s\n", (int)row, p->code);
}

static inline void import_help_good(void *context, uint64_t rows)
{
    struct import_help *h = context;
    h->good += rows;
}

struct import_help_options {
    enum import_kind kind;
    const char *map; // a ready one; NULL: recognised or guessed
    const char *currency;
    const struct import_mapping *mapping;
    size_t mapping_count;
    enum import_dates dates;
    bool calls;
};

// Runs a whole file; what comes out is in h->out. Returns the plan's code.
static inline cu_code import_help_run(
    struct import_help *h, const struct import_help_options *o, cu_str bytes, struct cu_error *err)
{
    int64_t upload = import_help_upload(h, bytes);
    struct import_reader *r = NULL;
    struct import_builder *b = NULL;
    struct import_plan *p = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(8 << 20);
    cu_buf_reset(&h->out);
    h->good = h->bad = h->calls = 0;
    CU_TRY(import_reader_open(h->spool, upload, &r, err));
    if (import_reader_format(r) == IMPORT_JSONL && !o->calls)
        assert_int_equal(import_reader_find_columns(r, NULL), CU_OK);
    struct import_plan_options po = {.kind = o->kind,
        .calls = o->calls,
        .dictionary = h->dictionary,
        .mapping = o->mapping,
        .mapping_count = o->mapping_count,
        .currency = cu_str_of(o->currency)};
    po.column_count = import_reader_columns(r, &po.columns);
    po.ready = o->map ? import_map_find(cu_str_of(o->map))
                      : import_map_recognise(o->kind, po.columns, po.column_count);
    cu_code code = import_plan_make(&po, a, &p, err);
    if (code != CU_OK) {
        import_reader_close(r);
        return code;
    }
    p->dates = o->dates;
    struct import_sink sink = {.context = h,
        .call = import_help_call,
        .bad = import_help_bad,
        .note = import_help_note,
        .good = import_help_good};
    assert_int_equal(import_builder_new(p, 7, 1700000000000, &sink, &b, NULL), CU_OK);
    for (;;) {
        struct import_row row;
        bool more = false;
        code = import_reader_next(r, &row, &more, err);
        if (code != CU_OK || !more)
            break;
        assert_int_equal(import_builder_row(b, &row, NULL), CU_OK);
        assert_true(import_builder_settled(b) <= row.number);
    }
    if (code == CU_OK)
        assert_int_equal(import_builder_end(b, NULL), CU_OK);
    import_builder_free(b);
    import_reader_close(r);
    cu_buf_char(&h->out, 0);
    h->out.len--;
    return code;
}

#define IMPORT_HELP(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, import_help_setup, import_help_teardown)
