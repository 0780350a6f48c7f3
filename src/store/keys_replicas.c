// SPDX-License-Identifier: Apache-2.0
// Which replicas there are, and this store's own identity towards them. See keys_feed.h.
#include "keys_feed_format.h"
#include "keys_private.h"

#include "base/clock.h"
#include "crypto/secret.h"

#include <stdio.h>

const char *const keys_replica_states[] = {"new", "current", "behind", "ahead", "other"};

// --- rows

static void get_state(struct db_query *q, int column, struct feed_state *ret)
{
    cu_str hash = db_blob(q, column + 2);
    ret->epoch = (uint64_t)db_i64(q, column);
    ret->gen = (uint64_t)db_i64(q, column + 1);
    if (hash.len == sizeof ret->hash)
        memcpy(ret->hash, hash.ptr, hash.len);
}

static void get_row(struct db_query *q, struct replica_row *ret)
{
    cu_str public_keys = db_blob(q, 2);
    *ret = (struct replica_row){.r.added_ms = db_i64(q, 3)};
    (void)snprintf(ret->r.name, sizeof ret->r.name, "%.*s", CU_ARG(db_str(q, 0)));
    (void)snprintf(ret->r.address, sizeof ret->r.address, "%.*s", CU_ARG(db_str(q, 1)));
    if (public_keys.len == PEER_PUBLIC) {
        memcpy(ret->r.public_keys.tls, public_keys.ptr, 32);
        memcpy(ret->r.public_keys.sign, public_keys.ptr + 32, 32);
    }
    get_state(q, 4, &ret->acked);
    ret->r.epoch = ret->acked.epoch;
    ret->r.acked_ms = db_i64(q, 7);
    get_state(q, 8, &ret->offered);
    (void)snprintf(ret->refused, sizeof ret->refused, "%.*s", CU_ARG(db_str(q, 11)));
}

cu_code keys_replica_row(struct keys *k, cu_str name, struct replica_row *ret, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    CU_TRY(db_prepare(k->write, &keys_sql_replicas, &q, err));
    while (!found && db_step(&q)) {
        get_row(&q, ret);
        found = cu_str_eqz(name, ret->r.name);
    }
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "no key replica has that name");
}

cu_code keys_generation(struct keys *k, uint64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_generation, &q, err));
    *ret = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static enum keys_replica_state state_of(const struct replica_row *row, uint64_t epoch, uint64_t gen)
{
    if (strcmp(row->refused, keys_replica_states[KEYS_REPLICA_AHEAD]) == 0)
        return KEYS_REPLICA_AHEAD;
    if (row->refused[0])
        return KEYS_REPLICA_OTHER;
    if (row->acked.epoch == 0)
        return KEYS_REPLICA_NEW;
    return row->acked.epoch == epoch && row->acked.gen == gen ? KEYS_REPLICA_CURRENT : KEYS_REPLICA_BEHIND;
}

static cu_code list(struct keys *k, struct keys_replicas *ret, struct cu_error *err)
{
    struct db_query q;
    uint64_t gen = 0;
    if (atomic_load(&k->unsettled))
        CU_TRY(keys_settle(k, err));
    *ret = (struct keys_replicas){.epoch = epoch_number(k->epoch)};
    if (k->read_only)
        return CU_OK;
    CU_TRY(keys_generation(k, &gen, err));
    CU_TRY(db_prepare(k->write, &keys_sql_replicas, &q, err));
    while (ret->count < KEYS_REPLICAS_MAX && db_step(&q)) {
        struct replica_row row;
        get_row(&q, &row);
        row.r.state = state_of(&row, ret->epoch, gen);
        ret->at[ret->count++] = row.r;
    }
    return db_end(&q, err);
}

