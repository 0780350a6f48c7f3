// SPDX-License-Identifier: Apache-2.0
// The thread that hands letters over, one at a time, the longest due first. It holds no lock while it talks to the mail
// server. Started by letters_start.
#include "letter_internal.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

enum { IDLE_MS = 60 * 1000, FAULT_PAUSE_MS = 1000, NOTE_PAUSE_MS = 5000 };
static const int64_t pauses_s[] = {2, 10, 30, 120, 600, 1800, 3600, 7200, 14400};

bool letter_is_sink(cu_str address)
{
    cu_str tail = {".invalid", 8};
    return address.len > tail.len && cu_str_eq_nocase(cu_str_sub(address, address.len - tail.len, tail.len), tail);
}

// Until `ms` are over, or somebody wakes; `seen` NULL: only the end of the thread does. false: the thread has to end.
static bool pause_for(struct letters *l, int64_t ms, const uint64_t *seen)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_mutex_lock(&l->lock);
    while (!l->stop && (!seen || l->news == *seen) && pthread_cond_timedwait(&l->wake, &l->lock, &until) != ETIMEDOUT) {
    }
    bool stop = l->stop;
    (void)pthread_mutex_unlock(&l->lock);
    return !stop;
}

static uint64_t news(struct letters *l)
{
    (void)pthread_mutex_lock(&l->lock);
    uint64_t n = l->news;
    (void)pthread_mutex_unlock(&l->lock);
    return n;
}

static void fault_of(cu_code code, const struct cu_error *err, char ret[LETTER_FAULT_MAX])
{
    const char *name = cu_code_rows[code].name;
    if (code == CU_UNAVAILABLE)
        name = cu_str_starts(cu_str_of(err->field), CU_LIT("mail_")) ? err->field : "deferred";
    (void)snprintf(ret, LETTER_FAULT_MAX, "%.*s", LETTER_FAULT_MAX - 1, name);
}

static struct letter_result result_of(const struct letter_row *row, cu_code code, const struct cu_error *err, int64_t now)
{
    struct letter_result r = {.state = LETTER_SENT};
    if (code == CU_OK)
        return r;
    fault_of(code, err, r.fault);
    size_t step = row->tries < (int64_t)CU_COUNT(pauses_s) ? (size_t)row->tries : CU_COUNT(pauses_s) - 1;
    int64_t end = row->at_ms + LETTER_GIVE_UP_MS;
    bool for_good =
        code == CU_REFUSED || code == CU_INVALID || code == CU_ERASED || code == CU_NOT_FOUND || code == CU_CORRUPT;
    r.state = for_good || now >= end ? LETTER_FAILED : LETTER_WAITING;
    r.next_ms = now + pauses_s[step] * 1000;
    if (r.next_ms > end)
        r.next_ms = end;
    return r;
}

static cu_code hand_over(
    struct letters *l, const struct letter_row *row, cu_str sealed, bool *ret_sink, struct cu_error *err)
{
    struct smtp_message m;
    char id[37];
    struct cu_buf plain;
    cu_buf_init(&plain, LETTER_MESSAGE_MAX + 4096 + LETTER_MESSAGE_MAX / 4); // the padding, too
    cu_code code = letter_open(l->o.people, row, sealed, &plain, &m, id, err);
    *ret_sink = code == CU_OK && letter_is_sink(m.to);
    if (code == CU_OK && !*ret_sink)
        code = smtp_send(&l->smtp, &m, err);
    cu_buf_wipe(&plain);
    return code;
}

static void tell(struct letters *l, const struct letter_row *row, const struct letter_result *r)
{
    if (r->state != LETTER_WAITING)
        cu_metric_add(l->ended[r->state], 1);
    if (r->state == LETTER_SENT)
        cu_metric_observe_us(l->took, (cu_now_ms() - row->at_ms) * 1000);
    if (r->fault[0]) {
        cu_metric_add(l->tries_failed, 1);
        cu_log(CU_LOG_WARN, r->state == LETTER_FAILED ? "letter.failed" : "letter.not_sent", CU_LS("fault", r->fault),
            CU_LI("tries", row->tries + 1));
    }
}

// What was taken must not be sent again because the disk is full just now: it waits here until it is noted.
static bool note(struct letters *l, const struct letter_row *row, const struct letter_result *r)
{
    struct cu_error err;
    while (letter_note(l->o.people, row->id, r, &err) != CU_OK) {
        cu_log_error("letter.note", &err);
        if (!pause_for(l, NOTE_PAUSE_MS, NULL))
            return false;
    }
    tell(l, row, r);
    return true;
}

static bool send_one(struct letters *l, const struct letter_row *row, cu_str sealed)
{
    struct cu_error err = {.code = CU_OK};
    bool sink = false;
    cu_code code = hand_over(l, row, sealed, &sink, &err);
    struct letter_result r = result_of(row, code, &err, cu_now_ms());
    if (code == CU_OK && sink)
        r.state = LETTER_SINK;
    if (!note(l, row, &r))
        return false;
    bool server_down = code == CU_UNAVAILABLE && cu_str_starts(cu_str_of(err.field), CU_LIT("mail_"));
    return !server_down || pause_for(l, FAULT_PAUSE_MS, NULL);
}

// One that is due, or a pause until one is. Letters are taken inside transactions of others, under the lock of the
// writer: who waits for that lock once sees them.
static bool step(struct letters *l)
{
    struct letter_row row;
    struct cu_error err;
    uint64_t seen = news(l);
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, LETTER_MESSAGE_MAX * 2);
    (void)people_lock(l->o.people);
    people_unlock(l->o.people);
    if (letter_next(l->o.people, &row, &sealed, &err) != CU_OK) {
        cu_log_error("letter.next", &err);
        return pause_for(l, NOTE_PAUSE_MS, NULL);
    }
    int64_t wait = row.found ? row.next_ms - cu_now_ms() : IDLE_MS;
    if (wait > 0)
        return pause_for(l, wait < IDLE_MS ? wait : IDLE_MS, &seen);
    return send_one(l, &row, cu_buf_view(&sealed));
}

void *letter_sender(void *context)
{
    struct letters *l = context;
    struct cu_error err;
    guard_enter_system("rights", "letters");
    if (letter_all_now(l->o.people, &err) != CU_OK)
        cu_log_error("letter.start", &err);
    while (pause_for(l, 0, NULL) && step(l)) {
    }
    guard_leave();
    return NULL;
}
