// SPDX-License-Identifier: Apache-2.0
// The sample shop's HTTP client against a small server that misbehaves by script: every call arrives
// and is counted once, waits are kept, hopeless answers end it with the right code.
#include "app/demo.h"
#include "app/demo_sender.h"
#include "base/clock.h"
#include "base/fault.h"
#include "text/json.h"
#include "text/text.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { CONNECTIONS_MAX = 64, SCRIPT_MAX = 16, NUMBERS_MAX = 4096 };

// What to do with the n-th request; beyond the script: 200.
enum act { FINE, WAIT_A_SECOND, BUSY_BARE, BROKEN, RESET, DENIED, GONE, REFUSE_TWO, SILENT_BODY };

struct server {
    int listener, port;
    pthread_t thread, workers[CONNECTIONS_MAX];
    int fds[CONNECTIONS_MAX];
    size_t connections;
    pthread_mutex_t lock;
    enum act script[SCRIPT_MAX];
    size_t script_length, at;
    bool always; // the last act goes on for ever
    // what arrived in requests answered 200
    uint8_t seen[NUMBERS_MAX];
    size_t batches, biggest_batch, biggest_body;
    int64_t waited_from_us, waited_us; // between a 429 and the request after it
    bool bad;                          // something was not as promised
};

static enum act next_act(struct server *s)
{
    enum act a = FINE;
    if (s->at < s->script_length)
        a = s->script[s->at++];
    else if (s->always && s->script_length > 0)
        a = s->script[s->script_length - 1];
    return a;
}

// Takes note of a batch's numbers: calls are {"n":17}.
static size_t note_batch(struct server *s, cu_str body)
{
    struct json_parser *parser = json_parser_new(1 << 20);
    struct cu_error err;
    json v;
    size_t count = 0;
    s->bad = s->bad || json_parse(parser, body, &v, &err) != CU_OK;
    for (struct json_iter it = json_each(json_get(v, "batch")); !s->bad && json_next(&it); count++) {
        int64_t n = 0;
        (void)json_i64(json_get(it.value, "n"), &n);
        if (n >= 0 && n < NUMBERS_MAX)
            s->seen[n]++;
    }
    s->bad = s->bad || json_str(json_path(v, "context.library.name")).len == 0;
    json_parser_free(parser);
    s->batches++;
    s->biggest_batch = count > s->biggest_batch ? count : s->biggest_batch;
    s->biggest_body = body.len > s->biggest_body ? body.len : s->biggest_body;
    return count;
}

static void say(int fd, const char *status, const char *header, const char *body)
{
    char text[512];
    int n = snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen(body), header, body);
    (void)!write(fd, text, (size_t)n);
}

static bool answer(struct server *s, int fd, cu_str head, cu_str body)
{
    char accepted[128];
    bool keep = true;
    pthread_mutex_lock(&s->lock);
    enum act a = next_act(s);
    s->bad = s->bad || !cu_str_starts(head, CU_LIT("POST /v1/batch HTTP/1.1\r\n")) ||
             cu_str_find_str(head, CU_LIT("Authorization: Basic d2tfdGVzdDo=\r\n")) < 0;
    if (s->waited_from_us) {
        s->waited_us = cu_mono_us() - s->waited_from_us;
        s->waited_from_us = 0;
    }
    size_t count = a == FINE || a == REFUSE_TWO || a == SILENT_BODY ? note_batch(s, body) : 0;
    switch (a) {
    case FINE:
    case REFUSE_TWO:
        (void)snprintf(accepted, sizeof accepted, "{\"success\":true,\"refused\":[],\"accepted\":%zu}", a == FINE ? count : count - 2);
        say(fd, "200 OK", "", accepted);
        break;
    case SILENT_BODY:
        say(fd, "200 OK", "", "ok");
        break;
    case WAIT_A_SECOND:
        s->waited_from_us = cu_mono_us();
        say(fd, "429 Too Many", "Retry-After: 1\r\n", "{}");
        break;
    case BUSY_BARE:
        say(fd, "429 Too Many", "", "{}");
        break;
    case BROKEN:
        say(fd, "503 No", "", "{}");
        break;
    case DENIED:
        say(fd, "401 No", "", "{}");
        break;
    case GONE:
        say(fd, "404 No", "", "{}");
        break;
    case RESET:
        keep = false;
        break;
    }
    pthread_mutex_unlock(&s->lock);
    return keep;
}

