// SPDX-License-Identifier: Apache-2.0
// What the files of the server share. Three kinds of object:
//   link      one connection; made and freed with it. The watch thread walks all links.
//   exchange  one request on a link, with its arena and buffers; pooled by the server.
//   listener  one address, with a few loops.
//   loop      one event thread with a libmicrohttpd daemon of its own. The daemon never waits: the
//             loop polls for it (loop.c says why), and nobody but the loop calls it.
//
// Who owns an exchange when: the event thread of its connection, until it suspends the connection
// (phase RUNNING -> SUSPENDED); then the worker or whoever promised request_finish; finish() gives
// it back to the event thread. The phase is the only field both sides may touch at once.
#pragma once

#include "listen.h"
#include "server.h"
#include "tls.h"
#include "visitors.h"

#include "base/clock.h"
#include "base/metric.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    URI_MAX = 8192,
    SWALLOW_MAX = 4 << 20, // bytes of a refused body that are read, so that the answer arrives
    BODY_RATE_MIN = 4096,  // bytes a second below which a body's time runs out
    STOCK_MAX = 16         // ready-made answers
};

// What a link is doing, for the watch thread: which answer, if any, a late client gets.
enum link_state { LINK_IDLE, LINK_HEAD, LINK_BODY, LINK_WORKING, LINK_ANSWERING };

struct link {
    struct server *server;
    struct loop *loop;
    struct link *next, *previous; // all links, under server->links_lock
    int fd;
    bool local;  // unix socket
    bool denied; // unix socket, and the peer is neither root nor us
    _Atomic(enum link_state) state;
    atomic_int_fast64_t deadline_us; // monotonic; INT64_MAX: none
    struct sockaddr_storage peer;    // family 0: unknown or local
    char ip[48];
    size_t uri_len; // 0: it was longer than URI_MAX, or there was no memory for it
    char *uri_long; // when it does not fit below
    char uri[512];
};

enum exchange_phase { EXCHANGE_RUNNING, EXCHANGE_SUSPENDED, EXCHANGE_FINISHED };

struct exchange {
    struct request rq; // first: a request is its exchange
    struct server *server;
    struct link *link;
    struct MHD_Connection *connection;
    struct exchange *next; // pool, work queue or the loop's list of finished ones
    struct cu_buf body;
    size_t body_max, body_seen, body_held; // held: counted in server->bodies_bytes
    bool refused;   // the answer stands already; the rest of the body is swallowed
    bool served;    // serve() was called: the next callback sends the answer
    bool counted;   // in server->under_way
    bool suspended; // in server->suspended
    bool close;     // say "Connection: close"
    bool preflight; // of a cors row: answered without serve()
    bool rest_wanted; // a worker makes the next piece of the answer
    bool rest_ended, rest_failed;
    size_t sent;      // of the piece in rq.response.body
    void *upload;
    bool uploading;
    int64_t started_us;
    _Atomic(enum exchange_phase) phase;
    char id[24];
};

struct listener {
    int fd;
    uint16_t port;
    bool local, tls;
};

struct loop {
    struct server *server;
    const struct listener *listener;
    struct MHD_Daemon *daemon;
    int epoll_fd; // the daemon's
    int wake_fd;  // eventfd: something is in `finished`, or a flag below was set
    pthread_t thread;
    bool running;
    _Atomic(struct exchange *) finished; // exchanges to be resumed, newest first
    atomic_bool quiesce, stop;
};
enum { LOOPS_MAX = 64 };

// Ready-made answers: the same MHD_Response serves any number of connections at once.
struct stock {
    const char *body; // a static text is known by its address
    int status;
    struct MHD_Response *response;
};

enum server_class { CLASS_COLLECT, CLASS_PUBLIC, CLASS_STAFF, CLASS_NONE, CLASS_COUNT };
enum server_refusal {
    REFUSAL_TOO_LARGE,
    REFUSAL_SLOW,
    REFUSAL_NO_ROUTE,
    REFUSAL_KEY,
    REFUSAL_BUSY,
    REFUSAL_CROWDED,
    REFUSAL_MALFORMED,
    REFUSAL_OTHER,
    REFUSAL_COUNT
};
struct server_meters {
    struct cu_metric *requests[CLASS_COUNT][6]; // by status / 100
    struct cu_metric *seconds[CLASS_COUNT];
    struct cu_metric *refusals[REFUSAL_COUNT];
    struct cu_metric *open, *bytes_in;
};

