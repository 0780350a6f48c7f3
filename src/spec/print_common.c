// SPDX-License-Identifier: Apache-2.0
// Walks over the tables and the small conversions that all printers need.

#include "print_common.h"

const struct spec_route *spec_route_next(struct spec_route_walk *w)
{
    while (w->module < w->catalogue->module_count) {
        const struct spec_catalogue_module *m = &w->catalogue->modules[w->module];
        if (w->route >= m->route_count) {
            w->module++;
            w->route = 0;
            continue;
        }
        const struct spec_route *r = &m->routes[w->route++];
        w->of = m;
        if (!r->hidden)
            return r;
    }
    return NULL;
}

const struct spec_setting *spec_setting_next(struct spec_setting_walk *w)
{
    const struct spec_setting *own = w->catalogue->settings;
    if (own && own[w->own].name)
        return &own[w->own++];
    while (w->module < w->catalogue->module_count) {
        const struct spec_catalogue_module *m = &w->catalogue->modules[w->module];
        if (w->setting < m->setting_count)
            return &m->settings[w->setting++];
        w->module++;
        w->setting = 0;
    }
    return NULL;
}

const struct spec_command *spec_command_next(struct spec_command_walk *w)
{
    const struct spec_command *const *tables = w->catalogue->commands;
    while (tables && tables[w->table]) {
        const struct spec_command *row = &tables[w->table][w->command];
        if (row->name) {
            w->command++;
            return row;
        }
        w->table++;
        w->command = 0;
    }
    return NULL;
}

const char *spec_type_word(enum spec_type t)
{
    static const char *const words[] = {
        [SPEC_STRING] = "text",
        [SPEC_INT] = "whole number",
        [SPEC_NUMBER] = "number",
        [SPEC_BOOL] = "true or false",
        [SPEC_TIME] = "time",
        [SPEC_DATE] = "day",
        [SPEC_UUID] = "id",
        [SPEC_EMAIL] = "e-mail address",
        [SPEC_ENUM] = "one of",
        [SPEC_OBJECT] = "object",
        [SPEC_ARRAY] = "list",
        [SPEC_ANY] = "any JSON",
    };
    return words[t];
}

void spec_print_limits(struct cu_buf *out, const struct spec_field *f)
{
    bool low = f->min > INT64_MIN, high = f->max < INT64_MAX;
    if (f->type == SPEC_INT || f->type == SPEC_NUMBER) {
        if (low && high)
            cu_buf_printf(out, "%lld to %lld", (long long)f->min, (long long)f->max);
        else if (low)
            cu_buf_printf(out, "at least %lld", (long long)f->min);
        return;
    }
    if (f->max <= 0 || !high)
        return;
    const char *unit = f->type == SPEC_ARRAY ? "elements" : "bytes";
    if (f->type != SPEC_STRING && f->type != SPEC_ARRAY && f->type != SPEC_OBJECT &&
        f->type != SPEC_ANY)
        return;
    if (f->min > 0)
        cu_buf_printf(out, "%lld to %lld %s", (long long)f->min, (long long)f->max, unit);
    else
        cu_buf_printf(out, "at most %lld %s", (long long)f->max, unit);
}

void spec_print_hyphens(struct cu_buf *out, const char *name)
{
    for (; *name; name++)
        cu_buf_char(out, *name == '_' ? '-' : *name);
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

void spec_print_upper(struct cu_buf *out, const char *name)
{
    for (; *name; name++)
        cu_buf_char(out, *name == '-' ? '_' : upper(*name));
}

void spec_print_pascal(struct cu_buf *out, const char *name)
{
    bool start = true;
    for (; *name; name++) {
        bool word = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                    (*name >= '0' && *name <= '9');
        if (word)
            cu_buf_char(out, start ? upper(*name) : *name);
        start = !word;
    }
}

struct spec_field spec_setting_field(const struct spec_setting *s)
{
    return (struct spec_field){
        .name = s->name,
        .type = s->type,
        .doc = s->doc,
        .min = s->min,
        .max = s->max,
        .fallback = s->fallback,
        .options = s->options,
        .secret = s->secret,
    };
}

bool spec_has_fields(const struct spec_field *fields)
{
    return fields && fields[0].name;
}

void spec_print_cell(struct cu_buf *out, cu_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|')
            cu_buf_z(out, "\\|");
        else
            cu_buf_char(out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    }
}
