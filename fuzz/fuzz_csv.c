// SPDX-License-Identifier: Apache-2.0
// CSV: any bytes through decoding, the reader, a guessed mapping and the builder of calls. However
// the bytes arrive, the rows are the same; what was written is read back; every call that comes out
// is well-formed JSON below the limit, and no row is lost: each one is taken or refused.

#include "collect/import_calls.h"
#include "text/encoding.h"
#include "text/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

struct source {
    cu_str bytes;
    size_t at, step;
};

static cu_code fill(void *context, char *into, size_t room, size_t *ret_len, struct cu_error *err)
{
    struct source *s = context;
    size_t n = s->bytes.len - s->at;
    (void)err;
    n = n < s->step ? n : s->step;
    n = n < room ? n : room;
    if (n > 0)
        memcpy(into, s->bytes.ptr + s->at, n);
    s->at += n;
    *ret_len = n;
    return CU_OK;
}

// Decodes as an upload is; false for bytes that are refused.
static bool decode(cu_str in, struct cu_buf *out)
{
    struct text_decoder d;
    text_decoder_init(&d);
    char piece[97];
    while (in.len > 0) {
        size_t used = 0, len = 0;
        if (text_decode(&d, in, true, piece, sizeof piece, &used, &len, NULL) != CU_OK)
            return false;
        demand(used > 0 && len <= sizeof piece);
        cu_buf_add(out, piece, len);
        in = cu_str_sub(in, used, in.len - used);
    }
    return !out->failed;
}

// One line per row: its number, fault and cells, NUL-separated. Cells that are fine are written
// again.
static void read_rows(
    cu_str text, size_t step, char delimiter, struct cu_buf *out, struct cu_buf *again)
{
    struct source s = {text, 0, step};
    const struct csv_options o = {fill, &s, delimiter};
    struct csv_reader *r = NULL;
    struct csv_row row;
    bool more = true;
    uint64_t last = 0;
    demand(csv_open(&o, &r, NULL) == CU_OK);
    while (demand(csv_next(r, &row, &more, NULL) == CU_OK), more) {
        demand(row.number > last && row.fault < CSV_FAULT_COUNT && row.count <= CSV_COLUMNS_MAX);
        last = row.number;
        cu_buf_printf(out, "%llu %d", (unsigned long long)row.number, (int)row.fault);
        for (uint32_t i = 0; i < row.count; i++) {
            demand(row.cells[i].len <= CSV_CELL_MAX && text_utf8_valid(row.cells[i]));
            cu_buf_char(out, '\0');
            cu_buf_str(out, row.cells[i]);
            if (again && row.fault == CSV_FINE)
                csv_put(again, row.cells[i], csv_delimiter(r), false);
        }
        if (again && row.fault == CSV_FINE)
            csv_put_end(again);
        cu_buf_char(out, '\n');
    }
    csv_close(r);
}

struct counts {
    struct json_parser *parser;
    uint64_t good, bad;
};

static cu_code on_call(void *context, const struct import_call *c, struct cu_error *err)
{
    struct counts *n = context;
    json call;
    (void)err;
    demand(c->json.len > 0 && c->json.len <= IMPORT_CALL_MAX && c->message_id.len > 0);
    demand(json_parse(n->parser, c->json, &call, NULL) == CU_OK && json_is(call, JSON_OBJECT));
    demand(json_str(json_get(call, "type")).len > 0);
    return CU_OK;
}

static cu_code on_bad(
    void *context, uint64_t row, cu_str raw, const struct import_problem *p, struct cu_error *err)
{
    struct counts *n = context;
    (void)row;
    (void)raw;
    (void)err;
    demand(p->code && p->code[0] && p->text && p->text[0]);
    n->bad++;
    return CU_OK;
}

static void on_note(void *context, uint64_t row, const struct import_problem *p)
{
    (void)context;
    (void)row;
    demand(p->code && p->text);
}

static void on_good(void *context, uint64_t rows)
{
    struct counts *n = context;
    n->good += rows;
}

static void build(cu_str text, enum import_kind kind, const struct dictionary *d)
{
    struct source s = {text, 0, 4096};
    const struct csv_options o = {fill, &s, 0};
    struct csv_reader *r = NULL;
    struct csv_row row;
    struct import_plan *plan = NULL;
    struct import_builder *b = NULL;
    bool more = true;
    uint64_t rows = 0;
    struct cu_arena *a = cu_arena_new((size_t)8 << 20);
    struct counts n = {json_parser_new((size_t)1 << 17), 0, 0};
    const struct import_sink sink = {
        .context = &n, .call = on_call, .bad = on_bad, .note = on_note, .good = on_good};
    demand(a && n.parser && csv_open(&o, &r, NULL) == CU_OK);
    demand(csv_next(r, &row, &more, NULL) == CU_OK);
    struct import_plan_options po = {
        .kind = kind, .dictionary = d, .columns = row.cells, .column_count = row.count};
    if (more && row.fault == CSV_FINE)
        po.ready = import_map_recognise(kind, row.cells, row.count);
    if (more && row.fault == CSV_FINE && import_plan_make(&po, a, &plan, NULL) == CU_OK) {
        demand(import_builder_new(plan, 1, 0, &sink, &b, NULL) == CU_OK);
        while (demand(csv_next(r, &row, &more, NULL) == CU_OK), more) {
            const struct import_row in = {.number = row.number,
                .raw = row.raw,
                .cells = row.fault == CSV_FINE ? row.cells : NULL,
                .fault = row.fault == CSV_FINE ? NULL : csv_fault_name(row.fault),
                .text = csv_fault_text(row.fault)};
            rows++;
            demand(import_builder_row(b, &in, NULL) == CU_OK);
        }
        demand(import_builder_end(b, NULL) == CU_OK);
        demand(n.good + n.bad == rows);
        import_builder_free(b);
    }
    csv_close(r);
    json_parser_free(n.parser);
    cu_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dictionary *dictionary;
    static const char delimiters[] = {0, ',', ';', '\t'};
    if (!dictionary)
        demand(dictionary_load(CU_LIT(""), &dictionary, NULL) == CU_OK);
    if (size < 2 || size > 200000)
        return 0;
    struct cu_buf text, whole, pieces, again, reread;
    cu_buf_init(&text, (size_t)4 << 20);
    cu_buf_init(&whole, (size_t)8 << 20);
    cu_buf_init(&pieces, (size_t)8 << 20);
    cu_buf_init(&again, (size_t)8 << 20);
    cu_buf_init(&reread, (size_t)8 << 20);
    char delimiter = delimiters[data[0] & 3];
    if (decode((cu_str){(const char *)data + 2, size - 2}, &text)) {
        read_rows(cu_buf_view(&text), SIZE_MAX, delimiter, &whole, &again);
        read_rows(cu_buf_view(&text), 1u + data[1], delimiter, &pieces, NULL);
        demand(cu_str_eq(cu_buf_view(&whole), cu_buf_view(&pieces)));
        read_rows(cu_buf_view(&again), SIZE_MAX, delimiter ? delimiter : ',', &reread, NULL);
        build(cu_buf_view(&text), (enum import_kind)((data[0] >> 2) % IMPORT_KINDS), dictionary);
    }
    cu_buf_clear(&text);
    cu_buf_clear(&whole);
    cu_buf_clear(&pieces);
    cu_buf_clear(&again);
    cu_buf_clear(&reread);
    return 0;
}
