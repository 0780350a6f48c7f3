// SPDX-License-Identifier: Apache-2.0
// Calls to other machines: which addresses may be called, names that change their mind (DNS
// rebinding), redirects, proxies of the environment, sizes, times, certificates. The resolver of this
// process is ours, so that names lead where the test says; nothing leaves the machine.
#include "harness.h"

#include "net/outgoing.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <netdb.h>
#include <sys/stat.h>

// ---- a resolver with a mind of its own

static atomic_int resolved;            // how often a .test name was asked for
static const char *_Atomic answers[4]; // what the n-th question is answered; the last one stays

typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
    static resolver *real;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    size_t len = host ? strlen(host) : 0;
    if (len < 5 || strcmp(host + len - 5, ".test") != 0)
        return real(host, service, hints, ret);
    int n = atomic_fetch_add(&resolved, 1);
    const char *answer = NULL;
    for (int i = 0; i <= n && i < 4 && answers[i]; i++)
        answer = answers[i];
    return answer ? real(answer, service, hints, ret) : EAI_NONAME;
}

static void resolve_to(const char *first, const char *then)
{
    resolved = 0;
    answers[0] = first;
    answers[1] = then;
}

// ---- a server that answers as the path says

struct sink {
    int fd;
    uint16_t port;
    pthread_t thread;
    atomic_int seen;
    _Atomic bool stop;
    char last[16384]; // the last request
};

static size_t read_request(int fd, char *text, size_t size)
{
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(fd, text + len, size - 1 - len, 0);
        if (n <= 0)
            return len;
        len += (size_t)n;
        text[len] = 0;
        const char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "\r\nContent-Length:");
        if (end && len >= (size_t)(end + 4 - text) + (length ? strtoul(length + 17, NULL, 10) : 0))
            return len;
    }
}

static void repeat(int fd, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        put(fd, cu_str_of(text));
}

static void answer(struct sink *s, int fd)
{
    if (read_request(fd, s->last, sizeof s->last) == 0)
        return;
    atomic_fetch_add(&s->seen, 1);
    if (strstr(s->last, " /redirect ")) {
        put(fd, CU_LIT("HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n"));
    } else if (strstr(s->last, " /big ")) {
        put(fd, CU_LIT("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"));
        repeat(fd, "0123456789", 30000);
    } else if (strstr(s->last, " /endless ")) {
        put(fd, CU_LIT("HTTP/1.1 200 OK\r\n\r\n"));
        repeat(fd, "0123456789", 60000);
    } else if (strstr(s->last, " /heads ")) {
        put(fd, CU_LIT("HTTP/1.1 200 OK\r\n"));
        repeat(fd, "X-More: 0123456789012345678901234567890123456789\r\n", 2000);
        put(fd, CU_LIT("\r\n"));
    } else if (strstr(s->last, " /slow ")) {
        pause_ms(1500);
    } else if (strstr(s->last, " /cut ")) {
        put(fd, CU_LIT("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    } else if (strstr(s->last, " /garbage ")) {
        put(fd, CU_LIT("220 mail.example ESMTP\r\n"));
    } else if (strstr(s->last, " /no ")) {
        put(fd, CU_LIT("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"));
    } else {
        put(fd,
            CU_LIT("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfine"));
    }
}

static void *sink_run(void *context)
{
    struct sink *s = context;
    while (!s->stop) {
        struct pollfd p = {.fd = s->fd, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0)
            continue;
        int fd = accept(s->fd, NULL, NULL);
        answer(s, fd);
        (void)close(fd);
    }
    return NULL;
}

static int open_sink(void **state)
{
    struct sink *s = calloc(1, sizeof *s);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->fd, 16), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, sink_run, s), 0);
    *state = s;
    return 0;
}

static int close_sink(void **state)
{
    struct sink *s = *state;
    s->stop = true;
    (void)pthread_join(s->thread, NULL);
    (void)close(s->fd);
    free(s);
    return 0;
}

