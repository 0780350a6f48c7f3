// SPDX-License-Identifier: Apache-2.0
// Key replicas by whoever holds the keys. See replicas.h; the caller was checked and the act noted before.
#include "guard_private.h"

#include "crypto/secret.h"

#include <stdio.h>

static cu_code add(struct guard *g, const struct admin_question *q, struct cu_error *err)
{
    cu_str line = q->bytes, address = cu_str_cut(&line, '\n');
    return keys_replica_add(g->options.keys, cu_str_of(q->name), address, line, err);
}

static cu_code list(struct guard *g, struct cu_buf *ret, struct cu_error *err)
{
    struct keys_replicas all;
    memset(&all, 0, sizeof all); // padding goes through the wire, too
    CU_TRY(keys_replicas(g->options.keys, &all, err));
    cu_buf_add(ret, &all, sizeof all);
    return cu_buf_code(ret, err);
}

static cu_code peer(struct guard *g, struct cu_buf *ret, struct cu_error *err)
{
    char line[PEER_LINE_MAX] = "";
    uint8_t seed[32];
    CU_TRY(keys_peer(g->options.keys, line, seed, err));
    cu_buf_add(ret, line, sizeof line);
    cu_buf_add(ret, seed, sizeof seed);
    secret_wipe(seed, sizeof seed);
    return cu_buf_code(ret, err);
}

static cu_code next(struct guard *g, const struct admin_question *q, struct cu_buf *ret, struct cu_error *err)
{
    bool last = false;
    size_t at = ret->len;
    cu_buf_char(ret, 0);
    CU_TRY(cu_buf_code(ret, err));
    CU_TRY(keys_feed_next(g->options.keys, cu_str_of(q->name), ret, &last, err));
    ret->ptr[at] = last ? 1 : 0;
    return CU_OK;
}

// An epoch that a replica acknowledged is in the log: that an erasure reached it can be shown later.
static cu_code take_ack(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_error *err)
{
    uint64_t epoch = 0;
    char detail[160];
    CU_TRY(keys_feed_ack(g->options.keys, cu_str_of(q->name), q->bytes, &epoch, err));
    if (epoch == 0)
        return CU_OK;
    int n = snprintf(detail, sizeof detail, "{\"keys\":\"replica_ack\",\"replica\":\"%s\",\"epoch\":%llu}", q->name,
        (unsigned long long)epoch);
    return g->backend->note(g, s, GUARD_DONE, NULL, 0, (cu_str){detail, (size_t)n}, false, err);
}

cu_code guard_inside_replicas(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err)
{
    switch ((int)q->act) {
    case ADMIN_REPLICAS:
        return list(g, ret, err);
    case ADMIN_REPLICA_ADD:
        return add(g, q, err);
    case ADMIN_REPLICA_REMOVE:
        return keys_replica_remove(g->options.keys, cu_str_of(q->name), err);
    case ADMIN_PEER:
        return peer(g, ret, err);
    case ADMIN_FEED_HELLO:
        return keys_feed_hello(g->options.keys, cu_str_of(q->name), q->bytes, err);
    case ADMIN_FEED_NEXT:
        return next(g, q, ret, err);
    default:
        return take_ack(g, s, q, err);
    }
}
