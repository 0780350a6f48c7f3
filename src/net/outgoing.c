// SPDX-License-Identifier: Apache-2.0
// Calls to other machines through libcurl. See outgoing.h. A handle lives for one call: nothing of one
// call (connection, session, cookie, credential) reaches the next.
#include "outgoing.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { HOSTS_MAX = 32, HOST_MAX = 254, ANSWER_HEADERS_MAX = 32 * 1024, AT_ONCE = 16, TIMEOUT_MS = 10000 };

struct outgoing {
    struct outgoing_network networks[OUTGOING_NETWORKS_MAX];
    size_t network_count;
    char hosts[HOSTS_MAX][HOST_MAX];
    size_t host_count;
    const char *ca_file;
    uint32_t at_once;
    atomic_uint under_way;
};

struct flight { // one call
    struct outgoing *owner;
    const struct outgoing_call *call;
    struct outgoing_answer *answer;
    CURL *curl;
    CURLU *url;
    struct curl_slist *headers;
    size_t answer_max, answered, head_bytes;
    bool plain, address_refused;
};

static cu_code take_networks(struct outgoing *o, cu_str text, struct cu_error *err)
{
    while (cu_str_trim(text).len) {
        cu_str part = cu_str_cut(&text, ',');
        if (o->network_count == OUTGOING_NETWORKS_MAX || !outgoing_network_parse(part, &o->networks[o->network_count]))
            return cu_fail(err, CU_INVALID, "outgoing_networks",
                "up to %d networks like 10.1.0.0/16, separated by commas, are accepted", OUTGOING_NETWORKS_MAX);
        o->network_count++;
    }
    return CU_OK;
}

static cu_code take_hosts(struct outgoing *o, cu_str text, struct cu_error *err)
{
    while (cu_str_trim(text).len) {
        cu_str part = cu_str_trim(cu_str_cut(&text, ','));
        if (o->host_count == HOSTS_MAX || part.len == 0 || part.len >= HOST_MAX)
            return cu_fail(
                err, CU_INVALID, "outgoing_hosts", "up to %d host names, separated by commas, are accepted", HOSTS_MAX);
        (void)snprintf(o->hosts[o->host_count++], HOST_MAX, "%.*s", CU_ARG(part));
    }
    return CU_OK;
}

cu_code outgoing_open(const struct outgoing_options *options, struct outgoing **ret, struct cu_error *err)
{
    struct outgoing *o = cu_calloc(1, sizeof *o);
    if (!o || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        cu_free(o);
        return cu_fail(err, CU_MEMORY, "", "no memory for outgoing calls");
    }
    o->ca_file = options->ca_file && options->ca_file[0] ? options->ca_file : NULL;
    o->at_once = options->at_once ? options->at_once : AT_ONCE;
    cu_code code = take_networks(o, options->networks, err);
    if (code == CU_OK)
        code = take_hosts(o, options->hosts, err);
    if (code == CU_OK && o->ca_file && access(o->ca_file, R_OK) != 0)
        code = cu_fail(err, CU_INVALID, "outgoing_ca", "the file of certificate authorities cannot be read");
    if (code != CU_OK) {
        outgoing_close(o);
        return code;
    }
    *ret = o;
    return CU_OK;
}

void outgoing_close(struct outgoing *o)
{
    cu_free(o);
}

// ---- what libcurl calls back

// The only place where a socket is made: after resolution, with the very address that is connected to.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *f = context;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !outgoing_address_allowed(&address->addr, f->plain, f->owner->networks, f->owner->network_count)) {
        f->address_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct flight *f = context;
    size_t len = size * count;
    if (len > f->answer_max - f->answered) {
        f->answer->failure = OUTGOING_TOO_LARGE;
        return 0;
    }
    f->answered += len;
    if (f->call->answer_write)
        return f->call->answer_write(f->call->context, (cu_str){bytes, len}) ? len : 0;
    cu_buf_add(&f->answer->body, bytes, len);
    return f->answer->body.failed ? 0 : len;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct flight *f = context;
    size_t len = size * count;
    f->head_bytes += len;
    if (f->head_bytes > ANSWER_HEADERS_MAX) {
        f->answer->failure = OUTGOING_TOO_LARGE;
        return 0;
    }
    cu_str rest = {bytes, len};
    cu_str name = cu_str_cut(&rest, ':');
    if (f->call->answer_header && rest.ptr)
        f->call->answer_header(f->call->context, name, cu_str_trim(rest));
    return len;
}

static size_t give_body(char *room, size_t size, size_t count, void *context)
{
    struct flight *f = context;
    size_t n = f->call->body_read(f->call->context, room, size * count);
    return n == SIZE_MAX ? CURL_READFUNC_ABORT : n;
}

// ---- the address as text

