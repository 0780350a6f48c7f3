// SPDX-License-Identifier: Apache-2.0
// The rounds of the worker: what is due is sent, asked about or reminded of; what takes too long goes to staff.
#include "recipient_private.h"

#include "base/log.h"
#include "base/metric.h"
#include "recipient_sql.h"

enum {
    KEPT_DAYS = 760,
    TURNS_MAX = 16,
    RUN_ARENA_MAX = 4 << 20,
    DUE_MAX = 16,
    CALL_MS = 10000,
    ANSWER_MAX = 262144,
    PARSER_MAX = 262144
};
static const int64_t minute_ms = 60000, hour_ms = 3600000;

int64_t recipient_pause_ms(int64_t tries)
{
    static const int64_t minutes[] = {1, 5, 30, 120, 480};
    return tries >= 1 && tries <= (int64_t)CU_COUNT(minutes) ? minutes[tries - 1] * minute_ms : 24 * hour_ms;
}

int64_t recipient_reminder_ms(int64_t reminders)
{
    static const int64_t hours[] = {1, 6, 24, 48};
    return reminders >= 0 && reminders < (int64_t)CU_COUNT(hours) ? hours[reminders] * hour_ms : 72 * hour_ms;
}

static void fault_set(struct recipient_order *o, const char *fault)
{
    cu_str text = cu_str_sub(cu_str_of(fault ? fault : ""), 0, sizeof o->fault - 1);
    memset(o->fault, 0, sizeof o->fault);
    if (text.len)
        memcpy(o->fault, text.ptr, text.len);
}

static void weigh_failure(struct recipient_order *o, int64_t now_ms)
{
    o->tries++;
    o->next_ms = now_ms + recipient_pause_ms(o->tries);
    if (o->sent_ms == 0 && o->state != RECIPIENT_ESCALATED)
        o->state = RECIPIENT_FAILED;
}

static void weigh_taken(struct recipient_order *o, enum recipient_state state, int64_t pause_ms, int64_t now_ms)
{
    o->reminders += o->sent_ms != 0;
    o->tries = 0;
    o->sent_ms = o->sent_ms ? o->sent_ms : now_ms;
    o->next_ms = now_ms + (pause_ms ? pause_ms : recipient_reminder_ms(o->reminders));
    if (o->state != RECIPIENT_ESCALATED || state == RECIPIENT_DONE)
        o->state = state;
}

void recipient_weigh(struct recipient_order *o, const struct recipient_sent *s, int64_t now_ms)
{
    if (o->state == RECIPIENT_DONE)
        return;
    fault_set(o, s->fault);
    o->changed_ms = now_ms;
    if (s->state == RECIPIENT_FAILED) {
        weigh_failure(o, now_ms);
    } else if (s->state == RECIPIENT_ESCALATED) {
        o->state = RECIPIENT_ESCALATED;
        o->next_ms = now_ms + 72 * hour_ms;
    } else {
        weigh_taken(o, s->state, s->pause_ms, now_ms);
    }
    if (o->state == RECIPIENT_DONE)
        return;
    if (now_ms >= o->due_ms)
        o->state = RECIPIENT_ESCALATED;
    else if (o->next_ms > o->due_ms && o->state != RECIPIENT_ESCALATED)
        o->next_ms = o->due_ms; // so that it is not noticed a day late
}

cu_code recipient_http_send(struct recipients *r, const struct recipient_http *h, struct outgoing_answer *ret,
    const char **ret_fault, struct cu_error *err)
{
    const char *headers[CU_COUNT(h->headers) + 1] = {"Content-Type: application/json"};
    size_t count = 1;
    for (size_t i = 0; i < CU_COUNT(h->headers) && h->headers[i]; i++)
        headers[count++] = h->headers[i];
    const struct outgoing_call call = {.method = h->method,
        .url = h->url,
        .headers = headers,
        .header_count = count,
        .body = h->body,
        .timeout_ms_max = CALL_MS,
        .answer_bytes_max = ANSWER_MAX,
        .answer_header = h->answer_header,
        .context = h->context};
    *ret_fault = "";
    if (!r->o.outgoing)
        return cu_fail(err, CU_UNAVAILABLE, "", "there is no way out");
    cu_code code = outgoing_send(r->o.outgoing, &call, ret, err);
    if (code != CU_OK)
        *ret_fault = outgoing_failure_name(ret->failure);
    return code;
}

// ---- one order

static cu_code attempt_with(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err)
{
    cu_str method = c->to->method;
    if (!c->to->row.enabled) { // what it has stays with it whether or not it gets more
        *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "switched_off"};
        return CU_OK;
    }
    if (cu_str_eqz(method, "opendsr"))
        return recipient_opendsr(c, ret, err);
    if (cu_str_eqz(method, "webhook"))
        return recipient_webhook(c, ret, err);
    if (cu_str_eqz(method, "letter"))
        return recipient_letter(c, ret, err);
    *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "by_hand"};
    return CU_OK;
}

struct round { // of one order; what is read of it is wiped
    struct recipient_order order;
    struct recipient to;
    struct cu_buf ids, secret;
    struct json_parser *json, *answers;
};

