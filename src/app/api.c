// SPDX-License-Identifier: Apache-2.0
// Calls by commands, local or through the socket. See api.h.
#include "api.h"

#include "api_remote.h"
#include "engine.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 << 20, REQUEST_ARENA_MAX = 32 << 20, UPLOAD_CHUNK = 256 << 10, LOCK_ATTEMPTS = 25, LOCK_PAUSE_NS = 200 * 1000 * 1000 };

struct api {
    struct engine *engine;        // in process
    struct api_remote *remote;    // through the socket
    struct json_parser *json;
};

// Opens the folder, or a way to the server that has it. The lock may be held for a moment by what is just ending, as a server that
// was killed and is restarted at once: then neither goes, and it is tried again.
static cu_code open_one(struct api *a, const char *data, const struct settings *settings, struct cu_error *err)
{
    cu_code code = CU_LOCKED;
    for (int attempt = 0; code == CU_LOCKED && attempt < LOCK_ATTEMPTS; attempt++) {
        if (attempt > 0)
            (void)nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NS}, NULL);
        code = engine_open(settings, data, &a->engine, err);
        if (code == CU_LOCKED)
            code = api_remote_open(data, &a->remote, err);
    }
    return code;
}

cu_code api_open(const char *data, const struct settings *settings, struct api **ret, struct cu_error *err)
{
    struct api *a = cu_calloc(1, sizeof *a);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    a->json = json_parser_new(ANSWER_MAX);
    cu_code code = a->json ? open_one(a, data, settings, err) : cu_fail(err, CU_MEMORY, "", "no memory");
    if (code != CU_OK) {
        api_close(a);
        return code;
    }
    *ret = a;
    return CU_OK;
}

void api_close(struct api *a)
{
    if (!a)
        return;
    engine_close(a->engine);
    api_remote_close(a->remote);
    json_parser_free(a->json);
    cu_free(a);
}

bool api_is_remote(const struct api *a)
{
    return a->remote != NULL;
}

struct engine *api_engine(struct api *a)
{
    return a->engine;
}

// A problem+json answer back into a typed error.
static cu_code code_of_problem(struct api *a, int status, cu_str body, struct cu_error *err)
{
    json problem;
    if (json_parse(a->json, body, &problem, NULL) != CU_OK)
        return cu_fail(err, CU_INTERNAL, "", "the server answered %d", status);
    cu_str name = json_str(json_get(problem, "code")), field = json_str(json_get(problem, "field"));
    cu_str detail = json_str(json_get(problem, "detail"));
    cu_code code = CU_INTERNAL;
    for (int c = 1; c < CU_CODE_COUNT; c++) {
        if (cu_str_eqz(name, cu_code_rows[c].name))
            code = (cu_code)c;
    }
    char field_z[96];
    (void)snprintf(field_z, sizeof field_z, "%.*s", CU_ARG(cu_str_sub(field, 0, sizeof field_z - 1)));
    return cu_fail(err, code, field_z, "%.*s", CU_ARG(detail));
}

// In-process transport: finish wakes the waiting caller.
struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done_changed;
    bool done;
};

static void finish_in_process(struct request *rq)
{
    struct waiter *w = rq->transport;
    (void)pthread_mutex_lock(&w->lock);
    w->done = true;
    (void)pthread_cond_signal(&w->done_changed);
    (void)pthread_mutex_unlock(&w->lock);
}

static void wait_finished(struct waiter *w)
{
    (void)pthread_mutex_lock(&w->lock);
    while (!w->done)
        (void)pthread_cond_wait(&w->done_changed, &w->lock);
    (void)pthread_mutex_unlock(&w->lock);
}

// What a server would send piece by piece.
static cu_code take_rest(struct request *rq, struct cu_buf *out, struct cu_error *err)
{
    struct response *r = &rq->response;
    bool more = r->rest.next != NULL;
    cu_code code = CU_OK;
    while (code == CU_OK && more) {
        cu_buf_reset(&r->body);
        code = r->rest.next(rq, r->rest.context, &more, err);
        cu_buf_str(out, cu_buf_view(&r->body));
    }
    if (r->rest.close)
        r->rest.close(r->rest.context);
    return code;
}

