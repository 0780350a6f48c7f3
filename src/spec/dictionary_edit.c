// SPDX-License-Identifier: Apache-2.0
// Single rows of a text. See dictionary_edit.h. The tree of dictionary_yaml.c knows the line of each key; the lines of the
// row that changes are written anew, the others are copied.
#include "dictionary_edit.h"

#include "dictionary_rows.h"
#include "text/json.h"

#include <stdio.h>

enum { ROWS_MAX = 200, INDENT = 2, DEPTH_MAX = 6 };

static const char *const sections[] = {"persons", "events", "purposes", "identifiers", "sets", NULL};

static bool is_section(cu_str name)
{
    for (size_t i = 0; sections[i]; i++) {
        if (cu_str_eqz(name, sections[i]))
            return true;
    }
    return false;
}

static struct dict_yaml *member(const struct dict_yaml *map, cu_str name, bool exact)
{
    for (struct dict_yaml *m = map && map->kind == DICT_YAML_MAP ? map->first : NULL; m; m = m->next) {
        if (exact ? cu_str_eq(m->key, name) : cu_str_eq(m->key, name) || dict_same(m->key, name))
            return m;
    }
    return NULL;
}

// --- writing a tree

// May the text stand without quotes, wherever it stands?
static bool is_plain(cu_str s)
{
    if (s.len == 0 || s.len > 200 || s.ptr[s.len - 1] == ' ' || cu_str_eqz(s, "null") || cu_str_eqz(s, "~"))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
        if (!word && (i == 0 || !(c == ' ' || c == '.' || c == '-' || c == '/')))
            return false;
    }
    return true;
}

static void write_text(struct cu_buf *out, cu_str s, bool plain)
{
    if (is_plain(s) || (plain && (cu_str_eqz(s, "null") || cu_str_eqz(s, "~"))) || (plain && s.len == 0)) {
        cu_buf_str(out, s.len ? s : CU_LIT("~"));
        return;
    }
    struct json_writer w;
    jw_start(&w, out);
    jw_str(&w, s); // a JSON string is a double-quoted YAML scalar
}

static void write_flow(struct cu_buf *out, const struct dict_yaml *n, int depth)
{
    if (n->kind == DICT_YAML_TEXT || depth > DEPTH_MAX) {
        write_text(out, n->text, n->plain);
        return;
    }
    bool map = n->kind == DICT_YAML_MAP, first = true;
    cu_buf_char(out, map ? '{' : '[');
    for (const struct dict_yaml *m = n->first; m; m = m->next, first = false) {
        cu_buf_z(out, first ? "" : ", ");
        if (map) {
            write_text(out, m->key, false);
            cu_buf_z(out, ": ");
        }
        write_flow(out, m, depth + 1);
    }
    cu_buf_char(out, map ? '}' : ']');
}

static bool has_map(const struct dict_yaml *n)
{
    for (const struct dict_yaml *m = n->first; m; m = m->next) {
        if (m->kind == DICT_YAML_MAP)
            return true;
    }
    return false;
}

// A row, or the fields of an event: a line for each member; what holds no mappings itself stands on one line.
static void write_block(struct cu_buf *out, cu_str key, const struct dict_yaml *n, unsigned indent, int depth)
{
    cu_buf_printf(out, "%*s", (int)indent, "");
    write_text(out, key, false);
    bool lines = n->kind == DICT_YAML_MAP && n->count > 0 && depth < 3 && (depth == 0 || has_map(n));
    if (!lines) {
        cu_buf_z(out, ": ");
        write_flow(out, n, 0);
        cu_buf_char(out, '\n');
        return;
    }
    cu_buf_z(out, ":\n");
    for (const struct dict_yaml *m = n->first; m; m = m->next)
        write_block(out, m->key, m, indent + INDENT, depth + 1);
}

// --- laying one tree over another

static void append(struct dict_yaml *map, struct dict_yaml *m)
{
    m->next = NULL;
    if (map->last)
        map->last->next = m;
    else
        map->first = m;
    map->last = m;
    map->count++;
}

static cu_code lay(struct cu_arena *a, struct dict_yaml *under, const struct dict_yaml *over, int depth,
    struct cu_error *err)
{
    for (const struct dict_yaml *m = over->first; m; m = m->next) {
        struct dict_yaml *there = member(under, m->key, depth == 0);
        if (there && there->kind == DICT_YAML_MAP && m->kind == DICT_YAML_MAP && depth < DEPTH_MAX) {
            CU_TRY(lay(a, there, m, depth + 1, err));
            continue;
        }
        struct dict_yaml *copy = there ? there : cu_arena_alloc(a, sizeof *copy);
        if (!copy)
            return cu_fail(err, CU_MEMORY, "", "no memory to change the dictionary");
        cu_str key = there ? there->key : m->key;
        struct dict_yaml *next = there ? there->next : NULL;
        *copy = *m;
        copy->key = key;
        copy->next = next;
        if (!there)
            append(under, copy);
    }
    return CU_OK;
}