// One call: its code; the rest through the pointers.
static cu_code call(struct outgoing_options options, const char *url, struct outgoing_answer *ret)
{
    struct outgoing *o = NULL;
    struct cu_error err;
    assert_int_equal(outgoing_open(&options, &o, &err), CU_OK);
    struct outgoing_call c = {.method = "GET", .url = url, .timeout_ms_max = 700, .answer_bytes_max = 200000};
    cu_code code = outgoing_send(o, &c, ret, &err);
    outgoing_close(o);
    return code;
}

static const struct outgoing_options loopback = {.networks = {"127.0.0.1/32", 12}};
static const struct outgoing_options strict = {0};

static enum outgoing_failure fails(struct outgoing_options options, const char *url, cu_code wanted)
{
    struct outgoing_answer a;
    assert_int_equal(call(options, url, &a), wanted);
    enum outgoing_failure f = a.failure;
    outgoing_answer_clear(&a);
    return f;
}

static const char *at(const struct sink *s, const char *host, const char *path)
{
    static char url[256];
    (void)snprintf(url, sizeof url, "http://%s:%d%s", host, s->port, path);
    return url;
}

// ---- tests

static bool allowed(const char *text, bool plain, const char *networks)
{
    struct outgoing_network n[2];
    size_t count = 0;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (networks) {
        assert_true(outgoing_network_parse(cu_str_of(networks), &n[0]));
        count = 1;
    }
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return outgoing_address_allowed((const struct sockaddr *)&v4, plain, n, count);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return outgoing_address_allowed((const struct sockaddr *)&v6, plain, n, count);
}

static void addresses_that_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
        "100.100.100.200", "127.0.0.1", "127.8.9.1", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1",
        "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fec0::1", "ff02::1", "4000::1"};
    static const char *const good[] = {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "93.184.216.34",
        "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255",
        "172.32.0.1", "192.0.1.1", "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1", "223.255.255.255",
        "2001:200::1", "2606:4700::1111", "2a00:1450:4001::1", "2003::1"};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        if (allowed(bad[i], false, NULL))
            fail_msg("%s is allowed", bad[i]);
    }
    for (size_t i = 0; i < CU_COUNT(good); i++) {
        if (!allowed(good[i], false, NULL))
            fail_msg("%s is refused", good[i]);
        assert_false(allowed(good[i], true, NULL)); // never without TLS
    }
    struct sockaddr other = {.sa_family = AF_UNIX};
    assert_false(outgoing_address_allowed(&other, false, NULL, 0));
}

