// SPDX-License-Identifier: Apache-2.0
// The server at its edges: slow clients, connection limits, the unix socket, TLS and its reload,
// addresses, memory that runs out.
#include "harness.h"

#include "base/fault.h"
#include "base/metric.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

struct fixture {
    struct app app;
    struct server *server;
    struct server_options o;
    char folder[64];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    app_start(&f->app);
    f->o = app_options(&f->app);
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/custos-net-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    server_close(f->server);
    app_stop(&f->app);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static uint16_t open_up(struct fixture *f)
{
    struct cu_error err;
    cu_code code = server_open(&f->o, &f->server, &err);
    if (code != CU_OK)
        print_error("%s: %s\n", err.field, err.text);
    assert_int_equal(code, CU_OK);
    return server_port(f->server, 0);
}

// Sends `piece` every 20 ms for at most 4 s; true when the server ended the connection meanwhile.
static bool drip(int fd, const char *piece, struct reply **ret)
{
    *ret = calloc(1, sizeof **ret);
    for (int i = 0; i < 200; i++) {
        if (send(fd, piece, strlen(piece), MSG_NOSIGNAL) < 0)
            return true;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 20) > 0) {
            ssize_t n = recv(fd, (*ret)->bytes + (*ret)->len, REPLY_MAX - 1 - (*ret)->len, 0);
            if (n <= 0)
                return true;
            (*ret)->len += (size_t)n;
            (void)reply_complete(*ret, false);
        }
    }
    return false;
}

