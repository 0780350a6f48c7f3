// SPDX-License-Identifier: Apache-2.0
// A batch: {"batch":[...], "context"?, "integrations"?, "sentAt"?, "writeKey"?}. Each call stands
// or falls by itself; what the envelope says holds for all of them.
#include "door_private.h"

#include "text/text.h"

enum {
    SPANS_FIRST = 512,
    SPANS_MAX = 10000,           // also what one journal entry takes
    RECORDS_BYTES_MAX = 8 << 20, // a large envelope context times many calls ends here
    REFUSED_SHOWN_MAX = 1000
};

struct batch {
    struct door *door;
    struct request *rq;
    cu_str text;
    cu_str *spans;
    size_t count;
    struct source source;
    bool authenticated;
};

static cu_code split(struct batch *b, struct cu_error *err)
{
    size_t room = SPANS_FIRST;
    for (;;) {
        b->spans = cu_arena_alloc(b->rq->arena, room * sizeof *b->spans);
        if (!b->spans)
            return cu_fail(err, CU_MEMORY, "", "no memory for this request");
        CU_TRY(json_split_array(b->rq->json, b->text, "batch", b->spans, room, &b->count, err));
        if (b->count > SPANS_MAX)
            return cu_fail(
                err, CU_TOO_LARGE, "/batch", "a batch has at most %d calls", DOOR_BATCH_EVENTS_MAX);
        if (b->count <= room)
            return CU_OK;
        room = b->count;
    }
}

// The text without the calls: parsing it is cheap and tells everything about the envelope.
static cu_code parse_envelope(struct batch *b, json *ret, struct cu_error *err)
{
    cu_str text = b->text;
    if (b->count > 0) {
        const char *first = b->spans[0].ptr;
        const char *rest = b->spans[b->count - 1].ptr + b->spans[b->count - 1].len;
        size_t before = (size_t)(first - text.ptr), after = text.len - (size_t)(rest - text.ptr);
        char *joined = cu_arena_alloc(b->rq->arena, before + after + 1);
        if (!joined)
            return cu_fail(err, CU_MEMORY, "", "no memory for this request");
        memcpy(joined, text.ptr, before);
        memcpy(joined + before, rest, after);
        text = (cu_str){joined, before + after};
    }
    CU_TRY(json_parse(b->rq->json, text, ret, err));
    return json_is(*ret, JSON_OBJECT) ? CU_OK
                                      : cu_fail(err, CU_MALFORMED, "", "a batch is a JSON object");
}

static cu_code copy_json(struct cu_arena *arena, json v, cu_str *ret, struct cu_error *err)
{
    if (!json_is(v, JSON_OBJECT) || json_count(v) == 0)
        return CU_OK;
    struct cu_buf out;
    cu_buf_init(&out, DOOR_BATCH_MAX * 6); // escaping may lengthen it
    json_print(&out, v);
    cu_code code = cu_buf_code(&out, err);
    if (code == CU_OK) {
        *ret = cu_arena_dup(arena, cu_buf_view(&out));
        code = ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for this request");
    }
    cu_buf_clear(&out);
    return code;
}

static cu_code use_envelope(struct intake *in, json envelope, bool server, struct cu_error *err)
{
    json context = json_get(envelope, "context");
    cu_str library = json_str(json_get(json_get(context, "library"), "name"));
    struct door_envelope *e = &in->envelope;
    e->has_sent = text_time_parse(json_str(json_get(envelope, "sentAt")), &e->sent_ms);
    e->has_library = library.len > 0;
    e->server_library = server || door_server_library(library);
    e->has_context_person = json_count(json_get(context, "externalIds")) > 0;
    json traits = json_get(context, "traits");
    if (json_is(traits, JSON_OBJECT))
        CU_TRY(dictionary_check_traits(in->dictionary, traits, "/context/traits", err));
    CU_TRY(copy_json(in->rq->arena, context, &in->context, err));
    return copy_json(in->rq->arena, json_get(envelope, "integrations"), &in->integrations, err);
}

