// SPDX-License-Identifier: Apache-2.0
// Sign-in tickets. See staff.h. Two tables, so that whoever has no account (asks for passkey options) cannot push
// out tickets of those who gave a right password.
#include "staff.h"

#include "base/clock.h"
#include "throttle.h"

#include <stdio.h>

enum { STAFF_TICKETS = 1024, OPEN_TICKETS = 4096, OF_ONE = 8 };

struct entry {
    struct ticket ticket;
    uint8_t device[32];
    int64_t expires_ms; // 0: free
    int tries;
};
struct tickets {
    pthread_mutex_t lock;
    struct entry staff[STAFF_TICKETS], open[OPEN_TICKETS];
};

struct tickets *tickets_new(void)
{
    struct tickets *t = cu_calloc(1, sizeof *t);
    if (t)
        (void)pthread_mutex_init(&t->lock, NULL);
    return t;
}

void tickets_free(struct tickets *t)
{
    if (!t)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    secret_wipe(t, sizeof *t);
    cu_free(t);
}

static bool living(const struct entry *e, int64_t now)
{
    return e->expires_ms > now && e->expires_ms <= now + TICKET_MS;
}

static void drop(struct entry *e)
{
    secret_wipe(e, sizeof *e);
}

// A free place; else the oldest of the same member of staff beyond a few, or (nobody's) the oldest of all.
static struct entry *place(struct tickets *t, int64_t staff_id, int64_t now)
{
    struct entry *table = staff_id ? t->staff : t->open, *free_one = NULL, *oldest = NULL;
    size_t size = staff_id ? STAFF_TICKETS : OPEN_TICKETS, of_one = 0;
    for (size_t i = 0; i < size; i++) {
        struct entry *e = &table[i];
        if (!living(e, now)) {
            if (e->expires_ms)
                drop(e);
            free_one = e;
        } else if (e->ticket.staff_id == staff_id) {
            of_one++;
            if (!oldest || e->expires_ms < oldest->expires_ms)
                oldest = e;
        }
    }
    if (free_one && (!staff_id || of_one < OF_ONE))
        return free_one;
    return oldest;
}

cu_code ticket_create(struct govern *g, struct request *rq, int64_t staff_id, const char *kind, const char *factor,
    cu_str data, char ret_token[SECRET_TOKEN_MAX], struct cu_error *err)
{
    struct entry made = {.ticket.staff_id = staff_id, .expires_ms = cu_now_ms() + TICKET_MS};
    if (data.len > TICKET_DATA_MAX)
        return cu_fail(err, CU_INTERNAL, "", "a ticket holds at most %d bytes", TICKET_DATA_MAX);
    CU_TRY(session_device(rq, made.device, err));
    secret_token_new("ticket", ret_token);
    secret_token_hash(cu_str_of(ret_token), made.ticket.hash);
    (void)snprintf(made.ticket.kind, sizeof made.ticket.kind, "%s", kind);
    (void)snprintf(made.ticket.factor, sizeof made.ticket.factor, "%s", factor);
    if (data.len)
        memcpy(made.ticket.data, data.ptr, data.len);
    made.ticket.data_len = data.len;
    (void)pthread_mutex_lock(&g->tickets->lock);
    struct entry *e = place(g->tickets, staff_id, cu_now_ms());
    if (e)
        *e = made;
    (void)pthread_mutex_unlock(&g->tickets->lock);
    secret_wipe(&made, sizeof made);
    return e ? CU_OK : cu_fail(err, CU_BUSY, "", "too many sign in at this moment; try again in a minute");
}

// Under the lock. Hashes are of secrets: comparing them byte by byte tells nothing.
static struct entry *find(struct tickets *t, const uint8_t hash[32], int64_t now)
{
    for (size_t i = 0; i < STAFF_TICKETS + OPEN_TICKETS; i++) {
        struct entry *e = i < STAFF_TICKETS ? &t->staff[i] : &t->open[i - STAFF_TICKETS];
        if (living(e, now) && memcmp(e->ticket.hash, hash, 32) == 0)
            return e;
    }
    return NULL;
}

static cu_code over(struct cu_error *err)
{
    return cu_fail(err, CU_UNAUTHENTICATED, "/ticket", "this sign-in has ended; begin again with your password");
}

static cu_code look(struct govern *g, struct request *rq, cu_str token, const char *kind, bool count, struct ticket *ret,
    struct cu_error *err)
{
    uint8_t hash[32], device[32];
    bool good = false;
    if (!secret_token_wellformed(token, "ticket"))
        return over(err);
    CU_TRY(session_device(rq, device, err));
    secret_token_hash(token, hash);
    (void)pthread_mutex_lock(&g->tickets->lock);
    struct entry *e = find(g->tickets, hash, cu_now_ms());
    if (e && secret_equal(e->device, device, sizeof device) && strcmp(e->ticket.kind, kind) == 0) {
        e->tries += count;
        good = e->tries <= TICKET_TRIES;
        if (good)
            *ret = e->ticket;
        else
            drop(e);
    }
    (void)pthread_mutex_unlock(&g->tickets->lock);
    return good ? CU_OK : over(err);
}

cu_code ticket_try(struct govern *g, struct request *rq, cu_str token, const char *kind, struct ticket *ret,
    struct cu_error *err)
{
    return look(g, rq, token, kind, true, ret, err);
}

cu_code ticket_peek(struct govern *g, struct request *rq, cu_str token, const char *kind, struct ticket *ret,
    struct cu_error *err)
{
    return look(g, rq, token, kind, false, ret, err);
}

void ticket_put(struct govern *g, const struct ticket *t)
{
    (void)pthread_mutex_lock(&g->tickets->lock);
    struct entry *e = find(g->tickets, t->hash, cu_now_ms());
    if (e) {
        memcpy(e->ticket.data, t->data, sizeof t->data);
        e->ticket.data_len = t->data_len <= TICKET_DATA_MAX ? t->data_len : 0;
    }
    (void)pthread_mutex_unlock(&g->tickets->lock);
}

cu_code ticket_use(struct govern *g, const struct ticket *t, struct cu_error *err)
{
    (void)pthread_mutex_lock(&g->tickets->lock);
    struct entry *e = find(g->tickets, t->hash, cu_now_ms());
    if (e)
        drop(e);
    (void)pthread_mutex_unlock(&g->tickets->lock);
    return e ? CU_OK : over(err);
}

cu_code sign_in_note(struct govern *g, enum guard_outcome outcome, const char *factor, int64_t staff_id, bool wait,
    struct cu_error *err)
{
    char detail[96];
    int n = snprintf(detail, sizeof detail, "{\"factor\":\"%s\",\"staff\":%lld}", factor, (long long)staff_id);
    return guard_note(people_guard(g->options.people), outcome, NULL, 0, (cu_str){detail, (size_t)n}, wait, err);
}
