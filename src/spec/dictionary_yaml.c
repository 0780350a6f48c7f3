// SPDX-License-Identifier: Apache-2.0
// YAML text to a small tree of mappings, lists and texts with their places, through libyaml's
// events. Refused: aliases, anchors and tags (one line of them can stand for gigabytes), keys given
// twice, several documents, deep nesting and texts beyond the limits. The loader gives the tree its
// meaning.

#include "dictionary_rows.h"

#include <yaml.h>

#define DEPTH_MAX 8
#define MEMBERS_MAX 2000
#define TEXT_MAX 4000

struct reader {
    struct cu_arena *arena;
    struct dict_faults *faults;
    struct dict_yaml *open[DEPTH_MAX]; // containers under way, outermost first
    size_t depth;
    struct dict_yaml *root;
    cu_str key[DEPTH_MAX]; // of the member under way; ptr NULL: a key is awaited
    uint32_t key_line[DEPTH_MAX], key_column[DEPTH_MAX];
    bool twice[DEPTH_MAX]; // the key stood there before: its value is read and dropped
    bool done;
};

bool dict_yaml_nothing(const struct dict_yaml *n)
{
    return n->kind == DICT_YAML_TEXT && n->plain &&
           (n->text.len == 0 || cu_str_eqz(n->text, "~") || cu_str_eqz(n->text, "null"));
}

static bool stop(struct reader *r, const yaml_mark_t *at, const char *text)
{
    dict_fault_add(r->faults, CU_MALFORMED, (uint32_t)at->line + 1, (uint32_t)at->column + 1,
        CU_NONE, "%s", text);
    return false;
}

static bool no_memory(struct reader *r)
{
    r->faults->memory = true;
    return false;
}

// Puts a finished or opened node where it belongs: the root, an element, or the member of its key.
static bool place(struct reader *r, struct dict_yaml *n, const yaml_mark_t *at)
{
    if (r->depth == 0) {
        r->root = n;
        return true;
    }
    size_t top = r->depth - 1;
    struct dict_yaml *in = r->open[top];
    if (in->kind == DICT_YAML_MAP) {
        n->key = r->key[top];
        n->line = r->key_line[top];
        n->column = r->key_column[top];
        r->key[top] = CU_NONE;
        if (r->twice[top])
            return true;
    }
    if (in->count >= MEMBERS_MAX)
        return stop(r, at, "At most 2000 entries are accepted in one list or mapping.");
    if (in->last)
        in->last->next = n;
    else
        in->first = n;
    in->last = n;
    in->count++;
    return true;
}

static struct dict_yaml *node(struct reader *r, enum dict_yaml_kind kind, const yaml_mark_t *at)
{
    struct dict_yaml *n = cu_arena_alloc(r->arena, sizeof *n);
    if (!n) {
        r->faults->memory = true;
        return NULL;
    }
    n->kind = kind;
    n->line = (uint32_t)at->line + 1;
    n->column = (uint32_t)at->column + 1;
    return n;
}

static bool take_key(struct reader *r, cu_str text, const yaml_mark_t *at)
{
    size_t top = r->depth - 1;
    r->key[top] = cu_arena_dup(r->arena, text);
    if (!r->key[top].ptr)
        return no_memory(r);
    r->key_line[top] = (uint32_t)at->line + 1;
    r->key_column[top] = (uint32_t)at->column + 1;
    r->twice[top] = false;
    for (const struct dict_yaml *n = r->open[top]->first; n && !r->twice[top]; n = n->next)
        r->twice[top] = cu_str_eq(n->key, text);
    if (r->twice[top])
        dict_fault_add(r->faults, CU_CONFLICT, r->key_line[top], r->key_column[top], CU_NONE,
            "This key stands in the same mapping before; keep one of the two.");
    return r->faults->count < DICT_FAULTS_MAX; // a text that only repeats itself ends here
}

static bool take_text(struct reader *r, const yaml_event_t *e)
{
    const char *bytes = (const char *)e->data.scalar.value;
    cu_str text = {bytes ? bytes : "", e->data.scalar.length};
    if (e->data.scalar.anchor || e->data.scalar.tag)
        return stop(r, &e->start_mark,
            "Anchors (&) and tags (!) are not accepted; put the value in quotes.");
    if (text.len > TEXT_MAX)
        return stop(r, &e->start_mark, "At most 4000 bytes are accepted in one text.");
    if (r->depth > 0 && r->open[r->depth - 1]->kind == DICT_YAML_MAP && !r->key[r->depth - 1].ptr)
        return take_key(r, text, &e->start_mark);
    struct dict_yaml *n = node(r, DICT_YAML_TEXT, &e->start_mark);
    if (!n)
        return false;
    n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    n->text = cu_arena_dup(r->arena, text);
    return n->text.ptr ? place(r, n, &e->start_mark) : no_memory(r);
}