static void networks_of_ones_own(void **state)
{
    (void)state;
    assert_true(allowed("10.1.2.3", false, "10.1.0.0/16"));
    assert_false(allowed("10.2.2.3", false, "10.1.0.0/16"));
    assert_false(allowed("10.1.2.3", true, "10.1.0.0/16")); // without TLS only loopback
    assert_true(allowed("127.0.0.1", true, "127.0.0.1/32"));
    assert_false(allowed("127.0.0.2", true, "127.0.0.1"));
    assert_true(allowed("::1", true, "::1"));
    assert_true(allowed("fd12::5", false, "fd00::/8"));
    assert_false(allowed("127.0.0.1", true, "::1/128"));
    // metadata, multicast and "this host" stay refused whatever is allowed
    static const char *const never[] = {
        "169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "0.0.0.0", "224.0.0.1"};
    for (size_t i = 0; i < CU_COUNT(never); i++)
        assert_false(allowed(never[i], false, "0.0.0.0/0"));
    assert_false(allowed("fd00:ec2::254", false, "::/0"));
    assert_false(allowed("::ffff:10.0.0.1", false, "::/0"));
    assert_true(allowed("10.11.12.13", false, "10.11.12.12/31"));
    assert_false(allowed("10.11.12.14", false, "10.11.12.12/31"));
    struct outgoing_network n;
    static const char *const wrong[] = {
        "", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/", "::/129", "example.com", "10.0.0.0/8/8", "1::2::3"};
    for (size_t i = 0; i < CU_COUNT(wrong); i++)
        assert_false(outgoing_network_parse(cu_str_of(wrong[i]), &n));
    struct outgoing *o = NULL;
    struct cu_error err;
    assert_int_equal(
        outgoing_open(&(struct outgoing_options){.networks = CU_LIT("10.0.0.0/8, nonsense")}, &o, &err), CU_INVALID);
    assert_string_equal(err.field, "outgoing_networks");
    assert_int_equal(outgoing_open(&(struct outgoing_options){.hosts = CU_LIT("a,,b")}, &o, &err), CU_INVALID);
    assert_int_equal(outgoing_open(&(struct outgoing_options){.ca_file = "/nowhere/ca.pem"}, &o, &err), CU_INVALID);
    assert_string_equal(err.field, "outgoing_ca");
}

static void addresses_as_text(void **state)
{
    struct sink *s = *state;
    static const char *const bad[] = {"", "http://", "https://", "ftp://example.test/", "file:///etc/passwd",
        "gopher://example.test/", "javascript:alert(1)", "example.test/path", "https://user@example.test/",
        "https://user:secret@example.test/", "https://example.test/#part", "https://example.test/a b",
        "https://example.test/\r\nX: y", "https://[fe80::1%25eth0]/", "https://example.test\\@127.0.0.1/",
        "http://example.test/", "https://exa mple.test/", "dict://127.0.0.1:11211/stats"};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        if (fails(strict, bad[i], CU_INVALID) != OUTGOING_URL)
            fail_msg("%s is taken", bad[i]);
    }
    char url[128];
    static const char *const loopbacks[] = {"127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]",
        "[::ffff:127.0.0.1]", "0.0.0.0", "localhost", "127.0.0.1.", "[::ffff:7f00:1]", "[::]"};
    for (size_t i = 0; i < CU_COUNT(loopbacks); i++) { // in every spelling
        struct outgoing_answer a;
        (void)snprintf(url, sizeof url, "https://%s:%d/", loopbacks[i], s->port);
        cu_code code = call(strict, url, &a);
        if (code == CU_OK ||
            (a.failure != OUTGOING_ADDRESS && a.failure != OUTGOING_RESOLVE && a.failure != OUTGOING_URL))
            fail_msg("%s: %s", loopbacks[i], outgoing_failure_name(a.failure));
        outgoing_answer_clear(&a);
    }
    assert_int_equal(fails(strict, "https://127.0.0.1/", CU_FORBIDDEN), OUTGOING_ADDRESS);
    assert_int_equal(fails(strict, "https://[::1]/", CU_FORBIDDEN), OUTGOING_ADDRESS);
    assert_int_equal(fails(strict, "https://169.254.169.254/latest/meta-data/", CU_FORBIDDEN), OUTGOING_ADDRESS);
    // a loopback network does not open other plain addresses
    assert_int_equal(fails(loopback, "http://10.0.0.1/", CU_FORBIDDEN), OUTGOING_ADDRESS);
    assert_int_equal(fails(loopback, "http://93.184.216.34/", CU_FORBIDDEN), OUTGOING_ADDRESS);
    assert_int_equal(s->seen, 0);
}

static void a_name_that_changes_its_mind(void **state)
{
    struct sink *s = *state;
    struct addrinfo *found = NULL;
    resolve_to("93.184.216.34", "127.0.0.1");
    assert_int_equal(getaddrinfo("rebind.test", "443", NULL, &found), 0); // somebody checks: a public address
    freeaddrinfo(found);
    char url[64];
    (void)snprintf(url, sizeof url, "https://rebind.test:%d/ok", s->port);
    assert_int_equal(fails(strict, url, CU_FORBIDDEN), OUTGOING_ADDRESS); // it is used: not any more
    assert_int_equal(resolved, 2);
    resolve_to("169.254.169.254", NULL);
    assert_int_equal(fails(loopback, at(s, "metadata.test", "/ok"), CU_FORBIDDEN), OUTGOING_ADDRESS);
    resolve_to("::ffff:127.0.0.1", NULL);
    assert_int_equal(fails(loopback, at(s, "mapped.test", "/ok"), CU_FORBIDDEN), OUTGOING_ADDRESS);
    resolve_to(NULL, NULL);
    assert_int_equal(fails(loopback, at(s, "nothing.test", "/ok"), CU_UNAVAILABLE), OUTGOING_RESOLVE);
    assert_int_equal(s->seen, 0);
    resolve_to("127.0.0.1", NULL);
    assert_int_equal(fails(loopback, at(s, "sink.test", "/ok"), CU_OK), OUTGOING_NONE);
    assert_int_equal(resolved, 1);
    assert_int_equal(s->seen, 1);
}

static void hosts_in_a_list(void **state)
{
    struct sink *s = *state;
    struct outgoing_options o = {.networks = CU_LIT("127.0.0.1/32"), .hosts = CU_LIT("one.test, .two.test")};
    resolve_to("127.0.0.1", NULL);
    static const char *const in[] = {"one.test", "ONE.test", "two.test", "a.two.test", "b.a.two.test"};
    static const char *const out[] = {"a.one.test", "xtwo.test", "two.test.evil.test", "three.test", "127.0.0.1"};
    for (size_t i = 0; i < CU_COUNT(in); i++)
        assert_int_equal(fails(o, at(s, in[i], "/ok"), CU_OK), OUTGOING_NONE);
    for (size_t i = 0; i < CU_COUNT(out); i++)
        assert_int_equal(fails(o, at(s, out[i], "/ok"), CU_FORBIDDEN), OUTGOING_HOST);
}

static void answers_and_their_bounds(void **state)
{
    struct sink *s = *state;
    struct outgoing_answer a;
    assert_int_equal(call(loopback, at(s, "127.0.0.1", "/ok"), &a), CU_OK);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body.ptr, "fine");
    outgoing_answer_clear(&a);
    assert_int_equal(call(loopback, at(s, "127.0.0.1", "/no"), &a), CU_OK);
    assert_int_equal(a.status, 503);
    outgoing_answer_clear(&a);
    int before = s->seen;
    assert_int_equal(call(loopback, at(s, "127.0.0.1", "/redirect"), &a), CU_OK);
    assert_int_equal(a.status, 302); // not followed
    assert_int_equal(s->seen, before + 1);
    outgoing_answer_clear(&a);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/big"), CU_TOO_LARGE), OUTGOING_TOO_LARGE);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/endless"), CU_TOO_LARGE), OUTGOING_TOO_LARGE);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/heads"), CU_TOO_LARGE), OUTGOING_TOO_LARGE);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/cut"), CU_UNAVAILABLE), OUTGOING_BROKEN);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/garbage"), CU_UNAVAILABLE), OUTGOING_BROKEN);
    struct sink nobody = {.port = 1};
    assert_int_equal(fails(loopback, at(&nobody, "127.0.0.1", "/ok"), CU_UNAVAILABLE), OUTGOING_CONNECT);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/slow"), CU_UNAVAILABLE), OUTGOING_TIMEOUT);
}

