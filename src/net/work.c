// SPDX-License-Identifier: Apache-2.0
// Worker threads: requests that may wait for a disk or a password hash are served here, while the
// event threads go on taking in events. The queue needs no limit of its own: a connection has at
// most one request, and connections are limited.
#include "server_private.h"

static void *work_run(void *server)
{
    struct server *s = server;
    (void)pthread_mutex_lock(&s->work_lock);
    for (;;) {
        while (!s->work_first && !s->work_ends)
            (void)pthread_cond_wait(&s->work_there, &s->work_lock);
        struct exchange *x = s->work_first;
        if (!x)
            break;
        s->work_first = x->next;
        if (!s->work_first)
            s->work_last = &s->work_first;
        (void)pthread_mutex_unlock(&s->work_lock);
        x->rq.json = exchange_thread_parser(s->o.json_bytes_max);
        if (x->rest_wanted) {
            exchange_make_rest(x);
            (void)pthread_mutex_lock(&s->work_lock);
            continue;
        }
        if (x->rq.json) {
            s->o.hooks.serve(s->o.hooks.context, &x->rq);
        } else {
            struct cu_error err;
            (void)cu_fail(&err, CU_MEMORY, "", "no memory for this request");
            reply_refuse(x, &err);
        }
        exchange_end_of_serve(x);
        (void)pthread_mutex_lock(&s->work_lock);
    }
    (void)pthread_mutex_unlock(&s->work_lock);
    return NULL;
}

cu_code work_start(struct server *s, struct cu_error *err)
{
    s->work_last = &s->work_first;
    s->workers = cu_calloc(s->o.workers, sizeof *s->workers);
    if (!s->workers)
        return cu_fail(err, CU_MEMORY, "", "no memory for the server");
    for (; s->worker_count < s->o.workers; s->worker_count++)
        if (pthread_create(&s->workers[s->worker_count], NULL, work_run, s) != 0)
            return cu_fail(err, CU_MEMORY, "", "no thread for the server");
    return CU_OK;
}

void work_push(struct server *s, struct exchange *x)
{
    x->next = NULL;
    (void)pthread_mutex_lock(&s->work_lock);
    *s->work_last = x;
    s->work_last = &x->next;
    (void)pthread_cond_signal(&s->work_there);
    (void)pthread_mutex_unlock(&s->work_lock);
}

void work_stop(struct server *s)
{
    (void)pthread_mutex_lock(&s->work_lock);
    s->work_ends = true;
    (void)pthread_cond_broadcast(&s->work_there);
    (void)pthread_mutex_unlock(&s->work_lock);
    for (uint32_t i = 0; i < s->worker_count; i++)
        (void)pthread_join(s->workers[i], NULL);
    cu_free(s->workers);
    s->workers = NULL;
    s->worker_count = 0;
}