static bool host_listed(const struct outgoing *o, cu_str host)
{
    for (size_t i = 0; i < o->host_count; i++) {
        cu_str row = cu_str_of(o->hosts[i]);
        if (row.ptr[0] != '.') {
            if (cu_str_eq_nocase(row, host))
                return true;
            continue;
        }
        cu_str tail = host.len >= row.len ? cu_str_sub(host, host.len - row.len, row.len) : CU_NONE;
        if (cu_str_eq_nocase(tail, row) || cu_str_eq_nocase(cu_str_sub(row, 1, row.len), host))
            return true;
    }
    return o->host_count == 0;
}

static bool part_present(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool there = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return there;
}

static cu_code fail_url(struct flight *f, enum outgoing_failure why, struct cu_error *err)
{
    f->answer->failure = why;
    if (why == OUTGOING_HOST)
        return cu_fail(err, CU_FORBIDDEN, "url", "this host is not in the list of hosts that may be called");
    return cu_fail(err, CU_INVALID, "url", "an address like https://host/path, without user or fragment, is accepted");
}

// Parsed once; libcurl gets the parsed form, so that no two parsers can disagree about the host.
static cu_code check_url(struct flight *f, struct cu_error *err)
{
    const char *text = f->call->url;
    char *scheme = NULL, *host = NULL;
    size_t len = text ? strlen(text) : 0;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || text[i] == '\\')
            return fail_url(f, OUTGOING_URL, err);
    }
    if (len == 0 || len > OUTGOING_URL_MAX || curl_url_set(f->url, CURLUPART_URL, text, 0) != CURLUE_OK ||
        part_present(f->url, CURLUPART_USER) || part_present(f->url, CURLUPART_PASSWORD) ||
        part_present(f->url, CURLUPART_FRAGMENT) || part_present(f->url, CURLUPART_ZONEID) ||
        curl_url_get(f->url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
        return fail_url(f, OUTGOING_URL, err);
    f->plain = strcmp(scheme, "http") == 0;
    bool secure = strcmp(scheme, "https") == 0;
    curl_free(scheme);
    // without TLS only where a loopback network was allowed explicitly; the address decides later
    if ((!secure && !(f->plain && f->owner->network_count)) ||
        curl_url_get(f->url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return fail_url(f, OUTGOING_URL, err);
    bool listed = host[0] && host_listed(f->owner, cu_str_of(host));
    curl_free(host);
    return listed ? CU_OK : fail_url(f, OUTGOING_HOST, err);
}

// ---- the call

static bool set_headers(struct flight *f)
{
    const struct outgoing_call *c = f->call;
    if (c->header_count > OUTGOING_HEADERS_MAX)
        return false;
    for (size_t i = 0; i <= c->header_count; i++) {
        const char *row = i < c->header_count ? c->headers[i] : "Expect:";
        if (strpbrk(row, "\r\n"))
            return false;
        struct curl_slist *longer = curl_slist_append(f->headers, row);
        if (!longer)
            return false;
        f->headers = longer;
    }
    return curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, f->headers) == CURLE_OK;
}

static bool set_body(struct flight *f)
{
    const struct outgoing_call *c = f->call;
    CURL *h = f->curl;
    if (c->body_read)
        return curl_easy_setopt(h, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
               curl_easy_setopt(h, CURLOPT_READFUNCTION, give_body) == CURLE_OK &&
               curl_easy_setopt(h, CURLOPT_READDATA, f) == CURLE_OK &&
               curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)c->body_length) == CURLE_OK;
    if (strcmp(c->method, "GET") == 0 && c->body.len == 0)
        return true;
    if (strcmp(c->method, "HEAD") == 0)
        return curl_easy_setopt(h, CURLOPT_NOBODY, 1L) == CURLE_OK;
    return curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body.len) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_POSTFIELDS, c->body.len ? c->body.ptr : "") == CURLE_OK;
}

