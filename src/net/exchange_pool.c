// SPDX-License-Identifier: Apache-2.0
// Exchanges are reused: their arena, body and answer buffers keep moderate amounts of memory, so
// that a request costs no allocation of its own. Idle connections hold none.
#include "server_private.h"

// What an idle exchange may keep; a burst must not stay in memory for ever.
enum {
    POOL_KEPT_MAX = 256,
    ARENA_KEPT_MAX = 128 << 10,
    BODY_KEPT_MAX = 64 << 10,
    ANSWER_KEPT_MAX = 16 << 10
};

static void exchange_free(struct exchange *x)
{
    cu_arena_free(x->rq.arena);
    cu_buf_clear(&x->body);
    cu_buf_clear(&x->rq.response.body);
    cu_free(x);
}

static struct exchange *exchange_new(struct server *s)
{
    struct exchange *x = cu_calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->server = s;
    x->rq.arena = cu_arena_new(s->o.arena_bytes_max);
    cu_buf_init(&x->body, 0);
    cu_buf_init(&x->rq.response.body, s->o.answer_bytes_max);
    if (!x->rq.arena) {
        exchange_free(x);
        return NULL;
    }
    return x;
}

struct exchange *exchange_take(struct server *s)
{
    (void)pthread_mutex_lock(&s->pool_lock);
    struct exchange *x = s->pool;
    if (x) {
        s->pool = x->next;
        s->pooled--;
    }
    (void)pthread_mutex_unlock(&s->pool_lock);
    return x ? x : exchange_new(s);
}

static void clear_arena(struct exchange *x)
{
    if (cu_arena_used(x->rq.arena) <= ARENA_KEPT_MAX) {
        cu_arena_reset(x->rq.arena);
        return;
    }
    cu_arena_free(x->rq.arena);
    x->rq.arena = cu_arena_new(x->server->o.arena_bytes_max);
}

// Everything a request may have set, but for the decoded values: they are 48 rows thrice over and
// are only read through `fields`, which is cleared.
static void clear(struct exchange *x)
{
    struct request *rq = &x->rq;
    clear_arena(x);
    rq->json = NULL;
    rq->route = NULL;
    rq->module = NULL;
    rq->path_values.fields = rq->query_values.fields = rq->body_values.fields = NULL;
    rq->method = rq->path = rq->query = rq->body = rq->id = rq->remote_ip = CU_NONE;
    rq->tls = rq->deferred = false;
    rq->received_ms = 0;
    rq->upload = 0;
    rq->caller = (struct caller){.kind = CALLER_NOBODY};
    rq->problem_member.name = NULL;
    struct response *a = &rq->response;
    if (a->rest.close)
        a->rest.close(a->rest.context);
    memset(&a->rest, 0, sizeof a->rest);
    a->status = 0;
    a->content_type = NULL;
    a->static_body = CU_NONE;
    a->header_count = 0;
    if (a->body.cap > ANSWER_KEPT_MAX)
        cu_buf_clear(&a->body);
    cu_buf_reset(&a->body);
    if (x->body.cap > BODY_KEPT_MAX)
        cu_buf_clear(&x->body);
    cu_buf_reset(&x->body);
    x->link = NULL;
    x->connection = NULL;
    x->body_max = x->body_seen = 0;
    x->refused = x->served = x->counted = x->close = x->preflight = x->uploading = false;
    x->rest_wanted = x->rest_ended = x->rest_failed = false;
    x->sent = 0;
    x->upload = NULL;
}

void exchange_give(struct exchange *x)
{
    struct server *s = x->server;
    clear(x);
    (void)pthread_mutex_lock(&s->pool_lock);
    bool keep = x->rq.arena && s->pooled < POOL_KEPT_MAX;
    if (keep) {
        x->next = s->pool;
        s->pool = x;
        s->pooled++;
    }
    (void)pthread_mutex_unlock(&s->pool_lock);
    if (!keep)
        exchange_free(x);
}

void exchange_free_pool(struct server *s)
{
    while (s->pool) {
        struct exchange *next = s->pool->next;
        exchange_free(s->pool);
        s->pool = next;
    }
    s->pooled = 0;
}

static pthread_key_t parser_key;
static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void parser_end(void *p)
{
    json_parser_free(p);
}

static void parser_start(void)
{
    (void)pthread_key_create(&parser_key, parser_end);
}

struct json_parser *exchange_thread_parser(size_t max)
{
    (void)pthread_once(&parser_once, parser_start);
    struct json_parser *p = pthread_getspecific(parser_key);
    if (p)
        return p;
    p = json_parser_new(max);
    if (p && pthread_setspecific(parser_key, p) != 0) {
        json_parser_free(p);
        p = NULL;
    }
    return p;
}
