// SPDX-License-Identifier: Apache-2.0
// custos: finds the command, decodes its arguments by its row, runs it, prints the result or the
// error with what to do next. Exit codes come from the error table (base/error.h).
#include "command.h"
#include "commands.h"

#include "base/fault.h"
#include "base/log.h"
#include "crypto/keyring.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void print_usage(FILE *to)
{
    (void)fputs("Custos " CUSTOS_VERSION ": customer data for shops, in one program and one data folder.\n\n"
                "usage: custos COMMAND [ARGUMENTS] [--data DIR] [--json]\n\n", to);
    for (size_t t = 0; command_tables[t]; t++) {
        for (const struct spec_command *row = command_tables[t]; row->name; row++)
            (void)fprintf(to, "  %-20s %s\n", row->name, row->doc);
    }
    (void)fputs("\n`custos COMMAND --help` explains one command.\n"
                "First steps: custos init --data shop; custos serve --data shop\n", to);
}

static void print_help(const struct spec_command *row)
{
    (void)printf("custos %s: %s\n\nusage: custos %s", row->name, row->doc, row->name);
    for (const struct spec_field *f = row->args; f && f->name; f++) {
        if (f->positional)
            (void)printf(f->required ? " <%s>" : " [%s]", f->name);
    }
    (void)printf(" [flags]\n\n");
    for (const struct spec_field *f = row->args; f && f->name; f++) {
        (void)printf("  %s%-18s %s", f->positional ? "  " : "--", f->name, f->doc);
        for (size_t i = 0; f->options && f->options[i]; i++)
            (void)printf("%s%s", i ? ", " : " One of: ", f->options[i]);
        (void)printf("%s%s%s\n", f->fallback ? " [" : "", f->fallback ? f->fallback : "", f->fallback ? "]" : "");
    }
    (void)printf("  --%-18s %s\n  --%-18s %s\n", "data", "The data folder; or the variable CUSTOS_DATA.", "json",
        "Print JSON instead of text.");
    (void)printf("\nEvery setting is a flag too: `custos spec config` lists them.\n");
    if (row->example)
        (void)printf("\nexample: %s\n", row->example);
}

// The longest name that the first words make; *ret_words says how many it took.
static const struct spec_command *find_command(int argc, char **argv, int *ret_words)
{
    const struct spec_command *found = NULL;
    char name[96] = "";
    for (int words = 1; words <= 3 && words < argc; words++) {
        size_t len = strlen(name);
        (void)snprintf(name + len, sizeof name - len, "%s%s", len ? " " : "", argv[words]);
        for (size_t t = 0; command_tables[t]; t++) {
            for (const struct spec_command *row = command_tables[t]; row->name; row++) {
                if (strcmp(row->name, name) != 0)
                    continue;
                *ret_words = words;
                found = row;
            }
        }
    }
    return found;
}

static size_t index_of_flag(const struct spec_field *args, cu_str name)
{
    size_t i = 0;
    for (; args && args[i].name; i++) {
        if (!args[i].positional && cu_str_eqz(name, args[i].name))
            break;
    }
    return i;
}

static cu_code set_flag(struct command *c, cu_str name, const char *next, bool *ret_used_next, struct cu_error *err)
{
    cu_str value = name;
    name = cu_str_cut(&value, '=');
    const struct spec_field *args = c->row->args;
    size_t i = index_of_flag(args, name);
    bool own = args && args[i].name;
    const struct spec_setting *setting = own ? NULL : settings_row(name);
    bool is_bool = (own && args[i].type == SPEC_BOOL) || (setting && setting->type == SPEC_BOOL) ||
                   cu_str_eqz(name, "json");
    if (!value.ptr) {
        *ret_used_next = !is_bool;
        value = is_bool ? CU_LIT("true") : cu_str_of(next);
    }
    char flag[64];
    (void)snprintf(flag, sizeof flag, "--%.*s", CU_ARG(name));
    if (!value.ptr)
        return cu_fail(err, CU_MISSING, flag, "this flag wants a value");
    if (cu_str_eqz(name, "json"))
        c->json_output = true;
    else if (cu_str_eqz(name, "data"))
        c->data = value;
    else if (own)
        return spec_decode_text(&args[i], value, &c->args.at[i], err);
    else if (setting)
        return settings_set(&c->settings, name, value, err);
    else
        return cu_fail(err, CU_UNKNOWN_FIELD, flag, "this command has no such flag; see `custos %s --help`", c->row->name);
    return CU_OK;
}

