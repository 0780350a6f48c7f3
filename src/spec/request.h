// SPDX-License-Identifier: Apache-2.0
// One request on its way through a handler: decoded, permitted, with an arena and a place for the
// answer. The same struct serves HTTP, the local socket and in-process calls of the command line;
// the transport is behind `finish`.
#pragma once

#include "spec.h"

#include "base/clock.h"

enum caller_kind {
    CALLER_NOBODY, CALLER_STAFF, CALLER_TOKEN, CALLER_LOCAL /* local socket or in-process */,
    CALLER_PERSON // somebody at their own record, in the privacy centre: inner reads of that one person alone
};
struct caller {
    enum caller_kind kind;
    int64_t staff_id;        // CALLER_STAFF; CALLER_TOKEN: who made the token
    int64_t token_id;        // CALLER_TOKEN
    uint8_t session_hash[32]; // CALLER_STAFF
    struct cu_uuid person;   // CALLER_PERSON: whose record, as routes name it
    uint64_t permissions;    // bit per enum spec_permission
    uint8_t view[SPEC_LEVELS]; // enum spec_view per protection level
    char role[32];           // "owner"; "" for the local operator
    char purpose[24];        // what the work is for: "support", "marketing", ... (guard/guard.h)
    int64_t proved_ms;       // when the session last proved itself (password, factor); for routes with reauth
    bool break_glass;        // sees unmasked for a stated reason, for a while; every read says so
};

#define REQUEST_HEADERS_MAX 12
struct response {
    int status;               // 0 until the handler sets one; then 200 when a body was written
    const char *content_type; // default "application/json"
    struct cu_buf body;
    cu_str static_body;       // instead of body: bytes that outlive the process (embedded files)
    struct {
        const char *name;
        cu_str value; // in the request's arena or static
    } headers[REQUEST_HEADERS_MAX];
    size_t header_count;
    // The rest of an answer that is too long to be made at once: `next` puts the next piece (at most some hundred KiB) into
    // `body`, which was sent and is empty, and says whether more follows. On a worker's thread; it enters the guard by
    // itself. A failure breaks the connection off, so that nobody takes a part for the whole. `close` is called once, also
    // when nobody wants the rest.
    struct {
        cu_code (*next)(struct request *rq, void *context, bool *ret_more, struct cu_error *err);
        void (*close)(void *context);
        void *context;
    } rest;
};

struct request {
    struct cu_arena *arena;
    struct json_parser *json;        // this thread's
    const struct spec_route *route;
    void *module;                    // instance of the module that owns the route
    struct spec_values path_values, query_values, body_values;
    cu_str method, path, query, body; // body: BODY_RAW, and the JSON text of BODY_JSON
    cu_str id;                       // request id, for the log and the answer
    cu_str remote_ip;                // textual, without port; empty in process
    bool tls;
    int64_t received_ms;
    int64_t upload;                  // BODY_UPLOAD: number of the spool file
    struct caller caller;
    struct response response;
    bool deferred;                   // the answer comes later through request_finish
    struct {
        const char *name; // NULL: none
        cu_str json;
    } problem_member; // request_problem_member
    // transport
    cu_str (*header)(struct request *rq, const char *name); // case-insensitive; CU_NONE when absent
    void (*finish)(struct request *rq);                      // from any thread, once, after request_defer
    void *transport;
};

cu_str request_header(struct request *rq, const char *name);
cu_str request_path_str(const struct request *rq, const char *name);
struct json_writer request_json(struct request *rq, int status); // writer over the response body
cu_code request_header_add(struct request *rq, const char *name, cu_str value) CU_MUST; // value copied to the arena
void request_defer(struct request *rq);  // the handler returns without an answer; someone calls finish
void request_finish(struct request *rq);
// Writes err as application/problem+json (RFC 9457: type, title, status, detail, code, field, request_id).
void request_problem(struct request *rq, const struct cu_error *err);
// One member more of the refusal that the handler is about to return (RFC 9457, extension members), as JSON text in
// the request's arena. The row "problem_members" of spec/print_openapi.c declares it.
void request_problem_member(struct request *rq, const char *name, cu_str text);
