// SPDX-License-Identifier: Apache-2.0
// Differences between two versions of the transparency page, in words. See transparency_diff.c.
#include "transparency_private.h"

#include <stdio.h>

struct telling {
    struct transparency_page *p;
    size_t count;
};

static void print_value(struct transparency_page *p, json v)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 65536);
    if (json_is(v, JSON_STRING)) {
        transparency_escape(p, json_str(v));
        return;
    }
    if (json_is(v, JSON_BOOL)) {
        bool yes = false;
        (void)json_bool(v, &yes);
        transparency_out(p, yes ? "yes" : "no");
        return;
    }
    if (json_is(v, JSON_ARRAY)) {
        bool first = true;
        struct json_iter it = json_each(v);
        while (json_next(&it)) {
            cu_buf_z(p->out, first ? "" : ", ");
            print_value(p, json_is(it.value, JSON_OBJECT) ? json_get(it.value, "name") : it.value);
            first = false;
        }
        if (first)
            transparency_out(p, "none");
        return;
    }
    json_print(&text, v);
    transparency_escape(p, cu_buf_view(&text));
}

// What a named thing is called in words: role, category, step; else its own name.
static cu_str called(enum transparency_language l, const struct transparency_change *c)
{
    static const char *const families[][2] = {
        {"access", "staff"}, {"data", "category"}, {"security", "step"}, {"sources", "source"}};
    for (size_t i = 0; i < CU_COUNT(families); i++) {
        cu_str word = cu_str_eqz(c->part, families[i][0]) ? transparency_word_of(l, families[i][1], c->name) : CU_NONE;
        if (word.ptr)
            return word;
    }
    return c->name;
}

static void print_change(void *context, const struct transparency_change *c)
{
    struct telling *t = context;
    struct transparency_page *p = t->p;
    char part[32], attribute[32];
    (void)snprintf(part, sizeof part, "%.*s", CU_ARG(c->part));
    (void)snprintf(attribute, sizeof attribute, "%.*s", CU_ARG(c->attribute));
    bool came = json_is(c->before, JSON_ABSENT), went = json_is(c->after, JSON_ABSENT);
    cu_buf_z(p->out, t->count++ ? "<li><strong>" : "<ul class=\"items\">\n<li><strong>");
    transparency_out(p, part);
    cu_buf_z(p->out, "</strong>");
    if (c->name.len) {
        cu_buf_z(p->out, ": ");
        transparency_escape(p, called(p->language, c));
    }
    if (c->attribute.len) {
        cu_buf_z(p->out, c->name.len ? " – " : ": ");
        transparency_out(p, attribute);
    }
    cu_buf_char(p->out, ' ');
    if (came || went) {
        transparency_out(p, came ? "came" : "went");
        if (c->attribute.len) {
            cu_buf_z(p->out, ": ");
            print_value(p, came ? c->after : c->before);
        }
    } else {
        cu_buf_z(p->out, "<span class=\"meta\">");
        transparency_out(p, "was");
        cu_buf_z(p->out, ": <del>");
        print_value(p, c->before);
        cu_buf_z(p->out, "</del>; ");
        transparency_out(p, "is");
        cu_buf_z(p->out, ": <ins>");
        print_value(p, c->after);
        cu_buf_z(p->out, "</ins></span>");
    }
    cu_buf_z(p->out, "</li>\n");
}

void transparency_print_diff(struct transparency_page *p, json before, json after)
{
    struct telling telling = {p, 0};
    transparency_diff(before, after, print_change, &telling);
    cu_buf_z(p->out, telling.count ? "</ul>\n" : "<p>");
    if (!telling.count) {
        transparency_out(p, "diff_none");
        cu_buf_z(p->out, "</p>\n");
    }
}
