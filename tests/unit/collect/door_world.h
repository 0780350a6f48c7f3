// SPDX-License-Identifier: Apache-2.0
// The world of the tracking API's tests: a real journal in a temporary folder, requests made in
// process, sources in a table (door.c asks for no more of them than the two functions below).
#pragma once

#include "collect/door.h"
#include "collect/record.h"

#include "base/clock.h"
#include "base/fault.h"
#include "crypto/keyring.h"
#include "text/text.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include <zlib.h>

#define KEY "wk_test"
#define BASIC "Basic d2tfdGVzdDo=" // "wk_test:"

// ---- sources, as far as the doors ask for them

static const struct source known[] = {
    {.number = 7,
        .write_key = KEY,
        .name = "shop",
        .kind = "http",
        .enabled = true,
        .created_ms = 1700000000000},
    {.number = 8, .write_key = "wk_off", .name = "off", .kind = "http", .enabled = false},
    {.number = 9,
        .write_key = "wk_sample",
        .name = "sample",
        .kind = "sample",
        .enabled = true,
        .sample = true},
};
static struct {
    uint64_t accepted, refused;
    char last_error[32];
} counted;

bool sources_by_key(struct sources *s, cu_str write_key, struct source *ret)
{
    (void)s;
    for (size_t i = 0; i < CU_COUNT(known); i++) {
        if (cu_str_eqz(write_key, known[i].write_key)) {
            *ret = known[i];
            return true;
        }
    }
    return false;
}

void sources_count(struct sources *s, uint32_t number, uint64_t accepted, uint64_t refused,
    int64_t now_ms, const char *last_error_code)
{
    (void)s;
    (void)number;
    (void)now_ms;
    counted.accepted += accepted;
    counted.refused += refused;
    (void)snprintf(counted.last_error, sizeof counted.last_error, "%s",
        last_error_code ? last_error_code : "");
}

// ---- a request and its answer

struct world {
    char folder[64];
    struct keyring *keyring;
    struct journal *journal;
    struct journal_reader *reader;
    struct dictionary *dictionary;
    struct door *door;
    struct json_parser *parser;
};
static struct world w;

struct header {
    const char *name, *value;
};

struct call {
    struct request rq; // first: what the handler gets
    const struct header *headers;
    pthread_mutex_t lock;
    pthread_cond_t finished_now;
    bool finished;
    cu_code code;
    struct cu_error err;
};

static inline cu_str header_of(struct request *rq, const char *name)
{
    const struct header *h = ((struct call *)rq)->headers;
    for (; h && h->name; h++)
        if (cu_str_eq_nocase(cu_str_of(h->name), cu_str_of(name)))
            return cu_str_of(h->value);
    return CU_NONE;
}

static inline void finish(struct request *rq)
{
    struct call *c = (struct call *)rq;
    (void)pthread_mutex_lock(&c->lock);
    c->finished = true;
    (void)pthread_cond_signal(&c->finished_now);
    (void)pthread_mutex_unlock(&c->lock);
}

// As the dispatcher does: a path as it stands comes before a pattern.
static inline const struct spec_route *find_route(
    const char *method, const char *path, struct spec_value *parameter)
{
    const struct module *m = &collect_door_module;
    for (size_t i = 0; i < m->route_count; i++)
        if (strcmp(m->routes[i].method, method) == 0 && strcmp(m->routes[i].path, path) == 0)
            return &m->routes[i];
    for (size_t i = 0; i < m->route_count; i++) {
        const char *pattern = m->routes[i].path, *open = strchr(pattern, '{');
        size_t before = open ? (size_t)(open - pattern) : 0;
        if (!open || strcmp(m->routes[i].method, method) != 0 ||
            strncmp(pattern, path, before) != 0)
            continue;
        size_t len = strcspn(path + before, "/");
        if (len > 0 && strcmp(path + before + len, strchr(open, '}') + 1) == 0) {
            *parameter = (struct spec_value){.present = true, .text = {path + before, len}};
            return &m->routes[i];
        }
    }
    return NULL;
}

// path may have a query behind "?"
static inline struct call *ask(
    const char *method, const char *path, const struct header *headers, cu_str body)
{
    struct call *c = calloc(1, sizeof *c);
    char route_path[256];
    struct spec_value parameter = {0};
    cu_str query = cu_str_of(path), before = cu_str_cut(&query, '?');
    (void)snprintf(route_path, sizeof route_path, "%.*s", CU_ARG(before));
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_cond_init(&c->finished_now, NULL);
    c->headers = headers;
    c->rq = (struct request){
        .arena = cu_arena_new(16 << 20),
        .json = w.parser,
        .module = w.door,
        .method = cu_str_of(method),
        .path = before,
        .query = query.ptr ? query : CU_LIT(""),
        .body = body,
        .id = CU_LIT("test"),
        .remote_ip = CU_LIT("198.51.100.4"),
        .received_ms = cu_now_ms(),
        .header = header_of,
        .finish = finish,
    };
    cu_buf_init(&c->rq.response.body, 4 << 20);
    c->rq.route = find_route(method, route_path, &parameter);
    if (!c->rq.route)
        print_error("no route for %s %s\n", method, path);
    assert_non_null(c->rq.route);
    c->rq.path_values.fields = c->rq.route->path_fields;
    c->rq.path_values.at[0] = parameter;
    c->code = c->rq.route->handler(&c->rq, &c->err);
    if (!c->rq.deferred) {
        if (c->code != CU_OK)
            request_problem(&c->rq, &c->err);
        return c;
    }
    (void)pthread_mutex_lock(&c->lock);
    while (!c->finished)
        (void)pthread_cond_wait(&c->finished_now, &c->lock);
    (void)pthread_mutex_unlock(&c->lock);
    return c;
}