cu_code keys_replicas(struct keys *k, struct keys_replicas *ret, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = list(k, ret, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

// --- adding and removing

static bool is_name(cu_str s)
{
    if (s.len == 0 || s.len >= KEYS_REPLICA_NAME)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return true;
}

// "host:port" or "[v6]:port"; whether there is somebody is seen when it is called.
static bool is_address(cu_str s)
{
    int64_t port = 0;
    size_t colon = s.len;
    while (colon > 0 && s.ptr[colon - 1] != ':')
        colon--;
    if (s.len >= KEYS_REPLICA_ADDRESS || colon < 2 || !cu_str_i64(cu_str_sub(s, colon, s.len), &port) || port < 1 || port > 65535)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    }
    return true;
}

static cu_code check_new(struct keys *k, cu_str name, const struct peer_public *p, struct cu_error *err)
{
    struct keys_replicas all;
    CU_TRY(list(k, &all, err));
    if (all.count == KEYS_REPLICAS_MAX)
        return cu_fail(err, CU_BUSY, "name", "there are %d key replicas; remove one first", KEYS_REPLICAS_MAX);
    for (size_t i = 0; i < all.count; i++) {
        if (cu_str_eqz(name, all.at[i].name))
            return cu_fail(err, CU_CONFLICT, "name", "a key replica of that name is there already");
        if (memcmp(p, &all.at[i].public_keys, sizeof *p) == 0)
            return cu_fail(err, CU_CONFLICT, "key", "that key is another replica's already");
    }
    return CU_OK;
}

static cu_code put(struct keys *k, cu_str name, cu_str address, const struct peer_public *p, struct cu_error *err)
{
    struct db_query q;
    uint8_t both[PEER_PUBLIC];
    memcpy(both, p->tls, 32);
    memcpy(both + 32, p->sign, 32);
    CU_TRY(db_prepare(k->write, &keys_sql_replica_put, &q, err));
    db_bind_str(&q, ":name", name);
    db_bind_str(&q, ":address", address);
    db_bind_blob(&q, ":public", both, sizeof both);
    db_bind_i64(&q, ":now", cu_now_ms());
    return db_run(&q, err);
}

cu_code keys_replica_add(struct keys *k, cu_str name, cu_str address, cu_str line, struct cu_error *err)
{
    struct peer_public p;
    if (!is_name(name))
        return cu_fail(err, CU_INVALID, "name", "1 to %d letters, digits, '-' and '_' are accepted", KEYS_REPLICA_NAME - 1);
    if (!is_address(address))
        return cu_fail(err, CU_INVALID, "address", "an address as 10.0.0.7:7443 is accepted");
    CU_TRY(peer_line_parse(PEER_REPLICA, line, "key", &p, err));
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK)
        code = check_new(k, name, &p, err);
    if (code == CU_OK)
        code = put(k, name, address, &p, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

static cu_code drop(struct keys *k, cu_str name, struct cu_error *err)
{
    struct replica_row row;
    struct db_query q;
    CU_TRY(keys_writable(k, err));
    CU_TRY(keys_replica_row(k, name, &row, err));
    CU_TRY(db_prepare(k->write, &keys_sql_replica_drop, &q, err));
    db_bind_str(&q, ":name", name);
    CU_TRY(db_run(&q, err));
    for (size_t i = 0; i < KEYS_REPLICAS_MAX; i++) {
        if (cu_str_eqz(name, k->feed[i].name))
            k->feed[i] = (struct keys_feed){.number = 0};
    }
    return CU_OK;
}

cu_code keys_replica_remove(struct keys *k, cu_str name, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = drop(k, name, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

// --- this store's own identity

static cu_code read_link(struct keys *k, uint8_t ret[KEYRING_WRAPPED], bool *ret_found, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_link, &q, err));
    *ret_found = db_step(&q);
    if (*ret_found) {
        cu_str wrapped = db_blob(&q, 0);
        *ret_found = wrapped.len == KEYRING_WRAPPED;
        if (*ret_found)
            memcpy(ret, wrapped.ptr, KEYRING_WRAPPED);
    }
    return db_end(&q, err);
}

cu_code keys_link_seed(struct keys *k, uint8_t ret[PEER_SEED], struct cu_error *err)
{
    const cu_str context = CU_LIT("custos-primary");
    uint8_t wrapped[KEYRING_WRAPPED];
    bool found = false;
    struct db_query q;
    CU_TRY(read_link(k, wrapped, &found, err));
    if (found)
        return keyring_unwrap(epoch_keyring(k->epoch), FEED_WRAP, context, wrapped, ret, err);
    cu_random(ret, PEER_SEED);
    CU_TRY(keyring_wrap(epoch_keyring(k->epoch), FEED_WRAP, context, ret, wrapped, err));
    CU_TRY(db_prepare(k->write, &keys_sql_link_put, &q, err));
    db_bind_blob(&q, ":wrapped", wrapped, sizeof wrapped);
    return db_run(&q, err);
}

cu_code keys_peer(struct keys *k, char ret_line[PEER_LINE_MAX], uint8_t ret_tls_seed[32], struct cu_error *err)
{
    uint8_t seed[PEER_SEED];
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK)
        code = keys_link_seed(k, seed, err);
    pthread_mutex_unlock(&k->write_lock);
    if (code == CU_OK) {
        struct peer_public p;
        peer_public_of(seed, &p);
        peer_line_print(PEER_PRIMARY, &p, ret_line);
        peer_tls_seed(seed, ret_tls_seed);
    }
    secret_wipe(seed, sizeof seed);
    return code;
}
