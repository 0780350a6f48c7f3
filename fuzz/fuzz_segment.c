// SPDX-License-Identifier: Apache-2.0
// The language of segments: any bytes as text and as JSON through reading, checking, both faces and reading again, and
// completion at a place the bytes choose. What was accepted comes back the same; what was refused says why.

#include "insight/segment.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static struct bench {
    struct dictionary *dictionary;
    struct text_zone *zone;
    struct seg_catalog *catalog;
    struct json_parser *parser;
} bench;

static bool segment_known(void *context, cu_str name)
{
    (void)context;
    return cu_str_eqz(name, "vip");
}

static void segment_names(void *context, void (*each)(void *c, cu_str name), void *c)
{
    (void)context;
    each(c, CU_LIT("vip"));
}

static void prepare(void)
{
    static const char *const groups[] = {"champions", "at risk", NULL};
    static const struct seg_field derived[] = {
        {.name = {"orders.count", 12}, .type = SEG_NUMBER, .source = SEG_DERIVED, .doc = "x"},
        {.name = {"orders.last", 11}, .type = SEG_TIME, .source = SEG_DERIVED, .doc = "x"},
        {.name = {"rfm.group", 9}, .type = SEG_TEXT, .source = SEG_DERIVED, .doc = "x", .options = groups}};
    demand(dictionary_load(CU_NONE, &bench.dictionary, NULL) == CU_OK);
    bench.zone = text_zone_open("Europe/Berlin");
    bench.parser = json_parser_new((size_t)4 << 20);
    const struct seg_catalog_options o = {.dictionary = bench.dictionary, .derived = derived, .derived_count = CU_COUNT(derived),
        .segment = segment_known, .segments = segment_names, .zone = bench.zone};
    demand(bench.zone && bench.parser && seg_catalog_open(&o, &bench.catalog, NULL) == CU_OK);
}

static void look_at(const struct seg_faults *f, cu_code code, const struct cu_error *err, size_t size)
{
    size_t hard = 0;
    demand(f->count <= SEG_FAULTS_MAX);
    for (size_t i = 0; i < f->count; i++) {
        hard += f->at[i].warning ? 0 : 1;
        demand(f->at[i].text[0] && (size_t)f->at[i].at + f->at[i].len <= size);
    }
    demand(code == CU_OK ? hard == 0 : code == CU_INVALID && hard > 0 && err->text[0]);
}

// Printed, read, checked: the same. Texts stay within what can be read but for many escapes.
static void comes_back(const struct seg_node *n, struct cu_arena *a)
{
    struct seg_node *again = NULL, *copy = seg_copy(n, a);
    struct json_writer w;
    struct cu_buf out;
    json v = {0};
    demand(copy && seg_equal(copy, n));
    cu_buf_init(&out, (size_t)4 << 20);
    seg_print_text(n, bench.catalog, &out);
    if (out.len <= SEG_TEXT_MAX) {
        demand(seg_parse_text(cu_buf_view(&out), bench.catalog, a, &again, NULL, NULL) == CU_OK);
        demand(seg_check(again, bench.catalog, a, NULL, NULL) == CU_OK);
        cu_buf_reset(&out);
        seg_print_text(again, bench.catalog, &out);
    }
    cu_buf_reset(&out);
    jw_start(&w, &out);
    seg_print_json(n, bench.catalog, &w);
    demand(json_parse(bench.parser, cu_buf_view(&out), &v, NULL) == CU_OK);
    demand(seg_parse_json(v, bench.catalog, a, &again, NULL, NULL) == CU_OK);
    demand(seg_check(again, bench.catalog, a, NULL, NULL) == CU_OK && seg_equal(n, again));
    cu_buf_reset(&out);
    seg_print_one(n, bench.catalog, &out);
    cu_buf_clear(&out);
}

static void try_text(cu_str text, struct cu_arena *a)
{
    struct seg_faults faults = {0};
    struct cu_error err = {0};
    struct seg_node *n = NULL, *again = NULL;
    cu_code code = seg_parse_text(text, bench.catalog, a, &n, &faults, &err);
    look_at(&faults, code, &err, text.len);
    if (code != CU_OK)
        return;
    struct cu_buf out;
    cu_buf_init(&out, (size_t)4 << 20);
    seg_print_text(n, bench.catalog, &out);
    if (out.len <= SEG_TEXT_MAX) // unchecked, too
        demand(seg_parse_text(cu_buf_view(&out), bench.catalog, a, &again, NULL, &err) == CU_OK && seg_equal(n, again));
    cu_buf_clear(&out);
    code = seg_check(n, bench.catalog, a, &faults, &err);
    look_at(&faults, code, &err, text.len);
    if (code == CU_OK) {
        demand(seg_check(again, bench.catalog, a, NULL, NULL) == CU_OK && seg_equal(n, again));
        comes_back(n, a);
    }
}

static void try_json(cu_str text, struct cu_arena *a)
{
    struct seg_faults faults = {0};
    struct cu_error err = {0};
    struct seg_node *n = NULL;
    json v = {0};
    if (json_parse(bench.parser, text, &v, NULL) != CU_OK)
        return;
    cu_code code = seg_parse_json(v, bench.catalog, a, &n, &faults, &err);
    look_at(&faults, code, &err, text.len);
    if (code == CU_OK)
        code = seg_check(n, bench.catalog, a, &faults, &err);
    look_at(&faults, code, &err, text.len);
    if (code == CU_OK)
        comes_back(n, a);
}

static void try_complete(cu_str text)
{
    struct json_writer w;
    struct cu_buf out;
    json v = {0};
    int64_t from = -1, to = -1;
    uint32_t cursor = text.len ? (unsigned char)text.ptr[0] * (uint32_t)text.len / 200 : 0;
    cu_buf_init(&out, (size_t)4 << 20);
    jw_start(&w, &out);
    demand(seg_complete(text, cursor, bench.catalog, &w, NULL) == CU_OK);
    demand(json_parse(bench.parser, cu_buf_view(&out), &v, NULL) == CU_OK);
    demand(json_i64(json_get(v, "from"), &from) && json_i64(json_get(v, "to"), &to));
    demand(from >= 0 && from <= to && (size_t)to <= text.len && json_count(json_get(v, "items")) <= 50);
    cu_buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cu_str text = {(const char *)data, size};
    if (!bench.dictionary)
        prepare();
    struct cu_arena *a = cu_arena_new((size_t)256 << 20);
    demand(a != NULL);
    try_text(text, a);
    try_json(text, a);
    try_complete(text);
    cu_arena_free(a);
    return 0;
}
