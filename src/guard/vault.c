// SPDX-License-Identifier: Apache-2.0
// The statutory vault as callers see it. See vault.h; the question's bytes are class 1, place 28, term 8, value.
#include "access.h"
#include "vault.h"
#include "vault_wire.h"

static cu_code ask(struct guard *g, enum admin_act act, struct cu_buf *question, struct cu_buf *answer, struct cu_error *err)
{
    struct admin_question q = {.act = act, .class_id = SEAL_IDENTIFIER};
    cu_code code = cu_buf_code(question, err);
    q.bytes = cu_buf_view(question);
    if (code == CU_OK)
        code = g->backend->admin(g, guard_session_of_thread(), &q, answer, err);
    cu_buf_wipe(question);
    return code;
}

static void put(struct cu_buf *b, enum seal_class class_id, const struct seal_place *p, int64_t expires_ms, cu_str value)
{
    uint8_t head[VAULT_HEAD];
    cu_buf_init(b, GUARD_VAULT_MAX + VAULT_HEAD + 4096);
    vault_head_put(head, class_id, p, expires_ms);
    cu_buf_add(b, head, sizeof head);
    cu_buf_str(b, value);
}

cu_code guard_vault_seal(struct guard *g, enum seal_class class_id, const struct seal_place *place, int64_t expires_ms, cu_str plain,
    struct cu_buf *out, struct cu_error *err)
{
    struct cu_buf q;
    if (plain.len > GUARD_VAULT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "the vault takes values of at most %d bytes", GUARD_VAULT_MAX);
    if (expires_ms <= 0)
        return cu_fail(err, CU_INVALID, "", "what is kept by law has a term");
    put(&q, class_id, place, expires_ms, plain);
    return ask(g, ADMIN_VAULT_SEAL, &q, out, err);
}

cu_code guard_vault_open(struct guard *g, const struct seal_place *place, cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    struct cu_buf q;
    put(&q, SEAL_IDENTIFIER, place, 0, sealed);
    return ask(g, ADMIN_VAULT_OPEN, &q, out, err);
}

cu_code guard_vault_expire(struct guard *g, size_t *ret_count, struct cu_error *err)
{
    struct cu_buf q, answer;
    cu_buf_init(&q, 16);
    cu_buf_init(&answer, 64);
    *ret_count = 0;
    cu_code code = ask(g, ADMIN_VAULT_EXPIRE, &q, &answer, err);
    if (code == CU_OK && answer.len != sizeof *ret_count)
        code = cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
    if (code == CU_OK)
        memcpy(ret_count, answer.ptr, sizeof *ret_count);
    cu_buf_clear(&answer);
    return code;
}
