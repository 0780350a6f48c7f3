// SPDX-License-Identifier: Apache-2.0
// Values out of plain JSON (timeline_draw.h). The paths of all columns make one tree, so that each member of the
// object is looked up once, however many columns there are.
#include "timeline_draw.h"

#include "text/json.h"
#include "text/text.h"

#include <math.h>
#include <stdlib.h>

enum { PATH_PARTS = 16, PATH_BYTES = 512, NUMBER_BYTES = 64, DOCUMENT_MAX = 9 << 20, DRAWN_MAX = 1 << 20 };
#define NUMBER_MAX 9e14
#define NONE UINT32_MAX

struct node {
    cu_str name;
    uint32_t parent, each;  // each: the child "$"; NONE
    uint32_t column;        // first column that ends here; NONE
    bool inner;             // has named children
};
struct timeline_drawer {
    struct timeline_columns *columns;
    struct json_parser *parser;
    struct node *nodes;     // 0: the root
    uint32_t node_count, node_cap;
    uint32_t *table, table_cap; // open addressing over node numbers; 0: empty
    uint32_t *next_column;  // columns that end at the same node
    bool any;
    struct timeline_drawn *drawn;
    size_t count, cap;
    bool no_memory;
};

// ---- the tree

static uint32_t child_place(const struct timeline_drawer *d, uint32_t parent, cu_str name)
{
    uint32_t at = (uint32_t)cu_hash64(name.ptr, name.len, parent) & (d->table_cap - 1);
    while (d->table[at] != 0) {
        const struct node *n = &d->nodes[d->table[at]];
        if (n->parent == parent && cu_str_eq(n->name, name))
            break;
        at = (at + 1) & (d->table_cap - 1);
    }
    return at;
}

static uint32_t child_made(struct timeline_drawer *d, uint32_t parent, cu_str name)
{
    bool each = cu_str_eqz(name, "$");
    if (each && d->nodes[parent].each != NONE)
        return d->nodes[parent].each;
    uint32_t at = each ? 0 : child_place(d, parent, name);
    if (!each && d->table[at] != 0)
        return d->table[at];
    uint32_t made = d->node_count++;
    d->nodes[made] = (struct node){.name = name, .parent = parent, .each = NONE, .column = NONE};
    if (each) {
        d->nodes[parent].each = made;
    } else {
        d->nodes[parent].inner = true;
        d->table[at] = made;
    }
    return made;
}

static size_t parts_of(cu_str path)
{
    size_t n = 1;
    for (size_t i = 0; i < path.len; i++)
        n += path.ptr[i] == '.';
    return n;
}

static void add_path(struct timeline_drawer *d, uint32_t column)
{
    cu_str path = d->columns->columns[column].path;
    uint32_t node = 0;
    for (size_t i = 0;; i++) {
        size_t end = i;
        while (end < path.len && path.ptr[end] != '.')
            end++;
        node = child_made(d, node, (cu_str){path.ptr + i, end - i});
        if (end == path.len)
            break;
        i = end;
    }
    d->next_column[column] = d->nodes[node].column;
    d->nodes[node].column = column;
    d->any = true;
}

static bool possible(cu_str path)
{
    return path.len > 0 && path.len < PATH_BYTES && parts_of(path) <= PATH_PARTS;
}

static cu_code build(struct timeline_drawer *d, const bool *wanted, struct cu_error *err)
{
    size_t nodes = 1;
    for (uint32_t i = 0; i < d->columns->count; i++)
        nodes += possible(d->columns->columns[i].path) ? parts_of(d->columns->columns[i].path) : 0;
    for (d->table_cap = 16; d->table_cap < 2 * nodes; d->table_cap *= 2) {
    }
    d->nodes = cu_calloc(nodes, sizeof *d->nodes);
    d->table = cu_calloc(d->table_cap, sizeof *d->table);
    d->next_column = cu_calloc(d->columns->count, sizeof *d->next_column);
    if (!d->nodes || !d->table || !d->next_column)
        return cu_fail(err, CU_MEMORY, "", "no memory to draw columns");
    d->nodes[0] = (struct node){.parent = NONE, .each = NONE, .column = NONE};
    d->node_count = 1;
    for (uint32_t i = 0; i < d->columns->count; i++)
        if ((!wanted || wanted[i]) && possible(d->columns->columns[i].path))
            add_path(d, i);
    if (!d->any)
        return CU_OK;
    d->parser = json_parser_new(DOCUMENT_MAX);
    return d->parser ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to draw columns");
}

