// SPDX-License-Identifier: Apache-2.0
// What a replica holds, and what it takes and says. See keys_holder.h.
#include "keys_holder_private.h"
#include "keys_sql.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypto/keybox.h"
#include "crypto/secret.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(KEYS_HOLDER_MESSAGE == FEED_SHORT, "hello and acknowledgement are of one length");

// --- opening

static cu_code read_state(struct keys_holder *h, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(h->db, &keys_sql_holder, &q, err));
    if (db_step(&q)) {
        cu_str hash = db_blob(&q, 2), head = db_blob(&q, 5);
        h->epoch = (uint64_t)db_i64(&q, 0);
        h->gen = (uint64_t)db_i64(&q, 1);
        h->told_epoch = (uint64_t)db_i64(&q, 3);
        h->told_ms = db_i64(&q, 4);
        if (hash.len == sizeof h->hash)
            memcpy(h->hash, hash.ptr, hash.len);
        if (head.len == sizeof h->head)
            memcpy(h->head, head.ptr, head.len);
    }
    return db_end(&q, err);
}

static cu_code open_keys(struct keys_holder *h, const struct keys_holder_options *o, const char *identity, struct cu_error *err)
{
    char path[4096];
    CU_AUTO_BUF struct cu_buf line;
    cu_buf_init(&line, 4096);
    h->seed = secret_alloc(PEER_SEED);
    if (!h->seed)
        return cu_fail(err, CU_MEMORY, "", "no memory for the replica's identity");
    cu_code code = peer_seed_read(identity, *h->seed, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, code, "folder", "no replica was made there: custos keys replica init makes one");
    CU_TRY(code);
    peer_public_of(*h->seed, &h->own);
    CU_TRY(holder_path(o->folder, "primary", path, err));
    code = cu_file_read_all(path, &line, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_CONFLICT, "folder", "the replica is not paired: custos keys replica pair tells it its primary");
    CU_TRY(code);
    return peer_line_parse(PEER_PRIMARY, cu_buf_view(&line), "primary", &h->primary, err);
}

