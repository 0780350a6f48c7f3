// SPDX-License-Identifier: Apache-2.0
// Checking a key archive, and making a key store of it. See keys_archive.h.
#include "keys_archive_format.h"
#include "keys_sql.h"

#include "base/file.h"
#include "crypto/keybox.h"
#include "crypto/root_kit.h"
#include "crypto/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS_AT_ONCE 2000 // of one transaction

struct reading {
    int fd;
    int64_t at, end; // end: where the end record begins
    struct keybox_hash hash;
    uint8_t head[ARCHIVE_HEAD];
};

static cu_code damaged(struct cu_error *err)
{
    return cu_fail(err, CU_CORRUPT, "", "the key archive is damaged or not one");
}

static cu_code take(struct reading *r, uint8_t *ret, size_t len, struct cu_error *err)
{
    if (r->at + (int64_t)len > r->end + ARCHIVE_END)
        return damaged(err);
    CU_TRY(cu_file_pread(r->fd, ret, len, r->at, err));
    keybox_hash_add(&r->hash, ret, len);
    r->at += (int64_t)len;
    return CU_OK;
}

static cu_code start(struct reading *r, struct cu_error *err)
{
    int64_t size = 0;
    CU_TRY(cu_file_size(r->fd, &size, err));
    r->at = 0;
    r->end = size - ARCHIVE_END;
    keybox_hash_start(&r->hash);
    if (r->end < ARCHIVE_HEAD)
        return damaged(err);
    CU_TRY(take(r, r->head, ARCHIVE_HEAD, err));
    if (memcmp(r->head, ARCHIVE_MAGIC, 8) != 0)
        return damaged(err);
    if (archive_get(r->head + 8, 4) != ARCHIVE_FORMAT)
        return cu_fail(err, CU_VERSION, "", "the key archive was written by another version");
    return CU_OK;
}

// Called for each record with its bytes behind the letter.
typedef cu_code each_record(void *context, char letter, const uint8_t *p, struct cu_error *err);

static cu_code read_records(struct reading *r, each_record *fn, void *context, uint64_t *ret_nodes, struct cu_error *err)
{
    uint8_t p[ARCHIVE_NODE];
    *ret_nodes = 0;
    while (r->at < r->end) {
        CU_TRY(take(r, p, 1, err));
        size_t rest = p[0] == 'N' ? ARCHIVE_NODE - 1 : p[0] == 'T' ? ARCHIVE_TERM - 1 : 0;
        if (rest == 0 || r->at + (int64_t)rest > r->end)
            return damaged(err);
        CU_TRY(take(r, p + 1, rest, err));
        *ret_nodes += p[0] == 'N';
        if (fn)
            CU_TRY(fn(context, (char)p[0], p + 1, err));
    }
    return CU_OK;
}

static cu_code check_end(struct reading *r, const struct keyring *k, uint64_t nodes, struct cu_error *err)
{
    uint8_t p[9], mac[32], hash[32], own[32];
    CU_TRY(take(r, p, sizeof p, err));
    CU_TRY(cu_file_pread(r->fd, mac, sizeof mac, r->at, err));
    keybox_hash_end(&r->hash, hash);
    keyring_mac(k, "key-archive", (cu_str){(const char *)hash, sizeof hash}, own);
    return p[0] == 'E' && archive_get(p + 1, 8) == nodes && secret_equal(mac, own, sizeof mac) ? CU_OK : damaged(err);
}

static cu_code check(struct reading *r, const struct keyring *k, uint64_t *ret_nodes, struct cu_error *err)
{
    uint8_t own[16];
    CU_TRY(start(r, err));
    keyring_fingerprint(k, own);
    if (memcmp(own, r->head + 32, sizeof own) != 0)
        return cu_fail(err, CU_KEY, "root_key", "the key archive belongs to another root key");
    CU_TRY(read_records(r, NULL, NULL, ret_nodes, err));
    return check_end(r, k, *ret_nodes, err);
}

static cu_code open_archive(const char *path, struct reading *ret, struct cu_error *err)
{
    return cu_file_open(path, O_RDONLY, 0, &ret->fd, err);
}

