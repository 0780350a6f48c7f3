// SPDX-License-Identifier: Apache-2.0
// One call a request, from a body or from the query of a pixel; and one call out of quarantine,
// which goes the same way without a request.
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

// What the envelope of its batch said, as far as the record kept it.
static cu_code envelope_of(struct json_parser *parser, const struct record *was,
    struct door_envelope *ret, struct cu_error *err)
{
    json context;
    *ret = (struct door_envelope){
        .has_sent = was->sent_ms != INT64_MIN,
        .sent_ms = was->sent_ms,
        .server_library = !(was->flags & RECORD_CLIENT_SIDE),
    };
    if (was->context.len == 0)
        return CU_OK;
    CU_TRY(json_parse(parser, was->context, &context, err));
    ret->has_context_person = json_count(json_get(context, "externalIds")) > 0;
    return CU_OK;
}

static cu_code recheck(const struct door *d, struct json_parser *parser, const struct record *was,
    cu_str event, struct record *r, struct cu_error *err)
{
    struct door_envelope envelope;
    struct door_call c;
    json call;
    CU_TRY(envelope_of(parser, was, &envelope, err));
    CU_TRY(json_parse(parser, event, &call, err));
    CU_TRY(door_call_check(d->o.dictionary(d->o.dictionary_context), call, DOOR_ANY, &envelope,
        was->received_ms, &c, err));
    if (c.message_id.len > 0) {
        keyring_tag(d->o.keyring, "message", c.message_id, r->seen_tag);
    } else { // the same row replayed twice stays one event
        keyring_tag(d->o.keyring, "row",
            (cu_str){(const char *)&r->quarantine, sizeof r->quarantine}, r->seen_tag);
    }
    r->time_ms = c.time_ms;
    r->sent_ms = c.has_sent ? c.sent_ms : INT64_MIN;
    return CU_OK;
}

cu_code door_recheck(void *door, const struct record *was, cu_str event, uint64_t id,
    struct cu_buf *out, struct cu_error *err)
{
    if (event.len > DOOR_CALL_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "one call has at most %d bytes", DOOR_CALL_MAX);
    struct json_parser *parser = json_parser_new(DOOR_BATCH_MAX);
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "no memory to look at a call");
    struct record r = *was;
    r.kind = RECORD_EVENT;
    r.flags |= RECORD_REPLAY;
    r.quarantine = id;
    r.reason = CU_OK;
    r.field = r.text = CU_NONE;
    r.event = event;
    cu_code code = recheck(door, parser, was, event, &r, err);
    json_parser_free(parser);
    if (code != CU_OK)
        return code;
    record_encode(&r, out);
    return cu_buf_code(out, err);
}
