// SPDX-License-Identifier: Apache-2.0
// Replaying: a body, as it is or repaired, passes the door's check again and goes into the journal
// with the times, flags and source it first came with. Called by the routes; nothing here changes a
// row: that is done by the transaction that projects the record.
#include "quarantine_private.h"

#include "door.h"
#include "door_call.h"
#include "quarantine_sql.h"
#include "text/text.h"

#include <stdio.h>

#define SETTLE_WAIT_MS 2000
#define REPLAY_STEP 200

struct replay {
    struct people *people;
    const struct record *was;
    uint64_t id;
    bool repaired;
    struct json_parser *parser;
    struct door_envelope envelope;
    cu_str context, integrations; // the envelope's
    struct quarantine_records *out;
};

// What the door knew of the envelope, from the record and, for a batch, from its own members.
static void read_envelope(struct replay *r, json context)
{
    cu_str library = json_str(json_path(context, "library.name"));
    r->envelope.has_library = library.len > 0;
    r->envelope.server_library = door_server_library(library);
    r->envelope.has_context_person =
        (r->was->flags & RECORD_NOBODY) || json_count(json_get(context, "externalIds")) > 0;
}

static void tag_of(const struct replay *r, cu_str message_id, uint32_t index, uint8_t ret[16])
{
    char made[64];
    if (message_id.len == 0) { // the client gave none: the row and the place in it stand for it
        (void)snprintf(made, sizeof made, "quarantine-%llu-%u", (unsigned long long)r->id, index);
        message_id = cu_str_of(made);
    }
    keyring_tag(people_keyring(r->people), "message", message_id, ret);
}

static cu_code add_call(struct replay *r, cu_str text, bool last, struct cu_error *err)
{
    struct quarantine_records *out = r->out;
    struct door_call call;
    json event;
    if (text.len > DOOR_CALL_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "one call has at most %d bytes", DOOR_CALL_MAX);
    CU_TRY(json_parse(r->parser, text, &event, err));
    CU_TRY(door_call_check(people_dictionary(r->people), event, DOOR_ANY, &r->envelope,
        r->was->received_ms, &call, err));
    struct record made = *r->was;
    made.kind = RECORD_EVENT;
    made.flags = (r->was->flags & ~(uint32_t)RECORD_REPLAY) | (last ? RECORD_REPLAY : 0U);
    made.quarantine = last ? r->id : 0;
    made.event = text;
    made.context = r->context;
    made.integrations = r->integrations;
    made.field = made.text = CU_NONE;
    made.reason = CU_OK;
    if (r->repaired || r->was->kind == RECORD_REFUSED) { // else the door's own findings still hold
        made.time_ms = call.time_ms;
        made.sent_ms = call.has_sent ? call.sent_ms : INT64_MIN;
        tag_of(r, call.message_id, out->count, made.seen_tag);
    }
    record_encode(&made, &out->bytes);
    CU_TRY(cu_buf_code(&out->bytes, err));
    out->ends[out->count++] = out->bytes.len;
    return CU_OK;
}

static cu_code print_member(
    json object, const char *name, struct cu_buf *out, cu_str *ret, struct cu_error *err)
{
    json v = json_get(object, name);
    if (!json_is(v, JSON_OBJECT))
        return CU_OK;
    json_print(out, v);
    CU_TRY(cu_buf_code(out, err));
    *ret = cu_buf_view(out);
    return CU_OK;
}