cu_code keys_archive_verify(
    const char *path, const struct keyring *keyring, struct keys_archive_info *ret, struct cu_error *err)
{
    struct reading r = {.fd = -1};
    uint64_t nodes = 0;
    CU_TRY(open_archive(path, &r, err));
    cu_code code = check(&r, keyring, &nodes, err);
    (void)close(r.fd);
    CU_TRY(code);
    *ret = (struct keys_archive_info){.made_ms = (int64_t)archive_get(r.head + 16, 8),
        .epoch = archive_get(r.head + 24, 8),
        .nodes = nodes,
        .bytes = (uint64_t)r.end + ARCHIVE_END,
        .ratchet = archive_get(r.head + 12, 4) & 1};
    memcpy(ret->root_fingerprint, r.head + 48, 16);
    return CU_OK;
}

// --- restoring

struct opened { // what the archive was opened with; wiped
    uint8_t secret[KEYRING_SECRET], ratchet[32];
    struct keyring *keyring; // own, or NULL: the caller's
    bool has_secret;
};

static cu_code by_kit(const struct keys_archive_restore *r, const uint8_t *head, struct opened *o, struct cu_error *err)
{
    uint8_t key[KIT_SECRET];
    CU_TRY(kit_parse(cu_str_of(r->kit), key, err));
    cu_code code = kit_open(key, head + ARCHIVE_ROOT, 112, o->secret, err);
    if (code == CU_OK)
        code = kit_open(key, head + ARCHIVE_RATCHET, 80, o->ratchet, err);
    o->has_secret = code == CU_OK;
    secret_wipe(key, sizeof key);
    return code;
}

static cu_code open_with(const struct keys_archive_restore *r, const uint8_t *head, struct opened *o, struct cu_error *err)
{
    bool has_ratchet = archive_get(head + 12, 4) & 1;
    if (r->kit)
        CU_TRY(by_kit(r, head, o, err));
    else if (has_ratchet && r->ratchet_from)
        CU_TRY(epoch_ratchet_read(r->ratchet_from, archive_get(head + 24, 8), o->ratchet, err));
    else if (has_ratchet)
        return cu_fail(err, CU_KEY, "recovery_kit", "the recovery kit is needed to open this archive");
    if (!r->keyring && !o->has_secret)
        return cu_fail(err, CU_KEY, "recovery_kit", "the root key or the recovery kit is needed to open this archive");
    return r->keyring ? CU_OK : keyring_from_secret(o->secret, &o->keyring, err);
}

struct filling {
    struct db *d;
    size_t rows;
};

static cu_code fill(void *context, char letter, const uint8_t *p, struct cu_error *err)
{
    struct filling *f = context;
    struct db_query q;
    if (f->rows++ % ROWS_AT_ONCE == 0) {
        if (db_in_transaction(f->d))
            CU_TRY(db_commit(f->d, err));
        CU_TRY(db_begin(f->d, err));
    }
    CU_TRY(db_prepare(f->d, letter == 'N' ? &keys_sql_node_put : &keys_sql_vault_term_put, &q, err));
    if (letter == 'N') {
        db_bind_i64(&q, ":tree", p[0]);
        db_bind_i64(&q, ":level", p[1]);
        db_bind_i64(&q, ":idx", (int64_t)archive_get(p + 2, 8));
        db_bind_i64(&q, ":epoch", (int64_t)archive_get(p + 10, 8));
        db_bind_blob(&q, ":sealed", p + 18, KEYS_NODE_SEALED);
    } else {
        db_bind_i64(&q, ":subject", (int64_t)archive_get(p, 8));
        db_bind_i64(&q, ":expires_ms", (int64_t)archive_get(p + 8, 8));
    }
    return db_run(&q, err);
}

static cu_code fill_rows(struct reading *r, struct db *d, struct cu_error *err)
{
    struct filling f = {.d = d};
    uint64_t nodes = 0;
    struct db_query q;
    CU_TRY(start(r, err));
    CU_TRY(read_records(r, fill, &f, &nodes, err));
    if (!db_in_transaction(d))
        CU_TRY(db_begin(d, err));
    CU_TRY(db_prepare(d, &keys_sql_tidy_restored, &q, err));
    db_bind_i64(&q, ":epoch", (int64_t)archive_get(r->head + 24, 8));
    CU_TRY(db_run(&q, err));
    CU_TRY(db_commit(d, err));
    return db_checkpoint(d, err);
}