struct connection {
    struct server *server;
    int fd;
};

static void *serve_connection(void *context)
{
    struct connection c = *(struct connection *)context;
    free(context);
    struct cu_buf in;
    cu_buf_init(&in, 1 << 20);
    for (bool keep = true; keep;) {
        cu_str text = cu_buf_view(&in);
        ptrdiff_t end = cu_str_find_str(text, CU_LIT("\r\n\r\n"));
        ptrdiff_t at = cu_str_find_str(text, CU_LIT("Content-Length: "));
        size_t length = at >= 0 ? (size_t)strtoul(text.ptr + at + 16, NULL, 10) : 0;
        if (end >= 0 && text.len >= (size_t)end + 4 + length) {
            size_t whole = (size_t)end + 4 + length;
            keep = answer(c.server, c.fd, cu_str_sub(text, 0, (size_t)end + 4), cu_str_sub(text, (size_t)end + 4, length));
            memmove(in.ptr, in.ptr + whole, in.len - whole);
            in.len -= whole;
            continue;
        }
        char *room = cu_buf_room(&in, 65536);
        ssize_t n = room ? read(c.fd, room, 65536) : 0;
        if (n <= 0)
            break;
        in.len += (size_t)n;
        in.ptr[in.len] = 0;
    }
    (void)shutdown(c.fd, SHUT_RDWR);
    cu_buf_clear(&in);
    return NULL;
}

static void *serve(void *context)
{
    struct server *s = context;
    int fd;
    while (s->connections < CONNECTIONS_MAX && (fd = accept(s->listener, NULL, NULL)) >= 0) {
        struct connection *c = malloc(sizeof *c);
        *c = (struct connection){s, fd};
        s->fds[s->connections] = fd;
        (void)pthread_create(&s->workers[s->connections++], NULL, serve_connection, c);
    }
    return NULL;
}

static void start(struct server *s, const enum act *script, size_t length)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    memset(s, 0, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    if (length > 0)
        memcpy(s->script, script, length * sizeof *script);
    s->script_length = length;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
    (void)shutdown(s->listener, SHUT_RDWR);
    (void)pthread_join(s->thread, NULL);
    for (size_t i = 0; i < s->connections; i++) {
        (void)shutdown(s->fds[i], SHUT_RDWR);
        (void)pthread_join(s->workers[i], NULL);
        (void)close(s->fds[i]);
    }
    (void)close(s->listener);
    pthread_mutex_destroy(&s->lock);
    assert_false(s->bad);
}

// Sends calls 0 .. count-1, each `bytes` long or a little more.
static cu_code send_numbers(const struct server *s, size_t count, size_t bytes, uint32_t rate, struct demo_sent *ret, struct cu_error *err)
{
    struct demo_sender *sender = NULL;
    char url[64], call[4096];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/", s->port);
    const struct demo_sender_options o = {.url = url, .write_key = "wk_test", .rate_max = rate};
    cu_code code = demo_sender_open(&o, &sender, err);
    for (size_t i = 0; code == CU_OK && i < count; i++) {
        int n = snprintf(call, sizeof call, "{\"n\":%zu,\"filler\":\"%*s\"}", i, (int)bytes, "");
        code = demo_sender_add(sender, (cu_str){call, (size_t)n}, err);
    }
    if (code == CU_OK)
        code = demo_sender_finish(sender, err);
    if (sender)
        *ret = demo_sender_count(sender);
    demo_sender_close(sender);
    return code;
}

