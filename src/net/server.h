// SPDX-License-Identifier: Apache-2.0
// The HTTP server: libmicrohttpd driven by our own event loops, behind our own struct request. It
// knows bytes, limits, times and connections; what a path means is asked of the dispatcher through
// hooks.
//
// The way of a request: head complete -> route() -> body arrives within the row's limit -> serve()
// -> the answer, at once or after request_defer + request_finish from any thread. Rows with
// SPEC_WRITE_KEY and no may_wait (the collection doors: no database, never block) are served on the event threads;
// all others on worker threads, so that a slow page never holds up the intake.
//
// What the dispatcher may rely on, beyond spec/request.h:
// * rq->path is as sent, still percent-encoded, without the query; rq->query without the "?".
// * For HEAD route() finds the GET row; for OPTIONS the row of any method on the path. A preflight
//   of a `cors` row is answered here and never reaches serve().
// * On the unix socket the peer was checked and rq->caller is CALLER_LOCAL; else CALLER_NOBODY.
// * CORS headers are on every answer of a `cors` row, errors included; the other rows get the
//   option's default headers, unless the handler set one of that name itself.
// * HTTP/1.0, keep-alive, HEAD, 100-continue, chunked bodies: done here.
#pragma once

#include "spec/request.h"

struct server_header {
    const char *name, *value;
};

struct server_hooks {
    void *context;
    // The head is complete. Sets rq->route (and path_values) or refuses: the error becomes the
    // answer. Runs on an event thread and must not block.
    cu_code (*route)(void *context, struct request *rq, struct cu_error *err);
    // The body is complete. Fills rq->response, errors included, or defers.
    void (*serve)(void *context, struct request *rq);
    // Where bodies of SPEC_BODY_UPLOAD go while they arrive; open also decides whether this caller
    // may upload at all. close: complete, returns the number for rq->upload; abort: forget it.
    // All NULL when no row uploads. They run on an event thread and may write files.
    cu_code (*upload_open)(
        void *context, struct request *rq, void **ret_upload, struct cu_error *err);
    cu_code (*upload_write)(void *context, void *upload, cu_str bytes, struct cu_error *err);
    cu_code (*upload_close)(void *context, void *upload, int64_t *ret_number, struct cu_error *err);
    void (*upload_abort)(void *context, void *upload);
};

// Zero means the default in brackets. Strings and tables outlive the server. Everything is bounded.
struct server_options {
    const char *const *listen;       // "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0" (any free port)
    size_t listen_count;             // at most SERVER_LISTEN_MAX
    const char *unix_path;           // made with mode 0600, replacing a stale one; NULL: none
    const char *tls_cert, *tls_key;  // PEM files for the TCP addresses; both or none
    uint32_t threads;                // event threads per address, at most 7 [2]
    uint32_t workers;                // threads for rows that may block [4]
    uint32_t connections_max;        // per address [8192]
    uint32_t connections_per_ip_max; // [0: no limit of its own]
    size_t header_bytes_max;         // request line and header fields [16 KiB]
    int64_t idle_ms_max;             // a kept-alive connection without a request [75 s]
    int64_t header_ms_max;           // from first byte to complete head [15 s]
    int64_t body_ms_max;             // for the body, plus a second for each 4 KiB that came [30 s]
    size_t arena_bytes_max;          // per request [16 MiB]
    size_t json_bytes_max;           // largest document of the threads' parsers [8 MiB]
    size_t answer_bytes_max;         // [64 MiB]
    size_t bodies_bytes_max;         // all bodies in memory together; beyond: 429 [256 MiB]
    bool trust_proxy; // take address and scheme from the last X-Forwarded-For, X-Forwarded-Proto
    const struct server_header *headers; // default headers of rows without cors, {NULL} ends
    struct server_hooks hooks;
};
#define SERVER_LISTEN_MAX 8

struct server;
// Listens when it returns. CU_INVALID (address, certificate), CU_CONFLICT (address in use), CU_IO.
cu_code server_open(
    const struct server_options *o, struct server **ret, struct cu_error *err) CU_MUST;
// The port of the listen address with this index (for ":0"); 0 when there is none.
uint16_t server_port(const struct server *s, size_t index);
// Reads certificate and key again; new handshakes use them, open connections go on. On an error the
// old ones stay. CU_NOT_FOUND without TLS.
cu_code server_reload_tls(struct server *s, struct cu_error *err) CU_MUST;
// Stops accepting, answers what is under way (deferred requests must get their request_finish while
// this waits: close the server before the journal), then ends the threads. NULL is fine.
void server_close(struct server *s);
