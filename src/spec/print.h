// SPDX-License-Identifier: Apache-2.0
// Documents printed from the tables: `custos spec openapi|markdown|ts|man|completion|config`.
// Everything a reader, a client or a shell needs to know of a route, setting, command or error
// comes from its row, so it cannot drift. The same tables give the same bytes; look at out->failed
// when done.
#pragma once

#include "dictionary.h"
#include "spec.h"

struct spec_catalogue_module { // what a module's row says that can be printed
    const char *name, *doc;
    const struct spec_route *routes;
    size_t route_count;
    const struct spec_setting *settings;
    size_t setting_count;
    const struct spec_job *jobs;
    size_t job_count;
};
struct spec_kind { // of questions that one route answers, each with fields of its own (insight/query.h)
    const char *name, *doc;
    const struct spec_field *question, *answer; // end with name NULL
    const char *pick; // whom its lists of people can be asked for, or NULL
};
struct spec_catalogue {
    const char *program; // "custos"
    const char *version;
    const char *doc; // one sentence
    const struct spec_catalogue_module *modules;
    size_t module_count;
    const struct spec_setting *settings; // the program's own; ends with name NULL; may be NULL
    const struct spec_command *const
        *commands; // NULL-terminated list of tables, each ends with name NULL; may be NULL
    const struct spec_field *flags;      // of every command; ends with name NULL; may be NULL
    const struct dictionary *dictionary; // may be NULL
    const struct spec_kind *kinds;       // of questions of Insight
    size_t kind_count;
};

void spec_print_openapi(
    const struct spec_catalogue *c, struct cu_buf *out); // OpenAPI 3.1, JSON, indented
void spec_print_ts(
    const struct spec_catalogue *c, struct cu_buf *out); // types and route table of a client
void spec_print_man(const struct spec_catalogue *c, struct cu_buf *out);        // roff, section 1
void spec_print_completion(const struct spec_catalogue *c, struct cu_buf *out); // bash
void spec_print_config(const struct spec_catalogue *c,
    struct cu_buf *out); // custos.yaml with every default, commented

// Pages of docs/reference, in order: "api", "settings", "commands", "errors", "dictionary", "insight"; NULL
// after the last.
const char *spec_page_name(size_t index);
// false when there is no such page. NULL: all pages, one after the other.
bool spec_print_markdown(
    const struct spec_catalogue *c, const char *page, struct cu_buf *out) CU_MUST;
