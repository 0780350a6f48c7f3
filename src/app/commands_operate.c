// SPDX-License-Identifier: Apache-2.0
// Commands for who runs it: doctor, spec.
#include "command.h"
#include "commands.h"

#include "doctor.h"
#include "documents.h"

static cu_code spec(struct command *c, struct cu_error *err)
{
    cu_str page = spec_str(&c->args, "page");
    char *kind = cu_arena_z(c->arena, spec_str(&c->args, "document"));
    char *page_z = page.len ? cu_arena_z(c->arena, page) : NULL;
    if (!kind || (page.len && !page_z))
        return cu_fail(err, CU_MEMORY, "", "no memory");
    return documents_print(kind, page_z, &c->out, err);
}

static cu_code doctor(struct command *c, struct cu_error *err)
{
    struct doctor_report report = {.count = 0};
    CU_TRY(doctor_examine(c, &report, err));
    struct cu_buf rows;
    struct json_writer w;
    json parsed;
    cu_buf_init(&rows, 1 << 20);
    jw_start(&w, &rows);
    jw_array(&w);
    bool bad = false;
    for (size_t i = 0; i < report.count; i++) {
        jw_object(&w);
        jw_kz(&w, "check", report.rows[i].name);
        jw_kz(&w, "state", report.rows[i].code == CU_OK ? "good" : "bad");
        jw_kz(&w, "detail", report.rows[i].text);
        jw_object_end(&w);
        bad = bad || report.rows[i].code != CU_OK;
    }
    jw_array_end(&w);
    cu_code code = json_parse(c->json, cu_buf_view(&rows), &parsed, err);
    if (code == CU_OK)
        command_table(c, parsed, "check=check,state=state,detail=detail", "");
    cu_buf_clear(&rows);
    CU_TRY(code);
    return bad ? cu_fail(err, CU_CORRUPT, "", "not everything is good; each line says what to do") : CU_OK;
}

static const char *const documents[] = {"openapi", "markdown", "ts", "man", "completion", "config", NULL};
static const struct spec_field spec_args[] = {
    {.name = "document", .type = SPEC_ENUM, .options = documents, .required = true, .positional = true, .doc = "Which document."},
    {.name = "page", .type = SPEC_STRING, .min = 1, .max = 31, .positional = true,
        .doc = "Page of markdown: api, settings, commands, errors or dictionary; default all."},
    {.name = NULL},
};
const struct spec_command commands_operate[] = {
    {.name = "doctor", .doc = "Examines a data folder: key, locks, checksums, consistency, space.",
        .example = "custos doctor --data shop", .run = doctor},
    {.name = "spec", .doc = "Prints documents from the program's tables.", .args = spec_args, .example = "custos spec openapi", .run = spec},
    {.name = NULL},
};
