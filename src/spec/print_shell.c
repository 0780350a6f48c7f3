// SPDX-License-Identifier: Apache-2.0
// Bash completion: commands of one or two words, their flags, the options of a flag. File names are
// the shell's own work (-o default).

#include "print_common.h"

// Words of the tables need no quoting; whatever else might stand in one would be code for the
// shell.
static void print_word(struct cu_buf *out, cu_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || (c && strchr("-_.:/@+", c)))
            cu_buf_char(out, c == '_' ? '-' : c);
    }
}

static void print_option_words(struct cu_buf *out, const char *const *options)
{
    for (size_t i = 0; options[i]; i++) {
        cu_buf_z(out, i ? " " : "");
        for (const char *p = options[i]; *p; p++) // options keep their "_"
            if (*p != ' ' && *p != '"' && *p != '$' && *p != '`' && *p != '\\')
                cu_buf_char(out, *p);
    }
}

static cu_str first_word(const struct spec_command *row, cu_str *ret_second)
{
    cu_str rest = cu_str_of(row->name);
    cu_str first = cu_str_cut(&rest, ' ');
    *ret_second = rest;
    return first;
}

// Did an earlier command start with the same word?
static bool word_is_first(const struct spec_catalogue *c, const struct spec_command *row)
{
    struct spec_command_walk w = {.catalogue = c};
    const struct spec_command *o;
    cu_str second, word = first_word(row, &second);
    while ((o = spec_command_next(&w)) && o != row)
        if (cu_str_eq(first_word(o, &second), word))
            return false;
    return true;
}

static void print_first_words(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_command_walk w = {.catalogue = c};
    const struct spec_command *row;
    cu_str second;
    bool any = false;
    cu_buf_z(out, "    if [[ $COMP_CWORD -eq 1 ]]; then\n        words=\"");
    while ((row = spec_command_next(&w))) {
        if (!word_is_first(c, row))
            continue;
        cu_buf_z(out, any ? " " : "");
        print_word(out, first_word(row, &second));
        any = true;
    }
    cu_buf_z(out, "\"\n    elif [[ $COMP_CWORD -eq 2 && $current != -* ]]; then\n        case "
                  "\"$first\" in\n");
}

static void print_second_words(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_command_walk w = {.catalogue = c};
    const struct spec_command *row, *o;
    cu_str second;
    while ((row = spec_command_next(&w))) {
        cu_str first = first_word(row, &second);
        if (!word_is_first(c, row))
            continue;
        struct spec_command_walk again = {.catalogue = c};
        bool any = false;
        while ((o = spec_command_next(&again))) {
            if (!cu_str_eq(first_word(o, &second), first) || second.len == 0)
                continue;
            if (!any) {
                cu_buf_z(out, "        ");
                print_word(out, first);
                cu_buf_z(out, ") words=\"");
            }
            cu_buf_z(out, any ? " " : "");
            print_word(out, second);
            any = true;
        }
        if (any)
            cu_buf_z(out, "\" ;;\n");
    }
    cu_buf_z(out, "        esac\n    fi\n");
}

// "person find") or "init "*) : a case of "$first $second"
static void print_case(struct cu_buf *out, const struct spec_command *row, const char *flag)
{
    cu_str second, first = first_word(row, &second);
    cu_buf_z(out, "        \"");
    print_word(out, first);
    cu_buf_char(out, ' ');
    print_word(out, second);
    cu_buf_z(out, second.len ? "\"" : "\"*");
    if (flag) {
        cu_buf_z(out, "\" --");
        print_word(out, cu_str_of(flag));
        cu_buf_char(out, '"');
    }
    cu_buf_z(out, ") words=\"");
}

static void print_flags(const struct spec_catalogue *c, struct cu_buf *out, bool two_words)
{
    struct spec_command_walk w = {.catalogue = c};
    const struct spec_command *row;
    while ((row = spec_command_next(&w))) {
        bool any = false;
        if ((strchr(row->name, ' ') != NULL) != two_words)
            continue;
        for (const struct spec_field *f = row->args; f && f->name; f++) {
            if (f->positional)
                continue;
            if (!any)
                print_case(out, row, NULL);
            cu_buf_z(out, any ? " --" : "--");
            print_word(out, cu_str_of(f->name));
            any = true;
        }
        if (any)
            cu_buf_z(out, "\" ;;\n");
    }
}

static void print_common_flags(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_setting_walk w = {.catalogue = c};
    const struct spec_setting *s;
    cu_buf_z(out, "        words=\"$words");
    for (const struct spec_field *f = c->flags; f && f->name; f++) {
        cu_buf_z(out, " --");
        print_word(out, cu_str_of(f->name));
    }
    while ((s = spec_setting_next(&w))) {
        cu_buf_z(out, " --");
        print_word(out, cu_str_of(s->name));
    }
    cu_buf_z(out, "\"\n    fi\n");
}

static void print_options(const struct spec_catalogue *c, struct cu_buf *out)
{
    struct spec_command_walk w = {.catalogue = c};
    struct spec_setting_walk settings = {.catalogue = c};
    const struct spec_command *row;
    const struct spec_setting *s;
    cu_buf_z(out, "    case \"$first $second $previous\" in\n");
    while ((row = spec_command_next(&w))) {
        for (const struct spec_field *f = row->args; f && f->name; f++) {
            if (f->positional || f->type != SPEC_ENUM || !f->options)
                continue;
            print_case(out, row, f->name);
            print_option_words(out, f->options);
            cu_buf_z(out, "\" ;;\n");
        }
    }
    while ((s = spec_setting_next(&settings))) {
        if (s->type != SPEC_ENUM || !s->options)
            continue;
        cu_buf_z(out, "        *\" --");
        print_word(out, cu_str_of(s->name));
        cu_buf_z(out, "\") words=\"");
        print_option_words(out, s->options);
        cu_buf_z(out, "\" ;;\n");
    }
    cu_buf_z(out, "    esac\n");
}

void spec_print_completion(const struct spec_catalogue *c, struct cu_buf *out)
{
    cu_buf_printf(out,
        "# bash completion of %s; printed by `%s spec completion`. Use: source <(%s spec "
        "completion)\n",
        c->program, c->program, c->program);
    cu_buf_printf(out,
        "_%s()\n{\n"
        "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD - "
        "1]}\"\n"
        "    local first=\"${COMP_WORDS[1]-}\" second=\"${COMP_WORDS[2]-}\" words=\"\"\n",
        c->program);
    print_first_words(c, out);
    print_second_words(c, out);
    cu_buf_z(out, "    if [[ $COMP_CWORD -gt 1 && $current == -* ]]; then\n        case \"$first "
                  "$second\" in\n");
    print_flags(c, out, true); // two words first: the case of one word ends in *
    print_flags(c, out, false);
    cu_buf_z(out, "        esac\n");
    print_common_flags(c, out);
    print_options(c, out);
    cu_buf_printf(out,
        "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\ncomplete -o "
        "default -F _%s %s\n",
        c->program, c->program);
}
