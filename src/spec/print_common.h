// SPDX-License-Identifier: Apache-2.0
// Private to spec/: what the printers share.
#pragma once

#include "print.h"

// Walks over all routes that documents show (hidden ones are left out).
struct spec_route_walk {
    const struct spec_catalogue *catalogue;
    size_t module, route;
    const struct spec_catalogue_module *of; // module of the current route
};
const struct spec_route *spec_route_next(struct spec_route_walk *w); // NULL at the end
// Walks over the program's settings, then the modules'.
struct spec_setting_walk {
    const struct spec_catalogue *catalogue;
    size_t own, module, setting;
};
const struct spec_setting *spec_setting_next(struct spec_setting_walk *w);
struct spec_command_walk {
    const struct spec_catalogue *catalogue;
    size_t table, command;
};
const struct spec_command *spec_command_next(struct spec_command_walk *w);

const char *spec_type_word(enum spec_type t); // "text", "whole number" ...
// "1 to 100", "at most 20 bytes", or "" when the type has no limits worth a word.
void spec_print_limits(struct cu_buf *out, const struct spec_field *f);
void spec_print_hyphens(struct cu_buf *out, const char *name); // dry_run -> dry-run
void spec_print_upper(struct cu_buf *out, const char *name);   // log_level -> LOG_LEVEL
void spec_print_pascal(struct cu_buf *out, const char *name);  // people.list -> PeopleList
struct spec_field spec_setting_field(const struct spec_setting *s);
bool spec_has_fields(const struct spec_field *fields);

// print_schema.c: a JSON schema of one field or of an object with these members. Limits and
// closedness are for what callers send (input); answers stay open for members of later versions.
void spec_print_schema(struct json_writer *w, const struct spec_field *f, bool input);
void spec_print_object_schema(struct json_writer *w, const struct spec_field *fields, bool input);
// print_dictionary.c: the page of the dictionary.
void spec_print_dictionary_page(const struct spec_catalogue *c, struct cu_buf *out);
// Text for a cell of a Markdown table: | and line breaks cannot end the cell.
void spec_print_cell(struct cu_buf *out, cu_str text);
