// SPDX-License-Identifier: Apache-2.0
// Gathers the tables for the printers. See documents.h.
#include "documents.h"

#include "command.h"
#include "modules.h"
#include "insight/query.h"
#include "spec/print.h"

static const struct spec_field common_flags[] = {
    {.name = "data", .type = SPEC_STRING, .max = FOLDER_PATH_MAX, .doc = "The data folder; or the variable CUSTOS_DATA."},
    {.name = "json", .type = SPEC_BOOL, .doc = "Print JSON instead of text."},
    {.name = "help", .type = SPEC_BOOL, .doc = "Explain the command."},
    {.name = NULL},
};

static size_t gather(struct spec_catalogue_module rows[ENGINE_MODULES_MAX])
{
    struct dispatch_module modules[ENGINE_MODULES_MAX];
    size_t count = modules_list(NULL, modules, ENGINE_MODULES_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct module *m = modules[i].module;
        rows[i] = (struct spec_catalogue_module){m->name, m->doc, m->routes, m->route_count, m->settings, m->setting_count, m->jobs,
            m->job_count};
    }
    return count;
}

enum { KINDS_MAX = 32 };
static size_t gather_kinds(struct spec_kind rows[KINDS_MAX])
{
    size_t count = 0;
    for (; count < KINDS_MAX && insight_kinds[count]; count++) {
        const struct insight_kind *k = insight_kinds[count];
        rows[count] = (struct spec_kind){k->name, k->doc, k->body, k->answer, k->people ? k->pick_doc : NULL};
    }
    return count;
}

static cu_code print_kind(const struct spec_catalogue *c, const char *kind, const char *page, struct cu_buf *out,
    struct cu_error *err)
{
    static const struct {
        const char *kind;
        void (*print)(const struct spec_catalogue *c, struct cu_buf *out);
    } kinds[] = {{"openapi", spec_print_openapi}, {"ts", spec_print_ts}, {"man", spec_print_man},
        {"completion", spec_print_completion}, {"config", spec_print_config}};
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (strcmp(kind, kinds[i].kind) == 0) {
            kinds[i].print(c, out);
            return cu_buf_code(out, err);
        }
    }
    if (strcmp(kind, "markdown") != 0)
        return cu_fail(err, CU_INVALID, "document", "openapi, markdown, ts, man, completion and config are accepted");
    if (!spec_print_markdown(c, page, out))
        return cu_fail(err, CU_NOT_FOUND, "page", "api, settings, commands, errors, dictionary and insight are the pages");
    return cu_buf_code(out, err);
}

cu_code documents_print(const char *kind, const char *page, struct cu_buf *out, struct cu_error *err)
{
    struct spec_catalogue_module rows[ENGINE_MODULES_MAX];
    struct spec_kind kinds[KINDS_MAX];
    struct dictionary *built_in = NULL;
    CU_TRY(dictionary_load(CU_NONE, &built_in, err));
    struct spec_catalogue c = {.program = "custos", .version = CUSTOS_VERSION,
        .doc = "Customer data for online shops in one program and one data folder.", .modules = rows,
        .settings = settings_table, .commands = command_tables, .flags = common_flags, .dictionary = built_in};
    c.module_count = gather(rows);
    c.kinds = kinds;
    c.kind_count = gather_kinds(kinds);
    cu_code code = print_kind(&c, kind, page, out, err);
    dictionary_free(built_in);
    return code;
}