// A whole body that was refused as a batch.
static cu_code add_batch(struct replay *r, cu_str text, json body, struct cu_error *err)
{
    cu_str spans[CU_COUNT(((struct quarantine_records *)NULL)->ends)];
    size_t count = 0;
    struct cu_buf context, integrations;
    cu_buf_init(&context, DOOR_BATCH_MAX * 6);
    cu_buf_init(&integrations, DOOR_BATCH_MAX * 6);
    r->envelope.has_sent =
        text_time_parse(json_str(json_get(body, "sentAt")), &r->envelope.sent_ms);
    read_envelope(r, json_get(body, "context"));
    cu_code code = print_member(body, "context", &context, &r->context, err);
    if (code == CU_OK)
        code = print_member(body, "integrations", &integrations, &r->integrations, err);
    if (code == CU_OK)
        code = json_split_array(r->parser, text, "batch", spans, CU_COUNT(spans), &count, err);
    if (code == CU_OK && (count == 0 || count > CU_COUNT(spans)))
        code = cu_fail(
            err, CU_TOO_LARGE, "/batch", "a batch has 1 to %d calls", DOOR_BATCH_EVENTS_MAX);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        code = add_call(r, spans[i], i + 1 == count, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/batch/%zu", i);
    }
    cu_buf_wipe(&context);
    cu_buf_wipe(&integrations);
    return code;
}

static cu_code make(struct replay *r, cu_str body, struct cu_error *err)
{
    json event, context = {NULL, 0};
    if (r->was->context.len > 0)
        CU_TRY(json_parse(r->parser, r->was->context, &context, err));
    r->envelope.has_sent = r->was->sent_ms != INT64_MIN;
    r->envelope.sent_ms = r->was->sent_ms;
    read_envelope(r, context);
    CU_TRY(json_parse(r->parser, body, &event, err));
    if (json_is(json_get(event, "batch"), JSON_ARRAY))
        return add_batch(r, body, event, err);
    return add_call(r, body, true, err);
}

cu_code quarantine_records_make(struct people *p, const struct record *was, cu_str body,
    uint64_t id, struct quarantine_records *ret, struct cu_error *err)
{
    struct replay r = {.people = p,
        .was = was,
        .id = id,
        .repaired = body.ptr != NULL,
        .context = was->context,
        .integrations = was->integrations,
        .out = ret};
    r.parser = json_parser_new(DOOR_BODY_MAX);
    if (!r.parser)
        return cu_fail(err, CU_MEMORY, "", "no memory to replay");
    cu_code code = make(&r, r.repaired ? body : was->event, err);
    json_parser_free(r.parser);
    return code;
}

// ---- into the journal

static cu_code submit(struct quarantine *q, const struct quarantine_records *r, uint64_t *ret_seq,
    struct cu_error *err)
{
    cu_str records[CU_COUNT(r->ends)];
    uint64_t first = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        size_t from = i == 0 ? 0 : r->ends[i - 1];
        records[i] = (cu_str){r->bytes.ptr + from, r->ends[i] - from};
    }
    CU_TRY(journal_append_wait(q->o.journal, records, r->count, &first, err));
    *ret_seq = first + r->count - 1;
    return CU_OK;
}

static cu_code replay_bytes(struct quarantine *q, uint64_t id, cu_str bytes, cu_str body,
    uint64_t *ret_seq, struct cu_error *err)
{
    struct record was;
    CU_TRY(record_decode(bytes, &was, err));
    struct quarantine_records *made = cu_calloc(1, sizeof *made);
    if (!made)
        return cu_fail(err, CU_MEMORY, "", "no memory to replay");
    cu_buf_init(&made->bytes, 16 * 1024 * 1024);
    cu_code code = quarantine_records_make(q->o.people, &was, body, id, made, err);
    if (code == CU_OK)
        code = submit(q, made, ret_seq, err);
    cu_buf_wipe(&made->bytes);
    cu_free(made);
    return code;
}

static cu_code replay_row(
    struct quarantine *q, uint64_t id, cu_str body, uint64_t *ret_seq, struct cu_error *err)
{
    enum quarantine_status status = QUARANTINE_OPEN;
    struct cu_buf bytes;
    struct db *d = NULL;
    CU_TRY(people_read_take(q->o.people, &d, err));
    cu_buf_init(&bytes, 4 * 1024 * 1024);
    cu_code code = quarantine_record(q->o.people, d, id, &bytes, &status, err);
    people_read_give(q->o.people, d);
    if (code == CU_OK && status != QUARANTINE_OPEN)
        code = cu_fail(err, CU_CONFLICT, "id", "it was replayed already");
    if (code == CU_OK)
        code = replay_bytes(q, id, cu_buf_view(&bytes), body, ret_seq, err);
    cu_buf_wipe(&bytes);
    return code;
}

