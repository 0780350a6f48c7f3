// SPDX-License-Identifier: Apache-2.0
// The CSV reader. A window over the input holds at least one whole row; parse_row is a pure
// function over it that either finds the row's end or asks for more bytes. Cells are views into the
// window (into a side buffer when they held doubled quotes). Called by imports; knows no files or
// encodings.
#include "csv.h"

#include "text.h"

#define WINDOW_FIRST (256u * 1024)
#define WINDOW_MAX (2u * CSV_ROW_MAX)

struct csv_reader {
    struct csv_options options;
    char *window;
    size_t cap, start, end; // unread bytes are window[start..end)
    bool input_ended;
    bool skip_lf;   // the last row ended with CR: a LF right after it belongs to it
    bool skip_line; // the rest of a row that was too long is thrown away
    char delimiter;
    uint64_t rows;
    uint32_t expected; // cells of the first row; 0 before it
    cu_str cells[CSV_COLUMNS_MAX];
    struct cu_buf unquoted; // cells that held doubled quotes
};

static const struct {
    const char *name, *text;
} faults[CSV_FAULT_COUNT] = {
    [CSV_FINE] = {"ok", "The row is well formed."},
    [CSV_TOO_FEW_CELLS] = {"too_few_cells",
        "The row has fewer cells than the first row has names."},
    [CSV_TOO_MANY_CELLS] = {"too_many_cells",
        "The row has more cells than the first row has names."},
    [CSV_STRAY_QUOTE] = {"stray_quote",
        "There is text after a closing quote; quotes inside a quoted cell are doubled."},
    [CSV_OPEN_QUOTE] = {"open_quote", "A quote is opened and never closed."},
    [CSV_CELL_TOO_LONG] = {"cell_too_long", "A cell is longer than 64 KiB."},
    [CSV_ROW_TOO_LONG] = {"row_too_long", "The row is longer than 1 MiB."},
    [CSV_TOO_MANY_COLUMNS] = {"too_many_columns", "The row has more than 1,000 cells."},
    [CSV_NUL] = {"nul", "The row holds a NUL byte."},
    [CSV_NOT_UTF8] = {"not_utf8", "The row is not valid UTF-8."},
};

const char *csv_fault_name(enum csv_fault f)
{
    return faults[f].name;
}

const char *csv_fault_text(enum csv_fault f)
{
    return faults[f].text;
}

cu_code csv_open(const struct csv_options *o, struct csv_reader **ret, struct cu_error *err)
{
    struct csv_reader *r = cu_calloc(1, sizeof *r);
    char *window = cu_alloc(WINDOW_FIRST);
    if (!r || !window) {
        cu_free(r);
        cu_free(window);
        return cu_fail(err, CU_MEMORY, "", "No memory for the CSV reader.");
    }
    r->options = *o;
    r->delimiter = o->delimiter;
    r->window = window;
    r->cap = WINDOW_FIRST;
    cu_buf_init(&r->unquoted, WINDOW_MAX + 64);
    *ret = r;
    return CU_OK;
}

void csv_close(struct csv_reader *r)
{
    if (!r)
        return;
    explicit_bzero(r->window, r->cap);
    cu_free(r->window);
    cu_buf_wipe(&r->unquoted);
    cu_free(r);
}

void csv_restart(struct csv_reader *r)
{
    r->start = r->end = 0;
    r->input_ended = r->skip_lf = r->skip_line = false;
    r->delimiter = r->options.delimiter;
    r->rows = 0;
    r->expected = 0;
}

char csv_delimiter(const struct csv_reader *r)
{
    return r->delimiter;
}

// Where one row ends and what it is; cells are offsets until the window stands still.
struct scan {
    const char *p;
    size_t len;
    bool ended; // no input after p[len)
    char delimiter;
    size_t at; // next unread byte
    enum csv_fault fault;
    bool need_more;
};

static bool line_end(char c)
{
    return c == '\n' || c == '\r';
}

static size_t find_line_end(const char *p, size_t from, size_t len)
{
    while (from < len && !line_end(p[from]))
        from++;
    return from;
}

