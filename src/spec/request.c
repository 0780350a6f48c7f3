// SPDX-License-Identifier: Apache-2.0
// Helpers of a request that every handler uses: reading what was decoded, starting the answer, and
// the one form in which a refusal leaves the house (RFC 9457). Knows no transport.

#include "request.h"

#include <assert.h>
#include <stdio.h>

cu_str request_header(struct request *rq, const char *name)
{
    return rq->header ? rq->header(rq, name) : CU_NONE;
}

cu_str request_path_str(const struct request *rq, const char *name)
{
    return spec_str(&rq->path_values, name);
}

struct json_writer request_json(struct request *rq, int status)
{
    struct json_writer w;
    rq->response.status = status;
    rq->response.content_type = "application/json";
    rq->response.static_body = CU_NONE;
    cu_buf_reset(&rq->response.body);
    jw_start(&w, &rq->response.body);
    return w;
}

cu_code request_header_add(struct request *rq, const char *name, cu_str value)
{
    struct response *a = &rq->response;
    assert(a->header_count < REQUEST_HEADERS_MAX);
    for (size_t i = 0; i < value.len;
         i++) // a line break would let a value write headers of its own
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f)
            return CU_INVALID;
    cu_str copy = cu_arena_dup(rq->arena, value);
    if (!copy.ptr && value.len > 0)
        return CU_MEMORY;
    a->headers[a->header_count].name = name;
    a->headers[a->header_count].value = copy;
    a->header_count++;
    return CU_OK;
}

void request_defer(struct request *rq)
{
    assert(!rq->deferred && rq->finish);
    rq->deferred = true;
}

void request_finish(struct request *rq)
{
    assert(rq->deferred && rq->finish);
    rq->finish(rq);
}

static bool header_is_set(const struct response *a, const char *name)
{
    for (size_t i = 0; i < a->header_count; i++)
        if (cu_str_eq_nocase(cu_str_of(a->headers[i].name), cu_str_of(name)))
            return true;
    return false;
}

void request_problem_member(struct request *rq, const char *name, cu_str text)
{
    rq->problem_member.name = name;
    rq->problem_member.json = text;
}

void request_problem(struct request *rq, const struct cu_error *err)
{
    static const struct cu_error nameless = {.code = CU_INTERNAL};
    if (!err || err->code <= CU_OK || err->code >= CU_CODE_COUNT)
        err = &nameless;
    const struct cu_code_row *row = &cu_code_rows[err->code];
    char type[64];
    snprintf(type, sizeof type, "urn:custos:error:%s", row->name);
    struct json_writer w = request_json(rq, row->http);
    rq->response.content_type = "application/problem+json";
    jw_object(&w);
    jw_kz(&w, "type", type);
    jw_kz(&w, "title", row->sentence);
    jw_ki64(&w, "status", row->http);
    jw_kz(&w, "detail", err->text[0] ? err->text : row->sentence);
    jw_kz(&w, "code", row->name);
    if (err->field[0])
        jw_kz(&w, "field", err->field);
    if (rq->problem_member.name) {
        jw_key(&w, rq->problem_member.name);
        jw_raw(&w, rq->problem_member.json);
    }
    jw_kstr(&w, "request_id", rq->id.ptr ? rq->id : CU_LIT(""));
    jw_object_end(&w);
    bool later = row->http == 429 || row->http == 503;
    struct response *a = &rq->response;
    if (later && !header_is_set(a, "Retry-After") && a->header_count < REQUEST_HEADERS_MAX) {
        a->headers[a->header_count].name =
            "Retry-After"; // whole seconds: what real clients understand
        a->headers[a->header_count++].value = CU_LIT("1");
    }
}
