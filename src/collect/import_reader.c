// SPDX-License-Identifier: Apache-2.0
// Rows out of an upload. CSV comes from text/csv; JSON lines are cut here and parsed by text/json.
#include "import_reader.h"

#include "text/text.h"

#define LINES_FIRST (256u * 1024)
#define LINES_MAX (2u * IMPORT_LINE_MAX)
enum { FLATTEN_DEPTH = 4 };

struct import_reader {
    struct spool *spool;
    int64_t upload;
    struct import_input *input;
    enum import_format format;
    struct csv_reader *csv;
    struct json_parser *parser;
    // JSON lines: unread bytes are window[start..end)
    char *window;
    size_t cap, start, end;
    bool input_ended, skip_line;
    uint64_t line;
    // columns
    struct cu_arena *names_arena;
    cu_str *names;
    uint32_t count;
    cu_str *cells;
    uint8_t *kinds;
    size_t *offsets;     // of IMPORT_JSON cells in texts
    struct cu_buf texts; // JSON cells, printed
};

void import_reader_close(struct import_reader *r)
{
    if (!r)
        return;
    csv_close(r->csv);
    json_parser_free(r->parser);
    import_input_close(r->input);
    if (r->window)
        explicit_bzero(r->window, r->cap);
    cu_free(r->window);
    cu_arena_free(r->names_arena);
    cu_buf_wipe(&r->texts);
    cu_free(r);
}

enum import_format import_reader_format(const struct import_reader *r)
{
    return r->format;
}

char import_reader_delimiter(const struct import_reader *r)
{
    return r->csv ? csv_delimiter(r->csv) : 0;
}

const struct import_input *import_reader_input(const struct import_reader *r)
{
    return r->input;
}

uint32_t import_reader_columns(const struct import_reader *r, const cu_str **ret_names)
{
    *ret_names = r->names;
    return r->count;
}

// ---- columns

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "No memory to read an upload.");
}

static cu_code room_for_columns(struct import_reader *r, uint32_t count, struct cu_error *err)
{
    if (!r->names_arena)
        r->names_arena = cu_arena_new(4 << 20);
    if (!r->names_arena)
        return no_memory(err);
    cu_arena_reset(r->names_arena);
    r->names = cu_arena_alloc(r->names_arena, (count + 1) * sizeof *r->names);
    r->cells = cu_arena_alloc(r->names_arena, (count + 1) * sizeof *r->cells);
    r->kinds = cu_arena_alloc(r->names_arena, count + 1);
    r->offsets = cu_arena_alloc(r->names_arena, (count + 1) * sizeof *r->offsets);
    r->count = 0;
    return r->names && r->cells && r->kinds && r->offsets ? CU_OK : no_memory(err);
}

static cu_code add_column(struct import_reader *r, cu_str name, struct cu_error *err)
{
    r->names[r->count] = cu_arena_dup(r->names_arena, cu_str_sub(name, 0, IMPORT_NAME_MAX));
    return r->names[r->count++].ptr ? CU_OK : no_memory(err);
}

cu_code import_reader_set_columns(
    struct import_reader *r, const cu_str *names, uint32_t count, struct cu_error *err)
{
    CU_TRY(room_for_columns(r, count, err));
    for (uint32_t i = 0; i < count; i++)
        CU_TRY(add_column(r, names[i], err));
    return CU_OK;
}

// A header holds names. A first row with an address or a bare number among its cells holds values.
static bool looks_like_a_value(cu_str cell)
{
    int64_t time;
    bool digits = cell.len > 0;
    for (size_t i = 0; i < cell.len; i++)
        digits =
            digits && ((cell.ptr[i] >= '0' && cell.ptr[i] <= '9') || strchr(".,-+ ", cell.ptr[i]));
    return digits || cu_str_find(cell, '@') >= 0 || text_time_parse(cell, &time);
}

