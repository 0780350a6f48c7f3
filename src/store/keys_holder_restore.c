// SPDX-License-Identifier: Apache-2.0
// A key store out of what a replica holds. See keys_holder.h.
#include "keys_holder_private.h"
#include "keys_sql.h"

#include "base/file.h"
#include "crypto/root_kit.h"
#include "crypto/secret.h"

#include <sys/stat.h>
#include <unistd.h>

#define ROWS_AT_ONCE 2000 // of one transaction

struct opened { // wiped
    uint8_t secret[KEYRING_SECRET], ratchet[32];
    struct keyring *keyring; // own, or NULL: the caller's
    bool has_secret, has_ratchet, keep_ratchet;
};

static cu_code by_kit(const struct keys_holder *h, const char *text, struct opened *o, struct cu_error *err)
{
    uint8_t key[KIT_SECRET];
    CU_TRY(kit_parse(cu_str_of(text), key, err));
    cu_code code = kit_open(key, h->head + HEAD_SECRET, 112, o->secret, err);
    secret_wipe(key, sizeof key);
    CU_TRY(code);
    o->has_secret = true;
    return keyring_from_secret(o->secret, &o->keyring, err);
}

static cu_code open_ratchet(const struct keys_holder *h, const struct keyring *k, struct opened *o, struct cu_error *err)
{
    uint8_t room[32];
    o->has_ratchet = archive_get(h->head + HEAD_FLAGS, 4) & 1;
    if (!o->has_ratchet)
        return CU_OK;
    return keyring_unwrap(k, FEED_WRAP, feed_ratchet_context(h->head + HEAD_SHOP, h->epoch, room), h->files.ratchet, o->ratchet, err);
}

// A ratchet that lies at the target is the best witness of all: it never runs backwards.
static cu_code ask_ratchet(const struct keys_holder *h, const struct keys_holder_restore *r, struct opened *o, struct cu_error *err)
{
    uint8_t value[32];
    struct stat st;
    if (!o->has_ratchet || !r->target_ratchet || lstat(r->target_ratchet, &st) != 0)
        return CU_OK;
    cu_code code = epoch_ratchet_read(r->target_ratchet, h->epoch, value, NULL);
    o->keep_ratchet = code == CU_OK && secret_equal(value, o->ratchet, sizeof value);
    secret_wipe(value, sizeof value);
    if (o->keep_ratchet)
        return CU_OK;
    return cu_fail(err, CU_CONFLICT, "root_key",
        "the ratchet beside the root key has moved past this replica's epoch, or is another shop's: the replica is older, and "
        "people erased since would live again");
}

static cu_code open_with(const struct keys_holder *h, const struct keys_holder_restore *r, struct opened *o, struct cu_error *err)
{
    uint8_t shop[16];
    struct epoch_values values;
    if (h->epoch == 0)
        return cu_fail(err, CU_NOT_FOUND, "folder", "this replica holds nothing yet");
    if (h->told_epoch > h->epoch && !r->older)
        return cu_fail(err, CU_CONFLICT, "older",
            "this replica holds epoch %llu and knows that the primary was at %llu: people erased since would live again; use a "
            "newer replica, or say --older",
            (unsigned long long)h->epoch, (unsigned long long)h->told_epoch);
    if (r->kit)
        CU_TRY(by_kit(h, r->kit, o, err));
    const struct keyring *k = r->keyring ? r->keyring : o->keyring;
    if (!k)
        return cu_fail(err, CU_KEY, "recovery_kit", "the root key or the recovery kit is needed to open a replica");
    keyring_fingerprint(k, shop);
    if (memcmp(shop, h->head + HEAD_SHOP, sizeof shop) != 0)
        return cu_fail(err, CU_KEY, "root_key", "the replica belongs to another root key");
    CU_TRY(open_ratchet(h, k, o, err));
    CU_TRY(ask_ratchet(h, r, o, err));
    cu_code code = epoch_slot_open(h->files.slot, k, o->ratchet, &values, err);
    secret_wipe(&values, sizeof values);
    return code;
}

// --- the rows