static void what_is_sent(void **state)
{
    struct sink *s = *state;
    struct outgoing *o = NULL;
    struct cu_error err;
    assert_int_equal(outgoing_open(&loopback, &o, &err), CU_OK);
    const char *const headers[] = {"Content-Type: application/json", "X-Key: 1"};
    struct outgoing_call c = {.method = "PUT",
        .url = at(s, "127.0.0.1", "/ok"),
        .headers = headers,
        .header_count = 2,
        .user = "name",
        .password = "word",
        .body = CU_LIT("{\"a\":1}")};
    struct outgoing_answer a;
    assert_int_equal(outgoing_send(o, &c, &a, &err), CU_OK);
    outgoing_answer_clear(&a);
    assert_non_null(strstr(s->last, "PUT /ok HTTP/1.1\r\n"));
    assert_non_null(strstr(s->last, "Content-Type: application/json\r\nX-Key: 1\r\n"));
    assert_non_null(strstr(s->last, "Authorization: Basic bmFtZTp3b3Jk\r\n"));
    assert_non_null(strstr(s->last, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(s->last, "Expect:"));
    c = (struct outgoing_call){.method = "POST", .url = at(s, "127.0.0.1", "/ok")}; // nothing of the first call stays
    assert_int_equal(outgoing_send(o, &c, &a, &err), CU_OK);
    outgoing_answer_clear(&a);
    assert_null(strstr(s->last, "Authorization"));
    assert_null(strstr(s->last, "Cookie"));
    assert_non_null(strstr(s->last, "Content-Length: 0\r\n"));
    const char *const split[] = {"X-A: b\r\nX-Evil: 1"};
    c = (struct outgoing_call){.method = "GET", .url = at(s, "127.0.0.1", "/ok"), .headers = split, .header_count = 1};
    assert_int_equal(outgoing_send(o, &c, &a, &err), CU_INVALID);
    outgoing_answer_clear(&a);
    outgoing_close(o);
}

static size_t stream(void *context, char *room, size_t len)
{
    size_t *left = context, n = *left < len ? *left : len;
    memset(room, 's', n);
    *left -= n;
    return n;
}

static bool write_some(void *context, cu_str bytes)
{
    (void)context;
    return bytes.len != 4; // "fine" is what we do not like
}

static char header_seen[64];
static void see_header(void *context, cu_str name, cu_str value)
{
    (void)context;
    if (cu_str_eq_nocase(name, CU_LIT("content-type")))
        (void)snprintf(header_seen, sizeof header_seen, "%.*s", CU_ARG(value));
}

static void streams(void **state)
{
    struct sink *s = *state;
    struct outgoing *o = NULL;
    struct cu_error err;
    size_t left = 5000;
    assert_int_equal(outgoing_open(&loopback, &o, &err), CU_OK);
    struct outgoing_call c = {.method = "PUT",
        .url = at(s, "127.0.0.1", "/ok"),
        .body_read = stream,
        .body_length = 5000,
        .context = &left,
        .answer_header = see_header};
    struct outgoing_answer a;
    assert_int_equal(outgoing_send(o, &c, &a, &err), CU_OK);
    assert_non_null(strstr(s->last, "Content-Length: 5000\r\n"));
    assert_string_equal(header_seen, "text/plain");
    outgoing_answer_clear(&a);
    c = (struct outgoing_call){.method = "GET", .url = at(s, "127.0.0.1", "/ok"), .answer_write = write_some};
    assert_int_equal(outgoing_send(o, &c, &a, &err), CU_UNAVAILABLE);
    assert_int_equal(a.failure, OUTGOING_BROKEN);
    outgoing_answer_clear(&a);
    outgoing_close(o);
}

static void proxies_of_the_environment_are_ignored(void **state)
{
    struct sink *s = *state;
    (void)setenv("http_proxy", "http://127.0.0.1:1", 1);
    (void)setenv("https_proxy", "http://127.0.0.1:1", 1);
    (void)setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1);
    assert_int_equal(fails(loopback, at(s, "127.0.0.1", "/ok"), CU_OK), OUTGOING_NONE);
    assert_int_equal(fails(strict, "https://127.0.0.1/", CU_FORBIDDEN), OUTGOING_ADDRESS);
    (void)unsetenv("http_proxy");
    (void)unsetenv("https_proxy");
    (void)unsetenv("ALL_PROXY");
}