// --- lines

struct text {
    cu_str all;
    struct dict_yaml *root;
    struct cu_arena *arena;
};

static cu_code parse(struct cu_arena *a, cu_str text, const char *what, struct dict_yaml **ret, struct cu_error *err)
{
    struct dict_faults *faults = cu_calloc(1, sizeof *faults);
    if (!faults)
        return cu_fail(err, CU_MEMORY, "", "no memory to change the dictionary");
    *ret = dict_yaml_parse(a, text, faults);
    cu_code code = CU_OK;
    if (!*ret || faults->count > 0)
        code = faults->memory ? cu_fail(err, CU_MEMORY, "", "no memory to change the dictionary")
                              : cu_fail(err, CU_MALFORMED, what, "line %u, column %u: %.200s", faults->at[0].line,
                                  faults->at[0].column,
                                    faults->at[0].text);
    cu_free(faults);
    return code;
}

// Lines are those of the parser, which also breaks them at characters that editors show as nothing.
static cu_code lines_are_plain(cu_str text, struct cu_error *err)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i], next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0,
                            third = i + 2 < text.len ? (unsigned char)text.ptr[i + 2] : 0;
        if ((c == '\r' && next != '\n') || (c == 0xc2 && next == 0x85) || (c == 0xe2 && next == 0x80 && (third == 0xa8 ||
            third == 0xa9)))
            return cu_fail(err, CU_CONFLICT, "", "dictionary.yaml has unusual line breaks; propose the whole text instead");
    }
    return CU_OK;
}

static size_t line_at(cu_str text, uint32_t line) // offset of a line from 1; the end when there are not as many
{
    size_t at = 0;
    for (uint32_t n = 1; n < line && at < text.len; at++)
        n += text.ptr[at] == '\n';
    return at;
}

static bool says_nothing(cu_str line)
{
    line = cu_str_trim(line);
    return line.len == 0 || line.ptr[0] == '#';
}

// Where what begins at `from` and ends before the line `next` (0: the end of the text) ends: comments and empty lines before
// the next key belong to that.
static size_t block_end(cu_str text, size_t from, uint32_t next)
{
    size_t end = next ? line_at(text, next) : text.len;
    while (end > from) {
        size_t begin = end - 1;
        while (begin > from && text.ptr[begin - 1] != '\n')
            begin--;
        if (begin <= from || !says_nothing(cu_str_sub(text, begin, end - begin)))
            break;
        end = begin;
    }
    return end;
}

static cu_code one_line(struct cu_error *err)
{
    return cu_fail(err, CU_CONFLICT, "", "this section of dictionary.yaml is written on one line; propose the whole text "
        "instead");
}

struct place { // where a row stands, or would
    size_t from, to;
    unsigned indent;
    struct dict_yaml *row; // NULL: not there
    bool section;          // the section has to be written, too
};

static cu_code find_place(const struct text *t, cu_str section, cu_str name, struct place *ret, struct cu_error *err)
{
    struct dict_yaml *s = member(t->root, section, true);
    *ret = (struct place){.indent = INDENT, .from = t->all.len, .to = t->all.len, .section = s == NULL};
    if (!s)
        return CU_OK;
    uint32_t next = s->next ? s->next->line : 0;
    if (next == s->line)
        return one_line(err);
    if (dict_yaml_nothing(s)) {
        ret->from = ret->to = line_at(t->all, s->line + 1);
        return CU_OK;
    }
    if (s->kind != DICT_YAML_MAP || s->count == 0 || s->first->line == s->line)
        return one_line(err);
    ret->indent = s->first->column - 1;
    for (struct dict_yaml *m = s->first; m; m = m->next) {
        uint32_t after = m->next ? m->next->line : next;
        if (m->next && m->next->line == m->line)
            return one_line(err);
        size_t from = line_at(t->all, m->line), to = block_end(t->all, from, after);
        ret->from = ret->to = to; // behind the last one, as long as it is not found
        if (!cu_str_eq(m->key, name) && !dict_same(m->key, name))
            continue;
        ret->row = m;
        ret->from = from;
        return CU_OK;
    }
    return CU_OK;
}

static void put(const struct text *t, const struct place *p, cu_str section, cu_str name, const struct dict_yaml *row,
    struct cu_buf *out)
{
    cu_str before = cu_str_sub(t->all, 0, p->from);
    cu_buf_str(out, before);
    if (before.len && before.ptr[before.len - 1] != '\n')
        cu_buf_char(out, '\n');
    if (p->section && row)
        cu_buf_printf(out, "%.*s:\n", CU_ARG(section));
    if (row)
        write_block(out, name, row, p->indent, 0);
    cu_buf_str(out, cu_str_sub(t->all, p->to, t->all.len));
}

