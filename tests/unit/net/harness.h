// SPDX-License-Identifier: Apache-2.0
// A server with a handful of rows and a client that writes raw bytes, for the tests of net/.
#pragma once

#include "base/clock.h"
#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static inline void pause_ms(int64_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

// Deferred requests wait here until the finisher thread ends them.
struct app {
    pthread_mutex_t lock;
    struct request *waiting[4096];
    size_t count;
    _Atomic int64_t delay_ms;
    bool stop;
    pthread_t finisher;
    atomic_int uploads_open, uploads_closed, uploads_aborted;
    atomic_llong uploaded;
    atomic_int served;
    _Atomic cu_code upload_fails; // of write
};

static inline void *app_finish(void *context)
{
    struct app *a = context;
    for (;;) {
        pause_ms(a->delay_ms ? a->delay_ms : 1);
        (void)pthread_mutex_lock(&a->lock);
        size_t n = a->count;
        struct request *now[4096];
        memcpy(now, a->waiting, n * sizeof *now);
        a->count = 0;
        bool stop = a->stop;
        (void)pthread_mutex_unlock(&a->lock);
        for (size_t i = 0; i < n; i++) {
            now[i]->response.static_body = CU_LIT("{\"success\":true}");
            request_finish(now[i]);
        }
        if (stop && n == 0)
            return NULL;
    }
}

static inline cu_code app_hello(struct request *rq, struct cu_error *err)
{
    (void)err;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kstr(&w, "path", rq->path);
    jw_kstr(&w, "query", rq->query);
    jw_kstr(&w, "ip", rq->remote_ip);
    jw_kbool(&w, "tls", rq->tls);
    jw_kbool(&w, "local", rq->caller.kind == CALLER_LOCAL);
    jw_object_end(&w);
    return CU_OK;
}

static inline cu_code app_echo(struct request *rq, struct cu_error *err)
{
    (void)err;
    rq->response.content_type = "application/octet-stream";
    cu_buf_str(&rq->response.body, rq->body);
    return CU_OK;
}

static inline cu_code app_in(struct request *rq, struct cu_error *err)
{
    struct app *a = rq->module;
    (void)err;
    request_defer(rq);
    if (cu_str_eqz(rq->query, "hold"))
        pause_ms(150); // the event thread is busy meanwhile
    if (cu_str_eqz(rq->query, "now") ||
        cu_str_eqz(rq->query, "hold")) { // finished before the handler returns
        rq->response.static_body = CU_LIT("{\"success\":true}");
        request_finish(rq);
        return CU_OK;
    }
    (void)pthread_mutex_lock(&a->lock);
    a->waiting[a->count++] = rq;
    (void)pthread_mutex_unlock(&a->lock);
    return CU_OK;
}

static inline cu_code app_upload(struct request *rq, struct cu_error *err)
{
    (void)err;
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_ki64(&w, "number", rq->upload);
    jw_object_end(&w);
    return CU_OK;
}

static inline cu_code app_large(struct request *rq, struct cu_error *err)
{
    (void)err;
    int64_t n = 1 << 20;
    (void)cu_str_i64(rq->query, &n);
    char *room = cu_buf_room(&rq->response.body, (size_t)n);
    if (room) {
        memset(room, 'x', (size_t)n);
        rq->response.body.len += (size_t)n;
    }
    return CU_OK;
}

static inline cu_code app_none(struct request *rq, struct cu_error *err)
{
    (void)rq;
    (void)err;
    return CU_OK;
}

static const struct spec_route app_routes[] = {
    {.name = "hello",
        .method = "GET",
        .path = "/hello",
        .permission = SPEC_PUBLIC,
        .handler = app_hello},
    {.name = "echo",
        .method = "POST",
        .path = "/echo",
        .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_RAW,
        .body_max = 200000,
        .handler = app_echo},
    {.name = "in",
        .method = "POST",
        .path = "/in",
        .permission = SPEC_WRITE_KEY,
        .cors = true,
        .body_kind = SPEC_BODY_RAW,
        .body_max = 65536,
        .handler = app_in},
    {.name = "later",
        .method = "POST",
        .path = "/later",
        .permission = SPEC_SESSION,
        .body_kind = SPEC_BODY_RAW,
        .body_max = 65536,
        .handler = app_in}, // deferred from a worker
    {.name = "upload",
        .method = "POST",
        .path = "/upload",
        .permission = SPEC_IMPORT,
        .body_kind = SPEC_BODY_UPLOAD,
        .handler = app_upload},
    {.name = "large",
        .method = "GET",
        .path = "/large",
        .permission = SPEC_SESSION,
        .handler = app_large},
    {.name = "none",
        .method = "GET",
        .path = "/none",
        .permission = SPEC_PUBLIC,
        .handler = app_none},
};

static inline cu_code app_route(void *context, struct request *rq, struct cu_error *err)
{
    bool path_known = false;
    for (size_t i = 0; i < CU_COUNT(app_routes); i++) {
        const struct spec_route *r = &app_routes[i];
        if (!cu_str_eqz(rq->path, r->path))
            continue;
        path_known = true;
        cu_str method = cu_str_eqz(rq->method, "HEAD") ? CU_LIT("GET") : rq->method;
        if (cu_str_eqz(method, r->method) || cu_str_eqz(method, "OPTIONS")) {
            rq->route = r;
            rq->module = context;
            return CU_OK;
        }
    }
    return path_known ? cu_fail(err, CU_METHOD, "", "not this method")
                      : cu_fail(err, CU_NOT_FOUND, "", "no such path");
}

