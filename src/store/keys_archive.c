// SPDX-License-Identifier: Apache-2.0
// Writing and ageing key archives. See keys_archive.h; reading them back is in keys_archive_read.c. The
// format is in keys_archive_format.h.
#include "keys_archive_format.h"
#include "keys_private.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypto/keybox.h"
#include "crypto/root_kit.h"
#include "crypto/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER (256 * 1024)

struct writing {
    int fd;
    struct cu_buf b;
    struct keybox_hash hash;
    uint64_t nodes;
};

static cu_code flush(struct writing *w, struct cu_error *err)
{
    keybox_hash_add(&w->hash, w->b.ptr, w->b.len);
    cu_code code = cu_file_write(w->fd, w->b.ptr, w->b.len, err);
    cu_buf_reset(&w->b);
    return code;
}

// Room for a record, emptying the buffer when it is full.
static cu_code record(struct writing *w, size_t len, uint8_t **ret, struct cu_error *err)
{
    if (w->b.len + len > BUFFER)
        CU_TRY(flush(w, err));
    *ret = (uint8_t *)cu_buf_room(&w->b, len);
    if (!*ret)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory to write an archive");
    w->b.len += len;
    return CU_OK;
}

// Under write_lock: the head, as of the epoch in force.
static cu_code write_head(struct keys *k, struct writing *w, struct cu_error *err)
{
    const struct epoch_values *v = epoch_values(k->epoch);
    const struct keyring *root = epoch_keyring(k->epoch);
    uint8_t *h = NULL, secret[KEYRING_SECRET], ratchet[32];
    bool kit = !keybox_is_zero(v->recovery_public, KIT_PUBLIC);
    if (epoch_has_ratchet(k->epoch) && !kit)
        return cu_fail(err, CU_CONFLICT, "recovery_kit",
            "make the recovery kit first (custos keys recovery-kit): without it nobody could open the archive");
    CU_TRY(record(w, ARCHIVE_HEAD, &h, err));
    memset(h, 0, ARCHIVE_HEAD);
    memcpy(h, ARCHIVE_MAGIC, 8);
    archive_put(h + 8, 4, ARCHIVE_FORMAT);
    archive_put(h + 12, 4, epoch_has_ratchet(k->epoch) ? 1 : 0);
    archive_put(h + 16, 8, (uint64_t)cu_now_ms());
    archive_put(h + 24, 8, epoch_number(k->epoch));
    keyring_fingerprint(root, h + 32);
    keyring_root_fingerprint(root, h + 48);
    memcpy(h + 64, v->recovery_public, KIT_PUBLIC);
    epoch_slot(k->epoch, h + ARCHIVE_SLOT);
    if (!kit)
        return CU_OK;
    CU_TRY(keyring_secret(root, secret, err));
    epoch_ratchet(k->epoch, ratchet);
    kit_seal(v->recovery_public, secret, sizeof secret, h + ARCHIVE_ROOT);
    kit_seal(v->recovery_public, ratchet, sizeof ratchet, h + ARCHIVE_RATCHET);
    secret_wipe(secret, sizeof secret);
    secret_wipe(ratchet, sizeof ratchet);
    return CU_OK;
}

static cu_code write_node(struct writing *w, struct db_query *q, struct cu_error *err)
{
    uint8_t *p = NULL;
    cu_str sealed = db_blob(q, 4);
    if (sealed.len != KEYS_NODE_SEALED)
        return cu_fail(err, CU_CORRUPT, "", "keys: a node of the key tree has not the size it should have");
    CU_TRY(record(w, ARCHIVE_NODE, &p, err));
    p[0] = 'N';
    p[1] = (uint8_t)db_i64(q, 0);
    p[2] = (uint8_t)db_i64(q, 1);
    archive_put(p + 3, 8, (uint64_t)db_i64(q, 2));
    archive_put(p + 11, 8, (uint64_t)db_i64(q, 3));
    memcpy(p + 19, sealed.ptr, KEYS_NODE_SEALED);
    w->nodes++;
    return CU_OK;
}

static cu_code write_terms(struct db *d, struct writing *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &keys_sql_vault_terms, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        uint8_t *p = NULL;
        code = record(w, ARCHIVE_TERM, &p, err);
        if (code != CU_OK)
            break;
        p[0] = 'T';
        archive_put(p + 1, 8, (uint64_t)db_i64(&q, 0));
        archive_put(p + 9, 8, (uint64_t)db_i64(&q, 1));
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    return code == CU_OK ? ended : code;
}

