// SPDX-License-Identifier: Apache-2.0
// Writes bad rows. The raw bytes of a row are cut into cells again where that works; a row whose
// quotes are broken stands in one cell.
#include "import_bad.h"

struct import_bad {
    struct spool_writer *file;
    struct cu_buf line;
    struct csv_reader *again; // cuts raw rows into cells
    cu_str rest;              // what it has not read yet
    char delimiter;
    uint32_t columns;
    bool json;
};

static cu_code fill_from_row(
    void *context, char *into, size_t room, size_t *ret_len, struct cu_error *err)
{
    struct import_bad *b = context;
    size_t n = b->rest.len < room ? b->rest.len : room;
    (void)err;
    if (n > 0)
        memcpy(into, b->rest.ptr, n);
    b->rest = cu_str_sub(b->rest, n, b->rest.len);
    *ret_len = n;
    return CU_OK;
}

// The cells of the raw row, padded to the number of columns.
static cu_code put_cells(struct import_bad *b, cu_str raw, struct cu_error *err)
{
    struct csv_row row;
    bool more = false;
    uint32_t count = 1;
    b->rest = raw;
    csv_restart(b->again);
    CU_TRY(csv_next(b->again, &row, &more, err));
    if (more && row.fault == CSV_FINE) {
        count = row.count;
        for (uint32_t i = 0; i < row.count; i++)
            csv_put(&b->line, row.cells[i], b->delimiter, true);
    } else {
        csv_put(&b->line, raw, b->delimiter, true);
    }
    for (; count < b->columns; count++)
        csv_put(&b->line, CU_LIT(""), b->delimiter, false);
    return CU_OK;
}

static cu_code write_line(struct import_bad *b, struct cu_error *err)
{
    csv_put_end(&b->line);
    CU_TRY(cu_buf_code(&b->line, err));
    return spool_append(b->file, b->line.ptr, b->line.len, err);
}

static cu_code write_header(struct import_bad *b, const cu_str *names, struct cu_error *err)
{
    for (uint32_t i = 0; i < b->columns && !b->json; i++)
        csv_put(&b->line, names[i], b->delimiter, true);
    if (b->json)
        csv_put(&b->line, CU_LIT("line"), b->delimiter, false);
    csv_put(&b->line, CU_LIT("custos_row"), b->delimiter, false);
    csv_put(&b->line, CU_LIT("custos_code"), b->delimiter, false);
    csv_put(&b->line, CU_LIT("custos_reason"), b->delimiter, false);
    return write_line(b, err);
}

cu_code import_bad_open(struct spool *s, const struct import_reader *reader, bool header,
    struct import_bad **ret, struct cu_error *err)
{
    struct import_bad *b = cu_calloc(1, sizeof *b);
    const cu_str *names;
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "No memory for bad rows.");
    cu_buf_init(&b->line, 8 * IMPORT_LINE_MAX);
    b->json = import_reader_format(reader) == IMPORT_JSONL;
    b->columns = b->json ? 1 : import_reader_columns(reader, &names);
    (void)import_reader_columns(reader, &names);
    b->delimiter = b->json ? ',' : import_reader_delimiter(reader);
    const struct csv_options o = {fill_from_row, b, b->delimiter};
    cu_code code = csv_open(&o, &b->again, err);
    if (code == CU_OK)
        code = spool_create(s, &b->file, err);
    if (code == CU_OK && header)
        code = write_header(b, names, err);
    if (code != CU_OK) {
        spool_abort(b->file);
        b->file = NULL;
        import_bad_leave(b);
        return code;
    }
    *ret = b;
    return CU_OK;
}

int64_t import_bad_number(const struct import_bad *b)
{
    return spool_writer_number(b->file);
}

int64_t import_bad_bytes(const struct import_bad *b)
{
    return spool_writer_size(b->file);
}

cu_code import_bad_add(struct import_bad *b, uint64_t row, cu_str raw,
    const struct import_problem *p, struct cu_error *err)
{
    if (spool_writer_size(b->file) > IMPORT_BAD_BYTES_MAX)
        return CU_OK;
    cu_buf_reset(&b->line);
    if (b->json)
        csv_put(&b->line, raw, b->delimiter, true);
    else
        CU_TRY(put_cells(b, raw, err));
    char number[24];
    struct cu_buf text = {.ptr = number, .cap = sizeof number, .max = sizeof number - 1};
    cu_buf_i64(&text, (int64_t)row);
    csv_put(&b->line, cu_buf_view(&text), b->delimiter, false);
    csv_put(&b->line, cu_str_of(p->code), b->delimiter, false);
    csv_put(&b->line, cu_str_of(p->text), b->delimiter, false);
    return write_line(b, err);
}

cu_code import_bad_sync(struct import_bad *b, struct cu_error *err)
{
    return spool_sync(b->file, err);
}

void import_bad_leave(struct import_bad *b)
{
    if (!b)
        return;
    spool_leave(b->file);
    csv_close(b->again);
    cu_buf_wipe(&b->line);
    cu_free(b);
}