static cu_code copy_node(struct db *to, struct db_query *from, struct cu_error *err)
{
    struct db_query q;
    cu_str sealed = db_blob(from, 4);
    CU_TRY(db_prepare(to, &keys_sql_node_put, &q, err));
    db_bind_i64(&q, ":tree", db_i64(from, 0));
    db_bind_i64(&q, ":level", db_i64(from, 1));
    db_bind_i64(&q, ":idx", db_i64(from, 2));
    db_bind_i64(&q, ":epoch", db_i64(from, 3));
    db_bind_blob(&q, ":sealed", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code copy_term(struct db *to, struct db_query *from, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(to, &keys_sql_vault_term_put, &q, err));
    db_bind_i64(&q, ":subject", db_i64(from, 0));
    db_bind_i64(&q, ":expires_ms", db_i64(from, 1));
    return db_run(&q, err);
}

typedef cu_code copy_row(struct db *to, struct db_query *from, struct cu_error *err);

static cu_code copy_rows(
    struct db *to, struct db *from, const struct db_statement *rows, uint64_t epoch, copy_row *fn, struct cu_error *err)
{
    struct db_query q;
    size_t done = 0;
    CU_TRY(db_prepare(from, rows, &q, err));
    if (epoch > 0)
        db_bind_i64(&q, ":epoch", (int64_t)epoch);
    cu_code code = db_begin(to, err);
    while (code == CU_OK && db_step(&q)) {
        if (++done % ROWS_AT_ONCE == 0) {
            code = db_commit(to, err);
            if (code == CU_OK)
                code = db_begin(to, err);
        }
        if (code == CU_OK)
            code = fn(to, &q, err);
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    code = code == CU_OK ? ended : code;
    if (code == CU_OK)
        code = db_commit(to, err);
    if (code != CU_OK)
        db_rollback(to);
    return code;
}

static cu_code fill(struct keys_holder *h, const char *tree, struct cu_error *err)
{
    struct db *to = NULL;
    struct db_query q;
    CU_TRY(keys_open_rows(tree, DB_WRITE, &to, err));
    cu_code code = copy_rows(to, h->db, &keys_sql_nodes_all, h->epoch, copy_node, err);
    if (code == CU_OK)
        code = copy_rows(to, h->db, &keys_sql_vault_terms, 0, copy_term, err);
    if (code == CU_OK)
        code = db_prepare(to, &keys_sql_tidy_restored, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":epoch", (int64_t)h->epoch);
        code = db_run(&q, err);
    }
    if (code == CU_OK)
        code = db_checkpoint(to, err);
    db_close(to);
    return code;
}

// Every leaf is read: what the replica held is whole.
static cu_code read_all(const struct keys_holder_restore *r, const struct keyring *k, bool has_ratchet, struct cu_error *err)
{
    const struct keys_options o = {
        .path = r->target, .ratchet_path = has_ratchet ? r->target_ratchet : NULL, .keyring = k, .read_only = true};
    struct keys *keys = NULL;
    struct keys_inventory *v = cu_alloc(sizeof *v);
    cu_code code = v ? keys_open(&o, &keys, err) : cu_fail(err, CU_MEMORY, "", "no memory to read the keys");
    if (code == CU_OK)
        code = keys_inventory(keys, v, err);
    keys_close(keys);
    cu_free(v);
    return code;
}

// Rows first, the epoch root last: cut short, there is no store that opens.
static cu_code make_store(struct keys_holder *h, const struct keys_holder_restore *r, const struct opened *o, struct cu_error *err)
{
    char root[4096], tree[4096];
    bool ratchet = o->has_ratchet && !o->keep_ratchet;
    const struct keys_archive_restore target = {
        .target = r->target, .target_ratchet = r->target_ratchet, .target_root = r->target_root};
    CU_TRY(keys_restore_check(&target, ratchet, root, tree, err));
    if (o->has_ratchet && !r->target_ratchet)
        return cu_fail(err, CU_INVALID, "target", "the replica has a ratchet: name the file for it, beside the root key");
    if (r->target_root && !o->has_secret)
        return cu_fail(err, CU_INVALID, "recovery_kit", "a root key file is made from the recovery kit only");
    CU_TRY(cu_dir_make(r->target, 0700, err));
    CU_TRY(fill(h, tree, err));
    if (r->target_root)
        CU_TRY(keys_write_root(r->target_root, o->secret, err));
    CU_TRY(epoch_restore(root, ratchet ? r->target_ratchet : NULL, h->files.slot, o->ratchet, err));
    return read_all(r, r->keyring ? r->keyring : o->keyring, o->has_ratchet, err);
}

cu_code keys_holder_restore(struct keys_holder *h, const struct keys_holder_restore *r, struct cu_error *err)
{
    struct opened o = {.has_secret = false};
    cu_code code = open_with(h, r, &o, err);
    if (code == CU_OK)
        code = make_store(h, r, &o, err);
    keyring_close(o.keyring);
    secret_wipe(&o, sizeof o);
    return code;
}
