// SPDX-License-Identifier: Apache-2.0
// Parquet files of flat tables. See parquet.h. The metadata is in Thrift's compact protocol; field
// numbers are those of parquet.thrift.
#include "parquet.h"

#include <stdio.h>
#include <zstd.h>

enum { GROUP_ROWS = 65536, ZSTD_LEVEL = 3 };
enum { THRIFT_I32 = 5, THRIFT_I64 = 6, THRIFT_BINARY = 8, THRIFT_LIST = 9, THRIFT_STRUCT = 12 };
enum { TYPE_INT64 = 2, TYPE_DOUBLE = 5, TYPE_BYTE_ARRAY = 6 };
enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3, CODEC_ZSTD = 6, REPETITION_OPTIONAL = 1, CONVERTED_UTF8 = 0 };

struct chunk { // of one column in one row group
    int64_t at, packed, whole; // offset; bytes with the page's header, compressed and not
};
struct parquet {
    char **names;
    size_t count, rows, bytes_max;
    enum parquet_kind *kinds; // the widest seen
    struct cu_buf kept;       // rows: per value a byte of kind, then 8 bytes, or length and text
    struct chunk *chunks;
    size_t chunk_count;
};

cu_code parquet_new(const char *const *names, size_t count, size_t bytes_max, struct parquet **ret, struct cu_error *err)
{
    struct parquet *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory for a file");
    p->bytes_max = bytes_max;
    cu_buf_init(&p->kept, bytes_max);
    p->names = cu_calloc(count, sizeof *p->names);
    p->kinds = cu_calloc(count, sizeof *p->kinds);
    bool ok = p->names && p->kinds && count <= PARQUET_COLUMNS_MAX;
    for (size_t i = 0; ok && i < count; i++) {
        size_t len = strlen(names[i]);
        p->names[i] = cu_alloc(len + 1);
        ok = p->names[i] != NULL;
        if (ok)
            memcpy(p->names[i], names[i], len + 1);
        p->count++;
    }
    if (!ok) {
        parquet_free(p);
        return cu_fail(err, CU_MEMORY, "", "no memory for a file");
    }
    *ret = p;
    return CU_OK;
}

void parquet_free(struct parquet *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        cu_free(p->names[i]);
    cu_free(p->names);
    cu_free(p->kinds);
    cu_free(p->chunks);
    cu_buf_wipe(&p->kept);
    cu_free(p);
}

// ---- rows kept

cu_code parquet_row(struct parquet *p, const struct parquet_value *values, struct cu_error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct parquet_value *v = &values[i];
        cu_buf_char(&p->kept, (char)v->kind);
        if (v->kind > p->kinds[i])
            p->kinds[i] = v->kind;
        if (v->kind == PARQUET_INT)
            cu_buf_add(&p->kept, &v->number, sizeof v->number);
        else if (v->kind == PARQUET_REAL)
            cu_buf_add(&p->kept, &v->real, sizeof v->real);
        else if (v->kind == PARQUET_TEXT) {
            uint32_t len = (uint32_t)v->text.len;
            cu_buf_add(&p->kept, &len, sizeof len);
            cu_buf_str(&p->kept, v->text);
        }
    }
    p->rows++;
    return cu_buf_code(&p->kept, err);
}

static const char *read_value(const char *at, struct parquet_value *ret)
{
    *ret = (struct parquet_value){.kind = (enum parquet_kind)*at++};
    if (ret->kind == PARQUET_INT) {
        memcpy(&ret->number, at, 8);
        return at + 8;
    }
    if (ret->kind == PARQUET_REAL) {
        memcpy(&ret->real, at, 8);
        return at + 8;
    }
    if (ret->kind == PARQUET_TEXT) {
        uint32_t len;
        memcpy(&len, at, 4);
        ret->text = (cu_str){at + 4, len};
        return at + 4 + len;
    }
    return at;
}

// ---- Thrift, compact protocol

static void varint(struct cu_buf *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        cu_buf_char(b, (char)(v | 0x80));
    cu_buf_char(b, (char)v);
}

