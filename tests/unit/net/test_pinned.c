// SPDX-License-Identifier: Apache-2.0
// Lines between machines that know each other's keys: frames both ways, strangers on either side, older TLS,
// silence, and what is no TLS at all.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/log.h"
#include "net/pinned.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static uint8_t seeds[3][32], publics[3][32];

static int setup(void **state)
{
    (void)state;
    cu_log_set_level(CU_LOG_ERROR + 1);
    for (uint8_t i = 0; i < 3; i++) {
        uint8_t secret[64];
        memset(seeds[i], i + 1, 32);
        crypto_sign_seed_keypair(publics[i], secret, seeds[i]);
    }
    return 0;
}

static struct pinned_keys keys(int own, int other)
{
    struct pinned_keys k;
    memcpy(k.seed, seeds[own], 32);
    memcpy(k.other, publics[other], 32);
    return k;
}

struct end {
    int fd;
    uint16_t port;
    struct pinned_keys keys;
    cu_code accepted, received;
    pthread_t thread;
};

// Accepts one, sends back what it gets until it ends.
static void *echo(void *context)
{
    struct end *e = context;
    struct pinned *p = NULL;
    struct cu_buf b;
    struct cu_error err;
    cu_buf_init(&b, 4 << 20);
    int fd = accept(e->fd, NULL, NULL);
    e->accepted = pinned_accept(fd, &e->keys, 2000, &p, &err);
    e->received = e->accepted;
    while (e->received == CU_OK) {
        e->received = pinned_receive(p, &b, 4 << 20, 2000, &err);
        if (e->received == CU_OK)
            e->received = pinned_send(p, cu_buf_view(&b), &err);
    }
    pinned_close(p);
    cu_buf_clear(&b);
    return NULL;
}

static void start(struct end *e, struct pinned_keys k)
{
    *e = (struct end){.keys = k};
    assert_int_equal(pinned_listen("127.0.0.1:0", &e->fd, &e->port, NULL), CU_OK);
    assert_int_equal(pthread_create(&e->thread, NULL, echo, e), 0);
}

static void finish(struct end *e)
{
    pthread_join(e->thread, NULL);
    close(e->fd);
}

static cu_code call(const struct end *e, struct pinned_keys k, struct pinned **ret)
{
    char address[32];
    struct cu_error err;
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", e->port);
    return pinned_call(address, &k, 2000, ret, &err);
}

static void test_frames(void **state)
{
    (void)state;
    struct end e;
    struct pinned *p = NULL;
    struct cu_buf b, big;
    start(&e, keys(0, 1));
    assert_int_equal(call(&e, keys(1, 0), &p), CU_OK);
    cu_buf_init(&b, 4 << 20);
    cu_buf_init(&big, 4 << 20);
    for (int i = 0; i < 100000; i++)
        cu_buf_printf(&big, "%d,", i);
    const cu_str all[] = {CU_LIT("hello"), {"", 0}, cu_buf_view(&big)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pinned_send(p, all[i], NULL), CU_OK);
        assert_int_equal(pinned_receive(p, &b, 4 << 20, 2000, NULL), CU_OK);
        assert_true(cu_str_eq(cu_buf_view(&b), all[i]));
    }
    assert_int_equal(pinned_send(p, all[2], NULL), CU_OK);
    assert_int_equal(pinned_receive(p, &b, 1000, 2000, NULL), CU_TOO_LARGE);
    pinned_close(p);
    finish(&e);
    assert_int_equal(e.received, CU_UNAVAILABLE);
    cu_buf_clear(&b);
    cu_buf_clear(&big);
}

static void test_strangers(void **state)
{
    (void)state;
    struct end e;
    struct pinned *p = NULL;
    struct cu_buf b;
    struct cu_error err;
    cu_buf_init(&b, 1 << 20);
    start(&e, keys(2, 1)); // it is not who we mean
    assert_int_equal(call(&e, keys(1, 0), &p), CU_FORBIDDEN);
    finish(&e);
    assert_int_not_equal(e.received, CU_OK);
    start(&e, keys(0, 1)); // we are not whom it means; with TLS 1.3 a client learns that when it reads
    cu_code code = call(&e, keys(2, 0), &p);
    if (code == CU_OK) {
        code = pinned_receive(p, &b, 100, 2000, &err);
        pinned_close(p);
    }
    assert_true(code == CU_FORBIDDEN || code == CU_UNAVAILABLE);
    finish(&e);
    assert_int_equal(e.accepted, CU_FORBIDDEN);
    cu_buf_clear(&b);
}

// A client without a certificate, or of TLS 1.2.
static int plain_client(const struct end *e, const char *priorities)
{
    gnutls_session_t s;
    gnutls_certificate_credentials_t c;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(e->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char byte;
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    gnutls_certificate_allocate_credentials(&c);
    gnutls_init(&s, GNUTLS_CLIENT);
    gnutls_priority_set_direct(s, priorities, NULL);
    gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, c);
    gnutls_transport_set_int(s, fd);
    gnutls_handshake_set_timeout(s, 2000);
    int rc = gnutls_handshake(s);
    if (rc >= 0)
        rc = (int)gnutls_record_recv(s, &byte, 1);
    gnutls_deinit(s);
    gnutls_certificate_free_credentials(c);
    close(fd);
    return rc;
}

static void test_without_certificate_and_old_tls(void **state)
{
    (void)state;
    struct end e;
    start(&e, keys(0, 1));
    assert_true(plain_client(&e, "NORMAL") <= 0);
    finish(&e);
    assert_int_not_equal(e.accepted, CU_OK);
    start(&e, keys(0, 1));
    assert_true(plain_client(&e, "NORMAL:-VERS-ALL:+VERS-TLS1.2") <= 0);
    finish(&e);
    assert_int_not_equal(e.accepted, CU_OK);
}

static void test_nobody_and_noise(void **state)
{
    (void)state;
    struct end e;
    struct pinned *p = NULL;
    struct cu_error err;
    start(&e, keys(0, 1));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(e.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_true(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL) == 18);
    finish(&e);
    close(fd);
    assert_int_equal(e.accepted, CU_UNAVAILABLE);
    struct pinned_keys k = keys(1, 0);
    assert_int_equal(call(&e, k, &p), CU_UNAVAILABLE); // closed meanwhile
    assert_int_equal(pinned_call("nowhere", &k, 100, &p, &err), CU_INVALID);
    uint16_t port;
    assert_int_equal(pinned_listen("127.0.0.1", &fd, &port, &err), CU_INVALID);
    assert_null(strstr(err.text, "127"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_without_certificate_and_old_tls),
        cmocka_unit_test(test_nobody_and_noise),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
