// SPDX-License-Identifier: Apache-2.0
// The HTTP server over real sockets: what HTTP asks of it, deferring, uploads, CORS, closing.
#include "harness.h"

struct fixture {
    struct app app;
    struct server *server;
    uint16_t port;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct cu_error err;
    app_start(&f->app);
    struct server_options o = app_options(&f->app);
    assert_int_equal(server_open(&o, &f->server, &err), CU_OK);
    f->port = server_port(f->server, 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    server_close(f->server);
    app_stop(&f->app);
    free(f);
    return 0;
}

static void expect(struct fixture *f, const char *request, int status, const char *body_part)
{
    struct reply *r = ask(f->port, request);
    if (r->status != status || (body_part && !has_body(r, body_part)))
        print_error("asked: %.80s\nwanted: %d %s\ngot: %s\n", request, status,
            body_part ? body_part : "", r->bytes);
    assert_int_equal(r->status, status);
    assert_true(!body_part || has_body(r, body_part));
    free(r);
}

static void test_basic_requests(void **state)
{
    struct fixture *f = *state;
    expect(f, "GET /hello?a=1%20b&c HTTP/1.1\r\nHost: x\r\n\r\n", 200, "\"query\":\"a=1%20b&c\"");
    expect(f, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200,
        "\"ip\":\"127.0.0.1\",\"tls\":false,\"local\":false");
    expect(f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 200, "hello");
    expect(f,
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        200, "abcde");
    expect(f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 204, NULL);
    expect(f, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 200,
        "{\"success\":true}");
    expect(f, "POST /in?now HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 200,
        "{\"success\":true}");
    expect(f, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 200,
        "{\"success\":true}");
    expect(f, "POST /later?now HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 200,
        "{\"success\":true}");
    expect(f, "GET /none HTTP/1.1\r\nHost: x\r\n\r\n", 204, NULL);
    expect(f, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404, "\"code\":\"not_found\"");
    expect(f, "DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n", 405, "\"code\":\"method_not_allowed\"");
    expect(f, "GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 200, "\"path\"");
    expect(f, "GET /he%6Clo HTTP/1.1\r\nHost: x\r\n\r\n", 404, NULL); // the path is as sent
}

static void test_head_and_old_versions(void **state)
{
    struct fixture *f = *state;
    struct reply *r = ask(f->port, "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r->status, 200);
    assert_int_equal(r->body.len, 0);
    assert_true(strstr(r->bytes, "Content-Length: ") != NULL);
    free(r);
    r = ask(f->port, "GET /hello HTTP/1.0\r\n\r\n");
    assert_int_equal(r->status, 200);
    assert_true(r->closed);
    free(r);
    r = ask(f->port, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_int_equal(r->status, 200);
    assert_false(r->closed);
    free(r);
    r = ask(f->port, "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_int_equal(r->status, 200);
    assert_true(r->closed);
    free(r);
}

static void test_keep_alive_and_pipelining(void **state)
{
    struct fixture *f = *state;
    int fd = dial(f->port);
    for (int i = 0; i < 50; i++) {
        const char *q = i % 3 == 0   ? "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
                        : i % 3 == 1 ? "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
                                     : "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
        put(fd, cu_str_of(q));
        struct reply *r = get_reply(fd, false);
        assert_int_equal(r->status, i % 3 == 2 ? 404 : 200);
        assert_false(r->closed);
        free(r);
    }
    put(fd, CU_LIT("GET /hello?1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /in HTTP/1.1\r\nHost: "
                   "x\r\nContent-Length: 2\r\n\r\n{}"
                   "GET /hello?3 HTTP/1.1\r\nHost: x\r\n\r\n"));
    struct reply *r = get_reply(fd, false);
    pause_ms(100);
    struct reply *rest = get_reply(fd, false);
    struct cu_buf all;
    cu_buf_init(&all, 1 << 20);
    cu_buf_add(&all, r->bytes, r->len);
    cu_buf_add(&all, rest->bytes, rest->len);
    const char *first = strstr(all.ptr, "\"query\":\"1\""), *second = strstr(all.ptr, "success"),
               *third = strstr(all.ptr, "\"query\":\"3\"");
    assert_true(first && second && third && first < second && second < third);
    cu_buf_clear(&all);
    free(r);
    free(rest);
    (void)close(fd);
}

static void test_framing_that_two_readers_could_read_differently(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nabcd",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /hello HTTP/1.1\r\n\r\n",
    };
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        struct reply *r = ask(f->port, bad[i]);
        if (r->status != 400 || !r->closed)
            print_error("case %zu: %s\n", i, r->bytes);
        assert_int_equal(r->status, 400);
        assert_true(r->closed);
        free(r);
    }
}

static char *long_request(const char *before, size_t count, const char *after)
{
    size_t b = strlen(before), a = strlen(after);
    char *z = malloc(b + count + a + 1);
    memcpy(z, before, b);
    memset(z + b, 'a', count);
    memcpy(z + b + count, after, a + 1);
    return z;
}

static void test_sizes(void **state)
{
    struct fixture *f = *state;
    char *z = long_request("GET /", 9000, " HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(f, z, 413, "request target");
    free(z);
    z = long_request("GET /hello HTTP/1.1\r\nHost: x\r\nX: ", 40000, "\r\n\r\n");
    expect(f, z, 431, NULL);
    free(z);
    z = long_request("GET /hello?", 4000, " HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(f, z, 200, "aaaa");
    free(z);
    z = long_request(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n", 200000, "");
    expect(f, z, 200, "aaaa");
    free(z);
    // one byte too many: the answer arrives although all of the body was sent, and the connection
    // lives
    z = long_request(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200001\r\n\r\n", 200001, "");
    struct reply *r = ask(f->port, z);
    assert_int_equal(r->status, 413);
    assert_true(has_body(r, "\"code\":\"too_large\""));
    assert_false(r->closed);
    free(r);
    free(z);
    z = long_request("POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n",
        70000, "\r\n0\r\n\r\n");
    r = ask(f->port, z);
    assert_int_equal(r->status, 413);
    assert_true(has_header(r, "Access-Control-Allow-Origin: *"));
    free(r);
    free(z);
    // far too large: refused without reading it
    r = ask(f->port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
    assert_int_equal(r->status, 413);
    assert_true(r->closed);
    free(r);
    int served = atomic_load(&f->app.served);
    expect(f,
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
        "99999999\r\n\r\n",
        413, NULL);
    assert_int_equal(atomic_load(&f->app.served), served);
}

static void test_expect_continue(void **state)
{
    struct fixture *f = *state;
    int fd = dial(f->port);
    put(fd,
        CU_LIT(
            "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
    char interim[64] = "";
    assert_true(recv(fd, interim, sizeof interim - 1, 0) > 0);
    assert_non_null(strstr(interim, "100 Continue"));
    put(fd, CU_LIT("body"));
    struct reply *r = get_reply(fd, false);
    assert_int_equal(r->status, 200);
    assert_true(has_body(r, "body"));
    free(r);
    (void)close(fd);
}

static void test_large_answer(void **state)
{
    struct fixture *f = *state;
    struct reply *r = ask(f->port, "GET /large?3000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r->status, 200);
    assert_int_equal(r->body.len, 3000000);
    free(r);
    // beyond the server's own maximum: an honest failure, not half an answer
    expect(f, "GET /large?70000000 HTTP/1.1\r\nHost: x\r\n\r\n", 500, "\"code\":\"internal\"");
}

static void test_headers_of_answers(void **state)
{
    struct fixture *f = *state;
    struct reply *r =
        ask(f->port, "GET /hello HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n\r\n");
    assert_true(has_header(r, "X-Content-Type-Options: nosniff"));
    assert_true(has_header(r, "Content-Type: application/json"));
    assert_true(strstr(r->bytes, "X-Request-Id: ") != NULL);
    assert_true(strstr(r->bytes, "Access-Control") == NULL);
    free(r);
    for (int i = 0; i < 2; i++) { // the second time from the stock
        r = ask(f->port, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
        assert_true(has_header(r, "Access-Control-Allow-Origin: *"));
        assert_true(has_header(r, "Access-Control-Expose-Headers: Retry-After, X-Request-Id"));
        assert_true(has_header(r, "Content-Type: application/json"));
        assert_true(has_body(r, "{\"success\":true}"));
        free(r);
    }
    r = ask(f->port, "POST /in HTTP/1.1\r\nHost: x\r\nOrigin: "
                     "https://shop.example\r\nContent-Length: 2\r\n\r\n{}");
    assert_true(has_header(r, "Access-Control-Allow-Origin: https://shop.example"));
    assert_true(has_header(r, "Access-Control-Allow-Credentials: true"));
    assert_true(has_header(r, "Vary: Origin"));
    free(r);
}

static void test_preflight(void **state)
{
    struct fixture *f = *state;
    int served = atomic_load(&f->app.served);
    struct reply *r = ask(f->port,
        "OPTIONS /in HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n"
        "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-own\r\n\r\n");
    assert_int_equal(r->status, 204);
    assert_true(has_header(r,
        "Access-Control-Allow-Headers: authorization, content-type, content-encoding, "
        "x-write-key, x-retry-count, anonymousid, sentat, x-own"));
    assert_true(has_header(r, "Access-Control-Max-Age: 7200"));
    assert_true(has_header(r, "Access-Control-Allow-Methods: GET, POST, OPTIONS"));
    assert_true(has_header(r, "Access-Control-Allow-Origin: https://a.example"));
    free(r);
    expect(f, "OPTIONS /hello HTTP/1.1\r\nHost: x\r\n\r\n", 405, NULL);
    assert_int_equal(atomic_load(&f->app.served), served);
}

static void test_uploads_stream(void **state)
{
    struct fixture *f = *state;
    char *z = long_request(
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n", 9000000, "");
    expect(f, z, 202, "{\"number\":77}");
    assert_int_equal(atomic_load(&f->app.uploaded), 9000000);
    assert_int_equal(atomic_load(&f->app.uploads_closed), 1);
    expect(f, "POST /upload?refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 403,
        "no uploads today");
    f->app.upload_fails = CU_FULL;
    expect(
        f, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 507, "storage_full");
    assert_int_equal(atomic_load(&f->app.uploads_aborted), 1);
    f->app.upload_fails = CU_OK;
    int fd = dial(f->port); // the client gives up half-way
    put(fd, CU_LIT("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"));
    pause_ms(50);
    (void)close(fd);
    for (int i = 0; i < 100 && atomic_load(&f->app.uploads_aborted) < 2; i++)
        pause_ms(10);
    assert_int_equal(atomic_load(&f->app.uploads_aborted), 2);
    assert_int_equal(atomic_load(&f->app.uploads_open), 3);
    free(z);
}

static void test_clients_that_vanish(void **state)
{
    struct fixture *f = *state;
    f->app.delay_ms = 20;
    for (int i = 0; i < 200; i++) {
        int fd = dial(f->port);
        static const char *const parts[] = {"", "GET", "POST /in HTTP/1.1\r\nHo",
            "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
            "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
            "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"};
        put(fd, cu_str_of(parts[i % 6]));
        if (i % 2) {
            struct linger hard = {1, 0}; // a reset instead of an orderly end
            (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        }
        (void)close(fd);
    }
    f->app.delay_ms = 0;
    expect(f, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200, NULL);
}

// Closing waits for what is deferred and answers it.
static void test_close_answers_what_is_under_way(void **state)
{
    struct fixture *f = *state;
    f->app.delay_ms = 300;
    pause_ms(20);
    int fds[20];
    for (int i = 0; i < 20; i++) {
        fds[i] = dial(f->port);
        put(fds[i], CU_LIT("POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
    }
    for (int i = 0; i < 200 && atomic_load(&f->app.served) < 20; i++)
        pause_ms(5);
    server_close(f->server);
    f->server = NULL;
    for (int i = 0; i < 20; i++) {
        struct reply *r = get_reply(fds[i], false);
        assert_int_equal(r->status, 200);
        free(r);
        (void)close(fds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_basic_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(test_head_and_old_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keep_alive_and_pipelining, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_framing_that_two_readers_could_read_differently, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_expect_continue, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_headers_of_answers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_preflight, setup, teardown),
        cmocka_unit_test_setup_teardown(test_uploads_stream, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clients_that_vanish, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_answers_what_is_under_way, setup, teardown),
    };
    return cmocka_run_group_tests_name("net/server", tests, NULL, NULL);
}
