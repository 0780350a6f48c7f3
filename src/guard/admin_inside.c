// SPDX-License-Identifier: Apache-2.0
// Administration of the keys by whoever holds them. See admin.h.
#include "guard_private.h"

#include "base/file.h"
#include "crypto/secret.h"
#include "store/keys_archive.h"

#include <stdio.h>

bool guard_is_name(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len < sizeof((struct admin_question *)0)->name && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == len;
}

// What cannot be noted does not happen.
static cu_code note(struct guard *g, struct guard_session *s, enum guard_outcome outcome, const struct admin_question *q,
    struct cu_error *err)
{
    static const char *const acts[ADMIN_ACTS] = {[ADMIN_ROTATE] = "rotate", [ADMIN_KIT] = "recovery_kit",
        [ADMIN_ARCHIVE] = "archive", [ADMIN_REPLICA_ADD] = "replica_add", [ADMIN_REPLICA_REMOVE] = "replica_remove"};
    static const char *const rotations[] = {"root", "nodes", "class", "signing", "index"};
    char detail[160];
    int n = 0;
    if (!acts[q->act])
        return CU_OK;
    if (q->act == ADMIN_ROTATE)
        n = snprintf(detail, sizeof detail, "{\"keys\":\"%s\",\"kind\":\"%s\"}", acts[q->act], rotations[q->rotation]);
    else if (q->act >= ADMIN_REPLICAS) // named ones only
        n = snprintf(detail, sizeof detail, "{\"keys\":\"%s\",\"replica\":\"%s\"}", acts[q->act], q->name);
    else
        n = snprintf(detail, sizeof detail, "{\"keys\":\"%s\"}", acts[q->act]);
    return g->backend->note(g, s, outcome, NULL, 0, (cu_str){detail, (size_t)n}, outcome == GUARD_ATTEMPT, err);
}

// The successor is durable beside the present root key before the tree is sealed under it; whichever the
// store says is in force stays (crypto/root.h).
static cu_code rotate_root(struct guard *g, struct cu_error *err)
{
    struct keyring *next = NULL;
    uint8_t in_force[16], fingerprint[16];
    if (!g->keyring)
        return cu_fail(err, CU_UNAVAILABLE, "", "this guard was given its keys, not the root key");
    CU_TRY(root_rotate_begin(&g->root, g->keyring, &next, err));
    keyring_root_fingerprint(next, fingerprint);
    cu_code code = keys_rotate_root(g->options.keys, next, err);
    keys_root_fingerprint(g->options.keys, in_force);
    struct cu_error late = {.code = CU_OK};
    cu_code ended = root_rotate_end(&g->root, in_force, &late);
    // The keyring in use goes on: all it makes here descends from the family secret, which both share.
    keyring_close(next);
    if (code == CU_OK && ended != CU_OK && err)
        *err = late;
    return code != CU_OK ? code : ended;
}

static cu_code rotate(struct guard *g, const struct admin_question *q, struct cu_error *err)
{
    switch (q->rotation) {
    case GUARD_ROTATE_ROOT:
        return rotate_root(g, err);
    case GUARD_ROTATE_NODES:
        return keys_rotate_nodes(g->options.keys, NULL, NULL, err);
    case GUARD_ROTATE_CLASS:
        return keys_class_rotate(g->options.keys, q->class_id, err);
    case GUARD_ROTATE_INDEX:
        return keys_index_rotate(g->options.keys, err);
    case GUARD_ROTATE_SIGNING:
        break;
    }
    return g->options.audit ? audit_rotate_key(g->options.audit, err) : cu_fail(err, CU_UNAVAILABLE, "", "no audit log is kept");
}

static cu_code write_archive(struct guard *g, const struct admin_question *q, struct cu_error *err)
{
    char path[ROOT_PATH_MAX + 128];
    if (!g->keyring || !guard_is_name(q->name))
        return cu_fail(err, CU_INVALID, "name", "letters, digits, '.', '_' and '-' name an archive");
    (void)snprintf(path, sizeof path, "%s/archives", g->keys_folder);
    CU_TRY(cu_dir_make(path, 0700, err));
    (void)snprintf(path, sizeof path, "%s/archives/%s", g->keys_folder, q->name);
    return keys_archive_write(g->options.keys, path, err);
}

