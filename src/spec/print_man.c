// SPDX-License-Identifier: Apache-2.0
// The manual page, section 1: commands, settings, exit codes. Text is escaped for roff, where a
// line that starts with a dot and every backslash mean something.

#include "print_common.h"

static void print_text(struct cu_buf *out, const char *z)
{
    for (const char *p = z ? z : ""; *p; p++) {
        bool line_start = out->len == 0 || out->ptr[out->len - 1] == '\n';
        if (line_start && (*p == '.' || *p == '\''))
            cu_buf_z(out, "\\&");
        if (*p == '\\')
            cu_buf_z(out, "\\e");
        else if (*p == '-')
            cu_buf_z(out, "\\-");
        else
            cu_buf_char(out, *p);
    }
}

static void print_upper_text(struct cu_buf *out, const char *z)
{
    CU_AUTO_BUF struct cu_buf upper;
    cu_buf_init(&upper, 256);
    spec_print_upper(&upper, z);
    print_text(out, upper.len ? upper.ptr : "");
}

static void print_hyphen_text(struct cu_buf *out, const char *z)
{
    CU_AUTO_BUF struct cu_buf hyphens;
    cu_buf_init(&hyphens, 256);
    spec_print_hyphens(&hyphens, z);
    print_text(out, hyphens.len ? hyphens.ptr : "");
}

static void print_options(struct cu_buf *out, const char *const *options)
{
    for (size_t i = 0; options && options[i]; i++) {
        cu_buf_z(out, i ? ", " : " One of ");
        print_text(out, options[i]);
    }
    if (options && options[0])
        cu_buf_char(out, '.');
}

static void print_argument(struct cu_buf *out, const struct spec_field *f)
{
    cu_buf_z(out, ".TP\n");
    if (f->positional) {
        cu_buf_z(out, "\\fI");
        print_text(out, f->name);
        cu_buf_z(out, "\\fR\n");
    } else {
        cu_buf_z(out, "\\fB\\-\\-");
        print_hyphen_text(out, f->name);
        cu_buf_z(out, "\\fR");
        if (f->type != SPEC_BOOL)
            cu_buf_z(out, " \\fIVALUE\\fR");
        cu_buf_char(out, '\n');
    }
    print_text(out, f->doc);
    print_options(out, f->options);
    if (f->fallback) {
        cu_buf_z(out, " Default: ");
        print_text(out, f->fallback);
        cu_buf_char(out, '.');
    }
    cu_buf_char(out, '\n');
}

static void print_command(
    struct cu_buf *out, const struct spec_catalogue *c, const struct spec_command *row)
{
    cu_buf_z(out, ".SS \"");
    print_text(out, c->program);
    cu_buf_char(out, ' ');
    print_text(out, row->name);
    for (const struct spec_field *f = row->args; f && f->name; f++) {
        if (!f->positional)
            continue;
        cu_buf_z(out, f->required ? " <" : " [");
        print_text(out, f->name);
        cu_buf_char(out, f->required ? '>' : ']');
    }
    cu_buf_z(out, "\"\n");
    print_text(out, row->doc);
    cu_buf_char(out, '\n');
    for (const struct spec_field *f = row->args; f && f->name; f++)
        print_argument(out, f);
    if (row->example) {
        cu_buf_z(out, ".PP\nExample:\n.PP\n.nf\n    ");
        print_text(out, row->example);
        cu_buf_z(out, "\n.fi\n");
    }
}

static void print_settings(struct cu_buf *out, const struct spec_catalogue *c)
{
    struct spec_setting_walk w = {.catalogue = c};
    const struct spec_setting *s;
    cu_buf_z(out, ".SH SETTINGS\nA line of custos.yaml in the data folder, an environment variable "
                  "or a flag; the flag wins over "
                  "the variable and the variable over the file.\n");
    while ((s = spec_setting_next(&w))) {
        cu_buf_z(out, ".TP\n\\fB\\-\\-");
        print_hyphen_text(out, s->name);
        cu_buf_z(out, "\\fR, ");
        print_upper_text(out, c->program);
        cu_buf_char(out, '_');
        print_upper_text(out, s->name);
        cu_buf_char(out, '\n');
        print_text(out, s->doc);
        print_options(out, s->options);
        if (s->fallback) {
            cu_buf_z(out, " Default: ");
            print_text(out, s->fallback);
            cu_buf_char(out, '.');
        }
        cu_buf_char(out, '\n');
    }
}

// Several errors share an exit code: one entry per code with all their names.
static void print_exit_codes(struct cu_buf *out)
{
    cu_buf_z(out, ".SH EXIT STATUS\n");
    for (int exit_code = 0; exit_code < 256; exit_code++) {
        bool any = false;
        for (int code = CU_OK; code < CU_CODE_COUNT; code++) {
            if (cu_code_rows[code].exit_code != exit_code)
                continue;
            if (!any)
                cu_buf_printf(out, ".TP\n\\fB%d\\fR\n", exit_code);
            cu_buf_z(out, any ? ", " : "");
            print_text(out, cu_code_rows[code].name);
            any = true;
        }
        if (any)
            cu_buf_char(out, '\n');
    }
}

void spec_print_man(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_command_walk w = {.catalogue = c};
    const struct spec_command *row;
    cu_buf_z(out, ".\\\" Printed by the program itself (spec man); do not edit.\n.TH ");
    print_upper_text(out, c->program);
    cu_buf_printf(out, " 1 \"\" \"%s %s\" \"\"\n.SH NAME\n", c->program, c->version);
    print_text(out, c->program);
    cu_buf_z(out, " \\- ");
    print_text(out, c->doc);
    cu_buf_z(out, "\n.SH SYNOPSIS\n\\fB");
    print_text(out, c->program);
    cu_buf_z(out, "\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIFLAGS\\fR]\n.SH COMMANDS\n");
    while ((row = spec_command_next(&w)))
        print_command(out, c, row);
    if (spec_has_fields(c->flags)) {
        cu_buf_z(out, ".SH FLAGS\nEvery command takes these.\n");
        for (const struct spec_field *f = c->flags; f->name; f++)
            print_argument(out, f);
    }
    print_settings(out, c);
    print_exit_codes(out);
}
