// SPDX-License-Identifier: Apache-2.0
// Grids: see command_grid.h.
#include "command_grid.h"

#include "text/csv.h"
#include "text/text.h"

#include <stdarg.h>
#include <stdio.h>

enum { CELL_MAX = 48 }; // characters shown of a text; CSV has all

const char *const command_formats[] = {"table", "csv", "json", NULL};

enum command_format command_format_of(const struct command *c)
{
    cu_str text = spec_str(&c->args, "format");
    if (c->json_output || cu_str_eqz(text, "json"))
        return COMMAND_JSON;
    return cu_str_eqz(text, "csv") ? COMMAND_CSV : COMMAND_TABLE;
}

void grid_init(struct grid *g, struct command *c, size_t columns)
{
    *g = (struct grid){.command = c, .columns = columns < GRID_COLUMNS_MAX ? columns : GRID_COLUMNS_MAX};
    g->texts[0] = true;
}

void grid_put(struct grid *g, cu_str text)
{
    if (g->at == g->room) {
        size_t room = g->room ? g->room * 2 : 256;
        cu_str *more = cu_arena_alloc(g->command->arena, room * sizeof *more);
        if (!more) {
            g->failed = true;
            return;
        }
        if (g->at)
            memcpy(more, g->cells, g->at * sizeof *more);
        g->cells = more;
        g->room = room;
    }
    cu_str kept = text.len ? cu_arena_dup(g->command->arena, text) : CU_LIT("");
    g->failed = g->failed || !kept.ptr;
    g->cells[g->at++] = kept;
}

void grid_z(struct grid *g, const char *text)
{
    grid_put(g, cu_str_of(text));
}

void grid_printf(struct grid *g, const char *format, ...)
{
    char text[128];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    grid_z(g, text);
}

void grid_i64(struct grid *g, json value)
{
    int64_t n;
    if (json_i64(value, &n))
        grid_printf(g, "%lld", (long long)n);
    else
        grid_z(g, "");
}

void grid_money(struct grid *g, json value, cu_str currency)
{
    CU_AUTO_BUF struct cu_buf text;
    int64_t minor;
    double real;
    int digits = text_currency_exponent(currency);
    cu_buf_init(&text, 64);
    bool whole = json_i64(value, &minor);
    if (!whole && json_double(value, &real) && real > -9e15 && real < 9e15) {
        minor = (int64_t)(real < 0 ? real - 0.5 : real + 0.5);
        whole = true;
    }
    if (whole)
        text_money_format(minor, digits < 0 ? 2 : digits, &text);
    grid_put(g, cu_buf_view(&text));
}

void grid_share(struct grid *g, json value, enum command_format f)
{
    double share;
    if (!json_double(value, &share))
        grid_z(g, "");
    else if (f == COMMAND_CSV)
        grid_printf(g, "%.6g", share);
    else
        grid_printf(g, "%.1f %%", share * 100);
}

// ---- printing

// Characters, near enough for alignment: bytes that do not continue one.
static size_t width_of(cu_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n < CELL_MAX ? n : CELL_MAX;
}

static void spaces(struct cu_buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cu_buf_char(out, ' ');
}

static void put_text(struct cu_buf *out, cu_str s)
{
    size_t shown = 0;
    for (size_t i = 0; i < s.len; i++) {
        bool begins = ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
        if (begins && shown++ == CELL_MAX)
            break;
        cu_buf_char(out,
            (unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f ? ' ' : s.ptr[i]); // a terminal must not be driven by data
    }
}

static void print_table(const struct grid *g, struct cu_buf *out)
{
    size_t widths[GRID_COLUMNS_MAX] = {0}, rows = g->at / g->columns;
    for (size_t i = 0; i < rows * g->columns; i++) {
        size_t width = width_of(g->cells[i]);
        if (width > widths[i % g->columns])
            widths[i % g->columns] = width;
    }
    for (size_t i = 0; i < rows * g->columns; i++) {
        size_t column = i % g->columns, rest = widths[column] - width_of(g->cells[i]);
        bool last = column + 1 == g->columns;
        if (!g->texts[column])
            spaces(out, rest);
        put_text(out, g->cells[i]);
        if (g->texts[column] && !last)
            spaces(out, rest);
        cu_buf_z(out, last ? "\n" : "  ");
    }
}

static void print_csv(const struct grid *g, struct cu_buf *out)
{
    for (size_t i = 0; i < g->at; i++) {
        size_t column = i % g->columns;
        csv_put(out, g->cells[i], ',', g->texts[column] || i < g->columns); // numbers may begin with a minus
        if (column + 1 == g->columns)
            csv_put_end(out);
    }
}

cu_code grid_print(struct grid *g, enum command_format f, struct cu_error *err)
{
    if (g->failed)
        return cu_fail(err, CU_MEMORY, "", "no memory for the table");
    if (f == COMMAND_CSV)
        print_csv(g, &g->command->out);
    else
        print_table(g, &g->command->out);
    return cu_buf_code(&g->command->out, err);
}