static void test_slow_clients_are_shed(void **state)
{
    struct fixture *f = *state;
    f->o.idle_ms_max = 400;
    f->o.header_ms_max = 300;
    f->o.body_ms_max = 300;
    uint16_t port = open_up(f);
    static const struct {
        const char *start, *piece;
        int status;
    } cases[] = {
        {"", "G", 0},                                            // no request line
        {"GET /hello HTTP/1.1\r\nHost: x\r\n", "X: y\r\n", 408}, // endless header
        {"POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", "x", 408}, // endless body
        {"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", "x", 408},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        int fd = dial(port);
        put(fd, cu_str_of(cases[i].start));
        struct reply *r = NULL;
        int64_t from = cu_mono_us();
        assert_true(drip(fd, cases[i].piece, &r));
        assert_true(cu_mono_us() - from < 2500000);
        assert_int_equal(r->status, cases[i].status);
        free(r);
        (void)close(fd);
    }
    // idle connections are closed silently; a deferred request is not "slow", however long it takes
    int fd = dial(port);
    struct reply *r = get_reply(fd, false);
    assert_int_equal(r->len, 0);
    assert_true(r->closed);
    free(r);
    (void)close(fd);
    f->app.delay_ms = 1500;
    pause_ms(20);
    r = ask(port, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    assert_int_equal(r->status, 200);
    free(r);
    f->app.delay_ms = 0;
}

// A body that comes steadily may take longer than body_ms_max.
static void test_steady_body_earns_time(void **state)
{
    struct fixture *f = *state;
    f->o.body_ms_max = 200;
    uint16_t port = open_up(f);
    int fd = dial(port);
    put(fd, CU_LIT("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"));
    char piece[6000];
    memset(piece, 'b', sizeof piece);
    for (int i = 0; i < 10; i++) {
        pause_ms(60);
        put(fd, (cu_str){piece, sizeof piece});
    }
    struct reply *r = get_reply(fd, false);
    assert_int_equal(r->status, 200);
    assert_int_equal(r->body.len, 60000);
    free(r);
    (void)close(fd);
}

// An end of input that comes together with the last bytes is not always noticed by libmicrohttpd
// (it takes a short read for the last news): the deadlines are what ends such connections.
static void test_garbage(void **state)
{
    struct fixture *f = *state;
    f->o.idle_ms_max = f->o.header_ms_max = f->o.body_ms_max = 300;
    uint16_t port = open_up(f);
    static const char *const bad[] = {"\r\n\r\n", "garbage\r\n\r\n", "\x16\x03\x01\x02",
        "GET\r\n\r\n", "GET  HTTP/9.9\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
    for (size_t i = 0; i < CU_COUNT(bad) * 2; i++) {
        int fd = dial(port);
        put(fd, cu_str_of(bad[i / 2]));
        if (i % 2)
            (void)shutdown(fd, SHUT_WR);
        struct reply *r = get_reply(fd, false);
        assert_true(r->status != 200);
        free(r);
        r = get_reply(fd, false);
        assert_true(r->closed);
        free(r);
        (void)close(fd);
    }
    struct reply *r = ask(port, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r->status, 200);
    free(r);
}

static bool answers(int fd)
{
    put(fd, CU_LIT("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char bytes[4096];
    return poll(&p, 1, 300) > 0 && recv(fd, bytes, sizeof bytes, 0) > 0;
}

static void test_connection_limits(void **state)
{
    struct fixture *f = *state;
    f->o.connections_per_ip_max = 5;
    uint16_t port = open_up(f);
    int fds[12], good = 0;
    for (size_t i = 0; i < CU_COUNT(fds); i++) {
        fds[i] = dial(port);
        good += answers(fds[i]);
    }
    assert_int_equal(good, 5);
    for (size_t i = 0; i < CU_COUNT(fds); i++)
        (void)close(fds[i]);
    pause_ms(100);
    int fd = dial(port); // places become free again
    assert_true(answers(fd));
    (void)close(fd);
}

// As many requests at once as libmicrohttpd takes events in one go (128), one less, one more, twice
// as many: all are answered although nobody comes after them.
static void test_full_arrays_of_events(void **state)
{
    struct fixture *f = *state;
    f->o.threads = 1;
    uint16_t port = open_up(f);
    static const int counts[] = {127, 128, 129, 256, 300};
    for (size_t k = 0; k < CU_COUNT(counts); k++) {
        int fds[300], holder = dial(port);
        for (int i = 0; i < counts[k]; i++) {
            fds[i] = dial(port);
            assert_true(answers(fds[i])); // accepted and known to the event thread
        }
        put(holder, CU_LIT("POST /in?hold HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
        pause_ms(50);
        for (int i = 0; i < counts[k]; i++)
            put(fds[i], CU_LIT("POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
        for (int i = 0; i < counts[k]; i++) {
            struct pollfd p = {.fd = fds[i], .events = POLLIN};
            assert_int_equal(poll(&p, 1, 5000), 1);
            (void)close(fds[i]);
        }
        (void)close(holder);
    }
}

// Many large bodies at once: those beyond the common budget are told to come back, and room is free
// again afterwards.
static void test_bodies_share_a_budget(void **state)
{
    struct fixture *f = *state;
    f->o.bodies_bytes_max = 100000;
    uint16_t port = open_up(f);
    char *half = calloc(1, 60001);
    memset(half, 'h', 60000);
    int fds[4];
    for (int i = 0; i < 4; i++) {
        fds[i] = dial(port);
        put(fds[i], CU_LIT("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 120000\r\n\r\n"));
        put(fds[i], (cu_str){half, 60000});
        pause_ms(30);
    }
    int busy = 0, good = 0;
    for (int i = 0; i < 4; i++) {
        put(fds[i], (cu_str){half, 60000});
        struct reply *r = get_reply(fds[i], false);
        busy += r->status == 429 && has_header(r, "Retry-After: 1");
        good += r->status == 200;
        free(r);
        (void)close(fds[i]);
    }
    assert_true(busy >= 2 && busy + good == 4);
    char request[200];
    (void)snprintf(
        request, sizeof request, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
    for (int i = 0; i < 5; i++) {
        int fd = dial(port);
        put(fd, cu_str_of(request));
        put(fd, (cu_str){half, 60000});
        struct reply *r = get_reply(fd, false);
        assert_int_equal(r->status, 200);
        free(r);
        (void)close(fd);
    }
    free(half);
}

static void test_forwarded_addresses(void **state)
{
    struct fixture *f = *state;
    f->o.trust_proxy = true;
    uint16_t port = open_up(f);
    struct reply *r =
        ask(port, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n"
                  "X-Forwarded-Proto: https\r\n\r\n");
    assert_true(has_body(r, "\"ip\":\"203.0.113.9\",\"tls\":true"));
    free(r);
    r = ask(port, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: <script>\r\n\r\n");
    assert_true(has_body(r, "\"ip\":\"127.0.0.1\",\"tls\":false"));
    free(r);
}

static size_t collect(char *bytes, size_t size, size_t count, void *context)
{
    cu_buf_add(context, bytes, size * count);
    return size * count;
}

// One GET /hello through libcurl; the status, or 0 when there was no answer.
static long curl_get(
    const char *url, const char *unix_path, long tls_max, struct cu_buf *out, char *ret_subject)
{
    CURL *c = curl_easy_init();
    long status = 0;
    (void)curl_easy_setopt(c, CURLOPT_URL, url);
    (void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
    (void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
    (void)curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
    (void)curl_easy_setopt(c, CURLOPT_TIMEOUT, 5L);
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
    if (tls_max)
        (void)curl_easy_setopt(c, CURLOPT_SSLVERSION, tls_max);
    if (unix_path)
        (void)curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, unix_path);
    if (curl_easy_perform(c) == CURLE_OK)
        (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    struct curl_certinfo *info = NULL;
    if (ret_subject && curl_easy_getinfo(c, CURLINFO_CERTINFO, &info) == CURLE_OK && info &&
        info->num_of_certs > 0)
        for (struct curl_slist *line = info->certinfo[0]; line; line = line->next)
            if (strncmp(line->data, "Subject:", 8) == 0)
                (void)snprintf(ret_subject, 128, "%s", line->data + 8);
    curl_easy_cleanup(c);
    return status;
}

static void test_unix_socket(void **state)
{
    struct fixture *f = *state;
    // longer than a socket address can hold
    char folder[200], path[300], long_name[128];
    memset(long_name, 'd', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    (void)snprintf(folder, sizeof folder, "%s/%s", f->folder, long_name);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int round = 0; round < 2; round++) {
        (void)snprintf(path, sizeof path, "%s/custos.sock", round ? folder : f->folder);
        int fd = open(path, O_CREAT | O_WRONLY, 0644); // what a crash left behind
        (void)close(fd);
        f->o.unix_path = path;
        (void)open_up(f);
        struct stat st;
        assert_int_equal(stat(path, &st), 0);
        assert_true(S_ISSOCK(st.st_mode));
        assert_int_equal(st.st_mode & 0777, 0600);
        struct cu_buf out;
        cu_buf_init(&out, 65536);
        if (round == 0) {
            assert_int_equal(curl_get("http://localhost/hello", path, 0, &out, NULL), 200);
            assert_true(cu_str_find_str(cu_buf_view(&out), CU_LIT("\"local\":true")) >= 0);
        }
        cu_buf_clear(&out);
        server_close(f->server);
        f->server = NULL;
        assert_int_not_equal(stat(path, &st), 0); // and is gone with the server
    }
    f->o.unix_path = NULL;
}

// Another user's process is refused although the socket's mode was widened by hand.
static void test_unix_socket_of_another_user(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0) {
        print_message("skipped: needs root to become somebody else\n");
        skip();
    }
    char path[128];
    (void)snprintf(path, sizeof path, "%s/custos.sock", f->folder);
    f->o.unix_path = path;
    (void)open_up(f);
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(f->folder, 0755), 0);
    char command[300], answer[16] = "";
    (void)snprintf(command, sizeof command,
        "setpriv --reuid 65534 --clear-groups curl -s -o /dev/null -w '%%{http_code}' "
        "--unix-socket %s http://x/hello",
        path);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    (void)!fgets(answer, sizeof answer, p);
    (void)pclose(p);
    assert_string_equal(answer, "403");
}

// A self-signed certificate for `name`, as two PEM files.
static void make_certificate(const char *cert_path, const char *key_path, const char *name)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    gnutls_datum_t pem;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(
                         key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
        0);
    assert_int_equal(gnutls_x509_crt_init(&cert), 0);
    (void)gnutls_x509_crt_set_version(cert, 3);
    (void)gnutls_x509_crt_set_serial(cert, "\x01", 1);
    (void)gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60);
    (void)gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 3600);
    (void)gnutls_x509_crt_set_dn_by_oid(
        cert, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
    (void)gnutls_x509_crt_set_key(cert, key);
    assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
    struct cu_error err;
    assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem), 0);
    int fd = open(cert_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_int_equal(write(fd, pem.data, pem.size), pem.size);
    (void)close(fd);
    gnutls_free(pem.data);
    assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
    fd = open(key_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_int_equal(write(fd, pem.data, pem.size), pem.size);
    (void)close(fd);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
    (void)err;
}

static void test_tls_and_reload(void **state)
{
    struct fixture *f = *state;
    char cert[128], key[128], other[128], url[64], subject[128] = "";
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", f->folder);
    (void)snprintf(key, sizeof key, "%s/key.pem", f->folder);
    (void)snprintf(other, sizeof other, "%s/other.pem", f->folder);
    make_certificate(cert, key, "one.example");
    f->o.tls_cert = cert;
    f->o.tls_key = key;
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/hello", open_up(f));
    struct cu_buf out;
    cu_buf_init(&out, 65536);
    assert_int_equal(curl_get(url, NULL, 0, &out, subject), 200);
    assert_true(cu_str_find_str(cu_buf_view(&out), CU_LIT("\"tls\":true")) >= 0);
    assert_non_null(strstr(subject, "one.example"));
    assert_int_equal(curl_get(url, NULL, CURL_SSLVERSION_MAX_TLSv1_1, &out, NULL), 0);
    assert_int_equal(curl_get(url, NULL, CURL_SSLVERSION_MAX_TLSv1_2, &out, NULL), 200);

    struct cu_error err;
    make_certificate(cert, key, "two.example");
    assert_int_equal(server_reload_tls(f->server, &err), CU_OK);
    assert_int_equal(curl_get(url, NULL, 0, &out, subject), 200);
    assert_non_null(strstr(subject, "two.example"));

    make_certificate(cert, other, "three.example"); // the key does not belong to it
    assert_int_equal(server_reload_tls(f->server, &err), CU_INVALID);
    assert_int_equal(curl_get(url, NULL, 0, &out, subject), 200);
    assert_non_null(strstr(subject, "two.example"));
    for (int i = 0; i < 5; i++) {
        make_certificate(cert, key, "four.example");
        assert_int_equal(server_reload_tls(f->server, &err), CU_OK);
    }
    assert_int_equal(unlink(key), 0);
    assert_int_equal(server_reload_tls(f->server, &err), CU_INVALID);
    assert_int_equal(curl_get(url, NULL, 0, &out, subject), 200);
    assert_non_null(strstr(subject, "four.example"));
    cu_buf_clear(&out);
}

static void test_addresses(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *address;
        cu_code code;
    } cases[] = {
        {"127.0.0.1", CU_INVALID},
        {"127.0.0.1:", CU_INVALID},
        {"127.0.0.1:65536", CU_INVALID},
        {"127.0.0.1:-1", CU_INVALID},
        {"::1:80", CU_INVALID},
        {"127.0.0.1:80x", CU_INVALID},
        {"192.0.2.1:0", CU_INVALID},
        {"no.such.host.invalid:80", CU_INVALID},
        {"localhost:0", CU_OK},
        {":0", CU_OK},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct cu_error err;
        const char *list[] = {cases[i].address};
        f->o.listen = list;
        cu_code code = server_open(&f->o, &f->server, &err);
        if (code != cases[i].code)
            print_error("%s: %d\n", cases[i].address, code);
        assert_int_equal(code, cases[i].code);
        if (code == CU_OK)
            server_close(f->server);
        else
            assert_true(err.text[0] != 0);
        f->server = NULL;
    }
    const char *two[] = {"127.0.0.1:0", "127.0.0.1:0"};
    f->o.listen = two;
    f->o.listen_count = 2;
    (void)open_up(f);
    assert_int_not_equal(server_port(f->server, 0), server_port(f->server, 1));
    assert_int_equal(server_port(f->server, 2), 0);
    char taken[32];
    (void)snprintf(taken, sizeof taken, "127.0.0.1:%d", server_port(f->server, 1));
    const char *again[] = {taken};
    f->o.listen = again;
    f->o.listen_count = 1;
    struct server *second = NULL;
    struct cu_error err;
    assert_int_equal(server_open(&f->o, &second, &err), CU_CONFLICT);
    assert_null(second);
    assert_int_equal(server_reload_tls(f->server, &err), CU_NOT_FOUND);
}

// Whatever allocation fails, the client gets an answer or a closed connection, and the next request
// is served.
static void test_every_allocation_may_fail(void **state)
{
    struct fixture *f = *state;
    uint16_t port = open_up(f);
    free(ask(port, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
    int failed = 0;
    for (uint64_t nth = 1; nth < 12; nth++) {
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        struct reply *r = ask(port, "POST /in?a HTTP/1.1\r\nHost: x\r\nOrigin: "
                                    "https://a.example\r\nContent-Length: 2\r\n\r\n{}");
        cu_fault_disarm();
        assert_true(r->status == 200 || r->status == 500 || (r->status == 0 && r->closed));
        failed += r->status != 200;
        free(r);
        r = ask(port, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
        assert_int_equal(r->status, 200);
        free(r);
    }
    assert_true(failed > 0);
    for (uint64_t nth = 1; nth < 40; nth++) { // and opening
        struct server *s = NULL;
        struct cu_error err;
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        cu_code code = server_open(&f->o, &s, &err);
        cu_fault_disarm();
        if (code == CU_OK)
            server_close(s);
        else
            assert_int_equal(code, CU_MEMORY);
    }
}

static void test_metrics_count(void **state)
{
    struct fixture *f = *state;
    uint16_t port = open_up(f);
    struct cu_metric *ok = cu_metric_get(
        CU_COUNTER, "custos_http_requests_total", "class=\"collect\",status=\"2xx\"", "");
    struct cu_metric *none =
        cu_metric_get(CU_COUNTER, "custos_http_refusals_total", "reason=\"no_route\"", "");
    struct cu_metric *open = cu_metric_get(CU_GAUGE, "custos_http_connections", NULL, "");
    int64_t ok_before = cu_metric_value(ok), none_before = cu_metric_value(none);
    free(ask(port, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
    free(ask(port, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (int i = 0; i < 100 && cu_metric_value(open) > 0; i++)
        pause_ms(5);
    assert_int_equal(cu_metric_value(ok), ok_before + 1);
    assert_int_equal(cu_metric_value(none), none_before + 1);
    assert_int_equal(cu_metric_value(open), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_slow_clients_are_shed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_steady_body_earns_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_garbage, setup, teardown),
        cmocka_unit_test_setup_teardown(test_connection_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full_arrays_of_events, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bodies_share_a_budget, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forwarded_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unix_socket, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unix_socket_of_another_user, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tls_and_reload, setup, teardown),
        cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
        cmocka_unit_test_setup_teardown(test_metrics_count, setup, teardown),
    };
    return cmocka_run_group_tests_name("net/server_edges", tests, NULL, NULL);
}
