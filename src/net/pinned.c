// SPDX-License-Identifier: Apache-2.0
// TLS between machines that know each other's keys. See pinned.h.
#include "pinned.h"

#include "base/fault.h"
#include "crypto/peer.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define PRIORITIES                                                                                                    \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:-SIGN-ALL:+SIGN-EDDSA-ED25519:-GROUP-ALL:" \
    "+GROUP-X25519"
enum { BACKLOG = 16, HEADER = 4, RECORD = 16384 };

struct pinned {
    int fd;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    uint8_t other[32];
    bool stranger; // it showed another key
};

static cu_code gone(struct cu_error *err)
{
    return cu_fail(err, CU_UNAVAILABLE, "", "the other side does not answer");
}

static cu_code stranger(struct cu_error *err)
{
    return cu_fail(err, CU_FORBIDDEN, "", "the other side holds another key than the one that was paired");
}

// --- certificates

// The key the other side proves to hold has to be the pinned one; nothing else of its certificate counts.
static int check_peer(gnutls_session_t session)
{
    struct pinned *p = gnutls_session_get_ptr(session);
    unsigned count = 0;
    const gnutls_datum_t *certs = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t crt = NULL;
    gnutls_pubkey_t key = NULL;
    gnutls_datum_t x = {NULL, 0}, y = {NULL, 0};
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    bool good = certs && count == 1 && gnutls_x509_crt_init(&crt) >= 0 && gnutls_pubkey_init(&key) >= 0 &&
                gnutls_x509_crt_import(crt, &certs[0], GNUTLS_X509_FMT_DER) >= 0 &&
                gnutls_pubkey_import_x509(key, crt, 0) >= 0 && gnutls_pubkey_export_ecc_raw(key, &curve, &x, &y) >= 0;
    good = good && curve == GNUTLS_ECC_CURVE_ED25519 && x.size == 32 && secret_equal(x.data, p->other, 32);
    p->stranger = !good;
    gnutls_free(x.data);
    gnutls_free(y.data);
    if (key)
        gnutls_pubkey_deinit(key);
    if (crt)
        gnutls_x509_crt_deinit(crt);
    return good ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

// A certificate that says nothing: a name that is the same for all, no end. Valid from long ago: machines
// whose clocks are wrong still find each other.
static bool fill_certificate(gnutls_x509_crt_t crt, gnutls_privkey_t key, gnutls_pubkey_t public_key)
{
    static const char serial[] = {1};
    return gnutls_pubkey_import_privkey(public_key, key, 0, 0) >= 0 && gnutls_x509_crt_set_version(crt, 3) >= 0 &&
           gnutls_x509_crt_set_serial(crt, serial, sizeof serial) >= 0 && gnutls_x509_crt_set_activation_time(crt, 0) >= 0 &&
           gnutls_x509_crt_set_expiration_time(crt, (time_t)-1) >= 0 &&
           gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "custos", 6) >= 0 &&
           gnutls_x509_crt_set_pubkey(crt, public_key) >= 0 &&
           gnutls_x509_crt_privkey_sign(crt, crt, key, GNUTLS_DIG_SHA512, 0) >= 0;
}

static bool make_key(const uint8_t seed[32], gnutls_privkey_t key)
{
    uint8_t public_key[32], secret[32];
    peer_keypair(seed, public_key, secret);
    gnutls_datum_t x = {public_key, 32}, k = {secret, 32};
    bool good = gnutls_privkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, &x, NULL, &k) >= 0;
    secret_wipe(secret, sizeof secret);
    return good;
}

static bool set_certificate(struct pinned *p, const uint8_t seed[32])
{
    gnutls_x509_crt_t crt = NULL;
    gnutls_pubkey_t public_key = NULL;
    gnutls_privkey_t key = NULL;
    gnutls_pcert_st *cert = gnutls_malloc(sizeof *cert);
    bool good = cert && gnutls_privkey_init(&key) >= 0 && gnutls_pubkey_init(&public_key) >= 0 &&
                gnutls_x509_crt_init(&crt) >= 0 && make_key(seed, key) && fill_certificate(crt, key, public_key) &&
                gnutls_pcert_import_x509(cert, crt, 0) >= 0;
    if (good && gnutls_certificate_set_key(p->credentials, NULL, 0, cert, 1, key) >= 0) {
        key = NULL; // the credentials' own now, as the certificate's inside
    } else {
        if (good)
            gnutls_pcert_deinit(cert);
        good = false;
    }
    gnutls_free(cert);
    if (key)
        gnutls_privkey_deinit(key);
    if (public_key)
        gnutls_pubkey_deinit(public_key);
    if (crt)
        gnutls_x509_crt_deinit(crt);
    return good;
}

