// SPDX-License-Identifier: Apache-2.0
// The life of a request between libmicrohttpd's callbacks. For one request it calls
// exchange_handle once with the head, once per piece of body, once at the end of the body, and,
// when the connection was suspended, once more after it was resumed.
#include "server_private.h"

#include "base/log.h"

enum { BODY_FIRST_MAX = 64 << 10 };

static struct link *link_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i ? i->socket_context : NULL;
}

// libmicrohttpd unescapes and cuts the target apart; this is the only sight of it as it was sent.
void *exchange_uri(void *server, const char *uri, struct MHD_Connection *c)
{
    struct link *l = link_of(c);
    struct server *s = server;
    if (!l)
        return NULL;
    cu_free(l->uri_long);
    l->uri_long = NULL;
    size_t len = strlen(uri);
    char *to = l->uri;
    if (len >= sizeof l->uri)
        to = l->uri_long = len <= URI_MAX ? cu_alloc(len + 1) : NULL;
    l->uri_len = to ? len : 0;
    if (to)
        memcpy(to, uri, len + 1);
    link_mark(l, LINK_HEAD, s->o.header_ms_max);
    return NULL;
}

// Finish may come before the connection is suspended; whoever comes second lets it be resumed.
static void finish(struct request *rq)
{
    struct exchange *x = (struct exchange *)rq;
    if (atomic_exchange(&x->phase, EXCHANGE_FINISHED) == EXCHANGE_SUSPENDED)
        loop_finished(x);
}

static void suspend(struct exchange *x)
{
    x->suspended = true;
    atomic_fetch_add(&x->server->suspended, 1);
    MHD_suspend_connection(x->connection);
}

// The event thread has the exchange back, to answer or because the client is gone.
void exchange_resumed(struct exchange *x)
{
    if (x->suspended)
        atomic_fetch_sub(&x->server->suspended, 1);
    x->suspended = false;
}

void exchange_end_of_serve(struct exchange *x)
{
    enum exchange_phase running = EXCHANGE_RUNNING;
    if (x->rq.deferred && atomic_compare_exchange_strong(&x->phase, &running, EXCHANGE_SUSPENDED))
        return;
    loop_finished(x);
}

void exchange_await_rest(struct exchange *x)
{
    x->rest_wanted = true;
    link_mark(x->link, LINK_WORKING, 0);
    suspend(x);
    work_push(x->server, x);
}

void exchange_make_rest(struct exchange *x)
{
    struct response *a = &x->rq.response;
    struct cu_error err = {.code = CU_OK};
    bool more = false;
    x->rest_wanted = false;
    x->sent = 0;
    cu_buf_reset(&a->body);
    cu_code code = atomic_load(&x->server->draining) ? cu_fail(&err, CU_BUSY, "", "the server is stopping")
                                                     : a->rest.next(&x->rq, a->rest.context, &more, &err);
    if (code == CU_OK)
        code = cu_buf_code(&a->body, &err);
    x->rest_failed = code != CU_OK;
    x->rest_ended = !more || x->rest_failed;
    if (x->rest_failed)
        cu_log(CU_LOG_WARN, "request.broken_off", CU_LS("route", x->rq.route->name), CU_LS("code", cu_code_rows[code].name));
    loop_finished(x);
}

static enum MHD_Result serve_here(struct exchange *x)
{
    x->server->o.hooks.serve(x->server->o.hooks.context, &x->rq);
    if (!x->rq.deferred || atomic_load(&x->phase) == EXCHANGE_FINISHED)
        return reply_send(x);
    suspend(x);
    enum exchange_phase running = EXCHANGE_RUNNING;
    if (!atomic_compare_exchange_strong(&x->phase, &running, EXCHANGE_SUSPENDED))
        loop_finished(x);
    return MHD_YES;
}

static void refuse(struct exchange *x, cu_code code, const char *text)
{
    struct cu_error err;
    (void)cu_fail(&err, code, "", "%s", text);
    reply_refuse(x, &err);
}

static void end_upload(struct exchange *x)
{
    if (x->uploading)
        x->server->o.hooks.upload_abort(x->server->o.hooks.context, x->upload);
    x->uploading = false;
}

// The body is complete.
static enum MHD_Result body_complete(struct exchange *x)
{
    struct server *s = x->server;
    struct request *rq = &x->rq;
    struct cu_error err;
    x->served = true;
    link_mark(x->link, LINK_WORKING, 0);
    if (x->uploading && !x->refused) {
        x->uploading = false;
        if (s->o.hooks.upload_close(s->o.hooks.context, x->upload, &rq->upload, &err) != CU_OK)
            reply_refuse(x, &err);
    }
    if (x->refused || x->preflight)
        return reply_send(x);
    x->counted = true;
    atomic_fetch_add(&s->under_way, 1);
    if (atomic_load(&s->draining)) {
        x->close = true;
        refuse(x, CU_BUSY, "the server is stopping");
        return reply_send(x);
    }
    rq->body = cu_buf_view(&x->body);
    rq->finish = finish;
    atomic_store(&x->phase, EXCHANGE_RUNNING);
    if (rq->route->permission == SPEC_WRITE_KEY && !rq->route->may_wait) {
        rq->json = exchange_thread_parser(s->o.json_bytes_max);
        if (rq->json)
            return serve_here(x);
        refuse(x, CU_MEMORY, "no memory for this request");
        return reply_send(x);
    }
    suspend(x);
    work_push(s, x);
    return MHD_YES;
}