static cu_code open_all(struct keys_holder *h, const struct keys_holder_options *o, struct cu_error *err)
{
    char identity[4096], path[4096];
    CU_TRY(holder_identity(o, identity, err));
    CU_TRY(open_keys(h, o, identity, err));
    CU_TRY(holder_path(o->folder, "lock", path, err));
    CU_TRY(cu_file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &h->lock_fd, err));
    if (flock(h->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return cu_fail(err, CU_LOCKED, "folder", "another process works on that replica's folder");
    CU_TRY(holder_path(o->folder, "tree.db", path, err));
    CU_TRY(keys_open_rows(path, DB_WRITE, &h->db, err));
    CU_TRY(read_state(h, err));
    return holder_files_open(&h->files, o->folder, identity, h->epoch, archive_get(h->head + HEAD_FLAGS, 4) & 1, err);
}

cu_code keys_holder_open(const struct keys_holder_options *o, struct keys_holder **ret, struct cu_error *err)
{
    struct stat st;
    if (stat(o->folder, &st) != 0 || !S_ISDIR(st.st_mode))
        return cu_fail(err, CU_NOT_FOUND, "folder", "no replica was made there: custos keys replica init makes one");
    struct keys_holder *h = cu_calloc(1, sizeof *h);
    if (!h)
        return cu_fail(err, CU_MEMORY, "", "no memory for the replica");
    h->lock_fd = h->files.slot_fd = h->files.ratchet_fd = -1;
    cu_code code = open_all(h, o, err);
    if (code != CU_OK) {
        keys_holder_close(h);
        return code;
    }
    *ret = h;
    return CU_OK;
}

void keys_holder_close(struct keys_holder *h)
{
    if (!h)
        return;
    db_close(h->db);
    holder_files_close(&h->files);
    if (h->lock_fd >= 0)
        (void)close(h->lock_fd);
    secret_free(h->seed);
    cu_free(h);
}

void keys_holder_info(const struct keys_holder *h, struct keys_holder_info *ret)
{
    *ret = (struct keys_holder_info){.epoch = h->epoch,
        .told_epoch = h->told_epoch,
        .told_ms = h->told_ms,
        .made_ms = (int64_t)archive_get(h->head + HEAD_TIME, 8),
        .rows = archive_get(h->head + HEAD_ROWS, 8),
        .ratchet = archive_get(h->head + HEAD_FLAGS, 4) & 1};
    memcpy(ret->root_fingerprint, h->head + HEAD_ROOT, 16);
}

void keys_holder_peer(const struct keys_holder *h, uint8_t ret_tls_seed[32], uint8_t ret_primary_tls[32])
{
    peer_tls_seed(*h->seed, ret_tls_seed);
    memcpy(ret_primary_tls, h->primary.tls, 32);
}

// --- what it says

static cu_code say(struct keys_holder *h, const char *magic, uint64_t last, uint8_t ret[FEED_SHORT], struct cu_error *err)
{
    memset(ret, 0, FEED_SHORT);
    memcpy(ret, magic, 8);
    archive_put(ret + 8, 4, FEED_FORMAT);
    memcpy(ret + 16, h->head + HEAD_SHOP, 16);
    archive_put(ret + 32, 8, h->epoch);
    archive_put(ret + 40, 8, h->gen);
    memcpy(ret + 48, h->hash, 32);
    archive_put(ret + 80, 8, last);
    if (h->epoch == 0)
        archive_put(ret + 12, 4, 1);
    return peer_sign(*h->seed, (cu_str){(const char *)ret, FEED_SHORT - SIGN_SIGNATURE}, ret + FEED_SHORT - SIGN_SIGNATURE, err);
}

cu_code keys_holder_hello(struct keys_holder *h, uint8_t ret[KEYS_HOLDER_MESSAGE], struct cu_error *err)
{
    keys_holder_forget(h);
    return say(h, FEED_HELLO, h->told_epoch, ret, err);
}

void keys_holder_forget(struct keys_holder *h)
{
    db_rollback(h->db);
    h->number = 0;
    (void)!holder_files_settle(&h->files, NULL);
}

// --- what it takes

struct chunk {
    const uint8_t *p, *records, *head; // head: NULL unless it is the last
    size_t records_len;
    uint64_t told;
};

static cu_code malformed(struct cu_error *err)
{
    return cu_fail(err, CU_MALFORMED, "", "the primary's message is not of its form, or of another version");
}

static cu_code read_chunk(const struct keys_holder *h, cu_str m, struct chunk *ret, struct cu_error *err)
{
    const uint8_t *p = (const uint8_t *)m.ptr;
    if (m.len < FEED_CHUNK_HEAD + SIGN_SIGNATURE || m.len > KEYS_FEED_MESSAGE_MAX || memcmp(p, FEED_CHUNK, 8) != 0 ||
        archive_get(p + 8, 4) != FEED_FORMAT)
        return malformed(err);
    if (!sign_check(h->primary.sign, cu_str_sub(m, 0, m.len - SIGN_SIGNATURE), p + m.len - SIGN_SIGNATURE))
        return cu_fail(err, CU_FORBIDDEN, "", "the message is not signed by this replica's primary");
    bool last = archive_get(p + 12, 4) & 1;
    *ret = (struct chunk){.p = p, .records = p + FEED_CHUNK_HEAD, .records_len = archive_get(p + 100, 4),
        .told = archive_get(p + 104, 8)};
    if (ret->records_len > FEED_RECORDS_MAX ||
        m.len != FEED_CHUNK_HEAD + ret->records_len + (last ? FEED_HEAD : 0) + SIGN_SIGNATURE)
        return malformed(err);
    ret->head = last ? ret->records + ret->records_len : NULL;
    return CU_OK;
}

static cu_code check_chunk(const struct keys_holder *h, const struct chunk *c, struct cu_error *err)
{
    if (memcmp(c->p + 32, h->own.sign, 32) != 0)
        return cu_fail(err, CU_FORBIDDEN, "", "the message is for another replica");
    if (memcmp(c->p + 64, h->hash, 32) != 0 || archive_get(c->p + 96, 4) != h->number)
        return cu_fail(err, CU_CONFLICT, "", "the message does not go on from what this replica holds");
    if (h->epoch > 0 && memcmp(c->p + 16, h->head + HEAD_SHOP, 16) != 0)
        return cu_fail(err, CU_CONFLICT, "", "the message is another shop's");
    if (c->told < h->told_epoch)
        return cu_fail(err, CU_CONFLICT, "",
            "the primary is at an earlier epoch than it was: it is an old copy, and this replica takes nothing from it");
    return CU_OK;
}

static cu_code put_node(struct keys_holder *h, const uint8_t *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(h->db, &keys_sql_node_put, &q, err));
    db_bind_i64(&q, ":tree", p[1]);
    db_bind_i64(&q, ":level", p[2]);
    db_bind_i64(&q, ":idx", (int64_t)archive_get(p + 3, 8));
    db_bind_i64(&q, ":epoch", (int64_t)archive_get(p + 11, 8));
    db_bind_blob(&q, ":sealed", p + 19, KEYS_NODE_SEALED);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(h->db, &keys_sql_node_older, &q, err));
    db_bind_i64(&q, ":tree", p[1]);
    db_bind_i64(&q, ":level", p[2]);
    db_bind_i64(&q, ":idx", (int64_t)archive_get(p + 3, 8));
    db_bind_i64(&q, ":epoch", (int64_t)archive_get(p + 11, 8));
    return db_run(&q, err);
}

