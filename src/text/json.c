// SPDX-License-Identifier: Apache-2.0
// The C side of json.h: typed errors, paths, printing.
#include "json.h"

#include "json_shim.h"

#include <stdio.h>

struct json_parser {
    json_shim *shim;
    size_t max;
};

struct json_parser *json_parser_new(size_t document_max)
{
    struct json_parser *p = cu_calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->max = document_max;
    p->shim = json_shim_new(document_max);
    if (!p->shim) {
        cu_free(p);
        return NULL;
    }
    return p;
}

void json_parser_free(struct json_parser *p)
{
    if (!p)
        return;
    json_shim_free(p->shim);
    cu_free(p);
}

static cu_code refuse(const struct json_parser *p, const char *why, struct cu_error *err)
{
    if (strcmp(why, "no memory") == 0)
        return cu_fail(err, CU_MEMORY, "", "no memory to parse JSON");
    if (strcmp(why, "too large") == 0)
        return cu_fail(err, CU_TOO_LARGE, "", "JSON larger than %zu bytes", p->max);
    return cu_fail(err, CU_MALFORMED, "", "not JSON: %s", why);
}

cu_code json_parse(struct json_parser *p, cu_str text, json *ret, struct cu_error *err)
{
    const char *why = json_shim_parse(p->shim, text, ret);
    return why ? refuse(p, why, err) : CU_OK;
}

cu_code json_split_array(struct json_parser *p, cu_str text, const char *name, cu_str *spans,
    size_t max, size_t *ret_count, struct cu_error *err)
{
    const char *why = json_shim_split(p->shim, text, name, spans, max, ret_count);
    if (!why)
        return CU_OK;
    if (strcmp(why, JSON_SHIM_NO_ARRAY) == 0)
        return cu_fail(err, CU_MISSING, "", "there is no array \"%s\"", name);
    return refuse(p, why, err);
}

bool json_is(json v, enum json_type t)
{
    return json_type_of(v) == t;
}

json json_path(json object, const char *dotted)
{
    char name[128];
    json v = object;
    while (*dotted) {
        size_t n = strcspn(dotted, ".");
        if (n >= sizeof name)
            return (json){NULL, 0};
        memcpy(name, dotted, n);
        name[n] = 0;
        v = json_get(v, name);
        dotted += n;
        if (*dotted == '.')
            dotted++;
    }
    return v;
}

void json_print(struct cu_buf *out, json v)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_value(&w, v);
}
