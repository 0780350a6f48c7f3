// SPDX-License-Identifier: Apache-2.0
// Opening and closing the server. See server.h; the order of the parts is in server_private.h.
#include "server_private.h"

#include "base/log.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MIN = 2, DRAIN_MS_MAX = 30000, MEMORY_SLACK = 2048 };

// libmicrohttpd's own words may quote what a client sent; ours are in the metrics.
static void drop_log(void *unused, const char *fmt, va_list args)
{
    (void)unused;
    (void)fmt;
    (void)args;
}

// libmicrohttpd keeps the connection in the session's pointer.
static int retrieve_pair(gnutls_session_t session, const gnutls_datum_t *cas, int cas_count,
    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **certs,
    unsigned *count, gnutls_privkey_t *key)
{
    struct MHD_Connection *c = gnutls_session_get_ptr(session);
    const union MHD_ConnectionInfo *i =
        c ? MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT) : NULL;
    struct link *l = i ? i->socket_context : NULL;
    (void)cas;
    (void)cas_count;
    (void)algorithms;
    (void)algorithm_count;
    if (!l)
        return -1;
    tls_current(l->server->tls, certs, count, key);
    return 0;
}

static void set_defaults(struct server_options *o)
{
    if (o->threads < THREADS_MIN)
        o->threads =
            THREADS_MIN; // one epoll thread of libmicrohttpd 0.9.75 falls asleep under load
    if (o->workers == 0)
        o->workers = 4;
    if (o->connections_max == 0)
        o->connections_max = 8192;
    if (o->header_bytes_max == 0)
        o->header_bytes_max = 32 << 10;
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
}

static cu_code start_daemon(struct server *s, struct listener *l, struct cu_error *err)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     MHD_USE_TURBO;
    unsigned idle_s = (unsigned)(s->o.idle_ms_max / 1000 + 10); // behind our own deadlines
    unsigned per_ip = l->local ? 0 : s->o.connections_per_ip_max;
    struct MHD_OptionItem end = {MHD_OPTION_END, 0, NULL};
    gnutls_certificate_retrieve_function2 *const retrieve = retrieve_pair;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    memcpy(&tls[1].ptr_value, &retrieve, sizeof retrieve); // ISO C has no cast for it
    if (l->tls)
        flags |= MHD_USE_TLS;
    l->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_handle, s,
        MHD_OPTION_EXTERNAL_LOGGER, drop_log, NULL, MHD_OPTION_LISTEN_SOCKET, l->fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)s->o.threads, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)s->o.connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_ip,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        s->o.header_bytes_max + MEMORY_SLACK, MHD_OPTION_URI_LOG_CALLBACK, exchange_uri, s,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        link_notify, l, MHD_OPTION_ARRAY, l->tls ? tls : &end, MHD_OPTION_END);
    if (!l->daemon)
        return cu_fail(err, CU_UNAVAILABLE, "listen", "the HTTP server did not start");
    return CU_OK;
}

static cu_code add_listener(struct server *s, const char *address, struct cu_error *err)
{
    struct listener *l = &s->listeners[s->listener_count];
    l->server = s;
    l->fd = -1;
    if (address) {
        CU_TRY(listen_tcp(address, &l->fd, &l->port, err));
        l->tls = s->tls != NULL;
    } else {
        CU_TRY(listen_unix(s->o.unix_path, &l->fd, err));
        l->local = true;
    }
    s->listener_count++;
    return start_daemon(s, l, err);
}

static cu_code start(struct server *s, struct cu_error *err)
{
    if (s->o.listen_count > SERVER_LISTEN_MAX)
        return cu_fail(err, CU_INVALID, "listen", "at most %d addresses", SERVER_LISTEN_MAX);
    if (!s->o.tls_cert != !s->o.tls_key)
        return cu_fail(err, CU_INVALID, "tls_cert", "certificate and key are given together");
    if (s->o.tls_cert)
        CU_TRY(tls_open(s->o.tls_cert, s->o.tls_key, &s->tls, err));
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

static void stop_daemons(struct server *s)
{
    for (size_t i = 0; i < s->listener_count; i++)
        if (s->listeners[i].daemon)
            (void)MHD_quiesce_daemon(s->listeners[i].daemon);
    atomic_store(&s->draining, true);
    if (!drain(s)) {
        // a deferred request nobody finished: a fault of ours, and no way on, because whoever holds
        // it may still write to its memory. What was acknowledged is durable already.
        cu_log(CU_LOG_ERROR, "http.unfinished", CU_LI("requests", atomic_load(&s->suspended)));
        abort();
    }
    for (size_t i = 0; i < s->listener_count; i++) {
        if (s->listeners[i].daemon)
            MHD_stop_daemon(s->listeners[i].daemon);
        if (s->listeners[i].fd >= 0)
            (void)close(s->listeners[i].fd);
    }
}

void server_close(struct server *s)
{
    if (!s)
        return;
    if (s->o.unix_path && s->listener_count > 0 && s->listeners[s->listener_count - 1].local)
        (void)unlink(s->o.unix_path);
    stop_daemons(s);
    work_stop(s);
    watch_stop(s);
    exchange_free_pool(s);
    reply_stop(s);
    tls_close(s->tls);
    (void)pthread_mutex_destroy(&s->links_lock);
    (void)pthread_mutex_destroy(&s->pool_lock);
    (void)pthread_mutex_destroy(&s->work_lock);
    (void)pthread_mutex_destroy(&s->stock_lock);
    (void)pthread_cond_destroy(&s->work_there);
    (void)pthread_cond_destroy(&s->links_changed);
    cu_free(s);
}
