// SPDX-License-Identifier: Apache-2.0
// Tables in bodies of requests. See sheet.h.
#include "sheet.h"

#include "text/encoding.h"
#include "text/text.h"

#include <ctype.h>
#include <stdio.h>

enum { HEADING_ROWS = 20 };
#define SHEET_BYTES_MAX ((size_t)64 << 20)

bool sheet_is_json(cu_str body)
{
    cu_str s = cu_str_trim(body);
    return s.len > 0 && (s.ptr[0] == '{' || s.ptr[0] == '[');
}

static cu_code decode(cu_str body, struct cu_buf *out, struct cu_error *err)
{
    struct text_decoder d;
    char piece[16384];
    text_decoder_init(&d);
    while (body.len) {
        size_t used = 0, len = 0;
        CU_TRY(text_decode(&d, body, true, piece, sizeof piece, &used, &len, err));
        cu_buf_add(out, piece, len);
        body = cu_str_sub(body, used, SIZE_MAX);
        if (used == 0 && len == 0)
            return cu_fail(err, CU_MALFORMED, "", "the file ends within a character");
    }
    return cu_buf_code(out, err);
}

static cu_code fill(void *context, char *into, size_t room, size_t *ret_len, struct cu_error *err)
{
    (void)err;
    struct sheet *s = context;
    size_t left = s->text.len - s->at;
    *ret_len = left < room ? left : room;
    if (*ret_len)
        memcpy(into, s->text.ptr + s->at, *ret_len);
    s->at += *ret_len;
    return CU_OK;
}

// The delimiter of the lines with the most cells: what stands above the heading has none.
static char delimiter_of(cu_str text)
{
    static const char candidates[] = "\t;,|";
    char best = ',';
    size_t most = 0;
    for (size_t c = 0; candidates[c]; c++) {
        cu_str rest = text;
        size_t score = 0;
        for (int line = 0; line < HEADING_ROWS && rest.len; line++) {
            cu_str row = cu_str_cut(&rest, '\n');
            size_t n = 0;
            for (size_t i = 0; i < row.len; i++)
                n += row.ptr[i] == candidates[c];
            score = n > score ? n : score;
        }
        if (score > most) {
            most = score;
            best = candidates[c];
        }
    }
    return best;
}

cu_code sheet_open(cu_str body, struct sheet *ret, struct cu_error *err)
{
    *ret = (struct sheet){0};
    cu_buf_init(&ret->text, SHEET_BYTES_MAX);
    cu_code code = decode(body, &ret->text, err);
    if (code == CU_OK) {
        const struct csv_options o = {.fill = fill, .context = ret, .delimiter = delimiter_of(cu_buf_view(&ret->text))};
        code = csv_open(&o, &ret->csv, err);
    }
    if (code != CU_OK)
        cu_buf_clear(&ret->text);
    return code;
}

void sheet_close(struct sheet *s)
{
    csv_close(s->csv);
    cu_buf_clear(&s->text);
}

static bool readable(const struct csv_row *row)
{
    return row->fault == CSV_FINE || row->fault == CSV_TOO_FEW_CELLS || row->fault == CSV_TOO_MANY_CELLS;
}

static void take_cells(const struct csv_row *row, struct sheet_row *ret)
{
    ret->number = row->number;
    ret->count = row->count;
    for (uint32_t i = 0; i < SHEET_COLUMNS; i++)
        ret->cells[i] = i < row->count ? cu_str_trim(csv_unguard(row->cells[i])) : CU_NONE;
}

cu_code sheet_next(struct sheet *s, struct sheet_row *ret, bool *ret_more, struct cu_error *err)
{
    struct csv_row row;
    CU_TRY(csv_next(s->csv, &row, ret_more, err));
    if (!*ret_more)
        return CU_OK;
    if (!readable(&row)) {
        char field[32];
        (void)snprintf(field, sizeof field, "row %llu", (unsigned long long)row.number);
        return cu_fail(err, CU_MALFORMED, field, "%s", csv_fault_text(row.fault));
    }
    take_cells(&row, ret);
    return CU_OK;
}

