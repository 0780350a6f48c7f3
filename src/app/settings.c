// SPDX-License-Identifier: Apache-2.0
// Reading settings from their four places. See settings.h.
#include "settings.h"

#include "base/file.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

static size_t index_of(cu_str name)
{
    size_t i = 0;
    for (; settings_table[i].name; i++) {
        const char *row = settings_table[i].name;
        bool same = strlen(row) == name.len;
        for (size_t k = 0; same && k < name.len; k++)
            same = row[k] == (name.ptr[k] == '-' ? '_' : name.ptr[k]);
        if (same)
            break;
    }
    return i;
}

const struct spec_setting *settings_row(cu_str name)
{
    const struct spec_setting *row = &settings_table[index_of(name)];
    return row->name ? row : NULL;
}

cu_code settings_set(struct settings *s, cu_str name, cu_str value, struct cu_error *err)
{
    size_t i = index_of(name);
    const struct spec_setting *row = &settings_table[i];
    if (!row->name)
        return cu_fail(err, CU_UNKNOWN_FIELD, "", "there is no setting of that name; `custos spec config` prints all");
    struct spec_field field = {.name = row->name, .type = row->type, .min = row->min, .max = row->max,
        .options = row->options, .doc = row->doc, .secret = row->secret};
    cu_str kept = cu_arena_dup(s->arena, value);
    if (!kept.ptr)
        return cu_fail(err, CU_MEMORY, row->name, "no memory for settings");
    CU_TRY(spec_decode_text(&field, kept, &s->at[i], err));
    s->given[i] = true;
    return CU_OK;
}

cu_code settings_overlay(struct settings *s, const struct settings *over, struct cu_error *err)
{
    for (size_t i = 0; settings_table[i].name; i++) {
        if (over->given[i])
            CU_TRY(settings_set(s, cu_str_of(settings_table[i].name), over->at[i].text, err));
    }
    return CU_OK;
}

cu_code settings_init(struct settings *s, struct cu_error *err)
{
    *s = (struct settings){.arena = cu_arena_new(1 << 18)};
    if (!s->arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for settings");
    for (size_t i = 0; settings_table[i].name; i++) {
        assert(i < SETTINGS_MAX);
        const struct spec_setting *row = &settings_table[i];
        if (row->fallback)
            CU_TRY(settings_set(s, cu_str_of(row->name), cu_str_of(row->fallback), err));
        s->given[i] = false;
    }
    return CU_OK;
}

void settings_clear(struct settings *s)
{
    cu_arena_free(s->arena);
    *s = (struct settings){.arena = NULL};
}

// A flat mapping of scalars is all that is accepted.
static cu_code read_mapping(struct settings *s, yaml_document_t *doc, struct cu_error *err)
{
    yaml_node_t *root = yaml_document_get_root_node(doc);
    if (!root)
        return CU_OK;
    if (root->type != YAML_MAPPING_NODE)
        return cu_fail(err, CU_MALFORMED, "custos.yaml", "a list of `name: value` lines is accepted");
    for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++) {
        yaml_node_t *key = yaml_document_get_node(doc, p->key);
        yaml_node_t *value = yaml_document_get_node(doc, p->value);
        if (key->type != YAML_SCALAR_NODE || value->type != YAML_SCALAR_NODE)
            return cu_fail(err, CU_MALFORMED, "custos.yaml", "line %zu: a plain `name: value` is accepted",
                key->start_mark.line + 1);
        cu_str name = {(const char *)key->data.scalar.value, key->data.scalar.length};
        cu_str text = {(const char *)value->data.scalar.value, value->data.scalar.length};
        cu_code code = settings_set(s, name, text, err);
        if (code != CU_OK) {
            cu_error_prefix(err, "custos.yaml:%zu ", key->start_mark.line + 1);
            return code;
        }
    }
    return CU_OK;
}

static cu_code parse_yaml(struct settings *s, cu_str text, struct cu_error *err)
{
    yaml_parser_t parser;
    yaml_document_t doc;
    if (!yaml_parser_initialize(&parser))
        return cu_fail(err, CU_MEMORY, "", "no memory to read custos.yaml");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    cu_code code = CU_OK;
    if (yaml_parser_load(&parser, &doc)) {
        code = read_mapping(s, &doc, err);
        yaml_document_delete(&doc);
    } else {
        code = cu_fail(err, CU_MALFORMED, "custos.yaml", "line %zu is not YAML", parser.problem_mark.line + 1);
    }
    yaml_parser_delete(&parser);
    return code;
}

cu_code settings_read_file(struct settings *s, const char *path, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 1 << 16);
    cu_code code = cu_file_read_all(path, &text, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    return parse_yaml(s, cu_buf_view(&text), err);
}

cu_code settings_read_environment(struct settings *s, struct cu_error *err)
{
    for (size_t i = 0; settings_table[i].name; i++) {
        char name[80] = "CUSTOS_";
        size_t n = strlen(name);
        for (const char *c = settings_table[i].name; *c && n < sizeof name - 1; c++)
            name[n++] = (char)toupper((unsigned char)*c);
        name[n] = 0;
        const char *value = getenv(name);
        if (!value)
            continue;
        cu_code code = settings_set(s, cu_str_of(settings_table[i].name), cu_str_of(value), err);
        if (code != CU_OK) {
            cu_error_prefix(err, "%s ", name);
            return code;
        }
    }
    return CU_OK;
}

const char *settings_z(const struct settings *s, const char *name)
{
    size_t i = index_of(cu_str_of(name));
    assert(settings_table[i].name);
    return s->at[i].present ? s->at[i].text.ptr : "";
}

int64_t settings_i64(const struct settings *s, const char *name)
{
    size_t i = index_of(cu_str_of(name));
    assert(settings_table[i].name);
    return s->at[i].number;
}

void settings_base_url(const struct settings *s, char *ret, size_t size)
{
    const char *public_url = settings_z(s, "public_url"), *listen = settings_z(s, "listen");
    if (public_url[0])
        (void)snprintf(ret, size, "%s", public_url);
    else
        (void)snprintf(ret, size, "%s://%.*s", settings_z(s, "tls_cert")[0] ? "https" : "http", (int)strcspn(listen, ","), listen);
    for (size_t len = strlen(ret); len > 0 && ret[len - 1] == '/'; len--)
        ret[len - 1] = 0;
}
