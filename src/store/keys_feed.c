// SPDX-License-Identifier: Apache-2.0
// What a replica is sent and what it acknowledges. See keys_feed.h. Rows are read in the order of their
// generation, a message at a time, each under the write lock. A row that changes meanwhile gets a later
// generation and comes again; when nothing is left, all that was sent is the tree of this moment, and the
// head of this moment goes with the last message. So no snapshot is held while the network waits.
#include "keys_feed_format.h"
#include "keys_private.h"

#include "base/clock.h"
#include "crypto/keybox.h"
#include "crypto/root_kit.h"
#include "crypto/secret.h"

#include <stdio.h>

#define ROWS_AT_ONCE 470 // fit into FEED_RECORDS_MAX

_Static_assert(ROWS_AT_ONCE * ARCHIVE_NODE < FEED_RECORDS_MAX, "one message");
_Static_assert(FEED_RECORDS_MAX + FEED_CHUNK_HEAD + FEED_HEAD + SIGN_SIGNATURE <= KEYS_FEED_MESSAGE_MAX, "one message");

static struct keys_feed *feed_of(struct keys *k, cu_str name)
{
    struct keys_feed *empty = NULL;
    for (size_t i = 0; i < KEYS_REPLICAS_MAX; i++) {
        if (cu_str_eqz(name, k->feed[i].name))
            return &k->feed[i];
        if (!k->feed[i].name[0] && !empty)
            empty = &k->feed[i];
    }
    return empty;
}

static void go_on_from(struct keys_feed *f, const struct feed_state *base)
{
    bool fresh = base->epoch == 0;
    f->base = *base;
    f->node_gen = f->term_gen = fresh ? -1 : (int64_t)base->gen;
    f->node_row = f->term_row = INT64_MAX;
    f->number = 0;
    f->waits = false;
}

// --- what the replica says

static cu_code check_message(struct keys *k, const char *magic, cu_str m, const struct peer_public *from, struct cu_error *err)
{
    uint8_t shop[16];
    static const uint8_t none[16];
    const uint8_t *p = (const uint8_t *)m.ptr;
    if (m.len != FEED_SHORT || memcmp(p, magic, 8) != 0 || archive_get(p + 8, 4) != FEED_FORMAT)
        return cu_fail(err, CU_MALFORMED, "", "a key replica's message is not of its form, or of another version");
    if (!sign_check(from->sign, cu_str_sub(m, 0, FEED_SHORT - SIGN_SIGNATURE), p + FEED_SHORT - SIGN_SIGNATURE))
        return cu_fail(err, CU_FORBIDDEN, "", "a key replica's message is not signed by it");
    keyring_fingerprint(epoch_keyring(k->epoch), shop);
    if (memcmp(p + 16, shop, 16) != 0 && memcmp(p + 16, none, 16) != 0)
        return cu_fail(err, CU_CONFLICT, "", "the key replica holds the keys of another shop");
    return CU_OK;
}

static cu_code refuse(struct keys *k, cu_str name, enum keys_replica_state why, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_replica_refused, &q, err));
    db_bind_str(&q, ":name", name);
    db_bind_str(&q, ":why", cu_str_of(keys_replica_states[why]));
    CU_TRY(db_run(&q, err));
    if (why == KEYS_REPLICA_AHEAD)
        return cu_fail(err, CU_CONFLICT, "",
            "the key replica knows a later epoch than this folder: the folder is an old copy, in which people erased since "
            "may live again; restore from the replica instead (custos keys replica promote)");
    return cu_fail(err, CU_CONFLICT, "",
        "the key replica holds the keys of another history of this shop; remove it, empty its folder and pair it again");
}