static void zigzag(struct cu_buf *b, int64_t v)
{
    varint(b, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

// last: number of the field before in this struct; fields ascend and are at most 15 apart.
static void field(struct cu_buf *b, int *last, int number, int type)
{
    cu_buf_char(b, (char)((number - *last) << 4 | type));
    *last = number;
}

static void field_int(struct cu_buf *b, int *last, int number, int type, int64_t v)
{
    field(b, last, number, type);
    zigzag(b, v);
}

static void text(struct cu_buf *b, const char *z)
{
    varint(b, strlen(z));
    cu_buf_z(b, z);
}

static void list(struct cu_buf *b, int *last, int number, int type, size_t count)
{
    field(b, last, number, THRIFT_LIST);
    if (count < 15) {
        cu_buf_char(b, (char)(count << 4 | (size_t)type));
    } else {
        cu_buf_char(b, (char)(0xf0 | type));
        varint(b, count);
    }
}

static void end(struct cu_buf *b)
{
    cu_buf_char(b, 0);
}

// ---- pages

// Which values are there: one bit each, as one bit-packed run.
static void definition_levels(struct cu_buf *page, const uint8_t *bits, size_t rows)
{
    struct cu_buf levels;
    size_t groups = (rows + 7) / 8;
    cu_buf_init(&levels, groups + 16);
    varint(&levels, groups << 1 | 1);
    cu_buf_add(&levels, bits, groups);
    uint32_t len = (uint32_t)levels.len;
    cu_buf_add(page, &len, sizeof len);
    cu_buf_str(page, cu_buf_view(&levels));
    page->failed = page->failed || levels.failed;
    cu_buf_clear(&levels);
}

static void plain_text(struct cu_buf *b, const struct parquet_value *v)
{
    char number[64];
    cu_str s = v->text;
    if (v->kind == PARQUET_INT)
        s = (cu_str){number, (size_t)snprintf(number, sizeof number, "%lld", (long long)v->number)};
    else if (v->kind == PARQUET_REAL)
        s = (cu_str){number, (size_t)snprintf(number, sizeof number, "%.17g", v->real)};
    uint32_t len = (uint32_t)s.len;
    cu_buf_add(b, &len, sizeof len);
    cu_buf_str(b, s);
}

static void plain_value(struct cu_buf *b, enum parquet_kind kind, const struct parquet_value *v)
{
    if (kind == PARQUET_TEXT || kind == PARQUET_NULL) {
        plain_text(b, v);
    } else if (kind == PARQUET_REAL) {
        double real = v->kind == PARQUET_INT ? (double)v->number : v->real;
        cu_buf_add(b, &real, sizeof real);
    } else {
        cu_buf_add(b, &v->number, sizeof v->number);
    }
}

// The values of one column of `rows` rows that begin at `at`; each value is stepped over in turn.
static void page_of(const struct parquet *p, size_t column, const char *at, size_t rows, uint8_t *bits, struct cu_buf *page)
{
    struct parquet_value v;
    struct cu_buf values;
    cu_buf_init(&values, p->bytes_max * 2);
    memset(bits, 0, (rows + 7) / 8);
    for (size_t r = 0; r < rows; r++) {
        for (size_t i = 0; i < p->count; i++) {
            at = read_value(at, &v);
            if (i != column || v.kind == PARQUET_NULL)
                continue;
            bits[r / 8] = (uint8_t)(bits[r / 8] | 1u << r % 8);
            plain_value(&values, p->kinds[column], &v);
        }
    }
    definition_levels(page, bits, rows);
    cu_buf_str(page, cu_buf_view(&values));
    page->failed = page->failed || values.failed;
    cu_buf_clear(&values);
}

static void page_header(struct cu_buf *b, size_t rows, size_t whole, size_t packed)
{
    int last = 0, inner = 0;
    field_int(b, &last, 1, THRIFT_I32, 0); // a data page
    field_int(b, &last, 2, THRIFT_I32, (int64_t)whole);
    field_int(b, &last, 3, THRIFT_I32, (int64_t)packed);
    field(b, &last, 5, THRIFT_STRUCT);
    field_int(b, &inner, 1, THRIFT_I32, (int64_t)rows);
    field_int(b, &inner, 2, THRIFT_I32, ENCODING_PLAIN);
    field_int(b, &inner, 3, THRIFT_I32, ENCODING_RLE);
    field_int(b, &inner, 4, THRIFT_I32, ENCODING_RLE);
    end(b);
    end(b);
}

static cu_code write_chunk(struct parquet *p, size_t column, const char *at, size_t rows, uint8_t *bits, size_t start, struct cu_buf *out,
    struct cu_error *err)
{
    struct cu_buf page;
    cu_buf_init(&page, p->bytes_max * 2);
    page_of(p, column, at, rows, bits, &page);
    size_t room = ZSTD_compressBound(page.len);
    char *packed = cu_alloc(room);
    size_t len = packed ? ZSTD_compress(packed, room, page.ptr, page.len, ZSTD_LEVEL) : 0;
    bool ok = packed && !page.failed && !ZSTD_isError(len);
    struct chunk *c = &p->chunks[p->chunk_count++];
    c->at = (int64_t)(out->len - start);
    page_header(out, rows, page.len, len);
    c->whole = (int64_t)(out->len - start) - c->at + (int64_t)page.len;
    cu_buf_add(out, packed, ok ? len : 0);
    c->packed = (int64_t)(out->len - start) - c->at;
    cu_free(packed);
    cu_buf_wipe(&page);
    return ok ? cu_buf_code(out, err) : cu_fail(err, CU_MEMORY, "", "no memory for a file");
}

// ---- the footer

static int type_of(enum parquet_kind k)
{
    return k == PARQUET_INT ? TYPE_INT64 : k == PARQUET_REAL ? TYPE_DOUBLE : TYPE_BYTE_ARRAY;
}

static void schema(const struct parquet *p, struct cu_buf *b, int *last)
{
    list(b, last, 2, THRIFT_STRUCT, p->count + 1);
    int f = 0;
    field(b, &f, 4, THRIFT_BINARY);
    text(b, "rows");
    field_int(b, &f, 5, THRIFT_I32, (int64_t)p->count);
    end(b);
    for (size_t i = 0; i < p->count; i++) {
        f = 0;
        field_int(b, &f, 1, THRIFT_I32, type_of(p->kinds[i]));
        field_int(b, &f, 3, THRIFT_I32, REPETITION_OPTIONAL);
        field(b, &f, 4, THRIFT_BINARY);
        text(b, p->names[i]);
        if (type_of(p->kinds[i]) == TYPE_BYTE_ARRAY)
            field_int(b, &f, 6, THRIFT_I32, CONVERTED_UTF8);
        end(b);
    }
}

static void column_chunk(const struct parquet *p, size_t column, const struct chunk *c, size_t rows, struct cu_buf *b)
{
    int f = 0, m = 0;
    field_int(b, &f, 2, THRIFT_I64, c->at);
    field(b, &f, 3, THRIFT_STRUCT);
    field_int(b, &m, 1, THRIFT_I32, type_of(p->kinds[column]));
    list(b, &m, 2, THRIFT_I32, 2);
    zigzag(b, ENCODING_PLAIN);
    zigzag(b, ENCODING_RLE);
    list(b, &m, 3, THRIFT_BINARY, 1);
    text(b, p->names[column]);
    field_int(b, &m, 4, THRIFT_I32, CODEC_ZSTD);
    field_int(b, &m, 5, THRIFT_I64, (int64_t)rows);
    field_int(b, &m, 6, THRIFT_I64, c->whole);
    field_int(b, &m, 7, THRIFT_I64, c->packed);
    field_int(b, &m, 9, THRIFT_I64, c->at);
    end(b);
    end(b);
}

static size_t group_size(const struct parquet *p, size_t group)
{
    size_t left = p->rows - group * GROUP_ROWS;
    return left < GROUP_ROWS ? left : GROUP_ROWS;
}

static void footer(const struct parquet *p, size_t groups, struct cu_buf *b)
{
    int last = 0;
    field_int(b, &last, 1, THRIFT_I32, 1);
    schema(p, b, &last);
    field_int(b, &last, 3, THRIFT_I64, (int64_t)p->rows);
    list(b, &last, 4, THRIFT_STRUCT, groups);
    for (size_t g = 0; g < groups; g++) {
        const struct chunk *c = &p->chunks[g * p->count];
        int f = 0;
        int64_t bytes = 0;
        list(b, &f, 1, THRIFT_STRUCT, p->count);
        for (size_t i = 0; i < p->count; i++) {
            column_chunk(p, i, &c[i], group_size(p, g), b);
            bytes += c[i].whole;
        }
        field_int(b, &f, 2, THRIFT_I64, bytes);
        field_int(b, &f, 3, THRIFT_I64, (int64_t)group_size(p, g));
        end(b);
    }
    field(b, &last, 6, THRIFT_BINARY);
    text(b, "custos");
    end(b);
}

static const char *after_rows(const struct parquet *p, const char *at, size_t rows)
{
    struct parquet_value v;
    for (size_t i = 0; i < rows * p->count; i++)
        at = read_value(at, &v);
    return at;
}

cu_code parquet_finish(struct parquet *p, struct cu_buf *out, struct cu_error *err)
{
    size_t groups = (p->rows + GROUP_ROWS - 1) / GROUP_ROWS, start = out->len;
    const char *at = p->kept.ptr;
    uint8_t *bits = cu_alloc(GROUP_ROWS / 8);
    p->chunks = cu_calloc(groups * p->count + 1, sizeof *p->chunks);
    cu_code code = bits && p->chunks ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a file");
    cu_buf_z(out, "PAR1");
    for (size_t g = 0; code == CU_OK && g < groups; g++) {
        size_t rows = group_size(p, g);
        for (size_t i = 0; code == CU_OK && i < p->count; i++)
            code = write_chunk(p, i, at, rows, bits, start, out, err);
        at = after_rows(p, at, rows);
    }
    cu_free(bits);
    CU_TRY(code);
    size_t footer_at = out->len;
    footer(p, groups, out);
    uint32_t len = (uint32_t)(out->len - footer_at);
    cu_buf_add(out, &len, sizeof len);
    cu_buf_z(out, "PAR1");
    return cu_buf_code(out, err);
}