static void scan_plain(struct scan *s, cu_str *ret)
{
    size_t from = s->at, at = from;
    const char *p = s->p;
    char delimiter = s->delimiter;
    while (at < s->len && p[at] != delimiter && !line_end(p[at]))
        at++;
    s->at = at;
    s->need_more = at == s->len && !s->ended;
    *ret = (cu_str){p + from, at - from};
}

// A quoted cell: raw text between the quotes in *ret, *ret_doubled when it holds doubled quotes.
static void scan_quoted(struct scan *s, cu_str *ret, bool *ret_doubled)
{
    size_t from = s->at + 1, at = from;
    for (;;) {
        const char *quote = at < s->len ? memchr(s->p + at, '"', s->len - at) : NULL;
        if (!quote) {
            s->need_more = !s->ended;
            s->fault = CSV_OPEN_QUOTE;
            return;
        }
        at = (size_t)(quote - s->p) + 1;
        if (at == s->len && !s->ended) {
            s->need_more = true;
            return;
        }
        if (at == s->len || s->p[at] != '"')
            break;
        *ret_doubled = true;
        at++;
    }
    *ret = (cu_str){s->p + from, at - 1 - from};
    s->at = at;
    if (at < s->len && s->p[at] != s->delimiter && !line_end(s->p[at]))
        s->fault = CSV_STRAY_QUOTE;
}

// Doubled quotes become one. The side buffer is never larger than the window, so it cannot move
// under earlier cells once it has room for all of them.
static cu_str undouble(struct csv_reader *r, cu_str cell)
{
    size_t at = r->unquoted.len;
    for (size_t i = 0; i < cell.len; i++) {
        cu_buf_char(&r->unquoted, cell.ptr[i]);
        if (cell.ptr[i] == '"')
            i++;
    }
    return (cu_str){r->unquoted.failed ? NULL : r->unquoted.ptr + at, r->unquoted.len - at};
}

static bool reserve_unquoted(struct csv_reader *r, size_t len)
{
    return r->unquoted.len > 0 || cu_buf_room(&r->unquoted, len + 16) != NULL;
}

static void take_cell(
    struct csv_reader *r, struct scan *s, uint32_t *count, cu_str cell, bool doubled)
{
    if (cell.len > CSV_CELL_MAX) {
        s->fault = CSV_CELL_TOO_LONG;
        return;
    }
    if (*count == CSV_COLUMNS_MAX) {
        s->fault = CSV_TOO_MANY_COLUMNS;
        return;
    }
    if (doubled) {
        // all cells together are shorter than the row, so one reservation keeps the buffer in place
        if (!reserve_unquoted(r, s->len))
            s->fault = CSV_CELL_TOO_LONG;
        else
            cell = undouble(r, cell);
    }
    r->cells[(*count)++] = cell;
}

// Parses one row at the window's start. s->need_more: no end was found. Otherwise s->at is the line
// end (or the end of input) and *ret_count cells are in r->cells.
static void parse_row(struct csv_reader *r, struct scan *s, uint32_t *ret_count)
{
    uint32_t count = 0;
    for (;;) {
        cu_str cell = CU_NONE;
        bool doubled = false;
        enum csv_fault before = s->fault;
        s->fault = CSV_FINE;
        if (s->at < s->len && s->p[s->at] == '"')
            scan_quoted(s, &cell, &doubled);
        else
            scan_plain(s, &cell);
        if (s->need_more || s->fault != CSV_FINE)
            break;
        s->fault = before;
        if (before == CSV_FINE)
            take_cell(r, s, &count, cell, doubled);
        if (s->at == s->len || line_end(s->p[s->at]))
            break;
        s->at++; // the delimiter
        if (s->at == s->len && !s->ended) {
            s->need_more = true;
            break;
        }
    }
    *ret_count = count;
}

// A broken quote: reading goes on at the next line after the place where it was noticed, and after
// the row's first line when the quote was never closed.
static void resynchronise(struct scan *s)
{
    size_t from = s->fault == CSV_OPEN_QUOTE ? 0 : s->at;
    size_t end = find_line_end(s->p, from, s->len);
    s->need_more = end == s->len && !s->ended;
    s->at = end;
}

