// SPDX-License-Identifier: Apache-2.0
// Calls to an S3-compatible store. See s3.h; signing is in s3_sign.c.
#include "s3.h"

#include "base/clock.h"
#include "crypto/object.h"
#include "crypto/secret.h"
#include "outgoing.h"
#include "text/text.h"

#include <stdio.h>
#include <time.h>

enum { NAME_MAX_LEN = 512, ATTEMPTS = 6, PAUSE_MS = 500, PAUSE_MS_MAX = 30000, URL_LEN = 4096 };
#define CALL_MS_MAX (10 * 60 * 1000)
#define ANSWER_BYTES_MAX ((size_t)128 << 20)

struct s3 {
    struct outgoing *out;
    char endpoint[NAME_MAX_LEN], host[NAME_MAX_LEN], base[NAME_MAX_LEN], region[64], bucket[128], key_id[160], secret[192];
    int attempts;
    int64_t pause_ms;
    const atomic_bool *stop;
};

static bool copy(char *to, size_t size, const char *from)
{
    int n = snprintf(to, size, "%s", from ? from : "");
    return n > 0 && (size_t)n < size;
}

static bool plain_name(const char *z) // what needs no encoding anywhere
{
    for (; *z; z++) {
        bool good = (*z >= 'a' && *z <= 'z') || (*z >= 'A' && *z <= 'Z') || (*z >= '0' && *z <= '9') || strchr("-_./", *z);
        if (!good)
            return false;
    }
    return true;
}

// "https://host:port/base" -> host:port, /base. A default port is not part of the signed host.
static cu_code split_endpoint(struct s3 *s, struct cu_error *err)
{
    cu_str rest = cu_str_of(s->endpoint);
    bool tls = cu_str_starts(rest, CU_LIT("https://"));
    if (!tls && !cu_str_starts(rest, CU_LIT("http://")))
        return cu_fail(err, CU_INVALID, "backup_s3_endpoint", "an address like https://s3.example.com is accepted");
    rest = cu_str_sub(rest, tls ? 8 : 7, rest.len);
    while (rest.len && rest.ptr[rest.len - 1] == '/')
        rest.len--;
    cu_str host = cu_str_cut(&rest, '/');
    cu_str standard = tls ? CU_LIT(":443") : CU_LIT(":80");
    (void)snprintf(s->base, sizeof s->base, "%s%.*s", rest.len ? "/" : "", CU_ARG(rest));
    cu_str signed_host = cu_str_ends(host, standard) ? cu_str_sub(host, 0, host.len - standard.len) : host;
    (void)snprintf(s->host, sizeof s->host, "%.*s", CU_ARG(signed_host));
    (void)snprintf(s->endpoint, sizeof s->endpoint, "%s%.*s", tls ? "https://" : "http://", CU_ARG(host));
    if (!s->host[0] || !plain_name(s->base))
        return cu_fail(err, CU_INVALID, "backup_s3_endpoint", "an address like https://s3.example.com is accepted");
    return CU_OK;
}

static cu_code fill(struct s3 *s, const struct s3_options *o, struct cu_error *err)
{
    if (!copy(s->endpoint, sizeof s->endpoint, o->endpoint))
        return cu_fail(err, CU_MISSING, "backup_s3_endpoint", "name the store's address: https://s3.example.com");
    if (!copy(s->bucket, sizeof s->bucket, o->bucket) || !plain_name(s->bucket) || strchr(s->bucket, '/'))
        return cu_fail(err, CU_INVALID, "backup_s3_bucket", "bucket/prefix of letters, digits, - _ . is accepted");
    if (!copy(s->region, sizeof s->region, o->region) || !plain_name(s->region))
        return cu_fail(err, CU_INVALID, "backup_s3_region", "a region's name like eu-central-1 is accepted");
    if (!copy(s->key_id, sizeof s->key_id, o->key_id))
        return cu_fail(err, CU_MISSING, "backup_s3_key_id", "name the access key");
    if (!copy(s->secret, sizeof s->secret, o->secret))
        return cu_fail(err, CU_MISSING, "backup_s3_secret_file", "name a file with the secret of the access key");
    s->attempts = o->attempts > 0 ? o->attempts : ATTEMPTS;
    s->pause_ms = o->pause_ms > 0 ? o->pause_ms : PAUSE_MS;
    s->stop = o->stop;
    CU_TRY(split_endpoint(s, err));
    return outgoing_open(&(struct outgoing_options){.networks = o->networks, .ca_file = o->ca_file, .at_once = 4},
        &s->out, err);
}

