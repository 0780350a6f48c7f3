// SPDX-License-Identifier: Apache-2.0
// Fields as JSON schema (2020-12, as OpenAPI 3.1 uses it).

#include "print_common.h"

#include <stdlib.h>

#define EXACT_MAX 9007199254740991 // beyond it JSON readers round: better no limit than a wrong one

static void print_type(struct json_writer *w, const char *type, bool nullable)
{
    jw_key(w, "type");
    if (!nullable) {
        jw_z(w, type);
        return;
    }
    jw_array(w);
    jw_z(w, type);
    jw_z(w, "null");
    jw_array_end(w);
}

static void print_range(
    struct json_writer *w, const char *low, const char *high, const struct spec_field *f)
{
    if (f->min >= -EXACT_MAX && f->min <= EXACT_MAX)
        jw_ki64(w, low, f->min);
    if (f->max >= -EXACT_MAX && f->max <= EXACT_MAX)
        jw_ki64(w, high, f->max);
}

// Limits count bytes, schemas count characters: at most four bytes each, at least one.
static void print_lengths(struct json_writer *w, const struct spec_field *f)
{
    if (f->min > 0)
        jw_ki64(w, "minLength", (f->min + 3) / 4);
    if (f->max > 0 && f->max <= EXACT_MAX)
        jw_ki64(w, "maxLength", f->max);
}

static void print_enum(struct json_writer *w, const struct spec_field *f)
{
    print_type(w, "string", f->nullable);
    jw_key(w, "enum");
    jw_array(w);
    for (size_t i = 0; f->options && f->options[i]; i++)
        jw_z(w, f->options[i]);
    if (f->nullable)
        jw_null(w);
    jw_array_end(w);
}

static void print_default(struct json_writer *w, const struct spec_field *f)
{
    jw_key(w, "default");
    if (f->type == SPEC_INT)
        jw_i64(w, strtoll(f->fallback, NULL, 10));
    else if (f->type == SPEC_NUMBER)
        jw_double(w, strtod(f->fallback, NULL));
    else if (f->type == SPEC_BOOL)
        jw_bool(w, strcmp(f->fallback, "true") == 0);
    else
        jw_z(w, f->fallback);
}

static void print_formatted(struct json_writer *w, const struct spec_field *f, const char *format)
{
    print_type(w, "string", f->nullable);
    jw_kz(w, "format", format);
}

static void print_array(struct json_writer *w, const struct spec_field *f, bool input)
{
    print_type(w, "array", f->nullable);
    if (input && f->min > 0)
        jw_ki64(w, "minItems", f->min);
    if (input && f->max > 0)
        jw_ki64(w, "maxItems", f->max);
    jw_key(w, "items");
    if (!spec_has_fields(f->fields)) {
        jw_object(w);
        jw_object_end(w);
    } else if (f->fields[0].name[0] == 0) {
        spec_print_schema(w, &f->fields[0], input);
    } else {
        spec_print_object_schema(w, f->fields, input);
    }
}

static void print_properties(
    struct json_writer *w, const struct spec_field *fields, bool input, bool nullable)
{
    bool any_required = false;
    print_type(w, "object", nullable);
    if (!spec_has_fields(fields))
        return;
    jw_key(w, "properties");
    jw_object(w);
    for (const struct spec_field *f = fields; f->name; f++) {
        jw_key(w, f->name);
        spec_print_schema(w, f, input);
        any_required = any_required || f->required || !input;
    }
    jw_object_end(w);
    if (any_required) {
        jw_key(w, "required");
        jw_array(w);
        for (const struct spec_field *f = fields; f->name; f++)
            if (f->required || !input)
                jw_z(w, f->name);
        jw_array_end(w);
    }
    if (input)
        jw_kbool(w, "additionalProperties", false);
}

void spec_print_object_schema(struct json_writer *w, const struct spec_field *fields, bool input)
{
    jw_object(w);
    print_properties(w, fields, input, false);
    jw_object_end(w);
}

static void print_typed(struct json_writer *w, const struct spec_field *f, bool input)
{
    switch (f->type) {
    case SPEC_STRING:
        print_type(w, "string", f->nullable);
        if (input)
            print_lengths(w, f);
        if (f->secret)
            jw_kz(w, "format", "password");
        break;
    case SPEC_INT:
    case SPEC_NUMBER:
        print_type(w, f->type == SPEC_INT ? "integer" : "number", f->nullable);
        if (input)
            print_range(w, "minimum", "maximum", f);
        break;
    case SPEC_BOOL:
        print_type(w, "boolean", f->nullable);
        break;
    case SPEC_TIME:
        print_formatted(w, f, "date-time");
        break;
    case SPEC_DATE:
        print_formatted(w, f, "date");
        break;
    case SPEC_UUID:
        print_formatted(w, f, "uuid");
        break;
    case SPEC_EMAIL:
        print_formatted(w, f, "email");
        break;
    case SPEC_ENUM:
        print_enum(w, f);
        break;
    case SPEC_OBJECT:
        print_properties(w, f->fields, input, f->nullable);
        break;
    case SPEC_ARRAY:
        print_array(w, f, input);
        break;
    case SPEC_ANY:
        break;
    }
}

void spec_print_schema(struct json_writer *w, const struct spec_field *f, bool input)
{
    jw_object(w);
    print_typed(w, f, input);
    if (input && f->fallback)
        print_default(w, f);
    if (input && f->secret)
        jw_kbool(w, "writeOnly", true);
    jw_kz(w, "description", f->doc ? f->doc : "");
    jw_object_end(w);
}
