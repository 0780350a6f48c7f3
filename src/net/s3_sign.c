// SPDX-License-Identifier: Apache-2.0
// AWS Signature Version 4 of one request to an object store. See s3.h.
#include "s3.h"

#include "crypto/object.h"
#include "crypto/secret.h"
#include "text/text.h"

#include <stdio.h>

static void step(uint8_t key[32], const char *message)
{
    uint8_t next[32];
    object_hmac_sha256((cu_str){(const char *)key, 32}, cu_str_of(message), next);
    memcpy(key, next, sizeof next);
    secret_wipe(next, sizeof next);
}

static void signing_key(const struct s3_request *rq, const char *day, uint8_t ret[32])
{
    char start[256];
    int n = snprintf(start, sizeof start, "AWS4%s", rq->secret);
    object_hmac_sha256((cu_str){start, (size_t)n < sizeof start ? (size_t)n : sizeof start - 1}, cu_str_of(day), ret);
    secret_wipe(start, sizeof start);
    step(ret, rq->region);
    step(ret, "s3");
    step(ret, "aws4_request");
}

// "20261121T101500Z" of a time.
static void amz_date(int64_t ms, char ret[17])
{
    char iso[TEXT_TIME_MAX]; // 2026-11-21T10:15:00.000Z
    text_time_format(ms, iso);
    size_t n = 0;
    for (size_t i = 0; iso[i] && n < 15; i++) {
        if (iso[i] != '-' && iso[i] != ':')
            ret[n++] = iso[i];
    }
    ret[n++] = 'Z';
    ret[n] = 0;
}

cu_code s3_sign(const struct s3_request *rq, char ret_date[17], struct cu_buf *ret, struct cu_error *err)
{
    static const char signed_headers[] = "host;x-amz-content-sha256;x-amz-date";
    CU_AUTO_BUF struct cu_buf text;
    char day[9], hash[65];
    uint8_t key[32], signature[32];
    amz_date(rq->now_ms, ret_date);
    (void)snprintf(day, sizeof day, "%.8s", ret_date);
    cu_buf_init(&text, 16384);
    cu_buf_printf(&text, "%s\n%s\n%s\nhost:%s\nx-amz-content-sha256:%s\nx-amz-date:%s\n\n%s\n%s", rq->method, rq->path,
        rq->query, rq->host, rq->body_hash, ret_date, signed_headers, rq->body_hash);
    CU_TRY(cu_buf_code(&text, err));
    object_sha256_hex(cu_buf_view(&text), hash);
    cu_buf_reset(&text);
    cu_buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n%s/%s/s3/aws4_request\n%s", ret_date, day, rq->region, hash);
    CU_TRY(cu_buf_code(&text, err));
    signing_key(rq, day, key);
    object_hmac_sha256((cu_str){(const char *)key, sizeof key}, cu_buf_view(&text), signature);
    secret_wipe(key, sizeof key);
    cu_buf_printf(ret, "AWS4-HMAC-SHA256 Credential=%s/%s/%s/s3/aws4_request, SignedHeaders=%s, Signature=", rq->key_id, day,
        rq->region, signed_headers);
    text_hex((cu_str){(const char *)signature, sizeof signature}, ret);
    return cu_buf_code(ret, err);
}