static void start_upload(struct exchange *x)
{
    const struct server_hooks *h = &x->server->o.hooks;
    struct cu_error err;
    if (!h->upload_open)
        refuse(x, CU_INTERNAL, "this server has no place for uploads");
    else if (h->upload_open(h->context, &x->rq, &x->upload, &err) != CU_OK)
        reply_refuse(x, &err);
    else
        x->uploading = true;
}

// The row is known: what may follow as a body?
static void prepare_body(struct exchange *x, int64_t length)
{
    const struct spec_route *r = x->rq.route;
    bool options = cu_str_eqz(x->rq.method, "OPTIONS");
    x->preflight = options && r->cors;
    if (options && !r->cors) {
        refuse(x, CU_METHOD, "OPTIONS is not answered here");
    } else if (r->body_kind == SPEC_BODY_UPLOAD && !options) {
        start_upload(x);
    } else if (r->body_kind != SPEC_BODY_NONE && !options) {
        x->body_max = (size_t)r->body_max;
        x->body.max = x->body_max;
        if (length > r->body_max)
            refuse(x, CU_TOO_LARGE, "the body is larger than this path takes");
        else if (length > 0) // a promise only: more than this is not reserved on it
            (void)cu_buf_room(
                &x->body, (size_t)(length < BODY_FIRST_MAX ? length : BODY_FIRST_MAX));
    }
}

static enum MHD_Result begin(struct server *s, struct MHD_Connection *c, const char *method,
    const char *version, void **con_cls)
{
    struct link *l = link_of(c);
    struct exchange *x = l ? exchange_take(s) : NULL;
    if (!x)
        return reply_without_memory(s, c);
    *con_cls = x;
    x->link = l;
    x->connection = c;
    x->started_us = cu_mono_us();
    exchange_fill(x, method, version);
    int64_t length = exchange_content_length(x);
    struct cu_error err = {.code = CU_OK};
    if (exchange_check_head(x, version, &err) != CU_OK) {
        reply_refuse(x, &err);
    } else if (l->denied) {
        refuse(x, CU_FORBIDDEN, "the local socket is for the user of the server and for root");
    } else if (s->o.hooks.route(s->o.hooks.context, &x->rq, &err) != CU_OK) {
        reply_refuse(x, &err);
    } else {
        prepare_body(x, length);
    }
    link_mark(l, LINK_BODY, s->o.body_ms_max);
    if (x->refused && (x->close || length > SWALLOW_MAX)) {
        x->served = true; // answered before the body: libmicrohttpd closes the connection behind it
        return reply_send(x);
    }
    return MHD_YES;
}

static void drop_body(struct exchange *x)
{
    atomic_fetch_sub(&x->server->bodies_bytes, x->body_held);
    x->body_held = 0;
    cu_buf_clear(&x->body);
}

static enum MHD_Result body_piece(struct exchange *x, cu_str piece)
{
    const struct server_options *o = &x->server->o;
    struct cu_error err;
    x->body_seen += piece.len;
    cu_metric_add(x->server->meters.bytes_in, (int64_t)piece.len);
    int64_t earned_ms = (int64_t)(x->body_seen / BODY_RATE_MIN) * 1000;
    int64_t spent_ms = (cu_mono_us() - x->started_us) / 1000;
    if (o->body_ms_max + earned_ms > spent_ms)
        link_mark(x->link, LINK_BODY, o->body_ms_max + earned_ms - spent_ms);
    if (x->uploading && !x->refused) {
        if (o->hooks.upload_write(o->hooks.context, x->upload, piece, &err) != CU_OK) {
            end_upload(x);
            reply_refuse(x, &err);
            x->body_seen = 0; // what is swallowed counts from here
        }
        return MHD_YES;
    }
    if (x->refused || x->body_max == 0)
        return x->body_seen > x->body_max + SWALLOW_MAX ? MHD_NO : MHD_YES;
    if (atomic_fetch_add(&x->server->bodies_bytes, piece.len) > o->bodies_bytes_max)
        (void)cu_fail(&err, CU_BUSY, "", "too many bodies are under way");
    else
        err.code = CU_OK;
    x->body_held += piece.len;
    if (err.code == CU_OK)
        cu_buf_str(&x->body, piece);
    if (err.code != CU_OK || cu_buf_code(&x->body, &err) != CU_OK) {
        drop_body(x);
        if (err.code == CU_TOO_LARGE)
            refuse(x, CU_TOO_LARGE, "the body is larger than this path takes");
        else
            reply_refuse(x, &err);
    }
    return MHD_YES;
}

enum MHD_Result exchange_handle(void *server, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_len, void **con_cls)
{
    struct exchange *x = *con_cls;
    (void)url;
    if (!x)
        return begin(server, c, method, version, con_cls);
    if (*upload_len > 0) {
        cu_str piece = {upload, *upload_len};
        *upload_len = 0;
        return body_piece(x, piece);
    }
    if (!x->served)
        return body_complete(x);
    exchange_resumed(x);
    return reply_send(x);
}

void exchange_completed(
    void *server, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode toe)
{
    struct exchange *x = *con_cls;
    struct server *s = server;
    (void)c;
    if (!x)
        return;
    *con_cls = NULL;
    exchange_resumed(x);
    end_upload(x);
    atomic_fetch_sub(&s->bodies_bytes, x->body_held);
    x->body_held = 0;
    link_mark(x->link, LINK_IDLE, s->o.idle_ms_max);
    meters_answered(s, x, toe == MHD_REQUEST_TERMINATED_COMPLETED_OK ? x->rq.response.status : 0);
    bool counted = x->counted;
    exchange_give(x);
    if (counted)
        atomic_fetch_sub(&s->under_way, 1);
}
