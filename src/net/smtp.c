// SPDX-License-Identifier: Apache-2.0
// Handing a message over. See smtp.h. A connection for each message: nothing of one reaches the next.
#include "smtp_internal.h"

#include "crypto/secret.h"
#include "outgoing.h"

#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

enum { TIMEOUT_MS = 20000, CONNECT_MS = 10000, URL_BYTES = 640 };

struct flight { // one message
    const struct smtp_options *o;
    CURL *curl;
    struct curl_slist *to;
    cu_str message;
    size_t given;
    struct outgoing_network networks[OUTGOING_NETWORKS_MAX];
    size_t network_count;
    bool address_refused, body_begun, to_said;
    char secret[SECRET_FILE_MAX];
};

static bool said(const char *z)
{
    return z && z[0];
}

// ---- settings

static cu_code take_networks(struct flight *f, cu_str text, struct cu_error *err)
{
    while (cu_str_trim(text).len) {
        cu_str part = cu_str_cut(&text, ',');
        if (f->network_count == OUTGOING_NETWORKS_MAX || !outgoing_network_parse(part, &f->networks[f->network_count++]))
            return cu_fail(err, CU_INVALID, "outgoing_networks",
                "up to %d networks like 10.1.0.0/16, separated by commas, are accepted", OUTGOING_NETWORKS_MAX);
    }
    return CU_OK;
}

static bool host_good(const char *host)
{
    bool good = strlen(host) <= 253;
    for (const char *p = host; *p; p++)
        good = good &&
               ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr(".-:", *p));
    return good;
}

static cu_code try_composing(const struct smtp_options *o, struct cu_error *err)
{
    const struct smtp_message m = {
        .to = CU_LIT("someone@example.com"), .subject = CU_LIT("x"), .text = CU_LIT("x"), .id = CU_LIT("x")};
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, 4096);
    return smtp_compose(o, &m, &out, err);
}

cu_code smtp_check(const struct smtp_options *o, struct cu_error *err)
{
    char secret[SECRET_FILE_MAX] = "";
    if (!said(o->host))
        return CU_OK;
    if (!host_good(o->host))
        return cu_fail(err, CU_INVALID, "mail_host", "a name like mail.example.com, or an address, is accepted");
    CU_TRY(try_composing(o, err)); // mail_from, mail_from_name
    if (said(o->user) != said(o->password_file))
        return cu_fail(err, CU_INVALID, "mail_user", "mail_user and mail_password_file go together");
    if (said(o->ca_file) && access(o->ca_file, R_OK) != 0)
        return cu_fail(err, CU_INVALID, "mail_ca", "the file of certificate authorities cannot be read");
    cu_code code = secret_file_read(o->password_file, "mail_password_file", secret, err);
    secret_wipe(secret, sizeof secret);
    return code;
}

// ---- what libcurl calls back

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *f = context;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !outgoing_address_allowed(&address->addr, f->o->security == SMTP_PLAIN, f->networks, f->network_count)) {
        f->address_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t give(char *room, size_t size, size_t count, void *context)
{
    struct flight *f = context;
    size_t n = size * count, left = f->message.len - f->given;
    n = n < left ? n : left;
    memcpy(room, f->message.ptr + f->given, n);
    f->given += n;
    f->body_begun = true;
    return n;
}

static size_t drop(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

// Only how far it came: whether a 5xx is about the recipient or about us. What is said is not kept.
static int listen_in(CURL *curl, curl_infotype type, char *bytes, size_t len, void *context)
{
    struct flight *f = context;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT && len >= 4 && memcmp(bytes, "RCPT", 4) == 0)
        f->to_said = true;
    return 0;
}

static int go_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct flight *f = context;
    (void)a, (void)b, (void)c, (void)d;
    return f->o->stop && atomic_load(f->o->stop);
}

// ---- the call

static uint16_t port_of(const struct smtp_options *o)
{
    static const uint16_t usual[] = {[SMTP_PLAIN] = 25, [SMTP_STARTTLS] = 587, [SMTP_TLS] = 465};
    return o->port ? o->port : usual[o->security];
}

// Bounds, address rules and TLS, whatever the environment or the other side would like.
static bool set_bounds(struct flight *f)
{
    CURL *h = f->curl;
    char url[URL_BYTES];
    const struct smtp_options *o = f->o;
    long ms = (long)(o->timeout_ms ? o->timeout_ms : TIMEOUT_MS);
    bool six = strchr(o->host, ':') != NULL;
    (void)snprintf(url, sizeof url, "%s://%s%s%s:%u/%.*s", o->security == SMTP_TLS ? "smtps" : "smtp", six ? "[" : "",
        o->host, six ? "]" : "", port_of(o), CU_ARG(smtp_domain(o)));
    return curl_easy_setopt(h, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_USE_SSL, (long)(o->security == SMTP_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL)) ==
               CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK && curl_easy_setopt(h, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, f) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, ms < CONNECT_MS ? ms : CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           (!said(o->ca_file) || (curl_easy_setopt(h, CURLOPT_CAINFO, o->ca_file) == CURLE_OK &&
                                     curl_easy_setopt(h, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static bool set_watch(struct flight *f)
{
    CURL *h = f->curl;
    return curl_easy_setopt(h, CURLOPT_VERBOSE, 1L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, listen_in) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_DEBUGDATA, f) == CURLE_OK && curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, go_on) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_XFERINFODATA, f) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, drop) == CURLE_OK &&
           (!said(f->o->user) || (curl_easy_setopt(h, CURLOPT_USERNAME, f->o->user) == CURLE_OK &&
                                     curl_easy_setopt(h, CURLOPT_PASSWORD, f->secret) == CURLE_OK));
}

