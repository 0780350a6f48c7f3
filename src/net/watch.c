// SPDX-License-Identifier: Apache-2.0
// Every connection and its deadline. libmicrohttpd only knows inactivity, so a client that sends a
// byte now and then could hold a connection for ever; the watch thread ends those, with a 408 where
// a request was under way in the clear.
#include "server_private.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void link_mark(struct link *l, enum link_state state, int64_t ms)
{
    int64_t deadline = ms > 0 ? cu_mono_us() + ms * 1000 : INT64_MAX;
    atomic_store_explicit(&l->state, state, memory_order_relaxed);
    atomic_store_explicit(&l->deadline_us, deadline, memory_order_release);
}

static bool peer_of(int fd, struct sockaddr_storage *ret)
{
    socklen_t len = sizeof *ret;
    return getpeername(fd, (struct sockaddr *)ret, &len) == 0;
}

enum MHD_Result link_admit(void *server, const struct sockaddr *from, socklen_t from_len)
{
    struct server *s = server;
    (void)from_len;
    if (!s->visitors || visitors_may_enter(s->visitors, from))
        return MHD_YES;
    meters_refused(s, REFUSAL_CROWDED);
    return MHD_NO;
}

static void link_start(struct loop *loop, struct MHD_Connection *c, void **socket_context)
{
    struct server *s = loop->server;
    struct link *l = cu_calloc(1, sizeof *l);
    *socket_context = l;
    if (!l)
        return; // its requests are answered with "no memory"
    l->server = s;
    l->loop = loop;
    l->local = loop->listener->local;
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    l->fd = i ? i->connect_fd : -1;
    l->denied = l->local && !listen_peer_allowed(l->fd);
    if (!l->local && peer_of(l->fd, &l->peer)) {
        listen_ip_text(&l->peer, l->ip, sizeof l->ip);
        if (s->visitors)
            visitors_enter(s->visitors, (const struct sockaddr *)&l->peer);
    }
    link_mark(l, LINK_IDLE, s->o.idle_ms_max);
    (void)pthread_mutex_lock(&s->links_lock);
    l->next = s->links;
    if (s->links)
        s->links->previous = l;
    s->links = l;
    (void)pthread_mutex_unlock(&s->links_lock);
    cu_metric_add(s->meters.open, 1);
}

static void link_end(struct link *l)
{
    struct server *s = l->server;
    (void)pthread_mutex_lock(&s->links_lock);
    if (l->next)
        l->next->previous = l->previous;
    if (l->previous)
        l->previous->next = l->next;
    else
        s->links = l->next;
    (void)pthread_mutex_unlock(&s->links_lock);
    cu_metric_add(s->meters.open, -1);
    if (s->visitors)
        visitors_leave(s->visitors, (const struct sockaddr *)&l->peer);
    cu_free(l->uri_long);
    cu_free(l);
}

// Called before libmicrohttpd closes the descriptor, so a link on the list has a valid one.
void link_notify(void *loop, struct MHD_Connection *c, void **socket_context,
    enum MHD_ConnectionNotificationCode toe)
{
    if (toe == MHD_CONNECTION_NOTIFY_STARTED) {
        link_start(loop, c, socket_context);
    } else if (*socket_context) {
        link_end(*socket_context);
        *socket_context = NULL;
    }
}

static void end_late(struct link *l)
{
    static const char answer[] =
        "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n"
        "Access-Control-Allow-Origin: *\r\n\r\n";
    enum link_state state = atomic_load_explicit(&l->state, memory_order_relaxed);
    if ((state == LINK_HEAD || state == LINK_BODY) && !l->loop->listener->tls)
        (void)send(l->fd, answer, sizeof answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (state != LINK_IDLE)
        meters_refused(l->server, REFUSAL_SLOW);
    (void)shutdown(l->fd, SHUT_RDWR); // libmicrohttpd sees the end and cleans up
    atomic_store(&l->deadline_us, INT64_MAX);
}

static void look(struct server *s)
{
    int64_t now = cu_mono_us();
    for (struct link *l = s->links; l; l = l->next)
        if (atomic_load_explicit(&l->deadline_us, memory_order_acquire) < now)
            end_late(l);
}

static int64_t smallest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void *watch_run(void *server)
{
    struct server *s = server;
    int64_t every_ms =
        smallest(s->o.idle_ms_max, smallest(s->o.header_ms_max, s->o.body_ms_max)) / 4;
    every_ms = every_ms > 1000 ? 1000 : every_ms < 20 ? 20 : every_ms;
    (void)pthread_mutex_lock(&s->links_lock);
    while (s->watching) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t ns = until.tv_nsec + every_ms * 1000000;
        until.tv_sec += ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
        (void)pthread_cond_timedwait(&s->links_changed, &s->links_lock, &until);
        look(s);
    }
    (void)pthread_mutex_unlock(&s->links_lock);
    return NULL;
}

cu_code watch_start(struct server *s, struct cu_error *err)
{
    s->watching = true;
    if (pthread_create(&s->watch, NULL, watch_run, s) == 0)
        return CU_OK;
    s->watching = false;
    return cu_fail(err, CU_MEMORY, "", "no thread for the server");
}

void watch_stop(struct server *s)
{
    (void)pthread_mutex_lock(&s->links_lock);
    bool was = s->watching;
    s->watching = false;
    (void)pthread_cond_signal(&s->links_changed);
    (void)pthread_mutex_unlock(&s->links_lock);
    if (was)
        (void)pthread_join(s->watch, NULL);
}
