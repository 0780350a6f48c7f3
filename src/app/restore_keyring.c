// SPDX-License-Identifier: Apache-2.0
// The root key for a restore, from where a start of the server takes it. See restore.h.
#include "restore.h"

#include <stdio.h>

cu_code restore_keyring(struct restore *r, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX + 64];
    uint8_t fingerprint[16];
    struct cu_uuid shop;
    const char *wanted = settings_z(r->o->settings, "root_key");
    if (!cu_uuid_parse(cu_str_of(r->data.shop), &shop))
        return cu_fail(err, CU_CORRUPT, "", "the manifest names no shop");
    if (wanted[0])
        (void)snprintf(path, sizeof path, "%s", wanted);
    else
        CU_TRY(folder_default_key_path(shop, path, sizeof path, err));
    CU_TRY(keyring_open_file(path, &r->keyring, err));
    keyring_fingerprint(r->keyring, fingerprint);
    if (memcmp(fingerprint, r->data.fingerprint, sizeof fingerprint) != 0)
        return cu_fail(err, CU_KEY, "--root-key", "this root key belongs to another shop; name the right one with --root-key");
    return CU_OK;
}
