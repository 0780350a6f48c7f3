// SPDX-License-Identifier: Apache-2.0
// From bytes to JSON text. Real clients send gzip as "x-www-form-urlencoded", JSON as "text/plain",
// and proxies unpack bodies without taking the header away: so the first bytes decide.
#include "door_private.h"

#include "net/inflate.h"

static cu_str without_mark(cu_str s)
{
    return cu_str_starts(s, CU_LIT("\xef\xbb\xbf")) ? cu_str_sub(s, 3, s.len) : s;
}

static bool says_deflate(struct request *rq)
{
    cu_str encoding = cu_str_trim(request_header(rq, "Content-Encoding"));
    return cu_str_eq_nocase(encoding, CU_LIT("deflate"));
}

cu_code door_body_text(
    struct request *rq, struct cu_buf *scratch, cu_str *ret, struct cu_error *err)
{
    cu_str body = rq->body;
    // a zlib header (78 ..) also is the letter "x": only when the client says so
    if (inflate_looks_gzip(body) || (says_deflate(rq) && inflate_looks_zlib(body))) {
        CU_TRY(inflate_body(body, scratch, err));
        body = cu_buf_view(scratch);
    }
    body = cu_str_trim(without_mark(body));
    if (body.len > scratch->max)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %zu bytes are accepted", scratch->max);
    if (body.len == 0)
        return cu_fail(err, CU_MALFORMED, "", "the body is empty");
    *ret = body;
    return CU_OK;
}