static void all_there_once(const struct server *s, size_t count)
{
    for (size_t i = 0; i < NUMBERS_MAX; i++)
        assert_int_equal(s->seen[i], i < count);
}

static struct server server;

static void batches_stay_within_limits(void **state)
{
    (void)state;
    struct demo_sent sent;
    struct cu_error err;
    start(&server, NULL, 0);
    assert_int_equal(send_numbers(&server, 1001, 10, 0, &sent, &err), CU_OK);
    stop(&server);
    all_there_once(&server, 1001);
    assert_int_equal(server.batches, 5);
    assert_int_equal(server.biggest_batch, DEMO_BATCH_CALLS);
    assert_int_equal(sent.requests, 5);
    assert_int_equal(sent.accepted, 1001);
    assert_in_range(server.connections, 1, DEMO_CONNECTIONS);
    start(&server, NULL, 0);
    assert_int_equal(send_numbers(&server, 600, 3000, 0, &sent, &err), CU_OK);
    stop(&server);
    all_there_once(&server, 600);
    assert_in_range(server.biggest_body, 300000, DEMO_BATCH_BYTES + 200);
}

static void nothing_sent_is_fine(void **state)
{
    (void)state;
    struct demo_sent sent;
    struct cu_error err;
    start(&server, NULL, 0);
    assert_int_equal(send_numbers(&server, 0, 0, 0, &sent, &err), CU_OK);
    stop(&server);
    assert_int_equal(sent.requests, 0);
}

static void it_waits_and_tries_again(void **state)
{
    (void)state;
    static const enum act script[] = {WAIT_A_SECOND, BUSY_BARE, BROKEN, RESET, BUSY_BARE, BROKEN, FINE, RESET};
    struct demo_sent sent;
    struct cu_error err;
    start(&server, script, CU_COUNT(script));
    assert_int_equal(send_numbers(&server, 900, 10, 0, &sent, &err), CU_OK);
    stop(&server);
    all_there_once(&server, 900);
    assert_int_equal(sent.accepted, 900);
    assert_int_equal(sent.refused, 0);
    assert_in_range(sent.retried, 5, 7); // libcurl sees to the loss of an old connection by itself
    assert_int_equal(sent.requests, 4 + sent.retried);
}

static void retry_after_is_kept(void **state)
{
    (void)state;
    static const enum act script[] = {WAIT_A_SECOND};
    struct demo_sent sent;
    struct cu_error err;
    start(&server, script, CU_COUNT(script));
    assert_int_equal(send_numbers(&server, 20, 10, 0, &sent, &err), CU_OK);
    stop(&server);
    all_there_once(&server, 20);
    assert_in_range(server.waited_us, 990000, 3000000);
}

static void refusals_are_counted(void **state)
{
    (void)state;
    static const enum act script[] = {REFUSE_TWO, SILENT_BODY};
    struct demo_sent sent;
    struct cu_error err;
    start(&server, script, CU_COUNT(script));
    assert_int_equal(send_numbers(&server, 750, 10, 0, &sent, &err), CU_OK);
    stop(&server);
    assert_int_equal(sent.accepted, 748); // a server that does not count took what it answered 200 to
    assert_int_equal(sent.refused, 2);
}

static void hopeless_answers_end_it(void **state)
{
    (void)state;
    static const struct {
        enum act act;
        cu_code code;
        const char *field;
    } cases[] = {{DENIED, CU_UNAUTHENTICATED, "--write-key"}, {GONE, CU_INVALID, "--url"}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct demo_sent sent;
        struct cu_error err;
        start(&server, &cases[i].act, 1);
        server.always = true;
        assert_int_equal(send_numbers(&server, 2000, 10, 0, &sent, &err), cases[i].code);
        stop(&server);
        assert_string_equal(err.field, cases[i].field);
        assert_null(strstr(err.text, "wk_test")); // a key is not for logs
        assert_int_equal(sent.accepted, 0);
    }
}

