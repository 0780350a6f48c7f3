// SPDX-License-Identifier: Apache-2.0
// JSON. Reading is simdjson behind a thin shim (json_shim.cpp); writing is ours over cu_buf.
//
// A json value is a small handle into its parser's tape: valid until the parser parses again.
// Parsing validates UTF-8 and refuses: duplicate member names, NUL in strings (\u0000), nesting
// deeper than 64, numbers beyond double/int64. Errors are CU_MALFORMED with a byte offset where known.
#pragma once

#include "base/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_parser; // one per thread; keeps its buffers
struct json_parser *json_parser_new(size_t document_max) CU_MUST; // NULL when out of memory
void json_parser_free(struct json_parser *p);

typedef struct json {
    const void *doc;
    size_t index;
} json;
enum json_type { JSON_ABSENT, JSON_NULL, JSON_BOOL, JSON_INT, JSON_DOUBLE, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

cu_code json_parse(struct json_parser *p, cu_str text, json *ret, struct cu_error *err) CU_MUST;
enum json_type json_type_of(json v);
bool json_is(json v, enum json_type t);
json json_get(json object, const char *name);          // type JSON_ABSENT when missing or not an object
json json_path(json object, const char *dotted);       // "address.city"
cu_str json_str(json v);                               // CU_NONE unless a string; decoded, may hold any UTF-8 but NUL
bool json_i64(json v, int64_t *ret);                   // integers, and doubles that are whole
bool json_double(json v, double *ret);                 // any number
bool json_bool(json v, bool *ret);
size_t json_count(json v);                             // members or elements
// Iteration: struct json_iter it = json_each(v); while (json_next(&it)) use it.key, it.value
struct json_iter {
    json value;
    cu_str key; // CU_NONE for arrays
    json container;
    size_t at, end;
    bool object;
};
struct json_iter json_each(json container);
bool json_next(struct json_iter *it);
void json_print(struct cu_buf *out, json v); // compact text

// The raw spans of the elements of the top-level member `name` (an array), without building values:
// for batches. Spans point into text. *ret_count counts all, also when more than max were there
// (spans holds the first max). CU_MALFORMED when text is not JSON, CU_MISSING when there is no such array.
cu_code json_split_array(struct json_parser *p, cu_str text, const char *name, cu_str *spans, size_t max,
    size_t *ret_count, struct cu_error *err) CU_MUST;

// Writing. Commas are the writer's business.
struct json_writer {
    struct cu_buf *out;
    bool comma;
};
void jw_start(struct json_writer *w, struct cu_buf *out);
void jw_object(struct json_writer *w);
void jw_object_end(struct json_writer *w);
void jw_array(struct json_writer *w);
void jw_array_end(struct json_writer *w);
void jw_key(struct json_writer *w, const char *name);
void jw_keys(struct json_writer *w, cu_str name); // any text as a name
void jw_str(struct json_writer *w, cu_str s); // ptr NULL writes null
void jw_z(struct json_writer *w, const char *z);
void jw_i64(struct json_writer *w, int64_t v);
void jw_double(struct json_writer *w, double v); // shortest form that round-trips; NaN and infinity: null
void jw_bool(struct json_writer *w, bool v);
void jw_null(struct json_writer *w);
void jw_raw(struct json_writer *w, cu_str json_text); // already JSON
void jw_time(struct json_writer *w, int64_t ms);      // "2026-11-21T10:00:00.000Z"; INT64_MIN: null
void jw_value(struct json_writer *w, json v);
// jw_key + the value, for flat objects
void jw_kstr(struct json_writer *w, const char *name, cu_str s);
void jw_kz(struct json_writer *w, const char *name, const char *z);
void jw_ki64(struct json_writer *w, const char *name, int64_t v);
void jw_kbool(struct json_writer *w, const char *name, bool v);
void jw_ktime(struct json_writer *w, const char *name, int64_t ms);

#ifdef __cplusplus
}
#endif