static bool take_open(struct reader *r, enum dict_yaml_kind kind, const yaml_char_t *anchor,
    const yaml_char_t *tag, const yaml_mark_t *at)
{
    if (anchor || tag)
        return stop(r, at, "Anchors (&) and tags (!) are not accepted; write the rows out.");
    if (r->depth == DEPTH_MAX)
        return stop(r, at, "The nesting is deeper than any row of the dictionary.");
    if (r->depth > 0 && r->open[r->depth - 1]->kind == DICT_YAML_MAP && !r->key[r->depth - 1].ptr)
        return stop(r, at, "A key has to be a text.");
    struct dict_yaml *n = node(r, kind, at);
    if (!n || !place(r, n, at))
        return false;
    r->key[r->depth] = CU_NONE;
    r->open[r->depth++] = n;
    return true;
}

// false ends the reading: done, or a fault was added.
static bool take_event(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        return stop(
            r, &e->start_mark, "Aliases (*) are not accepted; write the rows out or use sets.");
    case YAML_SCALAR_EVENT:
        return take_text(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return take_open(r, DICT_YAML_LIST, e->data.sequence_start.anchor,
            e->data.sequence_start.tag, &e->start_mark);
    case YAML_MAPPING_START_EVENT:
        return take_open(r, DICT_YAML_MAP, e->data.mapping_start.anchor, e->data.mapping_start.tag,
            &e->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return true;
    case YAML_DOCUMENT_START_EVENT:
        if (e->data.document_start.tag_directives.start !=
            e->data.document_start.tag_directives.end)
            return stop(r, &e->start_mark, "Directives (%) are not accepted.");
        return r->root ? stop(r, &e->start_mark,
                             "One document is accepted; remove what follows \"---\".")
                       : true;
    case YAML_STREAM_END_EVENT:
        r->done = true;
        return false;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return true;
}

// What libyaml itself refuses. Its sentences are constants and repeat nothing of the text.
static void fail_parser(struct reader *r, const yaml_parser_t *p, cu_str text)
{
    yaml_mark_t at = p->problem_mark;
    if (p->error == YAML_MEMORY_ERROR) {
        r->faults->memory = true;
        return;
    }
    if (p->error == YAML_READER_ERROR) { // knows the byte only
        at.line = at.column = 0;
        for (size_t i = 0; i < p->problem_offset && i < text.len; i++) {
            at.column = text.ptr[i] == '\n' ? 0 : at.column + 1;
            at.line += text.ptr[i] == '\n' ? 1 : 0;
        }
    }
    bool tab = false;
    for (size_t i = 0; i < text.len && !tab; i++)
        tab = text.ptr[i] == '\t';
    dict_fault_add(r->faults, CU_MALFORMED, (uint32_t)at.line + 1, (uint32_t)at.column + 1, CU_NONE,
        "This is not YAML: %.100s%s.", p->problem ? p->problem : "unreadable",
        tab ? " (indent with spaces: the text holds tabs)" : "");
}

static void read_events(struct reader *r, cu_str text)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        r->faults->memory = true;
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            fail_parser(r, &parser, text);
            break;
        }
        more = take_event(r, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

struct dict_yaml *dict_yaml_parse(struct cu_arena *a, cu_str text, struct dict_faults *f)
{
    struct reader r = {.arena = a, .faults = f};
    static const yaml_mark_t top = {0};
    if (text.len > DICTIONARY_TEXT_MAX) {
        dict_fault_add(f, CU_TOO_LARGE, 1, 1, CU_NONE, "At most 1 MiB of text is accepted.");
        return NULL;
    }
    if (text.len > 0)
        read_events(&r, text);
    if (f->memory || (text.len > 0 && !r.done))
        return NULL;
    if (!r.root || dict_yaml_nothing(r.root))
        return node(&r, DICT_YAML_MAP, &top);
    if (r.root->kind == DICT_YAML_MAP)
        return r.root;
    dict_fault_add(f, CU_INVALID, r.root->line, r.root->column, CU_NONE,
        "A mapping with version, persons, events, purposes, identifiers or sets is expected.");
    return NULL;
}