static cu_code check_header(struct import_reader *r, struct cu_error *err)
{
    uint32_t last = r->count;
    while (last > 0 && r->names[last - 1].len == 0)
        last--; // a trailing delimiter on every line
    for (uint32_t i = 0; i < r->count; i++) {
        if (looks_like_a_value(r->names[i]))
            return cu_fail(err, CU_MALFORMED, "",
                "The first row must hold the names of the columns; column %u looks like a value.",
                i + 1);
        if (r->names[i].len == 0 && i < last)
            return cu_fail(err, CU_INVALID, "", "Column %u of the first row has no name.", i + 1);
        for (uint32_t k = 0; k < i; k++)
            if (r->names[i].len > 0 && cu_str_eq_nocase(r->names[i], r->names[k]))
                return cu_fail(
                    err, CU_INVALID, "", "Columns %u and %u have the same name.", k + 1, i + 1);
    }
    return last > 0 ? CU_OK
                    : cu_fail(err, CU_MALFORMED, "", "The first row holds no column names.");
}

static cu_code read_header(struct import_reader *r, struct cu_error *err)
{
    struct csv_row row;
    bool more = false;
    CU_TRY(csv_next(r->csv, &row, &more, err));
    if (!more)
        return cu_fail(err, CU_MALFORMED, "", "The file is empty.");
    if (row.fault != CSV_FINE)
        return cu_fail(
            err, CU_MALFORMED, "", "The first row cannot be read: %s", csv_fault_text(row.fault));
    CU_TRY(room_for_columns(r, row.count, err));
    for (uint32_t i = 0; i < row.count; i++)
        CU_TRY(add_column(r, cu_str_trim(row.cells[i]), err));
    return check_header(r, err);
}

// ---- JSON lines

static cu_code refill(struct import_reader *r, struct cu_error *err)
{
    memmove(r->window, r->window + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    if (r->cap - r->end < CSV_FILL_ROOM && r->cap < LINES_MAX) {
        char *grown = cu_alloc(r->cap * 2);
        if (!grown)
            return no_memory(err);
        memcpy(grown, r->window, r->end);
        explicit_bzero(r->window, r->cap);
        cu_free(r->window);
        r->window = grown;
        r->cap *= 2;
    }
    while (r->cap - r->end >= CSV_FILL_ROOM && !r->input_ended) {
        size_t len = 0;
        CU_TRY(import_input_fill(r->input, r->window + r->end, r->cap - r->end, &len, err));
        r->input_ended = len == 0;
        r->end += len;
    }
    return CU_OK;
}

// The next line that is not blank. *ret_long: it is above the limit, *ret holds its beginning.
static cu_code next_line(
    struct import_reader *r, cu_str *ret, bool *ret_long, bool *ret_more, struct cu_error *err)
{
    for (;;) {
        size_t have = r->end - r->start;
        char *from = r->window + r->start;
        const char *stop = have > 0 ? memchr(from, '\n', have) : NULL;
        if (!stop && !r->input_ended && have <= IMPORT_LINE_MAX) {
            CU_TRY(refill(r, err));
            continue;
        }
        *ret_more = have > 0;
        if (have == 0)
            return CU_OK;
        size_t len = stop ? (size_t)(stop - from) : have;
        bool tail = r->skip_line;
        r->skip_line = !stop && !r->input_ended;
        r->start += len + (stop ? 1 : 0);
        if (tail)
            continue;
        r->line++;
        *ret_long = len > IMPORT_LINE_MAX;
        *ret = cu_str_trim((cu_str){from, *ret_long ? IMPORT_LINE_MAX : len});
        if (ret->len > 0)
            return CU_OK;
    }
}

static void fault(struct import_row *row, const char *code, const char *text)
{
    row->fault = code;
    row->text = text;
}

static void put_cell(struct import_reader *r, uint32_t at, json value)
{
    enum json_type type = json_type_of(value);
    if (type == JSON_NULL || type == JSON_ABSENT)
        return;
    if (type == JSON_STRING) {
        r->cells[at] = json_str(value);
        r->kinds[at] = IMPORT_TEXT;
        return;
    }
    r->offsets[at] = r->texts.len;
    json_print(&r->texts, value);
    r->cells[at].len = r->texts.len - r->offsets[at];
    r->kinds[at] = IMPORT_JSON;
}

static bool find_column(const struct import_reader *r, cu_str name, uint32_t *hint)
{
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t at = (*hint + i) % r->count;
        if (cu_str_eq(r->names[at], name)) {
            *hint = at;
            return true;
        }
    }
    return false;
}

