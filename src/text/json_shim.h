// SPDX-License-Identifier: Apache-2.0
// What json_shim.cpp gives json.c. Every function answers NULL, or an English reason.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#include "json.h"

struct json_shim;
typedef struct json_shim json_shim;
#define JSON_SHIM_NO_ARRAY "no such array"

json_shim *json_shim_new(size_t document_max);
void json_shim_free(json_shim *s);
const char *json_shim_parse(json_shim *s, cu_str text, json *ret);
const char *json_shim_split(json_shim *s, cu_str text, const char *name, cu_str *spans, size_t max,
    size_t *ret_count);

#ifdef __cplusplus
}
#endif