struct server {
    struct server_options o; // with the defaults filled in
    struct tls *tls;
    struct listener listeners[SERVER_LISTEN_MAX + 1];
    size_t listener_count;
    struct loop loops[LOOPS_MAX];
    size_t loop_count;
    struct visitors *visitors; // NULL: no limit per address

    pthread_mutex_t links_lock;
    struct link *links;
    pthread_cond_t links_changed; // wakes the watch thread to stop
    pthread_t watch;
    bool watching;

    pthread_mutex_t pool_lock;
    struct exchange *pool;
    size_t pooled;
    atomic_size_t under_way;    // from serve() to the last byte of the answer
    atomic_size_t suspended;    // connections libmicrohttpd must not be stopped with
    atomic_size_t bodies_bytes; // of requests not yet answered
    atomic_bool draining;

    pthread_mutex_t work_lock;
    pthread_cond_t work_there;
    struct exchange *work_first, **work_last;
    pthread_t *workers;
    uint32_t worker_count;
    bool work_ends;

    pthread_mutex_t stock_lock;
    struct stock stock[STOCK_MAX];
    atomic_size_t stock_count;
    struct MHD_Response *no_memory; // made while there was some

    struct server_meters meters;
    atomic_uint_fast64_t ids;
    uint64_t id_seed;
};

// exchange.c: the callbacks of libmicrohttpd, and the life of an exchange
void *exchange_uri(void *server, const char *uri, struct MHD_Connection *c);
enum MHD_Result exchange_handle(void *server, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_len,
    void **con_cls);
void exchange_completed(
    void *server, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode toe);
void exchange_end_of_serve(struct exchange *x); // worker: serve() returned
void exchange_resumed(struct exchange *x);      // event thread: it has the exchange back
void exchange_await_rest(struct exchange *x);   // event thread: a worker is asked for the next piece
void exchange_make_rest(struct exchange *x);    // worker: makes it

// loop.c: the event threads
cu_code loop_start(struct loop *l, struct cu_error *err) CU_MUST; // server and listener are set
void loop_finished(struct exchange *x); // any thread: the loop shall resume its connection
void loop_quiesce(struct loop *l);      // accept no more; returns at once
void loop_stop(struct loop *l);         // ends the thread and the daemon

// exchange_head.c: from the request's head to struct request
void exchange_fill(struct exchange *x, const char *method, const char *version);
cu_code exchange_check_head(struct exchange *x, const char *version, struct cu_error *err) CU_MUST;
int64_t exchange_content_length(const struct exchange *x); // -1: none given

// exchange_pool.c
struct exchange *exchange_take(struct server *s); // NULL when out of memory
void exchange_give(struct exchange *x);
void exchange_free_pool(struct server *s);
struct json_parser *exchange_thread_parser(size_t max); // this thread's; NULL without memory

// reply.c: from struct response to bytes
enum MHD_Result reply_send(struct exchange *x);
enum MHD_Result reply_without_memory(struct server *s, struct MHD_Connection *c);
void reply_refuse(
    struct exchange *x, const struct cu_error *err); // writes the problem and marks it
cu_code reply_start(struct server *s, struct cu_error *err) CU_MUST;
void reply_stop(struct server *s);

// watch.c: connections and their deadlines
void link_notify(void *loop, struct MHD_Connection *c, void **socket_context,
    enum MHD_ConnectionNotificationCode toe);
enum MHD_Result link_admit(void *server, const struct sockaddr *from, socklen_t from_len);
void link_mark(struct link *l, enum link_state state, int64_t ms_from_now); // 0: no deadline
cu_code watch_start(struct server *s, struct cu_error *err) CU_MUST;
void watch_stop(struct server *s);

// work.c: the worker threads
cu_code work_start(struct server *s, struct cu_error *err) CU_MUST;
void work_push(struct server *s, struct exchange *x);
void work_stop(struct server *s); // after the queue has run empty

// server_meters.c
void meters_init(struct server_meters *m);
enum server_class meters_class(const struct request *rq);
void meters_answered(struct server *s, const struct exchange *x, int status);
void meters_refused(struct server *s, enum server_refusal r);