// What keeps the call inside its bounds, whatever the environment or the other side would like.
static bool set_bounds(struct flight *f)
{
    CURL *h = f->curl;
    long ms = (long)(f->call->timeout_ms_max ? f->call->timeout_ms_max : TIMEOUT_MS);
    return curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, f->plain ? "http" : "https") == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK && curl_easy_setopt(h, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, f) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, ms < 5000 ? ms : 5000) == CURLE_OK &&
           curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           (!f->owner->ca_file || (curl_easy_setopt(h, CURLOPT_CAINFO, f->owner->ca_file) == CURLE_OK &&
                                      curl_easy_setopt(h, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static bool set_call(struct flight *f)
{
    const struct outgoing_call *c = f->call;
    CURL *h = f->curl;
    bool good = curl_easy_setopt(h, CURLOPT_CURLU, f->url) == CURLE_OK &&
                curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
                curl_easy_setopt(h, CURLOPT_WRITEDATA, f) == CURLE_OK &&
                curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
                curl_easy_setopt(h, CURLOPT_HEADERDATA, f) == CURLE_OK &&
                curl_easy_setopt(h, CURLOPT_USERAGENT, "Custos/" CUSTOS_VERSION) == CURLE_OK && set_bounds(f) &&
                set_body(f) && set_headers(f);
    if (good && strcmp(c->method, "HEAD") != 0)
        good = curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, c->method) == CURLE_OK;
    if (good && c->user)
        good = curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK &&
               curl_easy_setopt(h, CURLOPT_USERNAME, c->user) == CURLE_OK &&
               curl_easy_setopt(h, CURLOPT_PASSWORD, c->password ? c->password : "") == CURLE_OK;
    return good;
}

static enum outgoing_failure failure_of(const struct flight *f, CURLcode code)
{
    if (f->answer->failure != OUTGOING_NONE)
        return f->answer->failure;
    if (code == CURLE_OK)
        return OUTGOING_NONE;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return OUTGOING_TIMEOUT;
    if (f->address_refused)
        return OUTGOING_ADDRESS;
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return OUTGOING_RESOLVE;
    if (code == CURLE_COULDNT_CONNECT)
        return OUTGOING_CONNECT;
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE ||
        code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CIPHER || code == CURLE_SSL_ISSUER_ERROR)
        return OUTGOING_TLS;
    return OUTGOING_BROKEN;
}

static const struct {
    const char *name, *text;
    cu_code code;
} failures[] = {
    [OUTGOING_NONE] = {"none", "", CU_OK},
    [OUTGOING_URL] = {"url", "an https address is accepted", CU_INVALID},
    [OUTGOING_HOST] = {"host", "this host is not in the list of hosts that may be called", CU_FORBIDDEN},
    [OUTGOING_ADDRESS] = {"address",
        "the name leads to a private or reserved address; outgoing_networks can allow one of your own", CU_FORBIDDEN},
    [OUTGOING_RESOLVE] = {"resolve", "the host's name has no address", CU_UNAVAILABLE},
    [OUTGOING_CONNECT] = {"connect", "the other side does not accept connections", CU_UNAVAILABLE},
    [OUTGOING_TLS] = {"tls", "the other side's certificate or TLS version is not accepted", CU_UNAVAILABLE},
    [OUTGOING_TIMEOUT] = {"timeout", "the other side did not answer in time", CU_UNAVAILABLE},
    [OUTGOING_BROKEN] = {"broken", "the connection broke off or did not speak HTTP", CU_UNAVAILABLE},
    [OUTGOING_TOO_LARGE] = {"too_large", "the answer is larger than what is accepted", CU_TOO_LARGE},
};

const char *outgoing_failure_name(enum outgoing_failure f)
{
    return failures[f].name;
}

static cu_code perform(struct flight *f, struct cu_error *err)
{
    CU_TRY(check_url(f, err));
    if (!set_call(f))
        return cu_fail(
            err, CU_INVALID, "headers", "up to %d header fields without line breaks are accepted", OUTGOING_HEADERS_MAX);
    CURLcode code = curl_easy_perform(f->curl);
    long status = 0;
    (void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    f->answer->status = (int)status;
    f->answer->failure = failure_of(f, code);
    if (f->answer->failure != OUTGOING_NONE)
        return cu_fail(err, failures[f->answer->failure].code, "url", "%s", failures[f->answer->failure].text);
    return CU_OK;
}

cu_code outgoing_send(
    struct outgoing *o, const struct outgoing_call *call, struct outgoing_answer *ret, struct cu_error *err)
{
    struct flight f = {.owner = o, .call = call, .answer = ret};
    f.answer_max = call->answer_bytes_max ? call->answer_bytes_max : 256 * 1024;
    *ret = (struct outgoing_answer){0};
    cu_buf_init(&ret->body, f.answer_max + 1);
    if (atomic_fetch_add(&o->under_way, 1) >= o->at_once) {
        atomic_fetch_sub(&o->under_way, 1);
        return cu_fail(err, CU_BUSY, "", "too many calls to other machines are under way");
    }
    f.curl = curl_easy_init();
    f.url = curl_url();
    cu_code code = f.curl && f.url ? perform(&f, err) : cu_fail(err, CU_MEMORY, "", "no memory for an outgoing call");
    curl_easy_cleanup(f.curl);
    curl_url_cleanup(f.url);
    curl_slist_free_all(f.headers);
    atomic_fetch_sub(&o->under_way, 1);
    return code;
}

void outgoing_answer_clear(struct outgoing_answer *a)
{
    cu_buf_wipe(&a->body);
    *a = (struct outgoing_answer){0};
}
