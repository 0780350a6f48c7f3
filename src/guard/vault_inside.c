// SPDX-License-Identifier: Apache-2.0
// The statutory vault by whoever holds the keys. See vault.h; that somebody asks at all was checked before.
#include "guard_private.h"
#include "vault.h"
#include "vault_wire.h"

#include "base/clock.h"

static cu_code check_purpose(const struct guard_session *s, struct cu_error *err)
{
    const struct guard_purpose *purpose = guard_purpose_find(s->access.purpose);
    if (purpose && purpose->opens_restricted)
        return CU_OK;
    return cu_fail(err, CU_REFUSED, "purpose",
        "what is kept by law is opened for the person's own requests, for security and operations only");
}

static cu_code seal(struct guard *g, enum seal_class class_id, const struct seal_place *place, int64_t expires_ms, cu_str plain,
    struct cu_buf *ret, struct cu_error *err)
{
    struct seal_key key;
    if (expires_ms <= cu_now_ms())
        return cu_fail(err, CU_INVALID, "", "what is kept by law has a term that is not over");
    CU_TRY(keys_vault_get(g->options.keys, place->subject, expires_ms, &key, err));
    uint32_t version = keys_class_version(g->options.keys, class_id);
    cu_code code = seal_group_version(&key, SEAL_XCHACHA, class_id, version, place, plain, false, ret, err);
    seal_key_wipe(&key);
    return code;
}

static cu_code open(struct guard *g, struct guard_session *s, const struct seal_place *place, cu_str sealed, struct cu_buf *ret,
    struct cu_error *err)
{
    struct seal_key key;
    CU_TRY(check_purpose(s, err));
    CU_TRY(guard_inside_reads(g, s, place->subject, CU_LIT("{\"vault\":true}"), err));
    CU_TRY(keys_vault_get(g->options.keys, place->subject, 0, &key, err));
    cu_code code = seal_open(&key, place, sealed, ret, err);
    seal_key_wipe(&key);
    return code;
}

static cu_code expire(struct guard *g, const struct guard_session *s, struct cu_buf *ret, struct cu_error *err)
{
    size_t count = 0;
    if (s->access.actor != GUARD_SYSTEM)
        return cu_fail(err, CU_FORBIDDEN, "", "only the program itself ends terms");
    CU_TRY(keys_vault_expire(g->options.keys, cu_now_ms(), &count, err));
    cu_buf_add(ret, &count, sizeof count);
    return cu_buf_code(ret, err);
}

cu_code guard_inside_vault(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err)
{
    enum seal_class class_id = SEAL_IDENTIFIER;
    struct seal_place place;
    int64_t expires_ms = 0;
    cu_str value;
    if (q->act == ADMIN_VAULT_EXPIRE)
        return expire(g, s, ret, err);
    if (!vault_head_get(q->bytes, &class_id, &place, &expires_ms, &value))
        return cu_fail(err, CU_MALFORMED, "", "a frame of the key process is not of its form");
    return q->act == ADMIN_VAULT_SEAL ? seal(g, class_id, &place, expires_ms, value, ret, err)
                                      : open(g, s, &place, value, ret, err);
}
