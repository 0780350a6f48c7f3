// SPDX-License-Identifier: Apache-2.0
// From struct response to bytes on the connection: defaults, CORS, and the answers that are the
// same for everybody and therefore made once.
#include "server_private.h"

#include <stdio.h>

enum { ANSWER_MS = 60000, ANSWER_BYTES_PER_MS = 16, PREFLIGHT_ASKED_MAX = 256, REST_BLOCK = 64 << 10 };

// An explicit list, not "*": with "*" browsers neither send Authorization nor cache the preflight.
#define CORS_HEADERS                                                                               \
    "authorization, content-type, content-encoding, x-write-key, x-retry-count, anonymousid, "     \
    "sentat"
#define CORS_EXPOSED "Retry-After, X-Request-Id"

static char no_memory_text[] =
    "{\"type\":\"urn:custos:error:out_of_memory\",\"title\":\"No memory was left for this "
    "work.\",\"status\":500,\"detail\":\"No memory was left for this work.\","
    "\"code\":\"out_of_memory\",\"request_id\":\"\"}";

cu_code reply_start(struct server *s, struct cu_error *err)
{
    s->no_memory = MHD_create_response_from_buffer(
        sizeof no_memory_text - 1, no_memory_text, MHD_RESPMEM_PERSISTENT);
    if (!s->no_memory ||
        MHD_add_response_header(s->no_memory, "Content-Type", "application/problem+json") ==
            MHD_NO ||
        MHD_add_response_header(s->no_memory, "Access-Control-Allow-Origin", "*") == MHD_NO)
        return cu_fail(err, CU_MEMORY, "", "no memory for the server");
    return CU_OK;
}

void reply_stop(struct server *s)
{
    for (size_t i = 0; i < atomic_load(&s->stock_count); i++)
        MHD_destroy_response(s->stock[i].response);
    if (s->no_memory)
        MHD_destroy_response(s->no_memory);
}

enum MHD_Result reply_without_memory(struct server *s, struct MHD_Connection *c)
{
    return MHD_queue_response(c, 500, s->no_memory);
}

void reply_refuse(struct exchange *x, const struct cu_error *err)
{
    static const enum server_refusal reasons[CU_CODE_COUNT] = {
        [CU_TOO_LARGE] = REFUSAL_TOO_LARGE + 1,
        [CU_NOT_FOUND] = REFUSAL_NO_ROUTE + 1,
        [CU_METHOD] = REFUSAL_NO_ROUTE + 1,
        [CU_UNAUTHENTICATED] = REFUSAL_KEY + 1,
        [CU_BUSY] = REFUSAL_BUSY + 1,
        [CU_MALFORMED] = REFUSAL_MALFORMED + 1,
    };
    x->refused = true;
    x->rq.response.header_count = 0;
    request_problem(&x->rq, err);
    int reason = err->code < CU_CODE_COUNT ? (int)reasons[err->code] : 0;
    meters_refused(x->server, reason ? (enum server_refusal)(reason - 1) : REFUSAL_OTHER);
}

// Status and body as they will be sent; a body that did not fit becomes an honest failure.
static cu_str settle(struct exchange *x)
{
    struct response *a = &x->rq.response;
    struct cu_error err;
    if (x->preflight) {
        a->status = 204;
        return CU_NONE;
    }
    if (!a->static_body.ptr && cu_buf_code(&a->body, &err) != CU_OK) {
        cu_buf_clear(&a->body);
        if (err.code == CU_TOO_LARGE)
            (void)cu_fail(&err, CU_INTERNAL, "", "the answer is larger than this server sends");
        reply_refuse(x, &err);
        if (a->body.failed) { // not even that
            a->status = 500;
            a->static_body = (cu_str){no_memory_text, sizeof no_memory_text - 1};
        }
    }
    cu_str body = a->static_body.ptr ? a->static_body : cu_buf_view(&a->body);
    if (a->status == 0)
        a->status = body.len > 0 ? 200 : 204;
    return body;
}

// The pieces of an answer that is made while it is sent: what is there, or the wish for more. Event thread.
static ssize_t send_rest(void *exchange, uint64_t position, char *into, size_t room)
{
    struct exchange *x = exchange;
    cu_str body = cu_buf_view(&x->rq.response.body);
    (void)position;
    exchange_resumed(x);
    if (x->rest_failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (x->sent < body.len) {
        size_t n = body.len - x->sent < room ? body.len - x->sent : room;
        memcpy(into, body.ptr + x->sent, n);
        x->sent += n;
        link_mark(x->link, LINK_ANSWERING, ANSWER_MS);
        return (ssize_t)n;
    }
    if (x->rest_ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    exchange_await_rest(x);
    return 0;
}

static struct MHD_Response *make_stream(struct exchange *x)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, REST_BLOCK, send_rest, x, NULL);
}

static struct MHD_Response *make_response(cu_str body)
{
    // libmicrohttpd does not write to it; its type is older than const
    void *bytes = (void *)(uintptr_t)(body.ptr ? body.ptr : "");
    return MHD_create_response_from_buffer(body.len, bytes, MHD_RESPMEM_PERSISTENT);
}