cu_code s3_open(const struct s3_options *o, struct s3 **ret, struct cu_error *err)
{
    struct s3 *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for the object store");
    cu_code code = fill(s, o, err);
    if (code != CU_OK) {
        s3_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void s3_close(struct s3 *s)
{
    if (!s)
        return;
    outgoing_close(s->out);
    secret_wipe(s->secret, sizeof s->secret);
    cu_free(s);
}

// The text between <tag> and </tag>, first occurrence in *rest, which moves behind it.
static bool element(cu_str *rest, const char *tag, cu_str *ret)
{
    char open[64], close[64];
    int n = snprintf(open, sizeof open, "<%s>", tag), m = snprintf(close, sizeof close, "</%s>", tag);
    ptrdiff_t from = cu_str_find_str(*rest, (cu_str){open, (size_t)n});
    if (from < 0)
        return false;
    cu_str inner = cu_str_sub(*rest, (size_t)from + (size_t)n, rest->len);
    ptrdiff_t to = cu_str_find_str(inner, (cu_str){close, (size_t)m});
    if (to < 0)
        return false;
    *ret = cu_str_sub(inner, 0, (size_t)to);
    *rest = cu_str_sub(inner, (size_t)to + (size_t)m, inner.len);
    return true;
}

struct call {
    const char *method, *key, *query; // key without leading slash
    cu_str body;
    struct cu_buf *out;
};

static cu_code code_of_answer(const struct call *c, const struct outgoing_answer *a, bool *ret_again, struct cu_error *err)
{
    cu_str rest = cu_buf_view(&a->body), word = CU_LIT("no reason");
    (void)element(&rest, "Code", &word);
    word = cu_str_sub(word, 0, 60);
    *ret_again = a->status >= 500 || a->status == 429 || a->status == 408;
    if (a->status >= 200 && a->status < 300)
        return CU_OK;
    if (*ret_again)
        return cu_fail(err, CU_UNAVAILABLE, "", "the object store answers %d (%.*s)", a->status, CU_ARG(word));
    if (a->status == 404)
        return cu_fail(err, CU_NOT_FOUND, "", "the object store has no %s (%.*s)", c->key[0] ? c->key : "bucket",
            CU_ARG(word));
    if (a->status == 401 || a->status == 403)
        return cu_fail(err, CU_FORBIDDEN, "backup_s3_secret_file",
            "the object store refuses the access key: %.*s; check key, secret and the machine's clock", CU_ARG(word));
    if (a->status == 507 || cu_str_eqz(word, "QuotaExceeded"))
        return cu_fail(err, CU_FULL, "", "the object store is full");
    return cu_fail(err, CU_IO, "", "the object store answers %d (%.*s)", a->status, CU_ARG(word));
}

static cu_code call_once(struct s3 *s, const struct call *c, const char *body_hash, bool *ret_again, struct cu_error *err)
{
    char url[URL_LEN], path[URL_LEN / 2], date[17], date_header[64], hash_header[128];
    struct outgoing_answer answer = {0};
    struct cu_buf sign;
    cu_buf_init(&sign, 4096);
    cu_buf_z(&sign, "Authorization: ");
    (void)snprintf(path, sizeof path, "%s/%s%s%s", s->base, s->bucket, c->key[0] ? "/" : "", c->key);
    (void)snprintf(url, sizeof url, "%s%s%s%s", s->endpoint, path, c->query[0] ? "?" : "", c->query);
    const struct s3_request rq = {.method = c->method, .host = s->host, .path = path, .query = c->query,
        .body_hash = body_hash, .now_ms = cu_now_ms(), .region = s->region, .key_id = s->key_id, .secret = s->secret};
    cu_code code = s3_sign(&rq, date, &sign, err);
    (void)snprintf(date_header, sizeof date_header, "x-amz-date: %s", date);
    (void)snprintf(hash_header, sizeof hash_header, "x-amz-content-sha256: %s", body_hash);
    const char *headers[] = {sign.ptr, date_header, hash_header, "Content-Type: application/octet-stream"};
    const struct outgoing_call call = {.method = c->method, .url = url, .headers = headers,
        .header_count = c->body.ptr ? 4 : 3, .body = c->body, .timeout_ms_max = CALL_MS_MAX,
        .answer_bytes_max = ANSWER_BYTES_MAX};
    if (code == CU_OK)
        code = outgoing_send(s->out, &call, &answer, err);
    *ret_again = code == CU_UNAVAILABLE;
    if (code == CU_OK)
        code = code_of_answer(c, &answer, ret_again, err);
    if (code == CU_OK && c->out)
        cu_buf_str(c->out, cu_buf_view(&answer.body));
    outgoing_answer_clear(&answer);
    cu_buf_wipe(&sign);
    return code == CU_OK && c->out ? cu_buf_code(c->out, err) : code;
}

static bool pause_before_again(const struct s3 *s, int attempt)
{
    int64_t ms = s->pause_ms;
    for (int i = 1; i < attempt && ms < PAUSE_MS_MAX; i++)
        ms *= 2;
    uint32_t part = 0;
    cu_random(&part, sizeof part);
    ms = (ms < PAUSE_MS_MAX ? ms : PAUSE_MS_MAX) * (75 + part % 50) / 100; // not all at the same time
    for (; ms > 0 && !(s->stop && atomic_load(s->stop)); ms -= 100) {
        int64_t now = ms < 100 ? ms : 100;
        (void)nanosleep(&(struct timespec){.tv_nsec = now * 1000000}, NULL);
    }
    return !(s->stop && atomic_load(s->stop));
}

static cu_code call_store(struct s3 *s, const struct call *c, struct cu_error *err)
{
    char hash[65];
    bool again = false;
    if (!plain_name(c->key) || strlen(c->key) > NAME_MAX_LEN)
        return cu_fail(err, CU_INVALID, "", "a name in the object store has letters, digits and -_./ only");
    object_sha256_hex(c->body.ptr ? c->body : CU_LIT(""), hash);
    cu_code code = CU_OK;
    for (int attempt = 1; attempt <= s->attempts; attempt++) {
        code = call_once(s, c, hash, &again, err);
        if (code == CU_OK || !again || attempt == s->attempts || !pause_before_again(s, attempt))
            break;
    }
    return code;
}

cu_code s3_put(struct s3 *s, const char *key, cu_str bytes, struct cu_error *err)
{
    return call_store(s, &(struct call){.method = "PUT", .key = key, .query = "", .body = bytes}, err);
}

cu_code s3_get(struct s3 *s, const char *key, struct cu_buf *out, struct cu_error *err)
{
    return call_store(s, &(struct call){.method = "GET", .key = key, .query = "", .out = out}, err);
}

cu_code s3_delete(struct s3 *s, const char *key, struct cu_error *err)
{
    cu_code code = call_store(s, &(struct call){.method = "DELETE", .key = key, .query = ""}, err);
    return code == CU_NOT_FOUND ? CU_OK : code;
}

static cu_code visit_page(cu_str page, s3_visit *visit, void *context, struct cu_error *err)
{
    cu_str item = CU_NONE;
    while (element(&page, "Contents", &item)) {
        cu_str at_key = item, at_size = item, key = CU_NONE, size = CU_NONE;
        int64_t bytes = 0;
        if (!element(&at_key, "Key", &key) || !element(&at_size, "Size", &size) || !cu_str_i64(size, &bytes))
            return cu_fail(err, CU_MALFORMED, "", "the object store's list is not what S3 defines");
        CU_TRY(visit(context, key, bytes, err));
    }
    return CU_OK;
}

cu_code s3_list(struct s3 *s, const char *prefix, s3_visit *visit, void *context, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf query, page;
    cu_str token = CU_NONE;
    cu_buf_init(&query, 4096);
    cu_buf_init(&page, ANSWER_BYTES_MAX);
    for (;;) {
        cu_buf_reset(&query);
        if (token.ptr) {
            cu_buf_z(&query, "continuation-token=");
            text_url(token, &query);
            cu_buf_char(&query, '&');
        }
        cu_buf_z(&query, "list-type=2&prefix=");
        text_url(cu_str_of(prefix), &query);
        CU_TRY(cu_buf_code(&query, err));
        cu_buf_reset(&page);
        CU_TRY(call_store(s, &(struct call){.method = "GET", .key = "", .query = query.ptr, .out = &page}, err));
        CU_TRY(visit_page(cu_buf_view(&page), visit, context, err));
        cu_str rest = cu_buf_view(&page), truncated = CU_NONE;
        if (!element(&rest, "IsTruncated", &truncated) || !cu_str_eqz(truncated, "true"))
            return CU_OK;
        rest = cu_buf_view(&page);
        if (!element(&rest, "NextContinuationToken", &token))
            return cu_fail(err, CU_MALFORMED, "", "the object store's list is not what S3 defines");
    }
}
