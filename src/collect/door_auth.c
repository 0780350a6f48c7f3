// SPDX-License-Identifier: Apache-2.0
// Where a write key may stand, in order: X-Write-Key, Authorization Basic, Authorization Bearer,
// ?writeKey=, and last the body (the caller of door_auth_head looks there). A key in a header beats
// the body: Jitsu's body carries a masked one.
#include "door_private.h"

#include "text/text.h"

enum { KEY_MAX = 256 };

cu_code door_auth_missing(struct cu_error *err)
{
    return cu_fail(err, CU_UNAUTHENTICATED, "writeKey",
        "a write key is needed: in Authorization, X-Write-Key, the query or the body");
}

cu_code door_auth_key(struct door *d, cu_str key, struct source *ret, struct cu_error *err)
{
    if (key.len == 0 || key.len > KEY_MAX || !sources_by_key(d->o.sources, key, ret)) {
        cu_metric_add(d->unknown_key, 1);
        return cu_fail(err, CU_UNAUTHENTICATED, "writeKey", "no source has this write key");
    }
    if (!ret->enabled)
        return cu_fail(
            err, CU_FORBIDDEN, "writeKey", "the source of this write key is switched off");
    return CU_OK;
}

// "<key>" or "<key>:<secret>": the key alone puts data in, the secret adds nothing here.
static cu_code key_or_pair(struct door *d, cu_str value, struct source *ret, struct cu_error *err)
{
    cu_str rest = value;
    return door_auth_key(d, cu_str_trim(cu_str_cut(&rest, ':')), ret, err);
}

static cu_code basic(
    struct door *d, cu_str encoded, bool *ret_given, struct source *ret, struct cu_error *err)
{
    char room[KEY_MAX + 8];
    struct cu_buf plain = {.ptr = room, .cap = sizeof room, .max = sizeof room - 1}; // never grows
    encoded = cu_str_trim(encoded);
    *ret_given = true;
    if (encoded.len > KEY_MAX || !text_base64_decode(encoded, &plain))
        return door_auth_key(d, CU_NONE, ret, err);
    cu_str value = cu_buf_view(&plain);
    *ret_given = value.len > 0 && value.ptr[0] != ':';
    return *ret_given ? key_or_pair(d, value, ret, err) : CU_OK;
}

static bool has_scheme(cu_str *value, cu_str scheme)
{
    if (value->len < scheme.len || !cu_str_eq_nocase(cu_str_sub(*value, 0, scheme.len), scheme))
        return false;
    *value = cu_str_trim(cu_str_sub(*value, scheme.len, value->len));
    return true;
}

static cu_code from_query(
    struct door *d, struct request *rq, bool *ret_given, struct source *ret, struct cu_error *err)
{
    char room[KEY_MAX + 8];
    struct cu_buf key = {.ptr = room, .cap = sizeof room, .max = sizeof room - 1};
    if (rq->query.len == 0 || !text_query_get(rq->query, "writeKey", &key) || key.len == 0)
        return CU_OK;
    *ret_given = true;
    return door_auth_key(d, cu_buf_view(&key), ret, err);
}

cu_code door_auth_head(
    struct door *d, struct request *rq, bool *ret_given, struct source *ret, struct cu_error *err)
{
    *ret_given = false;
    cu_str own = cu_str_trim(request_header(rq, "X-Write-Key"));
    if (own.len > 0) {
        *ret_given = true;
        return key_or_pair(d, own, ret, err);
    }
    cu_str authorization = cu_str_trim(request_header(rq, "Authorization"));
    if (has_scheme(&authorization, CU_LIT("Basic "))) {
        CU_TRY(basic(d, authorization, ret_given, ret, err));
    } else if (has_scheme(&authorization, CU_LIT("Bearer ")) && authorization.len <= KEY_MAX) {
        // mostly a token of the client's own; the key then stands in the body
        *ret_given = sources_by_key(d->o.sources, authorization, ret);
        if (*ret_given)
            return door_auth_key(d, authorization, ret, err);
    }
    return *ret_given ? CU_OK : from_query(d, rq, ret_given, ret, err);
}