static cu_code answer_of(struct api *a, struct request *rq, struct cu_buf *out, struct cu_error *err)
{
    cu_str body = rq->response.static_body.ptr ? rq->response.static_body : cu_buf_view(&rq->response.body);
    if (rq->response.status >= 400)
        return code_of_problem(a, rq->response.status, body, err);
    cu_buf_str(out, body);
    CU_TRY(take_rest(rq, out, err));
    return cu_buf_code(out, err);
}

static cu_code feed_upload(struct engine *e, struct request *rq, int fd, struct cu_error *err)
{
    void *upload = NULL;
    char *chunk = cu_alloc(UPLOAD_CHUNK);
    if (!chunk)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the file");
    cu_code code = import_upload_open(e->imports, rq, &upload, err);
    ssize_t n = 1;
    while (code == CU_OK && n > 0) {
        n = read(fd, chunk, UPLOAD_CHUNK);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n < 0)
            code = cu_fail_errno(err, "cannot read the file");
        else if (n > 0)
            code = import_upload_write(e->imports, upload, (cu_str){chunk, (size_t)n}, err);
    }
    if (code == CU_OK)
        code = import_upload_close(e->imports, upload, &rq->upload, err);
    else if (upload)
        import_upload_abort(e->imports, upload);
    cu_free(chunk);
    return code;
}

static cu_code run_in_process(struct api *a, struct request *rq, int upload_fd, struct cu_buf *out,
    struct cu_error *err)
{
    struct waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    rq->transport = &w;
    rq->finish = finish_in_process;
    CU_TRY(dispatch_route(a->engine->dispatch, rq, err));
    if (rq->route->body_kind == SPEC_BODY_UPLOAD) {
        CU_TRY(dispatch_admit(a->engine->dispatch, rq, err));
        CU_TRY(feed_upload(a->engine, rq, upload_fd, err));
    }
    dispatch_serve(a->engine->dispatch, rq);
    if (rq->deferred)
        wait_finished(&w);
    return answer_of(a, rq, out, err);
}

static cu_code call_in_process(struct api *a, const char *method, const char *target, cu_str body,
    int upload_fd, struct cu_buf *out, struct cu_error *err)
{
    struct request rq = {.method = cu_str_of(method), .body = body, .received_ms = cu_now_ms(),
        .id = CU_LIT("local"), .caller = {.kind = CALLER_LOCAL}};
    rq.query = cu_str_of(target);
    rq.path = cu_str_cut(&rq.query, '?');
    rq.arena = cu_arena_new(REQUEST_ARENA_MAX);
    rq.json = json_parser_new(8 << 20);
    cu_buf_init(&rq.response.body, ANSWER_MAX);
    cu_code code = rq.arena && rq.json ? run_in_process(a, &rq, upload_fd, out, err)
                                       : cu_fail(err, CU_MEMORY, "", "no memory for a call");
    cu_buf_wipe(&rq.response.body);
    json_parser_free(rq.json);
    cu_arena_free(rq.arena);
    return code;
}

static cu_code call_remote(struct api *a, const char *method, const char *target, cu_str body, int upload_fd,
    struct cu_buf *out, struct cu_error *err)
{
    struct cu_buf answer;
    int status = 0;
    cu_buf_init(&answer, ANSWER_MAX);
    cu_code code = api_remote_call(a->remote, method, target, body, upload_fd, &status, &answer, err);
    if (code == CU_OK && status >= 400)
        code = code_of_problem(a, status, cu_buf_view(&answer), err);
    else if (code == CU_OK)
        cu_buf_str(out, cu_buf_view(&answer));
    cu_buf_wipe(&answer);
    return code != CU_OK ? code : cu_buf_code(out, err);
}

cu_code api_call(struct api *a, const char *method, const char *target, cu_str body, struct cu_buf *out,
    struct cu_error *err)
{
    return a->remote ? call_remote(a, method, target, body, -1, out, err)
                     : call_in_process(a, method, target, body, -1, out, err);
}

cu_code api_upload(struct api *a, const char *target, int fd, struct cu_buf *out, struct cu_error *err)
{
    return a->remote ? call_remote(a, "POST", target, CU_NONE, fd, out, err)
                     : call_in_process(a, "POST", target, CU_NONE, fd, out, err);
}
