// SPDX-License-Identifier: Apache-2.0
// One call a request, from a body or from the query of a pixel.
#include "door_private.h"

bool door_is_refusal(cu_code code)
{
    return code == CU_MALFORMED || code == CU_MISSING || code == CU_TOO_LARGE || code == CU_INVALID;
}

cu_code door_refuse_whole(struct door *d, struct request *rq, const struct source *source,
    cu_str bytes, const struct cu_error *why, struct cu_error *err)
{
    struct intake in;
    cu_metric_add(d->malformed, 1);
    intake_answer_error(rq, why, 400);
    if (!source || bytes.len == 0 || bytes.len > DOOR_BATCH_MAX)
        return CU_OK;
    CU_TRY(intake_start(&in, d, rq, source, 1, err));
    CU_TRY(intake_refuse(&in, bytes, why, err));
    intake_submit(&in);
    return CU_OK;
}

// The key stands in the body: the body must be read before it is known whose it is.
static cu_code key_of_body(
    struct door *d, struct request *rq, cu_str text, struct source *ret, struct cu_error *err)
{
    json call;
    CU_TRY(json_parse(rq->json, text, &call, err));
    cu_str key = json_str(json_get(call, "writeKey"));
    return key.len > 0 ? door_auth_key(d, key, ret, err) : door_auth_missing(err);
}

static cu_code take(struct door *d, struct request *rq, const struct source *source, cu_str text,
    enum door_type type, bool server, struct cu_error *err)
{
    struct intake in;
    CU_TRY(intake_start(&in, d, rq, source, 1, err));
    in.envelope.server_library = server;
    CU_TRY(intake_call(&in, text, type, err));
    if (in.last.code != CU_OK) {
        intake_answer_error(rq, &in.last, 400);
    } else {
        rq->response.status = 200;
        rq->response.static_body = CU_LIT("{\"success\":true}");
    }
    intake_submit(&in);
    return CU_OK;
}

static cu_code run(struct request *rq, enum door_type type, bool server, struct cu_buf *scratch,
    struct cu_error *err)
{
    struct door *d = rq->module;
    struct source source;
    struct cu_error why = {.code = CU_OK};
    bool known = false;
    cu_str text = CU_NONE;
    CU_TRY(door_auth_head(d, rq, &known, &source, err));
    cu_code code = door_body_text(rq, scratch, &text, &why);
    if (code == CU_OK && !known) {
        code = key_of_body(d, rq, text, &source, &why);
        known = code == CU_OK;
    }
    if (door_is_refusal(code))
        return door_refuse_whole(
            d, rq, known ? &source : NULL, text.len > 0 ? text : rq->body, &why, err);
    if (code != CU_OK) {
        *err = why;
        return code;
    }
    return take(d, rq, &source, text, type, server, err);
}

cu_code door_single(struct request *rq, enum door_type type, bool server, struct cu_error *err)
{
    struct cu_buf scratch;
    cu_buf_init(&scratch, DOOR_BATCH_MAX); // a call that is too large is kept whole in quarantine
    cu_code code = run(rq, type, server, &scratch, err);
    cu_buf_clear(&scratch);
    return code;
}

cu_code door_pixel(struct request *rq, enum door_type type, struct cu_error *err)
{
    static const char gif[] =
        "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
    struct door *d = rq->module;
    struct source source;
    bool known = false;
    cu_str text;
    CU_TRY(door_auth_head(d, rq, &known, &source, err));
    if (!known)
        return door_auth_missing(err);
    CU_TRY(door_pixel_json(rq->query, rq->arena, &text, err));
    struct intake in;
    CU_TRY(intake_start(&in, d, rq, &source, 1, err));
    in.visitor = true;
    CU_TRY(intake_call(&in, text, type, err));
    rq->response.content_type = "image/gif"; // refused or not: a picture is what was asked for
    rq->response.static_body = (cu_str){gif, sizeof gif - 1};
    rq->response.status = in.last.code == CU_OK ? 200 : 400;
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("no-store")));
    intake_submit(&in);
    return CU_OK;
}