static cu_code set_positional(struct command *c, cu_str value, struct cu_error *err)
{
    const struct spec_field *args = c->row->args;
    for (size_t i = 0; args && args[i].name; i++) {
        if (args[i].positional && !c->args.at[i].present)
            return spec_decode_text(&args[i], value, &c->args.at[i], err);
    }
    return cu_fail(err, CU_INVALID, "", "one argument too many; see `custos %s --help`", c->row->name);
}

static cu_code complete_args(struct command *c, struct cu_error *err)
{
    const struct spec_field *args = c->row->args;
    for (size_t i = 0; args && args[i].name; i++) {
        if (c->args.at[i].present)
            continue;
        if (args[i].required)
            return cu_fail(err, CU_MISSING, args[i].name, "%s", args[i].doc);
        if (args[i].fallback)
            CU_TRY(spec_decode_text(&args[i], cu_str_of(args[i].fallback), &c->args.at[i], err));
    }
    return CU_OK;
}

static cu_code parse_args(struct command *c, int argc, char **argv, struct cu_error *err)
{
    bool only_values = false;
    c->args.fields = c->row->args;
    c->data = cu_str_of(getenv("CUSTOS_DATA"));
    for (int i = 0; i < argc; i++) {
        cu_str word = cu_str_of(argv[i]);
        bool used_next = false;
        if (!only_values && cu_str_eqz(word, "--"))
            only_values = true;
        else if (!only_values && cu_str_starts(word, CU_LIT("--")))
            CU_TRY(set_flag(c, cu_str_sub(word, 2, word.len), i + 1 < argc ? argv[i + 1] : NULL, &used_next, err));
        else
            CU_TRY(set_positional(c, word, err));
        i += used_next;
    }
    return complete_args(c, err);
}

static int print_error(const struct command *c, cu_code code, const struct cu_error *err)
{
    const struct cu_code_row *row = &cu_code_rows[code];
    if (c->json_output) {
        struct cu_buf out;
        struct json_writer w;
        cu_buf_init(&out, 4096);
        jw_start(&w, &out);
        jw_object(&w);
        jw_kz(&w, "code", row->name);
        jw_kz(&w, "field", err->field);
        jw_kz(&w, "detail", err->text);
        jw_object_end(&w);
        if (out.failed) // no memory for more
            (void)fprintf(stderr, "{\"code\":\"%s\",\"field\":\"\",\"detail\":\"\"}\n", row->name);
        else
            (void)fprintf(stderr, "%.*s\n", CU_ARG(cu_buf_view(&out)));
        cu_buf_clear(&out);
    } else {
        (void)fprintf(stderr, "custos: %s%s%s\n", err->field, err->field[0] ? ": " : "", err->text[0] ? err->text : row->sentence);
    }
    return row->exit_code;
}

static cu_code run(struct command *c, int argc, char **argv, struct cu_error *err)
{
    CU_TRY(settings_init(&c->settings, err));
    CU_TRY(settings_read_environment(&c->settings, err));
    if (strcmp(c->row->name, "serve") != 0) // a command's output is not mixed with notes unless they are asked for
        CU_TRY(settings_set(&c->settings, CU_LIT("log_level"), CU_LIT("warn"), err));
    CU_TRY(parse_args(c, argc, argv, err));
    cu_code code = c->row->run(c, err);
    cu_code printed = command_flush(c);
    return code != CU_OK ? code : printed;
}

static int run_command(const struct spec_command *row, int argc, char **argv)
{
    struct command c = {.row = row, .arena = cu_arena_new(64 << 20), .json = json_parser_new(64 << 20)};
    struct cu_error err = {.code = CU_OK};
    cu_buf_init(&c.out, 256 << 20);
    cu_code code = c.arena && c.json ? run(&c, argc, argv, &err) : CU_MEMORY;
    int exit_code = code == CU_OK ? 0 : print_error(&c, code, &err);
    api_close(c.api);
    settings_clear(&c.settings);
    cu_buf_wipe(&c.out);
    json_parser_free(c.json);
    cu_arena_free(c.arena);
    return exit_code;
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
#ifndef CU_ARENA_SPLIT // the leak checker of sanitizer builds traces its own process
    keyring_harden_process();
#endif
    if (argc > 2 && strcmp(argv[1], "keyd") == 0 && strcmp(argv[2], "--fd") == 0)
        return keyd_main(argc, argv);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return 1;
    cu_fault_from_env();
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("custos " CUSTOS_VERSION);
        return 0;
    }
    int words = 0;
    const struct spec_command *row = find_command(argc, argv, &words);
    if (!row) {
        (void)fprintf(stderr, "custos: there is no command of that name; `custos --help` lists all\n");
        return 2;
    }
    for (int i = 1 + words; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(row);
            return 0;
        }
    }
    return run_command(row, argc - 1 - words, argv + 1 + words);
}