cu_code keys_write_root(const char *path, const uint8_t secret[KEYRING_SECRET], struct cu_error *err)
{
    char text[KEYRING_SECRET_TEXT];
    CU_AUTO_FD int fd = -1;
    keyring_secret_print(secret, text);
    cu_code code = cu_file_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0400, &fd, err);
    if (code == CU_OK)
        code = cu_file_write(fd, text, strlen(text), err);
    if (code == CU_OK)
        code = cu_file_sync(fd, err);
    secret_wipe(text, sizeof text);
    return code;
}

cu_code keys_restore_check(
    const struct keys_archive_restore *r, bool has_ratchet, char root[4096], char tree[4096], struct cu_error *err)
{
    struct stat st;
    int n = snprintf(root, 4096, "%s/root", r->target), m = snprintf(tree, 4096, "%s/tree.db", r->target);
    if (n < 0 || n >= 4096 || m < 0 || m >= 4096)
        return cu_fail(err, CU_INVALID, "target", "a path of at most 4,000 bytes is accepted");
    if (has_ratchet && !r->target_ratchet)
        return cu_fail(err, CU_INVALID, "target", "the archive has a ratchet: name the file for it, beside the root key");
    if (lstat(root, &st) == 0 || lstat(tree, &st) == 0 || (has_ratchet && lstat(r->target_ratchet, &st) == 0) ||
        (r->target_root && lstat(r->target_root, &st) == 0))
        return cu_fail(err, CU_CONFLICT, "target", "there are keys already; an archive is restored to a place without any");
    return CU_OK;
}

// Rows first, the epoch root last: cut short, there is no store that opens.
static cu_code make_store(
    struct reading *rd, const struct keys_archive_restore *r, const struct opened *o, bool has_ratchet, struct cu_error *err)
{
    char root[4096], tree[4096];
    struct db *d = NULL;
    CU_TRY(keys_restore_check(r, has_ratchet, root, tree, err));
    CU_TRY(cu_dir_make(r->target, 0700, err));
    CU_TRY(keys_open_rows(tree, DB_WRITE, &d, err));
    cu_code code = fill_rows(rd, d, err);
    db_close(d);
    if (code == CU_OK && r->target_root)
        code = o->has_secret
                   ? keys_write_root(r->target_root, o->secret, err)
                   : cu_fail(err, CU_INVALID, "recovery_kit", "a root key file is made from the recovery kit only");
    if (code == CU_OK)
        code = epoch_restore(root, has_ratchet ? r->target_ratchet : NULL, rd->head + ARCHIVE_SLOT, o->ratchet, err);
    return code;
}

static cu_code restore(struct reading *rd, const struct keys_archive_restore *r, struct opened *o, struct cu_error *err)
{
    struct epoch_values values;
    uint64_t nodes = 0;
    CU_TRY(start(rd, err));
    CU_TRY(open_with(r, rd->head, o, err));
    const struct keyring *k = r->keyring ? r->keyring : o->keyring;
    CU_TRY(check(rd, k, &nodes, err));
    bool has_ratchet = epoch_slot_has_ratchet(rd->head + ARCHIVE_SLOT);
    cu_code code = epoch_slot_open(rd->head + ARCHIVE_SLOT, k, o->ratchet, &values, err);
    secret_wipe(&values, sizeof values);
    return code == CU_OK ? make_store(rd, r, o, has_ratchet, err) : code;
}

cu_code keys_archive_restore(const struct keys_archive_restore *r, struct cu_error *err)
{
    struct reading rd = {.fd = -1};
    struct opened o = {.has_secret = false};
    CU_TRY(open_archive(r->path, &rd, err));
    cu_code code = restore(&rd, r, &o, err);
    (void)close(rd.fd);
    keyring_close(o.keyring);
    secret_wipe(&o, sizeof o);
    return code;
}
