// SPDX-License-Identifier: Apache-2.0
// Calls become records and go to the journal together; the request is answered when they are
// durable. What is refused becomes a record too, so that it can be repaired: it is lost only when
// the whole request fails, and then the client knows.
#include "door_private.h"

#include "record.h"

#include <assert.h>
#include <stdio.h>

struct pending {
    struct journal_entry entry;
    struct request *rq;
    struct door *door;
    uint64_t accepted, refused;
};

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory for this request");
}

// Signs that the caller is somebody's browser, so that its address and agent are a person's own.
static bool from_browser(struct request *rq)
{
    return request_header(rq, "Origin").ptr || request_header(rq, "Sec-Fetch-Mode").ptr ||
           cu_str_starts(request_header(rq, "User-Agent"), CU_LIT("Mozilla/"));
}

cu_code intake_start(struct intake *in, struct door *d, struct request *rq,
    const struct source *source, uint32_t count_max, struct cu_error *err)
{
    *in = (struct intake){.door = d, .rq = rq, .source = *source, .count_max = count_max};
    in->dictionary = d->o.dictionary(d->o.dictionary_context);
    in->visitor = from_browser(rq);
    in->gpc = cu_str_eqz(cu_str_trim(request_header(rq, "Sec-GPC")), "1");
    in->ip = rq->remote_ip;
    in->user_agent = cu_str_sub(request_header(rq, "User-Agent"), 0, 1024);
    in->records = cu_arena_alloc(rq->arena, count_max * sizeof *in->records);
    return in->records ? CU_OK : no_memory(err);
}

static cu_code add_record(struct intake *in, const struct record *r, struct cu_error *err)
{
    size_t size = record_size(r);
    char *room = cu_arena_alloc(in->rq->arena, size + 1);
    if (!room)
        return no_memory(err);
    assert(in->count < in->count_max);
    struct cu_buf out = {.ptr = room, .cap = size + 1, .max = size}; // exactly enough: never grows
    record_encode(r, &out);
    in->records[in->count++] = cu_buf_view(&out);
    return cu_buf_code(&out, err);
}

static struct record record_of(const struct intake *in, enum record_kind kind, cu_str event)
{
    return (struct record){
        .kind = kind,
        .flags = (in->source.sample ? RECORD_SAMPLE : 0U) | (in->gpc ? RECORD_GPC : 0U),
        .source = in->source.number,
        .received_ms = in->rq->received_ms,
        .sent_ms = INT64_MIN,
        .time_ms = in->rq->received_ms,
        .event = event,
        .context = in->context,
        .integrations = in->integrations,
    };
}

static void add_person_side(const struct intake *in, bool visitor, bool direct, struct record *r)
{
    if (visitor)
        r->flags |= RECORD_CLIENT_SIDE;
    if (visitor || direct) {
        r->ip = in->ip;
        r->user_agent = in->user_agent;
    }
}

// The text with members the path or the door knows put in front: {"type":"track", ...as sent}.
static cu_str with_members(
    struct cu_arena *arena, cu_str text, const char *type, const char *message_id)
{
    cu_str members = cu_str_trim(cu_str_sub(text, 1, text.len - 1));
    bool alone = cu_str_eqz(members, "}");
    return cu_arena_printf(arena, "{%s%s%s%s%s%s%s%s%.*s", type ? "\"type\":\"" : "",
        type ? type : "", type ? "\"" : "", type && message_id ? "," : "",
        message_id ? "\"messageId\":\"" : "", message_id ? message_id : "", message_id ? "\"" : "",
        alone ? "" : ",", CU_ARG(members));
}

cu_code intake_refuse(
    struct intake *in, cu_str bytes, const struct cu_error *why, struct cu_error *err)
{
    struct record r = record_of(in, RECORD_REFUSED, bytes);
    // the same bytes from the same source again are a retry, not a second fault
    uint8_t whole[20];
    keyring_tag(in->door->o.keyring, "refused", bytes, whole);
    memcpy(whole + 16, &in->source.number, 4);
    keyring_tag(
        in->door->o.keyring, "refused", (cu_str){(const char *)whole, sizeof whole}, r.seen_tag);
    if (in->envelope.has_sent)
        r.sent_ms = in->envelope.sent_ms;
    r.reason = why->code;
    r.field = cu_str_of(why->field);
    r.text = cu_str_of(why->text);
    add_person_side(in, in->visitor && !in->envelope.server_library, false, &r);
    in->refused++;
    in->last = *why;
    return add_record(in, &r, err);
}