static inline cu_str answer_of(const struct call *c)
{
    return c->rq.response.static_body.ptr ? c->rq.response.static_body
                                          : cu_buf_view(&c->rq.response.body);
}

static inline cu_str answer_header(const struct call *c, const char *name)
{
    for (size_t i = 0; i < c->rq.response.header_count; i++)
        if (cu_str_eq_nocase(cu_str_of(c->rq.response.headers[i].name), cu_str_of(name)))
            return c->rq.response.headers[i].value;
    return CU_NONE;
}

static inline void end(struct call *c)
{
    cu_buf_clear(&c->rq.response.body);
    cu_arena_free(c->rq.arena);
    (void)pthread_mutex_destroy(&c->lock);
    (void)pthread_cond_destroy(&c->finished_now);
    free(c);
}

static const struct header with_key[] = {{"Authorization", BASIC}, {NULL, NULL}};

static inline void expect(
    const char *path, const struct header *headers, cu_str body, int status, const char *part)
{
    struct call *c = ask("POST", path, headers, body);
    cu_str answer = answer_of(c);
    bool good =
        c->rq.response.status == status && (!part || cu_str_find_str(answer, cu_str_of(part)) >= 0);
    if (!good)
        print_error("%s %.*s\n  wanted %d %s\n  got %d %.*s\n", path,
            body.len < 200 ? (int)body.len : 200, body.ptr, status, part ? part : "",
            c->rq.response.status, answer.len < 600 ? (int)answer.len : 600, answer.ptr);
    assert_true(good);
    end(c);
}

// The next record of the journal; the views live until the one after it is read.
static inline bool next(struct record *ret)
{
    struct journal_record r;
    struct cu_error err;
    bool more = false;
    assert_int_equal(journal_next(w.reader, 0, &r, &more, &err), CU_OK);
    if (more)
        assert_int_equal(record_decode(r.bytes, ret, &err), CU_OK);
    return more;
}

static inline size_t skip_all(void)
{
    struct record r;
    size_t n = 0;
    while (next(&r))
        n++;
    return n;
}

static inline const struct dictionary *dictionary_now(void *context)
{
    (void)context;
    return w.dictionary;
}

static inline int setup(void **state)
{
    static const uint8_t root[32] = {1, 2, 3};
    struct cu_error err;
    (void)state;
    memset(&counted, 0, sizeof counted);
    (void)snprintf(w.folder, sizeof w.folder, "/tmp/custos-door-XXXXXX");
    assert_non_null(mkdtemp(w.folder));
    assert_int_equal(keyring_from_bytes(root, &w.keyring, &err), CU_OK);
    struct journal_options o = {
        .folder = w.folder, .keyring = w.keyring, .segment_bytes_max = 16 << 20};
    assert_int_equal(journal_open(&o, &w.journal, &err), CU_OK);
    assert_int_equal(journal_reader_open(w.journal, 1, &w.reader, &err), CU_OK);
    assert_int_equal(dictionary_load(CU_LIT(""), &w.dictionary, &err), CU_OK);
    struct door_options d = {
        .journal = w.journal, .keyring = w.keyring, .dictionary = dictionary_now};
    assert_int_equal(door_open(&d, &w.door, &err), CU_OK);
    w.parser = json_parser_new(8 << 20);
    return 0;
}

static inline int teardown(void **state)
{
    char command[128];
    (void)state;
    json_parser_free(w.parser);
    journal_reader_close(w.reader);
    journal_close(w.journal);
    door_close(w.door);
    dictionary_free(w.dictionary);
    keyring_close(w.keyring);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", w.folder);
    return system(command);
}

#define TRACK "{\"userId\":\"u\",\"event\":\"Seen\",\"messageId\":\"m-1\"}"
#define TRACK_WITH(key) "{\"userId\":\"u\",\"event\":\"Seen\",\"writeKey\":\"" key "\"}"

static inline struct cu_buf squeeze(cu_str bytes, int window)
{
    struct cu_buf out;
    cu_buf_init(&out, 1 << 26);
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, bytes.len);
    z.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
    z.avail_in = (unsigned)bytes.len;
    z.next_out = (unsigned char *)cu_buf_room(&out, room);
    z.avail_out = (unsigned)room;
    int rc = deflate(&z, Z_FINISH);
    out.len = room - z.avail_out;
    (void)deflateEnd(&z);
    assert_int_equal(rc, Z_STREAM_END);
    return out;
}

// {"userId":"u","event":"Seen","properties":{"x":"aaa..."}} of exactly `size` bytes
static inline char *event_of(size_t size, const char *type)
{
    char *z = malloc(size + 1);
    int head =
        snprintf(z, size, "{%s\"userId\":\"u\",\"event\":\"Seen\",\"properties\":{\"x\":\"", type);
    memset(z + head, 'a', size - (size_t)head - 3);
    memcpy(z + size - 3, "\"}}", 4);
    return z;
}
