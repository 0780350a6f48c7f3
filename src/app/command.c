// SPDX-License-Identifier: Apache-2.0
// What commands share: the call, the table printer. See command.h.
#include "command.h"

#include "text/text.h"

#include <stdio.h>
#include <unistd.h>

enum { COLUMNS_MAX = 12, CELL_MAX = 60 };

cu_code command_open(struct command *c, struct cu_error *err)
{
    if (c->api)
        return CU_OK;
    if (!c->data.len)
        return cu_fail(err, CU_MISSING, "--data", "name the data folder: --data DIR, or CUSTOS_DATA");
    char *data = cu_arena_z(c->arena, c->data);
    if (!data)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    return api_open(data, &c->settings, &c->api, err);
}

cu_code command_call(struct command *c, const char *method, const char *target, cu_str body, json *ret,
    struct cu_error *err)
{
    struct cu_buf answer;
    CU_TRY(command_open(c, err));
    cu_buf_init(&answer, 64 << 20);
    cu_code code = api_call(c->api, method, target, body, &answer, err);
    if (code == CU_OK && answer.len && ret)
        code = json_parse(c->json, cu_buf_view(&answer), ret, err);
    cu_buf_wipe(&answer);
    return code;
}

cu_str command_target(struct command *c, const char *path, cu_str segment, const char *rest)
{
    struct cu_buf b;
    cu_buf_init(&b, 4096);
    cu_buf_z(&b, path);
    text_url(segment, &b);
    cu_buf_z(&b, rest);
    cu_str kept = b.failed ? CU_NONE : cu_arena_dup(c->arena, cu_buf_view(&b));
    cu_buf_clear(&b);
    return kept.ptr ? kept : CU_LIT("/");
}

cu_code command_flush(struct command *c)
{
    cu_code whole = cu_buf_code(&c->out, NULL);
    size_t written = c->out.len ? fwrite(c->out.ptr, 1, c->out.len, stdout) : 0;
    bool good = written == c->out.len && fflush(stdout) == 0;
    cu_buf_reset(&c->out);
    return whole != CU_OK ? whole : good ? CU_OK : CU_IO;
}

struct column {
    cu_str title;
    char member[48];
    size_t width;
};

static void cell(json row, const char *member, struct cu_buf *out)
{
    json v = json_path(row, member);
    cu_buf_reset(out);
    if (json_is(v, JSON_STRING))
        cu_buf_str(out, json_str(v));
    else if (!json_is(v, JSON_ABSENT) && !json_is(v, JSON_NULL))
        json_print(out, v);
}

// Characters, near enough for alignment: bytes that do not continue one.
static size_t width_of(cu_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n < CELL_MAX ? n : CELL_MAX;
}

static size_t parse_columns(const char *text, struct column columns[COLUMNS_MAX])
{
    size_t count = 0;
    for (cu_str rest = cu_str_of(text); rest.ptr && count < COLUMNS_MAX; count++) {
        cu_str member = cu_str_cut(&rest, ',');
        columns[count].title = cu_str_cut(&member, '=');
        columns[count].width = columns[count].title.len;
        (void)snprintf(columns[count].member, sizeof columns[count].member, "%.*s", CU_ARG(member));
    }
    return count;
}

static void put_cell(struct cu_buf *out, cu_str text, size_t width, bool last)
{
    size_t shown = 0, at = 0;
    while (at < text.len && shown < CELL_MAX) { // whole characters only
        at++;
        while (at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80)
            at++;
        shown++;
    }
    for (size_t i = 0; i < at; i++) // a terminal must not be driven by data
        cu_buf_char(out, (unsigned char)text.ptr[i] < 0x20 ? ' ' : text.ptr[i]);
    for (size_t i = shown; !last && i < width + 2; i++)
        cu_buf_char(out, ' ');
}

void command_table(struct command *c, json rows, const char *columns_text, const char *when_empty)
{
    struct column columns[COLUMNS_MAX];
    struct cu_buf text;
    if (c->json_output) {
        json_print(&c->out, rows);
        cu_buf_char(&c->out, '\n');
        return;
    }
    if (json_count(rows) == 0) {
        cu_buf_printf(&c->out, "%s\n", when_empty);
        return;
    }
    size_t count = parse_columns(columns_text, columns);
    cu_buf_init(&text, 1 << 20);
    for (struct json_iter it = json_each(rows); json_next(&it);) {
        for (size_t i = 0; i < count; i++) {
            cell(it.value, columns[i].member, &text);
            size_t width = width_of(cu_buf_view(&text));
            if (width > columns[i].width)
                columns[i].width = width;
        }
    }
    for (size_t i = 0; i < count; i++)
        put_cell(&c->out, columns[i].title, columns[i].width, i + 1 == count);
    cu_buf_char(&c->out, '\n');
    for (struct json_iter it = json_each(rows); json_next(&it);) {
        for (size_t i = 0; i < count; i++) {
            cell(it.value, columns[i].member, &text);
            put_cell(&c->out, cu_buf_view(&text), columns[i].width, i + 1 == count);
        }
        cu_buf_char(&c->out, '\n');
    }
    cu_buf_wipe(&text);
}
