// SPDX-License-Identifier: Apache-2.0
// custos.yaml with every setting at its default, commented out: a file to start from.

#include "print_common.h"

static void print_value(struct cu_buf *out, const struct spec_setting *s)
{
    struct json_writer w;
    bool plain = s->type == SPEC_INT || s->type == SPEC_NUMBER || s->type == SPEC_BOOL ||
                 s->type == SPEC_ENUM;
    if (plain && s->fallback) {
        cu_buf_z(out, s->fallback);
        return;
    }
    jw_start(&w, out);
    jw_z(&w, s->fallback ? s->fallback : "");
}

// Comments are broken at 100 columns, between words.
static void print_comment(struct cu_buf *out, const char *text)
{
    cu_str rest = cu_str_of(text);
    size_t column = 0;
    while (rest.ptr) {
        cu_str word = cu_str_cut(&rest, ' ');
        if (column == 0 || column + 1 + word.len > 100) {
            cu_buf_z(out, column ? "\n#" : "#");
            column = 1;
        }
        cu_buf_char(out, ' ');
        cu_buf_str(out, word);
        column += 1 + word.len;
    }
    cu_buf_char(out, '\n');
}

static void print_setting(
    struct cu_buf *out, const struct spec_catalogue *c, const struct spec_setting *s)
{
    CU_AUTO_BUF struct cu_buf note;
    struct spec_field f = spec_setting_field(s);
    cu_buf_init(&note, 4096);
    cu_buf_z(&note, spec_type_word(s->type));
    for (size_t i = 0; s->options && s->options[i]; i++)
        cu_buf_printf(&note, "%s%s", i ? ", " : " ", s->options[i]);
    if (s->type == SPEC_INT || s->type == SPEC_NUMBER || (s->type == SPEC_STRING && s->max > 0)) {
        cu_buf_z(&note, ", ");
        spec_print_limits(&note, &f);
    }
    cu_buf_z(&note, "; ");
    spec_print_upper(&note, c->program);
    cu_buf_char(&note, '_');
    spec_print_upper(&note, s->name);
    cu_buf_z(&note, ", --");
    spec_print_hyphens(&note, s->name);
    cu_buf_char(out, '\n');
    print_comment(out, s->doc);
    print_comment(out, note.len ? note.ptr : "");
    cu_buf_printf(out, "#%s: ", s->name);
    print_value(out, s);
    cu_buf_char(out, '\n');
}

void spec_print_config(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_setting_walk w = {.catalogue = c};
    const struct spec_setting *s;
    cu_buf_printf(out,
        "# custos.yaml: settings of %s %s with their defaults. Take the mark off a line to change "
        "it.\n"
        "# A flag wins over the environment variable, the variable over this file.\n",
        c->program, c->version);
    while ((s = spec_setting_next(&w)))
        print_setting(out, c, s);
}