static cu_code accept(
    struct intake *in, cu_str text, const struct door_call *c, struct cu_error *err)
{
    char id[37];
    cu_str message_id = c->message_id;
    if (message_id.len == 0) {
        cu_uuid_format(cu_uuid7(), id);
        message_id = cu_str_of(id);
    }
    bool type_needed = !c->has_type, id_needed = !c->has_message_id;
    if (type_needed || id_needed)
        text = with_members(in->rq->arena, text, type_needed ? door_type_name(c->type) : NULL,
            id_needed ? id : NULL);
    if (!text.ptr)
        return no_memory(err);
    struct record r = record_of(in, RECORD_EVENT, text);
    keyring_tag(in->door->o.keyring, "message", message_id, r.seen_tag);
    r.time_ms = c->time_ms;
    if (c->has_sent)
        r.sent_ms = c->sent_ms;
    add_person_side(in, !c->server_side && (in->visitor || c->browser), c->direct, &r);
    in->accepted++;
    in->last.code = CU_OK;
    return add_record(in, &r, err);
}

cu_code intake_call(struct intake *in, cu_str text, enum door_type expected, struct cu_error *err)
{
    struct door_call c = {.has_type = true};
    struct cu_error why = {.code = CU_OK};
    json call;
    cu_code code;
    if (text.len > DOOR_CALL_MAX)
        code = cu_fail(&why, CU_TOO_LARGE, "", "one call has at most %d bytes", DOOR_CALL_MAX);
    else
        code = json_parse(in->rq->json, text, &call, &why);
    if (code == CU_OK) {
        code = door_call_check(
            in->dictionary, call, expected, &in->envelope, in->rq->received_ms, &c, &why);
        if (code == CU_OK)
            return accept(in, text, &c, err);
    }
    if (code == CU_MEMORY) {
        *err = why;
        return code;
    }
    if (!c.has_type && expected != DOOR_ANY) { // or the replay would not know what it was
        text = with_members(in->rq->arena, text, door_type_name(expected), NULL);
        if (!text.ptr)
            return no_memory(err);
    }
    return intake_refuse(in, text, &why, err);
}

void intake_answer_error(struct request *rq, const struct cu_error *err, int status)
{
    char wait[8];
    struct cu_error kept = *err;
    if (kept.code == CU_UNAVAILABLE)
        kept.code = CU_BUSY; // clients wait on 429 and hurry on 503
    if (kept.code == CU_BUSY || kept.code == CU_FULL) {
        // spread over a few seconds, so that all clients do not come back at once
        int64_t seconds = (kept.code == CU_FULL ? 10 : 1) + cu_mono_us() / 16 % 3;
        (void)snprintf(wait, sizeof wait, "%d", (int)seconds);
        if (request_header_add(rq, "Retry-After", cu_str_of(wait)) != CU_OK)
            rq->response.header_count = 0; // the default of 1 then
    }
    request_problem(rq, &kept);
    if (status == 0 || status == rq->response.status)
        return;
    char type[64];
    (void)snprintf(type, sizeof type, "urn:custos:error:%s", cu_code_rows[kept.code].name);
    struct json_writer w = request_json(rq, status);
    rq->response.content_type = "application/problem+json";
    jw_object(&w);
    jw_kz(&w, "type", type);
    jw_kz(&w, "title", cu_code_rows[kept.code].sentence);
    jw_ki64(&w, "status", status);
    jw_kz(&w, "detail", kept.text);
    jw_kz(&w, "code", cu_code_rows[kept.code].name);
    if (kept.field[0])
        jw_kz(&w, "field", kept.field);
    jw_kstr(&w, "request_id", rq->id);
    jw_object_end(&w);
}

static void fail(struct request *rq, struct door *d, const struct cu_error *err)
{
    cu_metric_add(err->code == CU_BUSY ? d->busy : d->failed, 1);
    intake_answer_error(rq, err, 0);
    request_finish(rq);
}

// On the journal's thread: whatever is done here holds up everybody else.
static void durable(struct journal_entry *e, cu_code status)
{
    struct pending *p = e->context;
    if (status != CU_OK) {
        struct cu_error err;
        (void)cu_fail(&err, status, "", "nothing of this request was stored");
        fail(p->rq, p->door, &err);
        return;
    }
    cu_metric_add(p->door->accepted, (int64_t)p->accepted);
    cu_metric_add(p->door->refused, (int64_t)p->refused);
    request_finish(p->rq);
}

void intake_submit(struct intake *in)
{
    struct cu_error err;
    struct request *rq = in->rq;
    struct door *d = in->door;
    struct pending *p = cu_arena_alloc(rq->arena, sizeof *p);
    request_defer(rq);
    if (!p) {
        (void)no_memory(&err);
        fail(rq, d, &err);
        return;
    }
    *p = (struct pending){.rq = rq, .door = d, .accepted = in->accepted, .refused = in->refused};
    p->entry = (struct journal_entry){
        .records = in->records, .count = in->count, .done = durable, .context = p};
    uint32_t source = in->source.number;
    uint64_t accepted = in->accepted, refused = in->refused;
    int64_t received_ms = rq->received_ms;
    const char *why =
        in->refused ? cu_code_rows[in->last.code ? in->last.code : CU_INVALID].name : NULL;
    if (journal_submit(d->o.journal, &p->entry, &err) != CU_OK) {
        fail(rq, d, &err);
        return;
    }
    // from here on the request may be answered and gone already
    sources_count(d->o.sources, source, accepted, refused, received_ms, why);
}