static bool add(struct MHD_Response *r, const char *name, const char *value)
{
    return MHD_add_response_header(r, name, value) == MHD_YES;
}

static bool add_cors(struct exchange *x, struct MHD_Response *r)
{
    cu_str origin = request_header(&x->rq, "Origin");
    bool ok = true;
    if (origin.len > 0 && origin.len < 512) {
        const char *z = cu_arena_z(x->rq.arena, origin);
        ok = z && add(r, "Access-Control-Allow-Origin", z) &&
             add(r, "Access-Control-Allow-Credentials", "true") && add(r, "Vary", "Origin");
    } else {
        ok = add(r, "Access-Control-Allow-Origin", "*");
    }
    ok = ok && add(r, "Access-Control-Expose-Headers", CORS_EXPOSED);
    if (!x->preflight)
        return ok;
    // a client we do not know may use a header of its own; nothing here rests on its absence
    cu_str asked = request_header(&x->rq, "Access-Control-Request-Headers");
    const char *headers = CORS_HEADERS;
    if (asked.len > 0 && asked.len <= PREFLIGHT_ASKED_MAX) {
        headers = cu_arena_printf(x->rq.arena, CORS_HEADERS ", %.*s", CU_ARG(asked)).ptr;
        ok = ok && headers;
    }
    return ok && add(r, "Access-Control-Allow-Methods", "GET, POST, OPTIONS") &&
           add(r, "Access-Control-Allow-Headers", headers) &&
           add(r, "Access-Control-Max-Age", "7200");
}

static bool handler_set(const struct response *a, const char *name)
{
    for (size_t i = 0; i < a->header_count; i++)
        if (cu_str_eq_nocase(cu_str_of(a->headers[i].name), cu_str_of(name)))
            return true;
    return false;
}

static bool add_headers(struct exchange *x, struct MHD_Response *r, bool has_body)
{
    struct response *a = &x->rq.response;
    bool cors = x->rq.route && x->rq.route->cors, ok = true;
    if (has_body)
        ok = add(r, "Content-Type", a->content_type ? a->content_type : "application/json");
    if (cors)
        ok = ok && add_cors(x, r);
    ok = ok && add(r, "X-Request-Id", x->id);
    for (const struct server_header *h = x->server->o.headers; ok && !cors && h && h->name; h++)
        if (!handler_set(a, h->name))
            ok = add(r, h->name, h->value);
    for (size_t i = 0; ok && i < a->header_count; i++) {
        const char *value = cu_arena_z(x->rq.arena, a->headers[i].value);
        ok = value && add(r, a->headers[i].name, value);
    }
    if (x->close || atomic_load(&x->server->draining))
        ok = ok && add(r, "Connection", "close");
    return ok;
}

// The plain answers of the doors ("accepted") differ in nothing between requests of callers without
// an Origin: made once, shared by all connections.
static struct MHD_Response *from_stock(struct exchange *x, cu_str body)
{
    struct server *s = x->server;
    const struct response *a = &x->rq.response;
    bool plain = a->static_body.ptr && a->header_count == 0 && !x->close && !x->refused &&
                 x->rq.route && x->rq.route->cors && !atomic_load(&s->draining) &&
                 !request_header(&x->rq, "Origin").ptr;
    if (!plain)
        return NULL;
    size_t count = atomic_load_explicit(&s->stock_count, memory_order_acquire);
    for (size_t i = 0; i < count; i++)
        if (s->stock[i].body == body.ptr && s->stock[i].status == a->status)
            return s->stock[i].response;
    struct MHD_Response *made = NULL;
    (void)pthread_mutex_lock(&s->stock_lock);
    count = atomic_load(&s->stock_count);
    if (count < STOCK_MAX && (made = make_response(body)) != NULL) {
        if (add(made, "Content-Type", a->content_type ? a->content_type : "application/json") &&
            add_cors(x, made)) {
            s->stock[count] =
                (struct stock){.body = body.ptr, .status = a->status, .response = made};
            atomic_store_explicit(&s->stock_count, count + 1, memory_order_release);
        } else {
            MHD_destroy_response(made);
            made = NULL;
        }
    }
    (void)pthread_mutex_unlock(&s->stock_lock);
    return made;
}

enum MHD_Result reply_send(struct exchange *x)
{
    cu_str body = settle(x);
    unsigned status = (unsigned)x->rq.response.status;
    link_mark(x->link, LINK_ANSWERING, ANSWER_MS + (int64_t)(body.len / ANSWER_BYTES_PER_MS));
    struct MHD_Response *r = from_stock(x, body);
    if (r)
        return MHD_queue_response(x->connection, status, r);
    bool stream = x->rq.response.rest.next && !x->refused && status < 400;
    r = stream ? make_stream(x) : make_response(body);
    if (!r || !add_headers(x, r, stream || body.len > 0)) {
        if (r)
            MHD_destroy_response(r);
        return reply_without_memory(x->server, x->connection);
    }
    enum MHD_Result queued = MHD_queue_response(x->connection, status, r);
    MHD_destroy_response(r);
    return queued;
}