// Calls found(…) for every leaf of the object, with its dotted name in `path`.
typedef bool leaf_fn(struct import_reader *r, cu_str name, json value, uint32_t *hint);

static bool each_leaf(struct import_reader *r, json object, char *path, size_t at, int depth,
    leaf_fn *fn, uint32_t *hint)
{
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        if (at + it.key.len + 1 >= IMPORT_NAME_MAX)
            return false;
        memcpy(path + at, it.key.ptr, it.key.len);
        size_t end = at + it.key.len;
        if (json_is(it.value, JSON_OBJECT) && depth < FLATTEN_DEPTH && json_count(it.value) > 0) {
            path[end] = '.';
            if (!each_leaf(r, it.value, path, end + 1, depth + 1, fn, hint))
                return false;
        } else if (!fn(r, (cu_str){path, end}, it.value, hint)) {
            return false;
        }
    }
    return true;
}

static bool leaf_to_cell(struct import_reader *r, cu_str name, json value, uint32_t *hint)
{
    if (!find_column(r, name, hint))
        return false;
    put_cell(r, *hint, value);
    *hint += 1;
    return true;
}

static void flatten(struct import_reader *r, struct import_row *row)
{
    char path[IMPORT_NAME_MAX];
    uint32_t hint = 0;
    cu_buf_reset(&r->texts);
    memset(r->cells, 0, r->count * sizeof *r->cells);
    memset(r->kinds, IMPORT_ABSENT, r->count);
    if (!each_leaf(r, row->value, path, 0, 0, leaf_to_cell, &hint)) {
        fault(
            row, "unknown_member", "The line has a member that the first 1,000 lines do not have.");
        return;
    }
    for (uint32_t i = 0; i < r->count; i++)
        if (r->kinds[i] == IMPORT_JSON)
            r->cells[i].ptr =
                cu_buf_view(&r->texts).ptr + r->offsets[i]; // the buffer stands still now
    row->cells = r->cells;
    row->kinds = r->kinds;
    if (r->texts.failed)
        fault(row, csv_fault_name(CSV_ROW_TOO_LONG), csv_fault_text(CSV_ROW_TOO_LONG));
}

static cu_code next_json(
    struct import_reader *r, struct import_row *ret, bool *ret_more, struct cu_error *err)
{
    cu_str line = CU_NONE;
    bool too_long = false;
    CU_TRY(next_line(r, &line, &too_long, ret_more, err));
    if (!*ret_more)
        return CU_OK;
    *ret = (struct import_row){.number = r->line, .raw = line};
    struct cu_error why = {0};
    if (too_long) {
        fault(ret, "row_too_long", csv_fault_text(CSV_ROW_TOO_LONG));
    } else if (!text_utf8_valid(line)) {
        bool nul = memchr(line.ptr, 0, line.len) != NULL;
        fault(ret, csv_fault_name(nul ? CSV_NUL : CSV_NOT_UTF8),
            csv_fault_text(nul ? CSV_NUL : CSV_NOT_UTF8));
    } else {
        cu_code code = json_parse(r->parser, line, &ret->value, &why);
        if (code == CU_MEMORY)
            return cu_fail(err, CU_MEMORY, "", "%s", why.text);
        if (code != CU_OK)
            fault(ret, "malformed", "The line is not a JSON object (or names a member twice).");
        else if (!json_is(ret->value, JSON_OBJECT))
            fault(ret, "malformed", "The line is JSON but not an object.");
    }
    if (!ret->fault && r->count > 0)
        flatten(r, ret);
    return CU_OK;
}

// ---- finding the columns of JSON lines

static bool leaf_to_column(struct import_reader *r, cu_str name, json value, uint32_t *hint)
{
    (void)value;
    if (r->count > 0 && find_column(r, name, hint))
        return true;
    struct cu_error ignored;
    return r->count < CSV_COLUMNS_MAX && add_column(r, name, &ignored) == CU_OK;
}