static void nobody_there(void **state)
{
    (void)state;
    struct demo_sent sent = {0};
    struct cu_error err;
    int64_t start_us = cu_mono_us();
    start(&server, NULL, 0);
    stop(&server); // its port is free now
    assert_int_equal(send_numbers(&server, 5, 10, 0, &sent, &err), CU_UNAVAILABLE);
    assert_string_equal(err.field, "--url");
    assert_int_equal(sent.requests, DEMO_FIRST_TRIES_MAX);
    assert_in_range(cu_mono_us() - start_us, 1000000, 20000000);
}

static void bad_addresses_are_named(void **state)
{
    (void)state;
    char longest[1200] = "http://";
    memset(longest + 7, 'a', sizeof longest - 8);
    longest[sizeof longest - 1] = 0;
    const char *const bad[] = {"", "localhost:8080", "ftp://127.0.0.1", "http://exa mple", longest};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        const struct demo_options o = {.url = bad[i], .write_key = "k", .people = 1, .years = 1, .end_ms = INT64_C(1795273200000)};
        struct demo_result r;
        struct cu_error err;
        assert_int_equal(demo_run(&o, &r, &err), CU_INVALID);
        assert_string_equal(err.field, "--url");
    }
}

static void the_rate_is_kept(void **state)
{
    (void)state;
    struct demo_sent sent;
    struct cu_error err;
    int64_t start_us = cu_mono_us();
    start(&server, NULL, 0);
    assert_int_equal(send_numbers(&server, 150, 10, 100, &sent, &err), CU_OK);
    stop(&server);
    all_there_once(&server, 150);
    assert_in_range(cu_mono_us() - start_us, 1100000, 6000000);
    assert_true(server.biggest_batch <= 26); // several a second, so that a live feed moves
}

// From options to the server's counts: what the generator made is what arrived.
static void a_whole_shop_arrives(void **state)
{
    (void)state;
    char url[64];
    static const enum act script[] = {BROKEN, BUSY_BARE};
    start(&server, script, CU_COUNT(script));
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", server.port);
    const struct demo_options o = {.url = url, .write_key = "wk_test", .seed = 3, .people = 40, .years = 2, .end_ms = INT64_C(1795273200000)};
    struct demo_result r;
    struct cu_error err;
    assert_int_equal(demo_run(&o, &r, &err), CU_OK);
    stop(&server);
    assert_true(r.shop.calls > 1000);
    assert_int_equal(r.accepted, r.shop.calls); // this server refuses nothing
    assert_int_equal(r.requests, server.batches + r.retried);
    assert_int_equal(r.retried, 2);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    cu_code code = CU_MEMORY;
    start(&server, NULL, 0);
    for (uint64_t nth = 1; code != CU_OK && nth < 200; nth++) {
        struct demo_sender *sender = NULL;
        const struct demo_sender_options o = {.url = "http://127.0.0.1:1", .write_key = "wk_test"};
        struct cu_error err;
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        code = demo_sender_open(&o, &sender, &err);
        if (code == CU_OK)
            code = demo_sender_add(sender, CU_LIT("{}"), &err);
        cu_fault_disarm();
        demo_sender_close(sender);
        assert_true(code == CU_OK || code == CU_MEMORY);
    }
    stop(&server);
    assert_int_equal(code, CU_OK);
}

static int setup_curl(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN); // as the program does
    return curl_global_init(CURL_GLOBAL_DEFAULT) == 0 ? 0 : -1;
}

static int teardown_curl(void **state)
{
    (void)state;
    curl_global_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_stay_within_limits),
        cmocka_unit_test(nothing_sent_is_fine),
        cmocka_unit_test(it_waits_and_tries_again),
        cmocka_unit_test(retry_after_is_kept),
        cmocka_unit_test(refusals_are_counted),
        cmocka_unit_test(hopeless_answers_end_it),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(bad_addresses_are_named),
        cmocka_unit_test(the_rate_is_kept),
        cmocka_unit_test(a_whole_shop_arrives),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("demo_sender", tests, setup_curl, teardown_curl);
}