// --- sessions

static bool start_session(struct pinned *p, bool server, const struct pinned_keys *k)
{
    unsigned flags = (server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL;
    memcpy(p->other, k->other, 32);
    if (gnutls_certificate_allocate_credentials(&p->credentials) < 0 || !set_certificate(p, k->seed) ||
        gnutls_init(&p->session, flags) < 0)
        return false;
    gnutls_session_set_ptr(p->session, p);
    gnutls_certificate_set_verify_function(p->credentials, check_peer);
    if (server)
        gnutls_certificate_server_set_request(p->session, GNUTLS_CERT_REQUIRE);
    gnutls_transport_set_int(p->session, p->fd);
    return gnutls_priority_set_direct(p->session, PRIORITIES, NULL) >= 0 &&
           gnutls_credentials_set(p->session, GNUTLS_CRD_CERTIFICATE, p->credentials) >= 0;
}

void pinned_prepare(void)
{
    (void)gnutls_global_init();
}

static void set_patience(int fd, int ms)
{
    struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

// Takes fd.
static cu_code shake_hands(int fd, bool server, const struct pinned_keys *k, int timeout_ms, struct pinned **ret, struct cu_error *err)
{
    struct pinned *p = cu_calloc(1, sizeof *p);
    if (!p) {
        (void)close(fd);
        return cu_fail(err, CU_MEMORY, "", "no memory for a line");
    }
    p->fd = fd;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    set_patience(fd, timeout_ms);
    if (!start_session(p, server, k)) {
        pinned_close(p);
        return cu_fail(err, CU_MEMORY, "", "no memory for a line");
    }
    gnutls_handshake_set_timeout(p->session, (unsigned)timeout_ms);
    int rc;
    do
        rc = gnutls_handshake(p->session);
    while (rc == GNUTLS_E_INTERRUPTED || rc == GNUTLS_E_WARNING_ALERT_RECEIVED);
    if (rc < 0) {
        bool known = !p->stranger;
        (void)gnutls_alert_send_appropriate(p->session, rc);
        pinned_close(p);
        return known ? gone(err) : stranger(err);
    }
    *ret = p;
    return CU_OK;
}

void pinned_close(struct pinned *p)
{
    if (!p)
        return;
    if (p->session) {
        (void)gnutls_bye(p->session, GNUTLS_SHUT_WR);
        gnutls_deinit(p->session);
    }
    if (p->credentials)
        gnutls_certificate_free_credentials(p->credentials);
    (void)close(p->fd);
    cu_free(p);
}

// --- sockets

static bool split(const char *address, char host[256], char port[8])
{
    const char *colon = strrchr(address, ':');
    size_t len = colon ? (size_t)(colon - address) : 0;
    if (!colon || len == 0 || len >= 255 || strlen(colon + 1) == 0 || strlen(colon + 1) > 5)
        return false;
    bool bracket = address[0] == '[' && address[len - 1] == ']';
    (void)snprintf(host, 256, "%.*s", (int)(bracket ? len - 2 : len), address + bracket);
    (void)snprintf(port, 8, "%s", colon + 1);
    return true;
}

static bool connect_to(int fd, const struct addrinfo *a, int timeout_ms)
{
    int fault = 0;
    socklen_t len = sizeof fault;
    struct pollfd w = {.fd = fd, .events = POLLOUT};
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return true;
    return errno == EINPROGRESS && poll(&w, 1, timeout_ms) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &len) == 0 &&
           fault == 0;
}

cu_code pinned_call(const char *address, const struct pinned_keys *k, int timeout_ms, struct pinned **ret, struct cu_error *err)
{
    char host[256], port[8];
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *all = NULL;
    int fd = -1;
    if (!split(address, host, port))
        return cu_fail(err, CU_INVALID, "address", "an address as 10.0.0.7:7443 is accepted");
    if (cu_fault_hit(CU_FAULT_IO) || getaddrinfo(host, port, &want, &all) != 0)
        return gone(err);
    for (struct addrinfo *a = all; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
        if (fd >= 0 && !connect_to(fd, a, timeout_ms)) {
            (void)close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(all);
    if (fd < 0)
        return gone(err);
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return shake_hands(fd, false, k, timeout_ms, ret, err);
}

cu_code pinned_accept(int fd, const struct pinned_keys *k, int timeout_ms, struct pinned **ret, struct cu_error *err)
{
    return shake_hands(fd, true, k, timeout_ms, ret, err);
}

cu_code pinned_listen(const char *address, int *ret_fd, uint16_t *ret_port, struct cu_error *err)
{
    char host[256], port[8];
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_PASSIVE}, *all = NULL;
    if (!split(address, host, port) || getaddrinfo(host, port, &want, &all) != 0)
        return cu_fail(err, CU_INVALID, "listen", "an address of this machine as 10.0.0.7:7443 is accepted");
    int fd = socket(all->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    bool good = fd >= 0 && bind(fd, all->ai_addr, all->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    freeaddrinfo(all);
    struct sockaddr_storage own;
    socklen_t len = sizeof own;
    if (!good || getsockname(fd, (struct sockaddr *)&own, &len) != 0) {
        cu_code code = cu_fail_errno(err, "the listening socket cannot be opened");
        if (fd >= 0)
            (void)close(fd);
        return code;
    }
    *ret_port = ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port : ((struct sockaddr_in *)&own)->sin_port);
    *ret_fd = fd;
    return CU_OK;
}

// --- frames

static cu_code send_all(struct pinned *p, const void *bytes, size_t len, struct cu_error *err)
{
    const char *at = bytes;
    if (cu_fault_hit(CU_FAULT_IO))
        return gone(err);
    while (len > 0) {
        ssize_t n = gnutls_record_send(p->session, at, len < RECORD ? len : RECORD);
        if (n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n <= 0)
            return gone(err);
        at += n;
        len -= (size_t)n;
    }
    return CU_OK;
}

cu_code pinned_send(struct pinned *p, cu_str frame, struct cu_error *err)
{
    uint8_t header[HEADER];
    for (int i = 0; i < HEADER; i++)
        header[i] = (uint8_t)(frame.len >> (24 - 8 * i));
    CU_TRY(send_all(p, header, sizeof header, err));
    return send_all(p, frame.ptr, frame.len, err);
}

static cu_code receive_all(struct pinned *p, void *ret, size_t len, struct cu_error *err)
{
    char *at = ret;
    if (cu_fault_hit(CU_FAULT_IO))
        return gone(err);
    while (len > 0) {
        ssize_t n = gnutls_record_recv(p->session, at, len);
        if (n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n == GNUTLS_E_FATAL_ALERT_RECEIVED && (gnutls_alert_get(p->session) == GNUTLS_A_BAD_CERTIFICATE ||
                                                      gnutls_alert_get(p->session) == GNUTLS_A_CERTIFICATE_REQUIRED))
            return cu_fail(err, CU_FORBIDDEN, "", "the other side knows this machine by another key");
        if (n <= 0)
            return gone(err);
        at += n;
        len -= (size_t)n;
    }
    return CU_OK;
}

bool pinned_ready(struct pinned *p, int timeout_ms)
{
    struct pollfd w = {.fd = p->fd, .events = POLLIN};
    return gnutls_record_check_pending(p->session) > 0 || poll(&w, 1, timeout_ms) > 0;
}

cu_code pinned_receive(struct pinned *p, struct cu_buf *b, size_t max, int timeout_ms, struct cu_error *err)
{
    uint8_t header[HEADER];
    size_t len = 0;
    cu_buf_reset(b);
    set_patience(p->fd, timeout_ms);
    CU_TRY(receive_all(p, header, sizeof header, err));
    for (int i = 0; i < HEADER; i++)
        len = len << 8 | header[i];
    if (len > max)
        return cu_fail(err, CU_TOO_LARGE, "", "a frame is at most %zu bytes", max);
    char *at = cu_buf_room(b, len);
    if (!at)
        return cu_buf_code(b, err);
    CU_TRY(receive_all(p, at, len, err));
    b->len += len;
    return CU_OK;
}