static cu_code put_term(struct keys_holder *h, const uint8_t *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(h->db, &keys_sql_vault_term_put, &q, err));
    db_bind_i64(&q, ":subject", (int64_t)archive_get(p + 1, 8));
    db_bind_i64(&q, ":expires_ms", (int64_t)archive_get(p + 9, 8));
    return db_run(&q, err);
}

static cu_code put_records(struct keys_holder *h, const struct chunk *c, struct cu_error *err)
{
    for (size_t at = 0; at < c->records_len;) {
        const uint8_t *p = c->records + at;
        size_t len = p[0] == 'N' ? ARCHIVE_NODE : p[0] == 'T' ? ARCHIVE_TERM : 0;
        if (len == 0 || at + len > c->records_len)
            return malformed(err);
        CU_TRY(p[0] == 'N' ? put_node(h, p, err) : put_term(h, p, err));
        at += len;
    }
    return CU_OK;
}

// What the primary spoke of is kept although it may never arrive: then this replica knows that it is old.
static cu_code put_told(struct keys_holder *h, uint64_t told, struct cu_error *err)
{
    struct db_query q;
    int64_t now = cu_now_ms();
    if (told <= h->told_epoch)
        return CU_OK;
    CU_TRY(db_prepare(h->db, &keys_sql_holder_told, &q, err));
    db_bind_i64(&q, ":told", (int64_t)told);
    db_bind_i64(&q, ":now", now);
    CU_TRY(db_run(&q, err));
    h->told_epoch = told;
    h->told_ms = now;
    return CU_OK;
}

static cu_code begin(struct keys_holder *h, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_begin(h->db, err));
    if (h->epoch > 0)
        return CU_OK;
    CU_TRY(db_prepare(h->db, &keys_sql_node_clear, &q, err));
    return db_run(&q, err);
}

static cu_code check_head(struct keys_holder *h, const struct chunk *c, struct cu_error *err)
{
    const uint8_t *p = c->head, *slot = p + HEAD_SLOT;
    uint64_t epoch = archive_get(p + HEAD_EPOCH, 8), rows = 0;
    uint8_t fingerprint[16];
    struct db_query q;
    bool ratchet = archive_get(p + HEAD_FLAGS, 4) & 1;
    epoch_slot_fingerprint(slot, fingerprint);
    if (epoch == 0 || epoch < h->epoch || epoch != c->told || epoch_slot_state(slot) != SLOT_WHOLE ||
        epoch_slot_number(slot) != epoch || epoch_slot_has_ratchet(slot) != ratchet ||
        memcmp(fingerprint, p + HEAD_ROOT, 16) != 0 || memcmp(p + HEAD_SHOP, c->p + 16, 16) != 0 ||
        (epoch == h->epoch && memcmp(slot, h->files.slot, EPOCH_SLOT) != 0))
        return cu_fail(err, CU_CONFLICT, "", "the primary's epoch root does not go on from what this replica holds");
    CU_TRY(db_prepare(h->db, &keys_sql_node_rows, &q, err));
    if (db_step(&q))
        rows = (uint64_t)db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (rows != archive_get(p + HEAD_ROWS, 8))
        return cu_fail(err, CU_CORRUPT, "",
            "this replica lacks rows, or has too many: empty its folder and pair it anew, the primary sends all");
    return CU_OK;
}