struct busy {
    struct outgoing *o;
    char url[128];
};
static void *hold(void *context)
{
    struct busy *b = context;
    struct outgoing_answer a;
    struct outgoing_call c = {.method = "GET", .url = b->url, .timeout_ms_max = 1000};
    assert_int_equal(outgoing_send(b->o, &c, &a, NULL), CU_UNAVAILABLE);
    outgoing_answer_clear(&a);
    return NULL;
}

static void not_too_many_at_once(void **state)
{
    struct sink *s = *state;
    struct outgoing_options one = loopback;
    one.at_once = 1;
    struct busy b = {0};
    struct cu_error err;
    assert_int_equal(outgoing_open(&one, &b.o, &err), CU_OK);
    (void)snprintf(b.url, sizeof b.url, "%.100s", at(s, "127.0.0.1", "/slow"));
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, hold, &b), 0);
    while (s->seen == 0)
        pause_ms(5);
    struct outgoing_call c = {.method = "GET", .url = at(s, "127.0.0.1", "/ok")};
    struct outgoing_answer a;
    assert_int_equal(outgoing_send(b.o, &c, &a, &err), CU_BUSY);
    outgoing_answer_clear(&a);
    (void)pthread_join(t, NULL);
    outgoing_close(b.o);
}

static void write_pem(const char *path, const gnutls_datum_t *pem)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_int_equal(write(fd, pem->data, pem->size), pem->size);
    (void)close(fd);
}