static bool set_message(struct flight *f, cu_str to)
{
    CURL *h = f->curl;
    char from[300], address[300];
    (void)snprintf(from, sizeof from, "<%s>", f->o->from);
    (void)snprintf(address, sizeof address, "<%.*s>", CU_ARG(to));
    f->to = curl_slist_append(NULL, address);
    return f->to && curl_easy_setopt(h, CURLOPT_MAIL_FROM, from) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_MAIL_RCPT, f->to) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_READFUNCTION, give) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_READDATA, f) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)f->message.len) == CURLE_OK;
}

static cu_code fail_host(const struct flight *f, CURLcode code, long status, struct cu_error *err)
{
    if (f->address_refused)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host",
            "the mail server has a private or reserved address: outgoing_networks can allow it; without TLS only loopback");
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "the mail server's name has no address");
    if (code == CURLE_COULDNT_CONNECT)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "the mail server does not accept connections");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "the mail server did not answer in time");
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE ||
        code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CIPHER)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "the mail server's certificate or TLS version is not accepted");
    if (code == CURLE_USE_SSL_FAILED)
        return cu_fail(err, CU_UNAVAILABLE, "mail_security", "the mail server does not offer STARTTLS");
    if (code == CURLE_LOGIN_DENIED)
        return cu_fail(err, CU_UNAVAILABLE, "mail_user", "the mail server does not take name and password (%ld)", status);
    if (status >= 400)
        return cu_fail(
            err, CU_UNAVAILABLE, "mail_host", "the mail server refused before it heard of the recipient (%ld)", status);
    return cu_fail(err, CU_UNAVAILABLE, "mail_host", "the connection to the mail server broke off");
}

static cu_code outcome(const struct flight *f, CURLcode code, struct cu_error *err)
{
    long status = 0;
    (void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK)
        return CU_OK;
    if (!f->to_said || status < 400 || code == CURLE_OPERATION_TIMEDOUT)
        return fail_host(f, code, status, err);
    if (status < 500)
        return cu_fail(err, CU_UNAVAILABLE, "to", "the mail server does not take it now (%ld)", status);
    return cu_fail(err, CU_REFUSED, f->body_begun ? "text" : "to", "the mail server refused it for good (%ld)", status);
}

static cu_code perform(struct flight *f, cu_str to, struct cu_error *err)
{
    CU_TRY(take_networks(f, cu_str_of(f->o->networks), err));
    CU_TRY(secret_file_read(f->o->password_file, "mail_password_file", f->secret, err));
    f->curl = curl_easy_init();
    bool good = f->curl && set_bounds(f) && set_watch(f);
    if (good && to.len)
        good = set_message(f, to);
    else if (good) // only a greeting and a NOOP
        good = curl_easy_setopt(f->curl, CURLOPT_CUSTOMREQUEST, "NOOP") == CURLE_OK &&
               curl_easy_setopt(f->curl, CURLOPT_NOBODY, 1L) == CURLE_OK;
    return good ? outcome(f, curl_easy_perform(f->curl), err) : cu_fail(err, CU_MEMORY, "", "no memory for a letter");
}

static cu_code run(const struct smtp_options *o, cu_str to, cu_str message, struct cu_error *err)
{
    struct flight *f = cu_calloc(1, sizeof *f);
    if (!f)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    f->o = o;
    f->message = message;
    cu_code code = said(o->host) ? perform(f, to, err) : cu_fail(err, CU_UNAVAILABLE, "mail_host", "no mail server is set");
    curl_easy_cleanup(f->curl);
    curl_slist_free_all(f->to);
    secret_wipe(f->secret, sizeof f->secret);
    cu_free(f);
    return code;
}

cu_code smtp_send(const struct smtp_options *o, const struct smtp_message *m, struct cu_error *err)
{
    struct cu_buf message;
    cu_buf_init(&message, SMTP_BYTES_MAX);
    cu_code code = smtp_compose(o, m, &message, err);
    if (code == CU_OK)
        code = run(o, m->to, cu_buf_view(&message), err);
    cu_buf_wipe(&message);
    return code;
}

cu_code smtp_try(const struct smtp_options *o, struct cu_error *err)
{
    CU_TRY(smtp_check(o, err));
    return run(o, CU_NONE, CU_NONE, err);
}
