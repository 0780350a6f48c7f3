// SPDX-License-Identifier: Apache-2.0
// From the head of a request, as libmicrohttpd parsed it, to struct request; and the refusals that
// need nothing but the head. Called by exchange.c on the event thread.
#include "server_private.h"

#include <stdio.h>

static cu_str header_of(struct request *rq, const char *name)
{
    struct exchange *x = (struct exchange *)rq;
    const char *value = NULL;
    size_t len = 0;
    if (MHD_lookup_connection_value_n(
            x->connection, MHD_HEADER_KIND, name, strlen(name), &value, &len) == MHD_NO)
        return CU_NONE;
    return value ? (cu_str){value, len} : CU_LIT("");
}

// A number that is different for every request of this process, mixed so that it tells nothing
// about how many there were (SplitMix64's finaliser, a bijection).
static void make_id(struct exchange *x)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t z =
        atomic_fetch_add_explicit(&x->server->ids, 1, memory_order_relaxed) ^ x->server->id_seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    for (int i = 0; i < 16; i++, z >>= 4)
        x->id[i] = digits[z & 15];
    x->id[16] = 0;
    x->rq.id = (cu_str){x->id, 16};
}

// The last address in X-Forwarded-For is the one our own proxy saw; those before it are hearsay.
static void believe_proxy(struct request *rq)
{
    cu_str all = request_header(rq, "X-Forwarded-For"), last = CU_NONE;
    while (all.ptr)
        last = cu_str_cut(&all, ',');
    last = cu_str_trim(last);
    bool plausible = last.len > 0 && last.len < 46;
    for (size_t i = 0; i < last.len && plausible; i++)
        plausible = strchr("0123456789abcdefABCDEF.:", last.ptr[i]) != NULL;
    if (plausible)
        rq->remote_ip = last;
    rq->tls = rq->tls || cu_str_eq_nocase(request_header(rq, "X-Forwarded-Proto"), CU_LIT("https"));
}

void exchange_fill(struct exchange *x, const char *method, const char *version)
{
    struct request *rq = &x->rq;
    struct link *l = x->link;
    (void)version;
    make_id(x);
    rq->header = header_of;
    rq->transport = x;
    rq->method = cu_str_of(method);
    cu_str uri = {l->uri_long ? l->uri_long : l->uri, l->uri_len};
    rq->path = cu_str_cut(&uri, '?');
    rq->query = uri.ptr ? uri : CU_LIT("");
    rq->remote_ip = cu_str_of(l->ip);
    rq->tls = l->loop->listener->tls;
    if (x->server->o.trust_proxy)
        believe_proxy(rq);
    rq->received_ms = cu_now_ms();
    if (l->local)
        rq->caller = (struct caller){.kind = CALLER_LOCAL, .permissions = UINT64_MAX};
}

struct framing {
    int lengths, encodings, hosts;
    bool chunked;
};

static enum MHD_Result count_framing(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *f = context;
    (void)kind;
    cu_str n = cu_str_of(name);
    if (cu_str_eq_nocase(n, CU_LIT("Content-Length"))) {
        f->lengths++;
    } else if (cu_str_eq_nocase(n, CU_LIT("Transfer-Encoding"))) {
        f->encodings++;
        f->chunked = cu_str_eq_nocase(cu_str_of(value), CU_LIT("chunked"));
    } else if (cu_str_eq_nocase(n, CU_LIT("Host"))) {
        f->hosts++;
    }
    return MHD_YES;
}

// What may make two readers of one connection disagree where a request ends (RFC 9112 6.3, 11.2).
cu_code exchange_check_head(struct exchange *x, const char *version, struct cu_error *err)
{
    struct framing f = {0};
    (void)MHD_get_connection_values(x->connection, MHD_HEADER_KIND, count_framing, &f);
    x->close = true; // only for the refusals below
    if (x->link->uri_len == 0)
        return cu_fail(
            err, CU_TOO_LARGE, "", "the request target is longer than %d bytes", URI_MAX);
    if (f.hosts > 1 || (f.hosts == 0 && strcmp(version, "HTTP/1.0") != 0))
        return cu_fail(err, CU_MALFORMED, "Host", "exactly one Host header is needed");
    if (f.lengths > 1 || f.encodings > 1 || (f.lengths && f.encodings))
        return cu_fail(
            err, CU_MALFORMED, "Content-Length", "the length of the body is given twice");
    if (f.encodings && !f.chunked)
        return cu_fail(err, CU_MALFORMED, "Transfer-Encoding", "only chunked is understood");
    x->close = false;
    return CU_OK;
}

int64_t exchange_content_length(const struct exchange *x)
{
    const char *z = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Length");
    int64_t n = 0;
    return z && cu_str_i64(cu_str_of(z), &n) ? n : -1;
}