static cu_code restart(struct import_reader *r, struct cu_error *err)
{
    import_input_close(r->input);
    r->input = NULL;
    r->start = r->end = 0;
    r->line = 0;
    r->input_ended = r->skip_line = false;
    return import_input_open(r->spool, r->upload, &r->input, err);
}

cu_code import_reader_find_columns(struct import_reader *r, struct cu_error *err)
{
    CU_TRY(room_for_columns(r, CSV_COLUMNS_MAX, err));
    for (int lines = 0; lines < IMPORT_SAMPLE_LINES; lines++) {
        cu_str line = CU_NONE;
        json object;
        char path[IMPORT_NAME_MAX];
        uint32_t hint = 0;
        bool too_long = false, more = false;
        struct cu_error ignored;
        CU_TRY(next_line(r, &line, &too_long, &more, err));
        if (!more)
            break;
        if (too_long || json_parse(r->parser, line, &object, &ignored) != CU_OK ||
            !json_is(object, JSON_OBJECT))
            continue; // the reading proper says what is wrong with it
        if (!each_leaf(r, object, path, 0, 0, leaf_to_column, &hint))
            return cu_fail(err, CU_MALFORMED, "",
                "The objects have more than 1,000 different members, or names above 200 bytes.");
    }
    return restart(r, err);
}

// ---- opening

// Blank bytes before the first sign do not matter; '{' begins JSON lines.
static cu_code find_format(struct import_reader *r, struct cu_error *err)
{
    CU_TRY(refill(r, err));
    size_t at = r->start;
    while (at < r->end && strchr(" \t\r\n", r->window[at]) && r->window[at])
        at++;
    if (at == r->end)
        return cu_fail(err, CU_MALFORMED, "", "The file is empty.");
    if (r->window[at] == '[')
        return cu_fail(err, CU_MALFORMED, "",
            "The file is one JSON array: write one object per line (JSON lines).");
    if (r->window[at] == '<')
        return cu_fail(err, CU_MALFORMED, "",
            "The file is HTML or XML: export the data as CSV or JSON lines.");
    r->format = r->window[at] == '{' ? IMPORT_JSONL : IMPORT_CSV;
    return restart(r, err);
}

static cu_code open_parts(struct import_reader *r, struct cu_error *err)
{
    r->cap = LINES_FIRST;
    r->window = cu_alloc(r->cap);
    r->parser = json_parser_new(IMPORT_LINE_MAX);
    if (!r->window || !r->parser)
        return no_memory(err);
    CU_TRY(import_input_open(r->spool, r->upload, &r->input, err));
    CU_TRY(find_format(r, err));
    if (r->format == IMPORT_JSONL)
        return CU_OK;
    struct csv_options o = {.fill = import_input_fill, .context = r->input};
    CU_TRY(csv_open(&o, &r->csv, err));
    return read_header(r, err);
}

cu_code import_reader_open(
    struct spool *s, int64_t upload, struct import_reader **ret, struct cu_error *err)
{
    struct import_reader *r = cu_calloc(1, sizeof *r);
    if (!r)
        return no_memory(err);
    r->spool = s;
    r->upload = upload;
    cu_buf_init(&r->texts, 2 * IMPORT_LINE_MAX);
    cu_code code = open_parts(r, err);
    if (code != CU_OK) {
        import_reader_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

static cu_code next_csv(
    struct import_reader *r, struct import_row *ret, bool *ret_more, struct cu_error *err)
{
    struct csv_row row;
    CU_TRY(csv_next(r->csv, &row, ret_more, err));
    if (!*ret_more)
        return CU_OK;
    *ret = (struct import_row){.number = row.number, .raw = row.raw, .cells = row.cells};
    if (row.fault != CSV_FINE) {
        ret->cells = NULL;
        fault(ret, csv_fault_name(row.fault), csv_fault_text(row.fault));
    }
    return CU_OK;
}

cu_code import_reader_next(
    struct import_reader *r, struct import_row *ret, bool *ret_more, struct cu_error *err)
{
    return r->format == IMPORT_CSV ? next_csv(r, ret, ret_more, err)
                                   : next_json(r, ret, ret_more, err);
}