static cu_code refill(struct csv_reader *r, struct cu_error *err)
{
    if (r->start > 0) {
        memmove(r->window, r->window + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    if (r->cap - r->end < CSV_FILL_ROOM && r->cap < WINDOW_MAX) {
        char *grown = cu_alloc(r->cap * 2);
        if (!grown)
            return cu_fail(err, CU_MEMORY, "", "No memory for a long CSV row.");
        memcpy(grown, r->window, r->end);
        explicit_bzero(r->window, r->cap);
        cu_free(r->window);
        r->window = grown;
        r->cap *= 2;
    }
    while (r->cap - r->end >= CSV_FILL_ROOM && !r->input_ended) {
        size_t len = 0;
        CU_TRY(r->options.fill(r->options.context, r->window + r->end, r->cap - r->end, &len, err));
        r->input_ended = len == 0;
        r->end += len;
    }
    return CU_OK;
}

// Steps over the line end under r->start; a LF after a CR may only come with the next bytes.
static void step_over_line_end(struct csv_reader *r)
{
    if (r->start == r->end)
        return;
    r->skip_lf = r->window[r->start] == '\r';
    r->start++;
}

// Makes r->start the first byte of a row, or the end of the input.
static cu_code find_row_start(struct csv_reader *r, struct cu_error *err)
{
    for (;;) {
        if (r->start == r->end) {
            if (r->input_ended)
                return CU_OK;
            CU_TRY(refill(r, err));
            continue;
        }
        if (r->skip_line) {
            r->start = find_line_end(r->window, r->start, r->end);
            if (r->start == r->end)
                continue;
            r->skip_line = false;
            step_over_line_end(r);
            continue;
        }
        char c = r->window[r->start];
        bool lf_of_crlf = c == '\n' && r->skip_lf;
        r->skip_lf = false;
        if (!line_end(c))
            return CU_OK;
        if (!lf_of_crlf)
            r->rows++; // an empty line
        step_over_line_end(r);
        if (lf_of_crlf)
            r->skip_lf = false;
    }
}

static enum csv_fault check_bytes(cu_str raw)
{
    size_t i = 0;
    for (; i + 8 <= raw.len; i += 8) {
        uint64_t word;
        memcpy(&word, raw.ptr + i, 8);
        bool high = (word & 0x8080808080808080u) != 0;
        bool zero = ((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) != 0;
        if (high || zero)
            break;
    }
    cu_str rest = cu_str_sub(raw, i, raw.len - i);
    if (text_utf8_valid(rest))
        return CSV_FINE;
    return memchr(rest.ptr, 0, rest.len) ? CSV_NUL : CSV_NOT_UTF8;
}

static void judge_count(struct csv_reader *r, struct csv_row *row)
{
    if (r->expected == 0 && row->fault == CSV_FINE)
        r->expected = row->count;
    if (row->fault == CSV_FINE && row->count < r->expected)
        row->fault = CSV_TOO_FEW_CELLS;
    else if (row->fault == CSV_FINE && row->count > r->expected)
        row->fault = CSV_TOO_MANY_CELLS;
}

static void finish_row(
    struct csv_reader *r, const struct scan *s, uint32_t count, struct csv_row *ret)
{
    *ret = (struct csv_row){++r->rows, {s->p, s->at}, r->cells, count, s->fault};
    ret->raw.len = ret->raw.len < CSV_ROW_MAX ? ret->raw.len : CSV_ROW_MAX;
    enum csv_fault bytes = ret->fault == CSV_ROW_TOO_LONG ? CSV_FINE : check_bytes(ret->raw);
    if (ret->fault == CSV_FINE)
        ret->fault = bytes;
    if (ret->fault != CSV_FINE) {
        ret->count = 0;
        ret->cells = NULL;
    }
    judge_count(r, ret);
    r->start += s->at;
    step_over_line_end(r);
}

// The row is longer than the limit; its end may be in the window or not.
static void give_up_on_row(struct csv_reader *r, struct scan *s, struct csv_row *ret)
{
    size_t first_line = find_line_end(s->p, 0, s->len);
    if (s->need_more && s->fault == CSV_OPEN_QUOTE && first_line < s->len) {
        s->at = first_line;
    } else {
        s->fault = CSV_ROW_TOO_LONG;
        r->skip_line = s->need_more;
        s->at = s->need_more ? s->len : s->at;
    }
    finish_row(r, s, 0, ret);
}

cu_code csv_next(struct csv_reader *r, struct csv_row *ret, bool *ret_more, struct cu_error *err)
{
    CU_TRY(find_row_start(r, err));
    *ret_more = r->start < r->end;
    if (!*ret_more)
        return CU_OK;
    if (r->delimiter == 0)
        r->delimiter = csv_sniff((cu_str){r->window + r->start, r->end - r->start});
    for (;;) {
        cu_buf_reset(&r->unquoted);
        struct scan s = {r->window + r->start, r->end - r->start, r->input_ended, r->delimiter, 0,
            CSV_FINE, false};
        uint32_t count = 0;
        parse_row(r, &s, &count);
        if (!s.need_more && (s.fault == CSV_STRAY_QUOTE || s.fault == CSV_OPEN_QUOTE))
            resynchronise(&s);
        if (r->unquoted.failed)
            return cu_fail(err, CU_MEMORY, "", "No memory for a CSV row.");
        if (!s.need_more && s.at <= CSV_ROW_MAX) {
            finish_row(r, &s, count, ret);
            return CU_OK;
        }
        if (s.len > CSV_ROW_MAX) {
            give_up_on_row(r, &s, ret);
            return CU_OK;
        }
        CU_TRY(refill(r, err));
    }
}

// Counts a delimiter outside quotes per line. *ret_lines whole lines were seen (at most 20).
static uint32_t count_per_line(cu_str sample, char delimiter, bool *ret_even)
{
    uint32_t first = 0, now = 0, lines = 0;
    bool quoted = false, even = true, any = false;
    for (size_t i = 0; i < sample.len && lines < 20; i++) {
        char c = sample.ptr[i];
        any = any || !line_end(c);
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == delimiter) {
            now++;
        } else if (!quoted && line_end(c) && any) {
            if (lines++ == 0)
                first = now;
            else if (now != first)
                even = false;
            now = 0;
            any = false;
        }
    }
    *ret_even = even && lines > 0;
    return lines > 0 ? first : now;
}

char csv_sniff(cu_str sample)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    char best = ',';
    uint32_t best_count = 0;
    bool best_even = false;
    for (size_t i = 0; i < sizeof candidates; i++) {
        bool even = false;
        uint32_t count = count_per_line(sample, candidates[i], &even);
        if (count > 0 && (best_count == 0 || (even && !best_even) ||
                             (even == best_even && count > best_count))) {
            best = candidates[i];
            best_count = count;
            best_even = even;
        }
    }
    return best;
}

static bool formula_start(char c)
{
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

void csv_put(struct cu_buf *out, cu_str cell, char delimiter, bool guard)
{
    if (out->len > 0 && out->ptr[out->len - 1] != '\n')
        cu_buf_char(out, delimiter);
    bool guarded = guard && cell.len > 0 && formula_start(cell.ptr[0]);
    bool quoted = cell.len == 0 || guarded;
    for (size_t i = 0; i < cell.len && !quoted; i++)
        quoted = cell.ptr[i] == '"' || cell.ptr[i] == delimiter || line_end(cell.ptr[i]);
    if (!quoted) {
        cu_buf_str(out, cell);
        return;
    }
    cu_buf_char(out, '"');
    if (guarded)
        cu_buf_char(out, '\'');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            cu_buf_char(out, '"');
        cu_buf_char(out, cell.ptr[i]);
    }
    cu_buf_char(out, '"');
}

void csv_put_end(struct cu_buf *out)
{
    cu_buf_z(out, "\r\n");
}

cu_str csv_unguard(cu_str cell)
{
    bool guarded = cell.len >= 2 && cell.ptr[0] == '\'' && formula_start(cell.ptr[1]);
    return guarded ? cu_str_sub(cell, 1, cell.len - 1) : cell;
}