static void wait_settled(struct quarantine *q, uint64_t seq)
{
    struct cu_error quiet;
    if (q->o.pipeline && seq > 0 &&
        pipeline_wait(q->o.pipeline, seq, SETTLE_WAIT_MS, &quiet) != CU_OK)
        return; // durable all the same; the list shows it as open a little longer
}

cu_code quarantine_replay(struct quarantine *q, uint64_t id, cu_str body, struct cu_error *err)
{
    uint64_t seq = 0;
    CU_TRY(replay_row(q, id, body, &seq, err));
    wait_settled(q, seq);
    return CU_OK;
}

static cu_code open_rows(struct quarantine *q, cu_str code_name, uint32_t source, uint64_t after,
    uint64_t *ids, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query query;
    *ret_count = 0;
    CU_TRY(people_read_take(q->o.people, &d, err));
    cu_code code = db_prepare(d, &quarantine_sql_open_after, &query, err);
    if (code == CU_OK) {
        db_bind_i64(&query, ":after", (int64_t)after);
        db_bind_i64(&query, ":source", source);
        db_bind_str(&query, ":code", code_name);
        db_bind_i64(&query, ":limit", REPLAY_STEP);
        while (db_step(&query))
            ids[(*ret_count)++] = (uint64_t)db_i64(&query, 0);
        code = db_end(&query, err);
    }
    people_read_give(q->o.people, d);
    return code;
}

// Is the failure the row's own (it stays open), or does it stop everything?
static bool still_refused(cu_code code)
{
    return code != CU_BUSY && code != CU_FULL && code != CU_IO && code != CU_MEMORY &&
           code != CU_UNAVAILABLE;
}

cu_code quarantine_replay_all(struct quarantine *q, cu_str code_name, uint32_t source,
    uint64_t *ret_replayed, uint64_t *ret_refused, struct cu_error *err)
{
    uint64_t ids[REPLAY_STEP], after = 0, seq = 0;
    size_t count = REPLAY_STEP;
    *ret_replayed = *ret_refused = 0;
    while (count == REPLAY_STEP && *ret_replayed + *ret_refused < QUARANTINE_REPLAY_MAX) {
        CU_TRY(open_rows(q, code_name, source, after, ids, &count, err));
        for (size_t i = 0; i < count; i++) {
            cu_code code = replay_row(q, ids[i], CU_NONE, &seq, err);
            if (code != CU_OK && !still_refused(code))
                return code;
            *(code == CU_OK ? ret_replayed : ret_refused) += 1;
            after = ids[i];
        }
    }
    wait_settled(q, seq);
    return CU_OK;
}

cu_code quarantine_discard(struct quarantine *q, uint64_t id, struct cu_error *err)
{
    struct quarantine_row row = {0};
    struct db_query query;
    bool found = false;
    struct db *d = people_lock(q->o.people);
    cu_code code = people_begin(q->o.people, err);
    if (code == CU_OK)
        code = quarantine_find(d, id, &found, &row, err);
    if (code == CU_OK && !found)
        code = cu_fail(err, CU_NOT_FOUND, "id", "nothing is in quarantine under that number");
    if (code == CU_OK && row.status == QUARANTINE_REPLAYED)
        code = cu_fail(err, CU_CONFLICT, "id", "it was replayed already");
    if (code == CU_OK)
        code = db_prepare(d, &quarantine_sql_discard, &query, err);
    if (code == CU_OK) {
        db_bind_i64(&query, ":id", (int64_t)id);
        db_bind_i64(&query, ":now", cu_now_ms());
        code = db_run(&query, err);
    }
    if (code == CU_OK)
        code = people_commit(q->o.people, err);
    if (code != CU_OK)
        people_rollback(q->o.people);
    people_unlock(q->o.people);
    return code;
}
