// SPDX-License-Identifier: Apache-2.0
// The event threads. libmicrohttpd 0.9.75 has event threads of its own, but they can fall asleep
// with work in hand: when epoll_wait returns exactly 128 events, its whole array, it asks for more
// before looking at them, with the same endless timeout. 128 clients waiting for answers on one
// thread then wait until somebody else comes. So the daemons here are driven from outside: the loop
// polls the daemon's epoll descriptor and calls MHD_run, which never waits.
//
// It has a second advantage: a finished exchange is put on a list and its thread woken once for all
// that are on it, where MHD_resume_connection would write to a pipe for each.
#include "server_private.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MEMORY_SLACK = 2048 };

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

static bool start_daemon(struct loop *l, int listen_fd, unsigned connections_max)
{
    struct server *s = l->server;
    // the flag without its MHD_USE_ITC part: only the loop itself resumes, so there is nobody to
    // wake
    unsigned flags = MHD_USE_EPOLL | (MHD_ALLOW_SUSPEND_RESUME & ~MHD_USE_ITC) | MHD_USE_ERROR_LOG |
                     MHD_USE_TURBO;
    struct MHD_OptionItem end = {MHD_OPTION_END, 0, NULL};
    gnutls_certificate_retrieve_function2 *const retrieve = retrieve_pair;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    memcpy(&tls[1].ptr_value, &retrieve, sizeof retrieve); // ISO C has no cast for it
    if (l->listener->tls)
        flags |= MHD_USE_TLS;
    // no timeout of its own: the watch thread knows more than inactivity
    l->daemon = MHD_start_daemon(flags, 0, link_admit, s, exchange_handle, s,
        MHD_OPTION_EXTERNAL_LOGGER, drop_log, NULL, MHD_OPTION_LISTEN_SOCKET, listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        s->o.header_bytes_max + MEMORY_SLACK, MHD_OPTION_URI_LOG_CALLBACK, exchange_uri, s,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        link_notify, l, MHD_OPTION_ARRAY, l->listener->tls ? tls : &end, MHD_OPTION_END);
    const union MHD_DaemonInfo *i =
        l->daemon ? MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    l->epoll_fd = i ? i->epoll_fd : -1;
    return l->epoll_fd >= 0;
}

static void wake(struct loop *l)
{
    uint64_t one = 1;
    ssize_t n = write(l->wake_fd, &one, sizeof one); // full: it is awake anyway
    (void)n;
}

void loop_finished(struct exchange *x)
{
    struct loop *l = x->link->loop;
    struct exchange *first = atomic_load_explicit(&l->finished, memory_order_relaxed);
    do
        x->next = first;
    while (!atomic_compare_exchange_weak(&l->finished, &first, x));
    if (!first)
        wake(l);
}

static void resume_finished(struct loop *l)
{
    struct exchange *x = atomic_exchange(&l->finished, NULL), *ordered = NULL;
    while (x) { // newest first as it was pushed: turn it round
        struct exchange *next = x->next;
        x->next = ordered;
        ordered = x;
        x = next;
    }
    while (ordered) {
        struct exchange *next = ordered->next;
        MHD_resume_connection(ordered->connection);
        ordered = next;
    }
}

static void *loop_run(void *loop)
{
    struct loop *l = loop;
    sigset_t pipe_only;
    bool quiesced = false;
    (void)sigemptyset(&pipe_only);
    (void)sigaddset(&pipe_only, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_only, NULL); // libmicrohttpd asks for it
    while (!atomic_load(&l->stop)) {
        if (!quiesced && atomic_load(&l->quiesce)) {
            int fd = MHD_quiesce_daemon(l->daemon); // ours again
            if (fd >= 0)
                (void)close(fd);
            quiesced = true;
        }
        resume_finished(l);
        (void)MHD_run(l->daemon);
        MHD_UNSIGNED_LONG_LONG due = 0;
        bool at_once = MHD_get_timeout(l->daemon, &due) == MHD_YES && due == 0;
        struct pollfd fds[2] = {
            {.fd = l->wake_fd, .events = POLLIN}, {.fd = l->epoll_fd, .events = POLLIN}};
        if (poll(fds, 2, at_once ? 0 : -1) > 0 && fds[0].revents) {
            uint64_t count;
            ssize_t n = read(l->wake_fd, &count, sizeof count);
            (void)n;
        }
    }
    return NULL;
}

cu_code loop_start(struct loop *l, struct cu_error *err)
{
    struct server *s = l->server;
    unsigned loops = l->listener->local ? 1 : s->o.threads;
    unsigned connections_max = (s->o.connections_max + loops - 1) / loops;
    l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int fd = fcntl(l->listener->fd, F_DUPFD_CLOEXEC, 0); // each daemon closes its own
    if (l->wake_fd < 0 || fd < 0 || !start_daemon(l, fd, connections_max)) {
        if (fd >= 0 && !l->daemon)
            (void)close(fd);
        return cu_fail(err, CU_UNAVAILABLE, "listen", "the HTTP server did not start");
    }
    if (pthread_create(&l->thread, NULL, loop_run, l) != 0)
        return cu_fail(err, CU_MEMORY, "", "no thread for the server");
    l->running = true;
    return CU_OK;
}

void loop_quiesce(struct loop *l)
{
    atomic_store(&l->quiesce, true);
    if (l->wake_fd >= 0)
        wake(l);
}

void loop_stop(struct loop *l)
{
    atomic_store(&l->stop, true);
    if (l->running) {
        wake(l);
        (void)pthread_join(l->thread, NULL);
    }
    if (l->daemon)
        MHD_stop_daemon(l->daemon);
    if (l->wake_fd >= 0)
        (void)close(l->wake_fd);
}
