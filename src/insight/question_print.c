// SPDX-License-Identifier: Apache-2.0
// An answer as JSON, CSV (guarded against formulas), lines of JSON, or a Parquet file. See question_print.h.
#include "question_print.h"

#include "text/csv.h"

#include <stdio.h>

enum { PARQUET_BYTES_MAX = 128 * 1024 * 1024 };
const char *const question_format_names[] = {"csv", "jsonl", "parquet", NULL};

static cu_code keep_names(struct question_print *p, const char *const *names, size_t count, struct cu_error *err)
{
    p->names = cu_calloc(count, sizeof *p->names);
    for (size_t i = 0; p->names && i < count; i++) {
        size_t len = strlen(names[i]);
        p->names[i] = cu_alloc(len + 1);
        if (!p->names[i])
            break;
        memcpy(p->names[i], names[i], len + 1);
        p->count++;
    }
    return p->names && p->count == count ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an answer");
}

static cu_code begin(void *context, const char *const *names, size_t count, struct cu_error *err)
{
    struct question_print *p = context;
    CU_TRY(keep_names(p, names, count, err));
    switch (p->format) {
    case QUESTION_JSON:
        jw_key(&p->w, "columns");
        jw_array(&p->w);
        for (size_t i = 0; i < count; i++)
            jw_z(&p->w, names[i]);
        jw_array_end(&p->w);
        jw_key(&p->w, "rows");
        jw_array(&p->w);
        break;
    case QUESTION_CSV:
        for (size_t i = 0; i < count; i++)
            csv_put(p->out, cu_str_of(names[i]), ',', true);
        csv_put_end(p->out);
        break;
    case QUESTION_JSONL:
        break;
    case QUESTION_PARQUET:
        return parquet_new(names, count, PARQUET_BYTES_MAX, &p->parquet, err);
    }
    return CU_OK;
}

static void json_value(struct json_writer *w, const struct sql_value *v)
{
    switch (v->kind) {
    case SQL_NULL:
        jw_null(w);
        break;
    case SQL_INT:
        jw_i64(w, v->number);
        break;
    case SQL_REAL:
        jw_double(w, v->real);
        break;
    case SQL_TEXT:
        jw_str(w, text_utf8_valid(v->text) ? v->text : CU_LIT("(bytes)"));
        break;
    }
}

static void csv_value(struct cu_buf *out, const struct sql_value *v)
{
    char number[40];
    cu_str cell = v->kind == SQL_TEXT ? v->text : CU_NONE; // NULL: an empty cell
    if (v->kind == SQL_INT)
        cell = (cu_str){number, (size_t)snprintf(number, sizeof number, "%lld", (long long)v->number)};
    else if (v->kind == SQL_REAL)
        cell = (cu_str){number, (size_t)snprintf(number, sizeof number, "%.17g", v->real)};
    csv_put(out, cell, ',', v->kind == SQL_TEXT);
}

static cu_code parquet_values(struct question_print *p, const struct sql_value *v, size_t count, struct cu_error *err)
{
    static const enum parquet_kind kinds[] = {PARQUET_NULL, PARQUET_INT, PARQUET_REAL, PARQUET_TEXT}; // in the order of sql_kind
    struct parquet_value row[256];
    for (size_t i = 0; i < count && i < CU_COUNT(row); i++)
        row[i] = (struct parquet_value){kinds[v[i].kind], v[i].number, v[i].real, v[i].text};
    return parquet_row(p->parquet, row, err);
}

static cu_code row(void *context, const struct sql_value *v, size_t count, struct cu_error *err)
{
    struct question_print *p = context;
    switch (p->format) {
    case QUESTION_JSON:
        jw_array(&p->w);
        for (size_t i = 0; i < count; i++)
            json_value(&p->w, &v[i]);
        jw_array_end(&p->w);
        break;
    case QUESTION_CSV:
        for (size_t i = 0; i < count; i++)
            csv_value(p->out, &v[i]);
        csv_put_end(p->out);
        break;
    case QUESTION_JSONL: {
        struct json_writer w;
        jw_start(&w, p->out);
        jw_object(&w);
        for (size_t i = 0; i < count; i++) {
            jw_keys(&w, cu_str_of(p->names[i]));
            json_value(&w, &v[i]);
        }
        jw_object_end(&w);
        cu_buf_char(p->out, '\n');
        break;
    }
    case QUESTION_PARQUET:
        return parquet_values(p, v, count, err);
    }
    if (p->out->failed)
        return cu_fail(err, CU_TOO_LARGE, "sql", "the answer is larger than one file may be; ask for less");
    return CU_OK;
}

struct sql_sink question_sink(struct question_print *p)
{
    return (struct sql_sink){begin, row, p};
}

cu_code question_print_end(struct question_print *p, struct cu_error *err)
{
    if (p->format == QUESTION_JSON)
        jw_array_end(&p->w);
    return p->format == QUESTION_PARQUET ? parquet_finish(p->parquet, p->out, err) : CU_OK;
}

void question_print_clear(struct question_print *p)
{
    for (size_t i = 0; i < p->count; i++)
        cu_free(p->names[i]);
    cu_free(p->names);
    parquet_free(p->parquet);
}
