// SPDX-License-Identifier: Apache-2.0
// Key replicas as callers see them. See replicas.h.
#include "access.h"

#include "crypto/secret.h"

#include <stdio.h>

static cu_code named(struct admin_question *q, cu_str name, struct cu_error *err)
{
    if (name.len == 0 || name.len >= KEYS_REPLICA_NAME || memchr(name.ptr, 0, name.len))
        return cu_fail(err, CU_INVALID, "name", "1 to %d letters, digits, '-' and '_' are accepted", KEYS_REPLICA_NAME - 1);
    (void)snprintf(q->name, sizeof q->name, "%.*s", CU_ARG(name));
    return CU_OK;
}

static cu_code ask(struct guard *g, const struct admin_question *q, struct cu_buf *answer, struct cu_error *err)
{
    return g->backend->admin(g, guard_session_of_thread(), q, answer, err);
}

static cu_code ask_only(struct guard *g, const struct admin_question *q, struct cu_error *err)
{
    struct cu_buf none;
    cu_buf_init(&none, 16);
    cu_code code = ask(g, q, &none, err);
    cu_buf_clear(&none);
    return code;
}

static cu_code bad_answer(struct cu_error *err)
{
    return cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
}

cu_code guard_replicas(struct guard *g, struct keys_replicas *ret, struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_REPLICAS, .class_id = SEAL_IDENTIFIER};
    struct cu_buf answer;
    cu_buf_init(&answer, sizeof *ret);
    cu_code code = ask(g, &q, &answer, err);
    if (code == CU_OK && answer.len != sizeof *ret)
        code = bad_answer(err);
    if (code == CU_OK)
        memcpy(ret, answer.ptr, sizeof *ret);
    cu_buf_clear(&answer);
    return code;
}

cu_code guard_replica_add(struct guard *g, cu_str name, cu_str address, cu_str line, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_REPLICA_ADD, .class_id = SEAL_IDENTIFIER};
    CU_AUTO_BUF struct cu_buf both;
    cu_buf_init(&both, 1024);
    CU_TRY(named(&q, name, err));
    cu_buf_str(&both, address);
    cu_buf_char(&both, '\n');
    cu_buf_str(&both, line);
    CU_TRY(cu_buf_code(&both, err));
    q.bytes = cu_buf_view(&both);
    return ask_only(g, &q, err);
}

cu_code guard_replica_remove(struct guard *g, cu_str name, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_REPLICA_REMOVE, .class_id = SEAL_IDENTIFIER};
    CU_TRY(named(&q, name, err));
    return ask_only(g, &q, err);
}

cu_code guard_peer(struct guard *g, char ret_line[PEER_LINE_MAX], uint8_t ret_tls_seed[32], struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_PEER, .class_id = SEAL_IDENTIFIER};
    struct cu_buf answer;
    cu_buf_init(&answer, 1024);
    cu_code code = ask(g, &q, &answer, err);
    if (code == CU_OK && answer.len != PEER_LINE_MAX + 32)
        code = bad_answer(err);
    if (code == CU_OK) {
        memcpy(ret_line, answer.ptr, PEER_LINE_MAX);
        ret_line[PEER_LINE_MAX - 1] = 0;
        memcpy(ret_tls_seed, answer.ptr + PEER_LINE_MAX, 32);
    }
    cu_buf_wipe(&answer);
    return code;
}

cu_code guard_feed_hello(struct guard *g, const char *name, cu_str hello, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_FEED_HELLO, .class_id = SEAL_IDENTIFIER, .bytes = hello};
    CU_TRY(named(&q, cu_str_of(name), err));
    return ask_only(g, &q, err);
}

// The answer's first byte says whether it is the last.
cu_code guard_feed_next(struct guard *g, const char *name, struct cu_buf *out, bool *ret_last, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_FEED_NEXT, .class_id = SEAL_IDENTIFIER};
    CU_AUTO_BUF struct cu_buf answer;
    cu_buf_init(&answer, KEYS_FEED_MESSAGE_MAX + 1);
    CU_TRY(named(&q, cu_str_of(name), err));
    CU_TRY(ask(g, &q, &answer, err));
    if (answer.len == 0)
        return bad_answer(err);
    *ret_last = answer.ptr[0] == 1;
    cu_buf_add(out, answer.ptr + 1, answer.len - 1);
    return cu_buf_code(out, err);
}

cu_code guard_feed_ack(struct guard *g, const char *name, cu_str ack, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_FEED_ACK, .class_id = SEAL_IDENTIFIER, .bytes = ack};
    CU_TRY(named(&q, cu_str_of(name), err));
    return ask_only(g, &q, err);
}
