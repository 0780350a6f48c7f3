// SPDX-License-Identifier: Apache-2.0
// The keys out of a replica, for restore and for `custos keys replica promote`. See key_replicas.h.
#include "key_replicas.h"

#include "base/file.h"
#include "crypto/root.h"

#include <unistd.h>

static cu_code take(const struct key_replica_take *t, struct keys_holder *h, const struct keyring *keyring, cu_str kit,
    struct cu_error *err)
{
    bool file = t->root->kind == ROOT_FILE;
    const struct keys_holder_restore r = {.kit = keyring ? NULL : kit.ptr, .keyring = keyring, .target = t->keys,
        .target_ratchet = t->root->ratchet[0] ? t->root->ratchet : NULL, .target_root = !keyring && file ? t->root->place : NULL,
        .older = t->older};
    if (!keyring && !kit.ptr)
        return cu_fail(err, CU_KEY, "--recovery-kit", "the root key is not where it should be: name it, or the recovery kit");
    return keys_holder_restore(h, &r, err);
}

static cu_code take_with(const struct key_replica_take *t, struct keys_holder *h, struct cu_error *err)
{
    struct keyring *keyring = NULL, *next = NULL;
    struct cu_buf kit;
    cu_buf_init(&kit, 64 << 10);
    bool there = t->root->kind != ROOT_FILE || access(t->root->place, F_OK) == 0;
    cu_code code = there ? root_open(t->root, &keyring, &next, err) : CU_OK;
    if (code == CU_OK && t->kit && !there)
        code = cu_file_read_all(t->kit, &kit, err);
    if (code == CU_NOT_FOUND)
        code = cu_fail(err, code, "--recovery-kit", "there is no such file");
    if (code == CU_OK) {
        cu_buf_char(&kit, 0);
        code = cu_buf_code(&kit, err);
    }
    if (code == CU_OK)
        code = take(t, h, keyring, kit.len > 1 ? cu_buf_view(&kit) : CU_NONE, err);
    cu_buf_wipe(&kit);
    keyring_close(keyring);
    keyring_close(next);
    return code;
}

cu_code key_replica_take(const struct key_replica_take *t, struct keys_holder_info *ret, struct cu_error *err)
{
    const struct keys_holder_options o = {.folder = t->folder, .identity = t->identity};
    struct keys_holder *h = NULL;
    CU_TRY(keys_holder_open(&o, &h, err));
    keys_holder_info(h, ret);
    cu_code code = take_with(t, h, err);
    keys_holder_close(h);
    return code;
}