// --- one row

static cu_code open_text(struct cu_arena *a, cu_str all, struct text *ret, struct cu_error *err)
{
    *ret = (struct text){.all = all, .arena = a};
    CU_TRY(lines_are_plain(all, err));
    return parse(a, all, "", &ret->root, err);
}

static cu_code lay_row(cu_str all, cu_str section, const struct dict_yaml *over, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)64 << 20);
    struct text t;
    struct place p;
    struct dict_yaml empty = {.kind = DICT_YAML_MAP}, *row = &empty;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to change the dictionary");
    if (over->kind != DICT_YAML_MAP)
        return cu_fail(err, CU_INVALID, "", "a row is a mapping of attributes, like {type: string, level: P1}");
    CU_TRY(open_text(a, all, &t, err));
    CU_TRY(find_place(&t, section, over->key, &p, err));
    if (p.row && p.row->kind == DICT_YAML_MAP)
        row = p.row;
    CU_TRY(lay(a, row, over, 0, err));
    put(&t, &p, section, p.row ? p.row->key : over->key, row, out);
    return cu_buf_code(out, err);
}

cu_code dictionary_edit_lay(cu_str text, cu_str fragment, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)64 << 20);
    struct cu_buf now, next;
    struct dict_yaml *root = NULL;
    size_t rows = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to change the dictionary");
    CU_TRY(parse(a, fragment, "", &root, err));
    cu_buf_init(&now, 2 * DICTIONARY_TEXT_MAX);
    cu_buf_init(&next, 2 * DICTIONARY_TEXT_MAX);
    cu_buf_str(&now, cu_str_trim(text).len ? text : CU_LIT("version: 1\n"));
    cu_code code = CU_OK;
    for (const struct dict_yaml *s = root->first; s && code == CU_OK; s = s->next) {
        if (cu_str_eqz(s->key, "version"))
            continue;
        if (!is_section(s->key) || s->kind != DICT_YAML_MAP)
            code = cu_fail(err, CU_INVALID, "", "rows stand below persons, events, purposes, identifiers or sets");
        for (const struct dict_yaml *m = code == CU_OK ? s->first : NULL; m && code == CU_OK; m = m->next) {
            cu_buf_reset(&next);
            code = ++rows > ROWS_MAX ? cu_fail(err, CU_TOO_LARGE, "", "at most %d rows are accepted at once", ROWS_MAX)
                                     : lay_row(cu_buf_view(&now), s->key, m, &next, err);
            struct cu_buf swap = now;
            now = next;
            next = swap;
        }
    }
    if (code == CU_OK && rows == 0)
        code = cu_fail(err, CU_MISSING, "", "name at least one row, like persons: {shoe_size: {retention_days: 365}}");
    if (code == CU_OK) {
        cu_buf_str(out, cu_buf_view(&now));
        code = cu_buf_code(out, err);
    }
    cu_buf_clear(&now);
    cu_buf_clear(&next);
    return code;
}

// --- taking out

static cu_code no_row(struct cu_error *err)
{
    return cu_fail(err, CU_NOT_FOUND, "", "dictionary.yaml has no such row; what is built in can be changed, not taken "
        "away");
}

static void unlink_member(struct dict_yaml *map, const struct dict_yaml *gone)
{
    struct dict_yaml *kept = NULL;
    for (struct dict_yaml **at = &map->first; *at;) {
        if (*at == gone) {
            *at = gone->next;
            map->count--;
            continue;
        }
        kept = *at;
        at = &(*at)->next;
    }
    map->last = kept;
}

cu_code dictionary_edit_remove(cu_str text, cu_str path, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)64 << 20);
    struct text t;
    struct place p;
    cu_str rest = path, section = cu_str_cut(&rest, '/'), name = cu_str_cut(&rest, '/');
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to change the dictionary");
    if (!is_section(section) || name.len == 0)
        return cu_fail(err, CU_INVALID, "", "a row is named like persons/shoe_size or events/Fitting Booked/branch");
    CU_TRY(open_text(a, text, &t, err));
    CU_TRY(find_place(&t, section, name, &p, err));
    if (!p.row)
        return no_row(err);
    const struct dict_yaml *left = NULL;
    if (rest.len) { // a field of an event or a set: the row stays without it
        struct dict_yaml *in = cu_str_eqz(section, "sets") ? p.row : member(p.row, CU_LIT("fields"), true),
            *gone = member(in, rest, false);
        if (!gone)
            return no_row(err);
        unlink_member(in, gone);
        left = p.row;
    }
    put(&t, &p, section, p.row->key, left, out);
    return cu_buf_code(out, err);
}