static void make_certificate(const char *cert_path, const char *key_path, const char *name)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    gnutls_datum_t pem;
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(
        gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), 0);
    assert_int_equal(gnutls_x509_crt_init(&cert), 0);
    (void)gnutls_x509_crt_set_version(cert, 3);
    (void)gnutls_x509_crt_set_serial(cert, "\x01", 1);
    (void)gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60);
    (void)gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 3600);
    (void)gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
    (void)gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name), 0);
    (void)gnutls_x509_crt_set_key(cert, key);
    assert_int_equal(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem), 0);
    write_pem(cert_path, &pem);
    gnutls_free(pem.data);
    assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
    write_pem(key_path, &pem);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
}

static void certificates_are_verified(void **state)
{
    (void)state;
    char folder[] = "/tmp/custos-outgoing-XXXXXX", cert[64], key[64], url[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    (void)snprintf(key, sizeof key, "%s/key.pem", folder);
    make_certificate(cert, key, "shop.test");
    static struct app app;
    app_start(&app);
    struct server_options so = app_options(&app);
    so.tls_cert = cert;
    so.tls_key = key;
    struct server *server = NULL;
    assert_int_equal(server_open(&so, &server, NULL), CU_OK);
    (void)snprintf(url, sizeof url, "https://shop.test:%d/hello", server_port(server, 0));
    resolve_to("127.0.0.1", NULL);
    struct outgoing_options trusting = loopback;
    trusting.ca_file = cert;
    assert_int_equal(fails(trusting, url, CU_OK), OUTGOING_NONE);
    assert_int_equal(fails(loopback, url, CU_UNAVAILABLE), OUTGOING_TLS); // nobody vouches for it
    assert_int_equal(fails(strict, url, CU_FORBIDDEN), OUTGOING_ADDRESS);
    (void)snprintf(url, sizeof url, "https://other.test:%d/hello", server_port(server, 0));
    assert_int_equal(fails(trusting, url, CU_UNAVAILABLE), OUTGOING_TLS); // another name
    server_close(server);
    app_stop(&app);
    (void)unlink(cert);
    (void)unlink(key);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_refused),
        cmocka_unit_test(networks_of_ones_own),
        cmocka_unit_test_setup_teardown(addresses_as_text, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(a_name_that_changes_its_mind, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(hosts_in_a_list, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(answers_and_their_bounds, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(what_is_sent, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(streams, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(proxies_of_the_environment_are_ignored, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(not_too_many_at_once, open_sink, close_sink),
        cmocka_unit_test(certificates_are_verified),
    };
    return cmocka_run_group_tests_name("net/outgoing", tests, NULL, NULL);
}
