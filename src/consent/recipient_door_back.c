// SPDX-License-Identifier: Apache-2.0
// Calling back: whoever brought a request is told each time its state changes, again and again until they take it.
#include "recipient_door_private.h"

#include "base/log.h"
#include "recipient_door_sql.h"

#include <stdio.h>

enum {
    KEPT_DAYS = 760,
    ROUND_ARENA_MAX = 4 << 20,
    DUE_MAX = 32,
    TRIES_MAX = 12,
    CALL_MS = 10000,
    BODY_MAX = 16384,
    ANSWER_MAX = 65536
};
static const int64_t look_least_ms = 2000, look_most_ms = 300000, tick_ms = 60000;

static struct door_said say(const struct door *d, const struct door_request *r, const struct rights_row *row)
{
    return cu_str_eqz(d->kind, "drp") ? drp_say(r, row) : opendsr_say(r, row);
}

// A young request is looked at often, an old one now and then.
static int64_t look_again(const struct door_request *r, int64_t now)
{
    int64_t pause = (now - r->received_ms) / 20;
    return now + (pause < look_least_ms ? look_least_ms : pause > look_most_ms ? look_most_ms : pause);
}

static bool post(struct privacy_doors *p, cu_str url, const struct cu_buf *body, const char *const headers[4])
{
    char address[DOOR_URL_MAX + 1];
    const char *lines[5] = {"Content-Type: application/json"};
    size_t count = 1;
    struct outgoing_answer answer = {0};
    (void)snprintf(address, sizeof address, "%.*s", CU_ARG(url));
    for (size_t i = 0; i < 4 && headers[i]; i++)
        lines[count++] = headers[i];
    const struct outgoing_call call = {.method = "POST",
        .url = address,
        .headers = lines,
        .header_count = count,
        .body = cu_buf_view(body),
        .timeout_ms_max = CALL_MS,
        .answer_bytes_max = ANSWER_MAX};
    bool good = p->o.outgoing && outgoing_send(p->o.outgoing, &call, &answer, NULL) == CU_OK && answer.status / 100 == 2;
    outgoing_answer_clear(&answer);
    return good;
}

// All addresses take it, or it is sent to all of them again: a state said twice is the same state.
static cu_code tell(struct privacy_doors *p, const struct door *d, const struct door_request *r,
    const struct rights_row *row, struct cu_arena *a, bool *ret, struct cu_error *err)
{
    json list;
    struct json_parser *parser = json_parser_new(DOOR_URL_MAX * (DOOR_CALLBACKS_MAX + 1));
    struct cu_buf body;
    cu_buf_init(&body, BODY_MAX);
    cu_code code =
        parser ? json_parse(parser, r->callbacks, &list, err) : cu_fail(err, CU_MEMORY, "", "no memory for a callback");
    *ret = code == CU_OK;
    if (code == CU_OK) {
        for (struct json_iter it = json_each(list); code == CU_OK && json_next(&it);) {
            const char *headers[4] = {NULL};
            cu_str url = json_str(it.value);
            cu_buf_reset(&body);
            code = (cu_str_eqz(d->kind, "drp") ? drp_back : opendsr_back)(p, d, r, row, url, a, &body, headers, err);
            if (code == CU_OK)
                code = cu_buf_code(&body, err);
            *ret = code == CU_OK && post(p, url, &body, headers) && *ret;
        }
    }
    cu_buf_wipe(&body);
    json_parser_free(parser);
    return code;
}

static void log_lost(const struct door *d, const struct door_request *r)
{
    char id[37];
    cu_uuid_format(r->request, id);
    cu_log(CU_LOG_WARN, "privacy_door.callback_lost", CU_LS("request", id), CU_LI("tries", r->tries));
    (void)d;
}

static cu_code one(struct privacy_doors *p, int64_t id, struct cu_arena *a, struct cu_error *err)
{
    struct door_request r;
    struct door d;
    struct rights_row row;
    char words[80];
    bool taken = true;
    int64_t now = cu_now_ms();
    CU_TRY(door_request_load(p, id, a, &r, &d, err));
    cu_code found = door_rights(p, &r, a, &row, err);
    if (found == CU_NOT_FOUND) { // its record is no more: there is nothing to say
        r.next_ms = 0;
        return door_request_store(p, &r, err);
    }
    CU_TRY(found);
    struct door_said said = say(&d, &r, &row);
    int n = snprintf(words, sizeof words, "%s %s%s", said.status, said.reason, row.extended ? " extended" : "");
    cu_str wanted = {words, (size_t)n};
    if (!cu_str_eq(wanted, r.said))
        CU_TRY(tell(p, &d, &r, &row, a, &taken, err));
    if (taken) {
        r.said = wanted;
        r.tries = 0;
        r.next_ms = said.final ? 0 : look_again(&r, now);
    } else if (++r.tries < TRIES_MAX) {
        r.next_ms = now + recipient_pause_ms(r.tries);
    } else {
        log_lost(&d, &r); // the other side can still ask
        r.said = wanted;
        r.tries = 0;
        r.next_ms = said.final ? 0 : now + tick_ms;
    }
    return door_request_store(p, &r, err);
}

static cu_code write_expire(struct db *d, void *what, struct cu_error *err)
{
    int64_t now = *(const int64_t *)what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_seen_expire, &q, err));
    db_bind_i64(&q, ":now_ms", now);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &recipient_door_sql_requests_purge, &q, err));
    db_bind_i64(&q, ":before_ms", now - KEPT_DAYS * INT64_C(86400000));
    return db_run(&q, err);
}

// Marks of messages once they need not be remembered, and requests a month after the desk forgot them.
static cu_code expire(struct privacy_doors *p, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    if (now - p->purged_ms < 3600000)
        return CU_OK;
    CU_TRY(people_store(p->o.people, write_expire, &now, err));
    p->purged_ms = now;
    return CU_OK;
}

static void complain(cu_code code, const struct cu_error *err)
{
    if (code != CU_OK)
        cu_log(CU_LOG_WARN, "privacy_doors.round_failed", CU_LS("code", cu_code_rows[code].name), CU_LS("text", err->text));
}

void privacy_doors_run(struct privacy_doors *p)
{
    struct cu_error err = {.code = CU_OK};
    int64_t ids[DUE_MAX];
    size_t count = 0;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ROUND_ARENA_MAX);
    complain(
        a ? door_request_due(p, ids, DUE_MAX, &count, &err) : cu_fail(&err, CU_MEMORY, "", "no memory for a round"), &err);
    for (size_t i = 0; i < count && !recipient_worker_ending(p->worker); i++) { // one that fails holds up no other
        cu_arena_reset(a);
        complain(one(p, ids[i], a, &err), &err);
    }
    complain(expire(p, &err), &err);
}
