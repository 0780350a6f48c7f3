// SPDX-License-Identifier: Apache-2.0
// Opening and closing the server. See server.h; the order of the parts is in server_private.h.
#include "server_private.h"

#include "base/log.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = (LOOPS_MAX - 1) / SERVER_LISTEN_MAX, DRAIN_MS_MAX = 30000 };

static void set_defaults(struct server_options *o)
{
    if (o->threads == 0)
        o->threads = 2;
    if (o->threads > THREADS_MAX)
        o->threads = THREADS_MAX;
    if (o->workers == 0)
        o->workers = 4;
    if (o->connections_max == 0)
        o->connections_max = 8192;
    if (o->header_bytes_max == 0)
        o->header_bytes_max = 16 << 10; // libmicrohttpd wipes as much after every request
    if (o->idle_ms_max == 0)
        o->idle_ms_max = 75000;
    if (o->header_ms_max == 0)
        o->header_ms_max = 15000;
    if (o->body_ms_max == 0)
        o->body_ms_max = 30000;
    if (o->arena_bytes_max == 0)
        o->arena_bytes_max = 16 << 20;
    if (o->json_bytes_max == 0)
        o->json_bytes_max = 8 << 20;
    if (o->answer_bytes_max == 0)
        o->answer_bytes_max = 64 << 20;
    if (o->bodies_bytes_max == 0)
        o->bodies_bytes_max = 256 << 20;
}

static cu_code add_listener(struct server *s, const char *address, struct cu_error *err)
{
    struct listener *l = &s->listeners[s->listener_count];
    l->fd = -1;
    if (address) {
        CU_TRY(listen_tcp(address, &l->fd, &l->port, err));
        l->tls = s->tls != NULL;
    } else {
        CU_TRY(listen_unix(s->o.unix_path, &l->fd, err));
        l->local = true;
    }
    s->listener_count++;
    uint32_t loops = l->local ? 1 : s->o.threads;
    for (uint32_t i = 0; i < loops; i++) {
        struct loop *loop = &s->loops[s->loop_count++];
        loop->server = s;
        loop->listener = l;
        loop->wake_fd = -1;
        CU_TRY(loop_start(loop, err));
    }
    return CU_OK;
}

static cu_code start(struct server *s, struct cu_error *err)
{
    if (s->o.listen_count > SERVER_LISTEN_MAX)
        return cu_fail(err, CU_INVALID, "listen", "at most %d addresses", SERVER_LISTEN_MAX);
    if (!s->o.tls_cert != !s->o.tls_key)
        return cu_fail(err, CU_INVALID, "tls_cert", "certificate and key are given together");
    if (s->o.tls_cert)
        CU_TRY(tls_open(s->o.tls_cert, s->o.tls_key, &s->tls, err));
    if (s->o.connections_per_ip_max > 0) {
        s->visitors = visitors_new(s->o.connections_per_ip_max, s->o.connections_max);
        if (!s->visitors)
            return cu_fail(err, CU_MEMORY, "", "no memory for the server");
    }
    CU_TRY(reply_start(s, err));
    CU_TRY(work_start(s, err));
    CU_TRY(watch_start(s, err));
    for (size_t i = 0; i < s->o.listen_count; i++)
        CU_TRY(add_listener(s, s->o.listen[i], err));
    if (s->o.unix_path)
        CU_TRY(add_listener(s, NULL, err));
    return CU_OK;
}

cu_code server_open(const struct server_options *o, struct server **ret, struct cu_error *err)
{
    struct server *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for the server");
    s->o = *o;
    set_defaults(&s->o);
    (void)pthread_mutex_init(&s->links_lock, NULL);
    (void)pthread_mutex_init(&s->pool_lock, NULL);
    (void)pthread_mutex_init(&s->work_lock, NULL);
    (void)pthread_mutex_init(&s->stock_lock, NULL);
    (void)pthread_cond_init(&s->work_there, NULL);
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&s->links_changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    cu_random(&s->id_seed, sizeof s->id_seed);
    meters_init(&s->meters);
    cu_code code = start(s, err);
    if (code != CU_OK) {
        server_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

uint16_t server_port(const struct server *s, size_t index)
{
    return index < s->listener_count ? s->listeners[index].port : 0;
}

cu_code server_reload_tls(struct server *s, struct cu_error *err)
{
    if (!s->tls)
        return cu_fail(err, CU_NOT_FOUND, "tls_cert", "this server speaks plain HTTP");
    return tls_reload(s->tls, err);
}

// What was accepted gets its answer. libmicrohttpd must not be stopped with a suspended connection.
static bool drain(struct server *s)
{
    int64_t until = cu_mono_us() + DRAIN_MS_MAX * INT64_C(1000);
    const struct timespec pause = {.tv_nsec = 2000000};
    while (atomic_load(&s->under_way) > 0 && cu_mono_us() < until)
        (void)nanosleep(&pause, NULL);
    return atomic_load(&s->suspended) == 0;
}

static void stop_loops(struct server *s)
{
    atomic_store(&s->draining, true);
    for (size_t i = 0; i < s->loop_count; i++)
        loop_quiesce(&s->loops[i]);
    if (!drain(s)) {
        // a deferred request nobody finished: a fault of ours, and no way on, because whoever holds
        // it may still write to its memory. What was acknowledged is durable already.
        cu_log(CU_LOG_ERROR, "http.unfinished", CU_LI("requests", atomic_load(&s->suspended)));
        abort();
    }
    for (size_t i = 0; i < s->loop_count; i++)
        loop_stop(&s->loops[i]);
    for (size_t i = 0; i < s->listener_count; i++)
        (void)close(s->listeners[i].fd);
}

void server_close(struct server *s)
{
    if (!s)
        return;
    if (s->o.unix_path && s->listener_count > 0 && s->listeners[s->listener_count - 1].local)
        (void)unlink(s->o.unix_path);
    stop_loops(s);
    work_stop(s);
    watch_stop(s);
    exchange_free_pool(s);
    reply_stop(s);
    tls_close(s->tls);
    visitors_free(s->visitors);
    (void)pthread_mutex_destroy(&s->links_lock);
    (void)pthread_mutex_destroy(&s->pool_lock);
    (void)pthread_mutex_destroy(&s->work_lock);
    (void)pthread_mutex_destroy(&s->stock_lock);
    (void)pthread_cond_destroy(&s->work_there);
    (void)pthread_cond_destroy(&s->links_changed);
    cu_free(s);
}