static cu_code reseal(struct guard *g, const struct admin_question *q, struct cu_buf *ret, struct cu_error *err)
{
    struct keys_reseal r;
    memset(&r, 0, sizeof r); // padding goes through the wire, too
    if (q->act == ADMIN_RESEAL) {
        CU_TRY(keys_reseal(g->options.keys, &r, err));
        cu_buf_add(ret, &r, sizeof r);
        return cu_buf_code(ret, err);
    }
    if (q->bytes.len != sizeof r)
        return cu_fail(err, CU_MALFORMED, "", "a frame of the key process is not of its form");
    memcpy(&r, q->bytes.ptr, sizeof r);
    return keys_reseal_put(g->options.keys, &r, err);
}

static cu_code of_index(struct guard *g, const struct admin_question *q, struct cu_buf *ret, struct cu_error *err)
{
    struct keys_index n;
    memset(&n, 0, sizeof n); // padding goes through the wire, too
    if (q->act == ADMIN_INDEX) {
        CU_TRY(keys_index(g->options.keys, &n, err));
        cu_buf_add(ret, &n, sizeof n);
        return cu_buf_code(ret, err);
    }
    if (q->bytes.len != sizeof n)
        return cu_fail(err, CU_MALFORMED, "", "a frame of the key process is not of its form");
    memcpy(&n, q->bytes.ptr, sizeof n);
    return keys_index_put(g->options.keys, &n, err);
}

static cu_code act(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret, struct cu_error *err)
{
    struct keys_inventory inventory = {.epoch = 0};
    char kit[KEYS_KIT_MAX] = "";
    switch (q->act) {
    case ADMIN_INVENTORY:
        CU_TRY(keys_inventory(g->options.keys, &inventory, err));
        cu_buf_add(ret, &inventory, sizeof inventory);
        return cu_buf_code(ret, err);
    case ADMIN_ROTATE:
        return rotate(g, q, err);
    case ADMIN_KIT:
        CU_TRY(keys_recovery_kit(g->options.keys, kit, err));
        cu_buf_add(ret, kit, sizeof kit);
        secret_wipe(kit, sizeof kit);
        return cu_buf_code(ret, err);
    case ADMIN_ARCHIVE:
        return write_archive(g, q, err);
    case ADMIN_SIGN:
        return g->options.audit ? audit_sign(g->options.audit, err) : CU_OK;
    case ADMIN_REPLICAS:
    case ADMIN_REPLICA_ADD:
    case ADMIN_REPLICA_REMOVE:
    case ADMIN_PEER:
    case ADMIN_FEED_HELLO:
    case ADMIN_FEED_NEXT:
    case ADMIN_FEED_ACK:
        return guard_inside_replicas(g, s, q, ret, err);
    case ADMIN_RESEAL:
    case ADMIN_RESEAL_PUT:
        return reseal(g, q, ret, err);
    case ADMIN_INDEX:
    case ADMIN_INDEX_PUT:
        return of_index(g, q, ret, err);
    case ADMIN_VAULT_SEAL:
    case ADMIN_VAULT_OPEN:
    case ADMIN_VAULT_EXPIRE:
        return guard_inside_vault(g, s, q, ret, err);
    case ADMIN_ACTS:
        break;
    }
    return cu_fail(err, CU_INVALID, "", "the keys are not administered like that");
}

cu_code guard_inside_admin(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err)
{
    CU_TRY(guard_inside_check(s, err));
    if (q->act > ADMIN_REPLICAS && q->act < ADMIN_RESEAL && q->act != ADMIN_PEER && !guard_is_name(q->name))
        return cu_fail(err, CU_INVALID, "name", "letters, digits, '-' and '_' name a key replica");
    CU_TRY(note(g, s, GUARD_ATTEMPT, q, err));
    cu_code code = act(g, s, q, ret, err);
    return code == CU_OK ? note(g, s, GUARD_DONE, q, err) : code;
}