cu_code timeline_drawer_new(struct timeline_columns *columns, const bool *wanted, struct timeline_drawer **ret,
    struct cu_error *err)
{
    struct timeline_drawer *d = cu_calloc(1, sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory to draw columns");
    d->columns = timeline_columns_ref(columns);
    cu_code code = build(d, wanted, err);
    if (code != CU_OK) {
        timeline_drawer_free(d);
        return code;
    }
    *ret = d;
    return CU_OK;
}

void timeline_drawer_free(struct timeline_drawer *d)
{
    if (!d)
        return;
    json_parser_free(d->parser);
    timeline_columns_unref(d->columns);
    cu_free(d->nodes);
    cu_free(d->table);
    cu_free(d->next_column);
    cu_free(d->drawn);
    cu_free(d);
}

// ---- values

static bool number_text(cu_str s, double *ret)
{
    char z[NUMBER_BYTES];
    if (s.len == 0 || s.len >= sizeof z)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'))
            return false;
        z[i] = c;
    }
    z[s.len] = 0;
    char *end;
    *ret = strtod(z, &end);
    return *end == 0 && isfinite(*ret);
}

static bool number_of(json v, double *ret)
{
    return json_double(v, ret) || (json_is(v, JSON_STRING) && number_text(json_str(v), ret));
}

static bool value_of(enum timeline_type type, json v, struct timeline_drawn *ret)
{
    double number;
    bool truth;
    switch (type) {
    case TIMELINE_TEXT:
        ret->text = json_str(v);
        if (!json_is(v, JSON_STRING) || ret->text.len > TIMELINE_TEXT_MAX)
            return false;
        ret->value = (int64_t)timeline_text_hash(ret->text);
        return true;
    case TIMELINE_INTEGER:
        if (!number_of(v, &number) || fabs(number) > NUMBER_MAX || number != floor(number))
            return false;
        ret->value = (int64_t)number;
        return true;
    case TIMELINE_DECIMAL:
        if (!number_of(v, &number) || fabs(number) > NUMBER_MAX)
            return false;
        ret->value = llround(number * 10000.0);
        return true;
    case TIMELINE_TIME:
        return json_is(v, JSON_STRING) && text_time_parse(json_str(v), &ret->value);
    case TIMELINE_BOOLEAN:
        if (!json_bool(v, &truth))
            return false;
        ret->value = truth;
        return true;
    }
    return false;
}

static void put(struct timeline_drawer *d, const struct timeline_drawn *v)
{
    if (d->count == d->cap) {
        size_t cap = d->cap ? d->cap * 2 : 64;
        struct timeline_drawn *grown = cap <= DRAWN_MAX ? cu_realloc(d->drawn, cap * sizeof *grown) : NULL;
        if (!grown) {
            d->no_memory = d->no_memory || cap <= DRAWN_MAX; // an event with a million values has no more
            return;
        }
        d->drawn = grown;
        d->cap = cap;
    }
    d->drawn[d->count] = *v;
    d->drawn[d->count].order = (uint32_t)d->count;
    d->count++;
}

static void walk(struct timeline_drawer *d, uint32_t node, json v) // as deep as a path has parts
{
    const struct node *n = &d->nodes[node];
    for (uint32_t c = n->column; c != NONE; c = d->next_column[c]) {
        struct timeline_drawn drawn = {.column = c};
        if (value_of(d->columns->columns[c].type, v, &drawn))
            put(d, &drawn);
    }
    if (n->each != NONE && json_is(v, JSON_ARRAY)) {
        struct json_iter it = json_each(v);
        while (json_next(&it))
            walk(d, n->each, it.value);
    } else if (n->inner && json_is(v, JSON_OBJECT)) {
        struct json_iter it = json_each(v);
        while (json_next(&it)) {
            uint32_t child = d->table[child_place(d, node, it.key)];
            if (child != 0)
                walk(d, child, it.value);
        }
    }
}

static int by_column(const void *a, const void *b)
{
    const struct timeline_drawn *x = a, *y = b;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void sort(struct timeline_drawn *v, size_t count)
{
    if (count > 32) {
        qsort(v, count, sizeof *v, by_column);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct timeline_drawn x = v[i];
        size_t k = i;
        for (; k > 0 && by_column(&v[k - 1], &x) > 0; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

cu_code timeline_draw(struct timeline_drawer *d, cu_str plain, const struct timeline_drawn **ret, size_t *ret_count,
    struct cu_error *err)
{
    json root;
    *ret = d->drawn;
    *ret_count = d->count = 0;
    if (!d->any || plain.len <= 2)
        return CU_OK;
    cu_code code = json_parse(d->parser, plain, &root, err);
    if (code == CU_MEMORY)
        return code;
    d->no_memory = false;
    if (code == CU_OK && json_is(root, JSON_OBJECT))
        walk(d, 0, root);
    if (d->no_memory)
        return cu_fail(err, CU_MEMORY, "", "no memory to draw columns");
    sort(d->drawn, d->count);
    *ret = d->drawn;
    *ret_count = d->count;
    return CU_OK;
}