static cu_code attempt(struct recipients *r, struct round *t, struct recipient_sent *ret, struct cu_error *err)
{
    struct recipient_call c = {.r = r, .to = &t->to, .order = &t->order, .json = t->answers};
    cu_code code = recipient_order_open(r, &t->order, &t->ids, err);
    if (code == CU_ERASED || code == CU_NOT_FOUND) { // an old copy of the folder came back: its key did not
        *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "identifiers_gone"};
        return CU_OK;
    }
    CU_TRY(code);
    CU_TRY(json_parse(t->json, cu_buf_view(&t->ids), &c.ids, err));
    c.secret = cu_buf_view(&t->secret);
    return attempt_with(&c, ret, err);
}

static cu_code load(struct recipients *r, int64_t id, struct round *t, struct cu_arena *a, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_order_load(d, id, a, &t->order, err);
    people_read_give(r->o.people, d);
    return code;
}

static cu_code load_recipient(struct recipients *r, struct round *t, struct cu_arena *a, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_by_id(d, t->order.recipient, a, &t->to, err);
    if (code == CU_OK)
        code = recipient_secret(r, d, t->to.row.number, &t->secret, err);
    people_read_give(r->o.people, d);
    return code;
}

static void log_escalation(const struct round *t)
{
    char id[37];
    cu_uuid_format(t->order.uuid, id);
    cu_log(CU_LOG_WARN, "recipient.escalated", CU_LS("order", id), CU_LS("fault", t->order.fault));
    cu_metric_add(
        cu_metric_get(CU_COUNTER, "custos_recipient_escalations_total", NULL,
            "Orders to recipients that went to staff: no answer in time, refused, or not to be told by a machine."),
        1);
}

static cu_code send_one(struct recipients *r, int64_t id, struct cu_arena *a, struct cu_error *err)
{
    struct round t = {.json = json_parser_new(RECIPIENT_IDS_MAX), .answers = json_parser_new(PARSER_MAX)};
    struct recipient_sent sent = {.state = RECIPIENT_FAILED, .fault = "internal"};
    cu_buf_init(&t.ids, RECIPIENT_IDS_MAX * 2);
    cu_buf_init(&t.secret, RECIPIENT_SECRET_MAX * 2);
    cu_code code = t.json && t.answers ? load(r, id, &t, a, err) : cu_fail(err, CU_MEMORY, "", "no memory for an order");
    if (code == CU_OK && t.order.state != RECIPIENT_DONE) {
        enum recipient_state before = t.order.state;
        cu_code tried = load_recipient(r, &t, a, err);
        if (tried == CU_OK)
            tried = attempt(r, &t, &sent, err);
        if (tried != CU_OK)
            sent = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = cu_code_rows[tried].name};
        recipient_weigh(&t.order, &sent, cu_now_ms());
        if (t.order.state == RECIPIENT_ESCALATED && before != RECIPIENT_ESCALATED)
            log_escalation(&t);
        code = recipient_order_store(r, &t.order, err);
    }
    cu_buf_wipe(&t.ids);
    cu_buf_wipe(&t.secret);
    json_parser_free(t.json);
    json_parser_free(t.answers);
    return code;
}

static cu_code due(struct recipients *r, int64_t ids[DUE_MAX], size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_count = 0;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_sql_orders_due, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        while (*ret_count < DUE_MAX && db_step(&q))
            ids[(*ret_count)++] = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

// Records of requests are kept for two years (11 CCR 7101); what was told with them a month longer.
static cu_code write_purge(struct db *d, void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_orders_purge, &q, err));
    db_bind_i64(&q, ":before_ms", *(const int64_t *)what);
    return db_run(&q, err);
}

static cu_code purge(struct recipients *r, struct cu_error *err)
{
    int64_t now = cu_now_ms(), before = now - KEPT_DAYS * 24 * hour_ms;
    if (now - r->purged_ms < 24 * hour_ms)
        return CU_OK;
    CU_TRY(people_store(r->o.people, write_purge, &before, err));
    r->purged_ms = now;
    return CU_OK;
}

static void complain(cu_code code, const struct cu_error *err)
{
    if (code != CU_OK)
        cu_log(CU_LOG_WARN, "recipients.round_failed", CU_LS("code", cu_code_rows[code].name), CU_LS("text", err->text));
}

// How many were due.
static size_t send_due(struct recipients *r, struct cu_arena *a)
{
    struct cu_error err = {.code = CU_OK};
    int64_t ids[DUE_MAX];
    size_t count = 0;
    complain(due(r, ids, &count, &err), &err);
    for (size_t i = 0; i < count && !recipient_worker_ending(r->worker); i++) { // one that fails holds up no other
        cu_arena_reset(a);
        complain(send_one(r, ids[i], a, &err), &err);
    }
    return count;
}

void recipients_run(struct recipients *r)
{
    struct cu_error err = {.code = CU_OK};
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RUN_ARENA_MAX);
    complain(recipient_withdrawals(r, &err), &err);
    for (int turn = 0; a && turn < TURNS_MAX && send_due(r, a) == DUE_MAX && !recipient_worker_ending(r->worker); turn++)
        complain(recipient_order_finish(r, &err), &err);
    complain(recipient_order_finish(r, &err), &err);
    complain(purge(r, &err), &err);
}