static cu_code write_end(struct keys *k, struct writing *w, struct cu_error *err)
{
    uint8_t *p = NULL, hash[32], mac[32];
    CU_TRY(record(w, ARCHIVE_END - 32, &p, err));
    p[0] = 'E';
    archive_put(p + 1, 8, w->nodes);
    CU_TRY(flush(w, err));
    keybox_hash_end(&w->hash, hash);
    pthread_mutex_lock(&k->write_lock);
    keyring_mac(epoch_keyring(k->epoch), "key-archive", (cu_str){(const char *)hash, sizeof hash}, mac);
    pthread_mutex_unlock(&k->write_lock);
    CU_TRY(cu_file_write(w->fd, mac, sizeof mac, err));
    return cu_file_sync(w->fd, err);
}

// The head and the first row are read under the lock; the statement goes on in the snapshot that its first
// row began, while others write.
static cu_code write_all(struct keys *k, struct db *d, struct writing *w, struct cu_error *err)
{
    struct db_query q;
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK)
        code = keys_store_pending(k, err);
    if (code == CU_OK)
        code = write_head(k, w, err);
    if (code == CU_OK)
        code = db_prepare(d, &keys_sql_nodes_all, &q, err);
    if (code != CU_OK) {
        pthread_mutex_unlock(&k->write_lock);
        return code;
    }
    db_bind_i64(&q, ":epoch", (int64_t)epoch_number(k->epoch));
    bool there = db_step(&q);
    pthread_mutex_unlock(&k->write_lock);
    for (; there && code == CU_OK; there = db_step(&q)) {
        code = write_node(w, &q, err);
        if (code != CU_OK)
            break;
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    if (code == CU_OK)
        code = ended;
    if (code == CU_OK)
        code = write_terms(d, w, err);
    return code == CU_OK ? write_end(k, w, err) : code;
}

static cu_code sync_parent(const char *path, struct cu_error *err)
{
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (slash)
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    return cu_dir_sync(folder, err);
}

cu_code keys_archive_write(struct keys *k, const char *path, struct cu_error *err)
{
    struct stat st;
    struct db *d = NULL;
    struct writing w = {.fd = -1};
    if (lstat(path, &st) == 0)
        return cu_fail(err, CU_CONFLICT, "", "a file of that name exists");
    keybox_hash_start(&w.hash);
    cu_buf_init(&w.b, BUFFER + 16);
    cu_code code = keys_open_rows(k->tree_path, DB_READ, &d, err);
    if (code == CU_OK)
        code = cu_file_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, &w.fd, err);
    bool made = code == CU_OK;
    if (code == CU_OK)
        code = write_all(k, d, &w, err);
    if (code == CU_OK)
        code = sync_parent(path, err);
    if (made)
        (void)close(w.fd);
    if (made && code != CU_OK)
        (void)unlink(path);
    cu_buf_clear(&w.b);
    db_close(d);
    return code;
}

// --- age

// When an archive was made: its own word, or, when its head is damaged, the file system's.
static int64_t made_ms(int fd)
{
    uint8_t head[24];
    struct stat st;
    if (cu_file_pread(fd, head, sizeof head, 0, NULL) == CU_OK && memcmp(head, ARCHIVE_MAGIC, 8) == 0)
        return (int64_t)archive_get(head + 16, 8);
    return fstat(fd, &st) == 0 ? (int64_t)st.st_mtim.tv_sec * 1000 : INT64_MAX;
}

// All that leads to a key is in the head: overwritten, the rest is noise.
static cu_code destroy(int fd, const char *path, struct cu_error *err)
{
    uint8_t noise[ARCHIVE_HEAD];
    cu_random(noise, sizeof noise);
    CU_TRY(cu_file_pwrite(fd, noise, sizeof noise, 0, err));
    CU_TRY(cu_file_sync(fd, err));
    CU_TRY(cu_file_unlink(path, err));
    return sync_parent(path, err);
}

static cu_code expire_one(const char *path, int64_t before_ms, size_t *count, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_RDWR | O_NOFOLLOW, 0, &fd, err));
    if (made_ms(fd) >= before_ms)
        return CU_OK;
    CU_TRY(destroy(fd, path, err));
    (*count)++;
    return CU_OK;
}

cu_code keys_archive_expire(const char *folder, int days, int64_t now_ms, size_t *ret_count, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4 << 20);
    const char **names = NULL;
    size_t count = 0;
    *ret_count = 0;
    if (days < 1 || days > KEYS_ARCHIVE_DAYS_MAX)
        return cu_fail(err, CU_INVALID, "days", "1 to %d days are accepted", KEYS_ARCHIVE_DAYS_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory to list archives");
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        cu_str path = cu_arena_printf(a, "%s/%s", folder, names[i]);
        if (!path.ptr)
            return cu_fail(err, CU_MEMORY, "", "keys: no memory to list archives");
        if (cu_str_ends(path, CU_LIT(KEYS_ARCHIVE_SUFFIX)))
            CU_TRY(expire_one(path.ptr, now_ms - (int64_t)days * 86400000, ret_count, err));
    }
    return CU_OK;
}