cu_code sheet_find_heading(struct sheet *s, sheet_heading *is_heading, void *context, const char *accepted, struct cu_error *err)
{
    for (int i = 0; i < HEADING_ROWS; i++) {
        struct csv_row row;
        struct sheet_row cells;
        bool more = false;
        CU_TRY(csv_next(s->csv, &row, &more, err));
        if (!more)
            break;
        if (!readable(&row))
            continue;
        take_cells(&row, &cells);
        uint32_t count = row.count < SHEET_COLUMNS ? row.count : SHEET_COLUMNS;
        if (is_heading(context, cells.cells, count)) {
            s->count = row.count;
            s->heading = row.number;
            return CU_OK;
        }
    }
    return cu_fail(err, CU_INVALID, "row 1", "no heading was found; %s", accepted);
}

// --- names and days

static size_t plain_name(cu_str cell, char *ret, size_t room)
{
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < cell.len && n + 2 < room; i++) {
        unsigned char c = (unsigned char)cell.ptr[i];
        if (!isalnum(c) && c < 0x80) {
            gap = n > 0;
            continue;
        }
        if (gap)
            ret[n++] = ' ';
        gap = false;
        ret[n++] = (char)tolower(c);
    }
    ret[n] = 0;
    return n;
}

bool sheet_named(cu_str cell, const char *name)
{
    char plain[96];
    plain_name(cell, plain, sizeof plain);
    return strcmp(plain, name) == 0;
}

bool sheet_starts(cu_str cell, const char *name)
{
    char plain[96];
    plain_name(cell, plain, sizeof plain);
    size_t len = strlen(name);
    return strncmp(plain, name, len) == 0 && (plain[len] == 0 || plain[len] == ' ');
}

static int month_of(const char *word)
{
    static const char months[12][4] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    for (int i = 0; i < 12; i++) {
        if (strncmp(word, months[i], 3) == 0)
            return i + 1;
    }
    return 0;
}

static bool day_of(int year, int month, int day, int32_t *ret)
{
    char text[32];
    int64_t ms = 0;
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    if (!text_time_parse(cu_str_of(text), &ms)) // also says no to 31 February
        return false;
    *ret = text_day_of(ms);
    return true;
}

// One of up to three words: a number, or the name of a month.
struct word {
    int number, month;
    size_t digits;
};

static size_t words_of(const char *plain, struct word ret[4])
{
    size_t count = 0;
    cu_str rest = cu_str_of(plain);
    while (rest.len && count < 4) {
        cu_str text = cu_str_cut(&rest, ' ');
        struct word *w = &ret[count++];
        *w = (struct word){0};
        while (w->digits < text.len && w->digits < 4 && isdigit((unsigned char)text.ptr[w->digits]))
            w->number = w->number * 10 + (text.ptr[w->digits++] - '0');
        if (w->digits != text.len)
            w->digits = 0;
        if (!w->digits && text.len >= 3)
            w->month = month_of(text.ptr);
    }
    return rest.len ? 4 : count;
}

bool sheet_day(cu_str cell, int32_t *ret)
{
    char plain[96];
    struct word w[4];
    if (plain_name(cell, plain, sizeof plain) == 0 || words_of(plain, w) != 3)
        return false;
    bool first = w[0].digits == 1 || w[0].digits == 2, second = w[1].digits == 1 || w[1].digits == 2;
    if (w[0].digits == 4 && second)
        return w[2].digits && w[2].digits <= 2 && day_of(w[0].number, w[1].number, w[2].number, ret);
    if (w[2].digits != 4)
        return false;
    if (first && second)
        return !memchr(cell.ptr, '/', cell.len) && day_of(w[2].number, w[1].number, w[0].number, ret);
    if (first && w[1].month)
        return day_of(w[2].number, w[1].month, w[0].number, ret);
    return w[0].month && second && day_of(w[2].number, w[0].month, w[1].number, ret);
}