static void show_refusal(struct json_writer *w, size_t index, const struct cu_error *why)
{
    jw_object(w);
    jw_ki64(w, "index", (int64_t)index);
    jw_kz(w, "code", cu_code_rows[why->code].name);
    jw_kz(w, "field", why->field);
    jw_kz(w, "text", why->text);
    jw_object_end(w);
}

static cu_code take_calls(struct batch *b, struct intake *in, struct cu_error *err)
{
    struct json_writer w = request_json(b->rq, 200);
    jw_object(&w);
    jw_kbool(&w, "success", true);
    jw_key(&w, "refused");
    jw_array(&w);
    for (size_t i = 0; i < b->count; i++) {
        if (i < DOOR_BATCH_EVENTS_MAX) {
            CU_TRY(intake_call(in, b->spans[i], DOOR_ANY, err));
        } else {
            struct cu_error why;
            (void)cu_fail(
                &why, CU_TOO_LARGE, "", "a batch has at most %d calls", DOOR_BATCH_EVENTS_MAX);
            CU_TRY(intake_refuse(in, b->spans[i], &why, err));
        }
        if (in->last.code != CU_OK && in->refused <= REFUSED_SHOWN_MAX)
            show_refusal(&w, i, &in->last);
    }
    jw_array_end(&w);
    jw_ki64(&w, "accepted", (int64_t)in->accepted);
    jw_object_end(&w);
    return CU_OK;
}

// The body as a whole is no batch: it goes to quarantine when we know whose it is and it fits.
static cu_code refuse_whole(struct batch *b, const struct cu_error *why, struct cu_error *err)
{
    cu_str bytes = b->text.len > 0 ? b->text : b->rq->body; // damaged gzip is kept as it came
    return door_refuse_whole(b->door, b->rq, b->authenticated ? &b->source : NULL, bytes, why, err);
}

// Everything up to the calls themselves. Errors: door_is_refusal -> the body, else the request.
static cu_code open_batch(struct batch *b, struct intake *in, bool server, struct cu_error *err)
{
    json envelope;
    CU_TRY(split(b, err));
    CU_TRY(parse_envelope(b, &envelope, err));
    if (!b->authenticated) {
        cu_str key = json_str(json_get(envelope, "writeKey"));
        CU_TRY(key.len > 0 ? door_auth_key(b->door, key, &b->source, err) : door_auth_missing(err));
        b->authenticated = true;
    }
    CU_TRY(intake_start(in, b->door, b->rq, &b->source, (uint32_t)b->count, err));
    CU_TRY(use_envelope(in, envelope, server, err));
    if ((in->context.len + in->integrations.len) * b->count + b->text.len > RECORDS_BYTES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "/context",
            "the context of this batch is too large for its number of calls");
    return CU_OK;
}

static cu_code run(struct batch *b, bool server, struct cu_buf *scratch, struct cu_error *err)
{
    struct intake in;
    struct cu_error why = {.code = CU_OK};
    CU_TRY(door_auth_head(b->door, b->rq, &b->authenticated, &b->source, err));
    cu_code code = door_body_text(b->rq, scratch, &b->text, &why);
    if (code == CU_OK)
        code = open_batch(b, &in, server, &why);
    if (door_is_refusal(code))
        return refuse_whole(b, &why, err);
    if (code != CU_OK) {
        *err = why;
        return code;
    }
    CU_TRY(take_calls(b, &in, err));
    if (in.count > 0)
        intake_submit(&in);
    return CU_OK;
}

cu_code door_batch(struct request *rq, bool server, struct cu_error *err)
{
    struct batch b = {.door = rq->module, .rq = rq};
    struct cu_buf scratch;
    cu_buf_init(&scratch, DOOR_BATCH_MAX);
    cu_code code = run(&b, server, &scratch, err);
    cu_buf_clear(&scratch); // records hold copies
    return code;
}