static cu_code put_state(struct keys_holder *h, const uint8_t *p, const uint8_t hash[32], struct cu_error *err)
{
    struct db_query q;
    uint8_t head[HEAD_SLOT];
    memcpy(head, p, sizeof head);
    memset(head + HEAD_RATCHET, 0, KEYRING_WRAPPED);
    CU_TRY(db_prepare(h->db, &keys_sql_holder_put, &q, err));
    db_bind_i64(&q, ":epoch", (int64_t)archive_get(p + HEAD_EPOCH, 8));
    db_bind_i64(&q, ":gen", (int64_t)archive_get(p + HEAD_GEN, 8));
    db_bind_blob(&q, ":hash", hash, 32);
    db_bind_i64(&q, ":told", (int64_t)h->told_epoch);
    db_bind_i64(&q, ":now", cu_now_ms());
    db_bind_blob(&q, ":head", head, sizeof head);
    return db_run(&q, err);
}

// From the commit on the new state is in force; what is left to do then is overwriting the former.
static cu_code finish(struct keys_holder *h, const struct chunk *c, struct cu_error *err)
{
    const uint8_t *p = c->head;
    uint8_t hash[32];
    uint64_t epoch = archive_get(p + HEAD_EPOCH, 8);
    bool advances = epoch != h->epoch;
    const uint8_t *ratchet = archive_get(p + HEAD_FLAGS, 4) & 1 ? p + HEAD_RATCHET : NULL;
    CU_TRY(check_head(h, c, err));
    keybox_hash(p, FEED_HEAD, hash);
    if (advances)
        CU_TRY(holder_files_write(&h->files, epoch, p + HEAD_SLOT, ratchet, err));
    CU_TRY(put_state(h, p, hash, err));
    CU_TRY(db_commit(h->db, err));
    if (advances)
        holder_files_enter(&h->files, p + HEAD_SLOT, ratchet);
    h->epoch = epoch;
    h->gen = archive_get(p + HEAD_GEN, 8);
    memcpy(h->hash, hash, sizeof hash);
    memcpy(h->head, p, sizeof h->head);
    memset(h->head + HEAD_RATCHET, 0, KEYRING_WRAPPED);
    h->told_ms = cu_now_ms();
    h->number = 0;
    CU_TRY(holder_files_settle(&h->files, err));
    return advances ? db_checkpoint(h->db, err) : CU_OK;
}

static cu_code take(struct keys_holder *h, cu_str message, bool *ret_ended, struct cu_error *err)
{
    struct chunk c = {.told = 0};
    CU_TRY(read_chunk(h, message, &c, err));
    CU_TRY(check_chunk(h, &c, err));
    if (h->number == 0) {
        CU_TRY(put_told(h, c.told, err));
        CU_TRY(begin(h, err));
    }
    CU_TRY(put_records(h, &c, err));
    h->number++;
    *ret_ended = c.head != NULL;
    return c.head ? finish(h, &c, err) : CU_OK;
}

cu_code keys_holder_take(struct keys_holder *h, cu_str message, uint8_t ret[KEYS_HOLDER_MESSAGE], bool *ret_acked,
    struct cu_error *err)
{
    bool ended = false;
    *ret_acked = false;
    cu_code code = take(h, message, &ended, err);
    if (code == CU_OK && ended)
        code = say(h, FEED_ACK, (uint64_t)cu_now_ms(), ret, err);
    if (code != CU_OK) {
        keys_holder_forget(h);
        return code;
    }
    *ret_acked = ended;
    return CU_OK;
}
