// SPDX-License-Identifier: Apache-2.0
// Commands about the data dictionary: check, diff, show. A file can be checked without a folder.
#include "command.h"
#include "commands.h"

#include "base/file.h"
#include "spec/dictionary.h"

static cu_code read_file(struct command *c, struct cu_buf *text, struct cu_error *err)
{
    char *path = cu_arena_z(c->arena, spec_str(&c->args, "file"));
    if (!path)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    return cu_file_read_all(path, text, err);
}

// The result of the check of a text: against the folder's dictionary when --data names one.
static cu_code check_text(struct command *c, json *ret, struct cu_error *err)
{
    struct cu_buf text, body, answer;
    struct json_writer w;
    cu_buf_init(&text, DICTIONARY_TEXT_MAX);
    cu_buf_init(&body, DICTIONARY_TEXT_MAX * 6);
    cu_buf_init(&answer, 64 << 20);
    cu_code code = read_file(c, &text, err);
    if (code == CU_OK && c->data.len) {
        jw_start(&w, &body);
        jw_object(&w);
        jw_kstr(&w, "text", cu_buf_view(&text));
        jw_object_end(&w);
        code = command_call(c, "POST", "/v1/dictionary/check", cu_buf_view(&body), ret, err);
    } else if (code == CU_OK) {
        struct dictionary *built_in = NULL;
        code = dictionary_load(CU_NONE, &built_in, err);
        if (code == CU_OK)
            code = dictionary_check_text_json(cu_buf_view(&text), built_in, &answer, err);
        if (code == CU_OK)
            code = json_parse(c->json, cu_buf_view(&answer), ret, err);
        dictionary_free(built_in);
    }
    cu_buf_clear(&text);
    cu_buf_clear(&body);
    cu_buf_clear(&answer);
    return code;
}

static cu_code check(struct command *c, struct cu_error *err)
{
    json result;
    bool good = false;
    CU_TRY(check_text(c, &result, err));
    (void)json_bool(json_get(result, "ok"), &good);
    command_table(c, json_get(result, "errors"), "line=line,column=column,row=row,what=text", "The dictionary is good.");
    return good ? CU_OK : cu_fail(err, CU_INVALID, "", "the dictionary has errors; nothing was changed");
}

static cu_code diff(struct command *c, struct cu_error *err)
{
    json result;
    bool good = false;
    CU_TRY(check_text(c, &result, err));
    (void)json_bool(json_get(result, "ok"), &good);
    if (!good)
        return cu_fail(err, CU_INVALID, "", "the dictionary has errors; `custos dictionary check` lists them");
    command_table(c, json_get(result, "diff"), "change=change,row=row,attributes=attributes", "It changes nothing.");
    return CU_OK;
}

static cu_code show(struct command *c, struct cu_error *err)
{
    json d;
    if (c->data.len) {
        CU_TRY(command_call(c, "GET", "/v1/dictionary", CU_NONE, &d, err));
    } else {
        struct dictionary *built_in = NULL;
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 64 << 20);
        CU_TRY(dictionary_load(CU_NONE, &built_in, err));
        dictionary_print_json(built_in, &text);
        dictionary_free(built_in);
        CU_TRY(json_parse(c->json, cu_buf_view(&text), &d, err));
    }
    if (c->json_output) {
        json_print(&c->out, d);
        cu_buf_char(&c->out, '\n');
        return CU_OK;
    }
    cu_buf_z(&c->out, "Person fields\n");
    command_table(c, json_get(d, "persons"), "name=name,type=type,level=level,category=category,doc=doc", "(none)");
    cu_buf_z(&c->out, "\nEvents\n");
    command_table(c, json_get(d, "events"), "name=name,category=category,owner=owner,doc=doc", "(none)");
    cu_buf_z(&c->out, "\nPurposes\n");
    command_table(c, json_get(d, "purposes"), "name=name,basis=basis,doc=doc", "(none)");
    cu_buf_z(&c->out, "\nIdentifiers\n");
    command_table(c, json_get(d, "identifiers"), "kind=kind,priority=priority,limit=limit,doc=doc", "(none)");
    return CU_OK;
}

static const struct spec_field file_args[] = {
    {.name = "file", .type = SPEC_STRING, .min = 1, .max = 1024, .required = true, .positional = true, .doc = "The dictionary.yaml to look at."},
    {.name = NULL},
};
const struct spec_command commands_dictionary[] = {
    {.name = "dictionary check", .doc = "Lists everything that is wrong with a dictionary file.", .args = file_args,
        .example = "custos dictionary check dictionary.yaml", .run = check},
    {.name = "dictionary diff", .doc = "Says what a dictionary file would change.", .args = file_args,
        .example = "custos dictionary diff dictionary.yaml --data shop", .run = diff},
    {.name = "dictionary show", .doc = "Prints the effective dictionary; without --data the built-in one.",
        .example = "custos dictionary show --data shop", .run = show},
    {.name = NULL},
};