static inline void app_serve(void *context, struct request *rq)
{
    struct app *a = context;
    struct cu_error err;
    atomic_fetch_add(&a->served, 1);
    if (rq->route->handler(rq, &err) != CU_OK)
        request_problem(rq, &err);
}

static inline cu_code app_upload_open(
    void *context, struct request *rq, void **ret, struct cu_error *err)
{
    struct app *a = context;
    if (cu_str_eqz(rq->query, "refuse"))
        return cu_fail(err, CU_FORBIDDEN, "", "no uploads today");
    atomic_fetch_add(&a->uploads_open, 1);
    *ret = a;
    return CU_OK;
}

static inline cu_code app_upload_write(
    void *context, void *upload, cu_str bytes, struct cu_error *err)
{
    struct app *a = upload;
    (void)context;
    if (a->upload_fails != CU_OK)
        return cu_fail(err, a->upload_fails, "", "the disk is full");
    atomic_fetch_add(&a->uploaded, (long long)bytes.len);
    return CU_OK;
}

static inline cu_code app_upload_close(
    void *context, void *upload, int64_t *ret, struct cu_error *err)
{
    struct app *a = upload;
    (void)context;
    (void)err;
    atomic_fetch_add(&a->uploads_closed, 1);
    *ret = 77;
    return CU_OK;
}

static inline void app_upload_abort(void *context, void *upload)
{
    struct app *a = upload;
    (void)context;
    atomic_fetch_add(&a->uploads_aborted, 1);
}

static const struct server_header app_headers[] = {
    {"X-Content-Type-Options", "nosniff"}, {NULL, NULL}};

static inline struct server_options app_options(struct app *a)
{
    static const char *const address[] = {"127.0.0.1:0"};
    return (struct server_options){
        .listen = address,
        .listen_count = 1,
        .headers = app_headers,
        .hooks = {.context = a,
            .route = app_route,
            .serve = app_serve,
            .upload_open = app_upload_open,
            .upload_write = app_upload_write,
            .upload_close = app_upload_close,
            .upload_abort = app_upload_abort},
    };
}

static inline void app_start(struct app *a)
{
    memset(a, 0, sizeof *a);
    (void)pthread_mutex_init(&a->lock, NULL);
    assert_int_equal(pthread_create(&a->finisher, NULL, app_finish, a), 0);
}

static inline void app_stop(struct app *a)
{
    (void)pthread_mutex_lock(&a->lock);
    a->stop = true;
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->finisher, NULL);
    (void)pthread_mutex_destroy(&a->lock);
}

static inline int dial(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void put(int fd, cu_str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0)
            return; // the server may have hung up: the test looks at what it answered
        bytes = cu_str_sub(bytes, (size_t)n, bytes.len);
    }
}

#define REPLY_MAX (4 << 20)
struct reply {
    char bytes[REPLY_MAX];
    size_t len;
    int status;
    cu_str head, body;
    bool closed; // the server closed the connection behind it
};

static inline bool reply_complete(struct reply *r, bool no_body)
{
    r->bytes[r->len] = 0;
    const char *end = strstr(r->bytes, "\r\n\r\n");
    if (!end)
        return false;
    r->head = (cu_str){r->bytes, (size_t)(end - r->bytes) + 2};
    (void)sscanf(r->bytes, "HTTP/1.%*d %d", &r->status);
    if (r->status == 100) { // the interim answer
        size_t n = (size_t)(end + 4 - r->bytes);
        memmove(r->bytes, end + 4, r->len - n + 1);
        r->len -= n;
        return reply_complete(r, no_body);
    }
    const char *length = strcasestr(r->bytes, "\r\nContent-Length:");
    size_t want = length && length < end && !no_body ? strtoul(length + 17, NULL, 10) : 0;
    r->body = (cu_str){end + 4, r->len - (size_t)(end + 4 - r->bytes)};
    return r->body.len >= want;
}

// Reads one answer; waits at most 5 s for it, and a little longer to see whether the server closes.
static inline struct reply *get_reply(int fd, bool no_body)
{
    struct reply *r = calloc(1, sizeof *r);
    assert_non_null(r);
    for (;;) {
        bool complete = reply_complete(r, no_body);
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, complete ? 30 : 5000) <= 0)
            break;
        ssize_t n = recv(fd, r->bytes + r->len, sizeof r->bytes - 1 - r->len, 0);
        if (n <= 0) {
            r->closed = true;
            break;
        }
        r->len += (size_t)n;
    }
    (void)reply_complete(r, no_body);
    return r;
}

static inline struct reply *ask(uint16_t port, const char *request)
{
    int fd = dial(port);
    put(fd, cu_str_of(request));
    struct reply *r = get_reply(fd, strncmp(request, "HEAD", 4) == 0);
    (void)close(fd);
    return r;
}

static inline bool has_header(const struct reply *r, const char *line)
{
    char wanted[512];
    (void)snprintf(wanted, sizeof wanted, "\r\n%s\r\n", line);
    return cu_str_find_str(r->head, cu_str_of(wanted)) >= 0;
}

static inline bool has_body(const struct reply *r, const char *part)
{
    return cu_str_find_str(r->body, cu_str_of(part)) >= 0;
}