static bool same(const struct feed_state *a, const struct feed_state *b)
{
    return a->epoch == b->epoch && a->gen == b->gen && memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

static cu_code take_hello(struct keys *k, cu_str name, cu_str hello, struct cu_error *err)
{
    struct replica_row row;
    struct feed_state held = {.epoch = 0};
    CU_TRY(keys_writable(k, err));
    CU_TRY(keys_replica_row(k, name, &row, err));
    cu_code code = check_message(k, FEED_HELLO, hello, &row.r.public_keys, err);
    if (code == CU_CONFLICT)
        return refuse(k, name, KEYS_REPLICA_OTHER, err);
    CU_TRY(code);
    const uint8_t *p = (const uint8_t *)hello.ptr;
    bool holds = (archive_get(p + 12, 4) & 1) == 0;
    uint64_t told = archive_get(p + 80, 8), now = epoch_number(k->epoch);
    if (holds) {
        held.epoch = archive_get(p + 32, 8);
        held.gen = archive_get(p + 40, 8);
        memcpy(held.hash, p + 48, 32);
    }
    if (held.epoch > now || told > now)
        return refuse(k, name, KEYS_REPLICA_AHEAD, err);
    if (holds && !same(&held, &row.acked) && !same(&held, &row.offered))
        return refuse(k, name, KEYS_REPLICA_OTHER, err);
    struct db_query q;
    if (!holds && row.acked.epoch > 0) { // it was emptied: what it acknowledged once is worth nothing now
        CU_TRY(db_prepare(k->write, &keys_sql_replica_empty, &q, err));
        db_bind_str(&q, ":name", name);
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(db_prepare(k->write, &keys_sql_replica_refused, &q, err));
    db_bind_str(&q, ":name", name);
    db_bind_str(&q, ":why", CU_LIT(""));
    CU_TRY(db_run(&q, err));
    struct keys_feed *f = feed_of(k, name);
    if (!f)
        return cu_fail(err, CU_BUSY, "", "there are too many key replicas");
    memcpy(f->name, row.r.name, sizeof f->name);
    f->replica = row.r.public_keys;
    go_on_from(f, &held);
    return CU_OK;
}

cu_code keys_feed_hello(struct keys *k, cu_str name, cu_str hello, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = take_hello(k, name, hello, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

// --- what it is sent

struct message {
    struct cu_buf *out;
    size_t start, records; // where they begin
    bool last;
    uint8_t seed[PEER_SEED]; // wiped
};

static cu_code add_node(struct message *m, struct keys_feed *f, struct db_query *q, struct cu_error *err)
{
    uint8_t p[ARCHIVE_NODE];
    cu_str sealed = db_blob(q, 6);
    if (sealed.len != KEYS_NODE_SEALED)
        return cu_fail(err, CU_CORRUPT, "", "keys: a node of the key tree has not the size it should have");
    p[0] = 'N';
    p[1] = (uint8_t)db_i64(q, 2);
    p[2] = (uint8_t)db_i64(q, 3);
    archive_put(p + 3, 8, (uint64_t)db_i64(q, 4));
    archive_put(p + 11, 8, (uint64_t)db_i64(q, 5));
    memcpy(p + 19, sealed.ptr, KEYS_NODE_SEALED);
    cu_buf_add(m->out, p, sizeof p);
    f->node_row = db_i64(q, 0);
    f->node_gen = db_i64(q, 1);
    return CU_OK;
}

static cu_code add_term(struct message *m, struct keys_feed *f, struct db_query *q)
{
    uint8_t p[ARCHIVE_TERM];
    p[0] = 'T';
    archive_put(p + 1, 8, (uint64_t)db_i64(q, 0));
    archive_put(p + 9, 8, (uint64_t)db_i64(q, 2));
    cu_buf_add(m->out, p, sizeof p);
    f->term_row = db_i64(q, 0);
    f->term_gen = db_i64(q, 1);
    return CU_OK;
}

// *room: how many more rows fit.
static cu_code add_rows(struct keys *k, struct message *m, struct keys_feed *f, bool nodes, size_t *room, struct cu_error *err)
{
    struct db_query q;
    if (*room == 0)
        return CU_OK;
    CU_TRY(db_prepare(k->write, nodes ? &keys_sql_nodes_since : &keys_sql_terms_since, &q, err));
    db_bind_i64(&q, ":gen", nodes ? f->node_gen : f->term_gen);
    db_bind_i64(&q, ":row", nodes ? f->node_row : f->term_row);
    db_bind_i64(&q, ":some", (int64_t)*room);
    cu_code code = CU_OK;
    while (code == CU_OK && *room > 0 && db_step(&q)) {
        code = nodes ? add_node(m, f, &q, err) : add_term(m, f, &q);
        (*room)--;
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    return code == CU_OK ? ended : code;
}

static cu_code count_rows(struct keys *k, uint64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_node_rows, &q, err));
    *ret = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code make_head(struct keys *k, uint64_t gen, uint8_t h[FEED_HEAD], struct cu_error *err)
{
    const struct epoch_values *v = epoch_values(k->epoch);
    const struct keyring *root = epoch_keyring(k->epoch);
    uint8_t secret[KEYRING_SECRET], ratchet[32], room[32];
    uint64_t rows = 0;
    CU_TRY(count_rows(k, &rows, err));
    memset(h, 0, FEED_HEAD);
    archive_put(h + HEAD_EPOCH, 8, epoch_number(k->epoch));
    archive_put(h + HEAD_GEN, 8, gen);
    archive_put(h + HEAD_TIME, 8, (uint64_t)cu_now_ms());
    archive_put(h + HEAD_ROWS, 8, rows);
    archive_put(h + HEAD_FLAGS, 4, epoch_has_ratchet(k->epoch) ? 1 : 0);
    keyring_fingerprint(root, h + HEAD_SHOP);
    keyring_root_fingerprint(root, h + HEAD_ROOT);
    memcpy(h + HEAD_RECOVERY, v->recovery_public, KIT_PUBLIC);
    epoch_slot(k->epoch, h + HEAD_SLOT);
    if (!keybox_is_zero(v->recovery_public, KIT_PUBLIC)) {
        CU_TRY(keyring_secret(root, secret, err));
        kit_seal(v->recovery_public, secret, sizeof secret, h + HEAD_SECRET);
        secret_wipe(secret, sizeof secret);
    }
    if (!epoch_has_ratchet(k->epoch))
        return CU_OK;
    epoch_ratchet(k->epoch, ratchet);
    cu_code code = keyring_wrap(root, FEED_WRAP, feed_ratchet_context(h + HEAD_SHOP, epoch_number(k->epoch), room), ratchet,
        h + HEAD_RATCHET, err);
    secret_wipe(ratchet, sizeof ratchet);
    return code;
}

// What was offered is known before it leaves: it is recognised when its acknowledgement gets lost.
static cu_code offer(struct keys *k, const struct keys_feed *f, struct message *m, uint64_t gen, struct cu_error *err)
{
    uint8_t head[FEED_HEAD], hash[32];
    struct db_query q;
    CU_TRY(make_head(k, gen, head, err));
    keybox_hash(head, sizeof head, hash);
    CU_TRY(db_prepare(k->write, &keys_sql_replica_offer, &q, err));
    db_bind_str(&q, ":name", cu_str_of(f->name));
    db_bind_i64(&q, ":epoch", (int64_t)epoch_number(k->epoch));
    db_bind_i64(&q, ":gen", (int64_t)gen);
    db_bind_blob(&q, ":hash", hash, sizeof hash);
    CU_TRY(db_run(&q, err));
    cu_buf_add(m->out, head, sizeof head);
    return CU_OK;
}

static void start_message(struct keys *k, const struct keys_feed *f, struct message *m)
{
    uint8_t p[FEED_CHUNK_HEAD] = {0};
    memcpy(p, FEED_CHUNK, 8);
    archive_put(p + 8, 4, FEED_FORMAT);
    keyring_fingerprint(epoch_keyring(k->epoch), p + 16);
    memcpy(p + 32, f->replica.sign, 32);
    memcpy(p + 64, f->base.hash, 32);
    archive_put(p + 96, 4, f->number);
    archive_put(p + 104, 8, epoch_number(k->epoch));
    m->start = m->out->len;
    cu_buf_add(m->out, p, sizeof p);
    m->records = m->out->len;
}

static cu_code fill_message(struct keys *k, struct keys_feed *f, struct message *m, struct cu_error *err)
{
    size_t room = ROWS_AT_ONCE;
    uint64_t gen = 0;
    CU_TRY(keys_generation(k, &gen, err));
    if (f->number == 0 && f->base.epoch == epoch_number(k->epoch) && f->base.gen == gen)
        return CU_OK; // it has all there is
    CU_TRY(keys_link_seed(k, m->seed, err));
    start_message(k, f, m);
    CU_TRY(add_rows(k, m, f, true, &room, err));
    CU_TRY(add_rows(k, m, f, false, &room, err));
    size_t len = m->out->len - m->records;
    m->last = room > 0;
    if (m->last)
        CU_TRY(offer(k, f, m, gen, err));
    CU_TRY(cu_buf_code(m->out, err));
    archive_put((uint8_t *)m->out->ptr + m->start + 12, 4, m->last ? 1 : 0);
    archive_put((uint8_t *)m->out->ptr + m->start + 100, 4, len);
    f->number++;
    f->waits = m->last;
    return CU_OK;
}

static cu_code make_message(struct keys *k, cu_str name, struct message *m, struct cu_error *err)
{
    CU_TRY(keys_writable(k, err));
    struct keys_feed *f = feed_of(k, name);
    if (!f || !f->name[0])
        return cu_fail(err, CU_CONFLICT, "", "the key replica has to say first what it holds");
    if (f->waits)
        return CU_OK;
    cu_code code = fill_message(k, f, m, err);
    if (code != CU_OK)
        *f = (struct keys_feed){.number = 0}; // it begins anew
    return code;
}

cu_code keys_feed_next(struct keys *k, cu_str name, struct cu_buf *out, bool *ret_last, struct cu_error *err)
{
    struct message m = {.out = out, .start = out->len};
    uint8_t signature[SIGN_SIGNATURE];
    pthread_mutex_lock(&k->write_lock);
    cu_code code = make_message(k, name, &m, err);
    pthread_mutex_unlock(&k->write_lock);
    if (code == CU_OK && out->len > m.start) {
        code = peer_sign(m.seed, (cu_str){out->ptr + m.start, out->len - m.start}, signature, err);
        if (code == CU_OK)
            cu_buf_add(out, signature, sizeof signature);
    }
    secret_wipe(m.seed, sizeof m.seed);
    *ret_last = m.last;
    return code == CU_OK ? cu_buf_code(out, err) : code;
}

// --- what it acknowledges

static cu_code take_ack(struct keys *k, cu_str name, cu_str ack, uint64_t *ret_epoch, struct cu_error *err)
{
    struct replica_row row;
    struct feed_state held;
    struct db_query q;
    CU_TRY(keys_writable(k, err));
    CU_TRY(keys_replica_row(k, name, &row, err));
    CU_TRY(check_message(k, FEED_ACK, ack, &row.r.public_keys, err));
    const uint8_t *p = (const uint8_t *)ack.ptr;
    held.epoch = archive_get(p + 32, 8);
    held.gen = archive_get(p + 40, 8);
    memcpy(held.hash, p + 48, 32);
    struct keys_feed *f = feed_of(k, name);
    if (!f || !f->name[0] || !f->waits || !same(&held, &row.offered))
        return cu_fail(err, CU_CONFLICT, "", "the key replica acknowledged something else than it was sent");
    CU_TRY(db_prepare(k->write, &keys_sql_replica_ack, &q, err));
    db_bind_str(&q, ":name", name);
    db_bind_i64(&q, ":now", cu_now_ms());
    db_bind_blob(&q, ":ack", ack.ptr, ack.len);
    CU_TRY(db_run(&q, err));
    go_on_from(f, &held);
    *ret_epoch = held.epoch == row.acked.epoch ? 0 : held.epoch;
    return CU_OK;
}

cu_code keys_feed_ack(struct keys *k, cu_str name, cu_str ack, uint64_t *ret_epoch, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = take_ack(k, name, ack, ret_epoch, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}
