// SPDX-License-Identifier: Apache-2.0
// The root key for a restore, from where a start of the server takes it, and the key archive of the backups.
// With the recovery kit the archive brings the root key, too: for the day on which nothing else is left.
#include "restore.h"

#include "key_replicas.h"

#include "base/file.h"
#include "crypto/root.h"
#include "crypto/secret.h"
#include "store/keys_archive.h"

#include <stdio.h>
#include <unistd.h>

static cu_code root_source_of(const struct restore *r, const char *shop, struct root_source *ret, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX] = "";
    struct cu_uuid id;
    const char *wanted = settings_z(r->o->settings, "root_key");
    if (!cu_uuid_parse(cu_str_of(shop), &id))
        return cu_fail(err, CU_CORRUPT, "", "the manifest names no shop");
    if (!wanted[0] || strchr(wanted, ':'))
        CU_TRY(folder_default_key_path(id, path, sizeof path, err));
    return root_parse(wanted, path, r->o->data, ret, err);
}

cu_code restore_keyring(struct restore *r, const char *shop, struct cu_error *err)
{
    struct root_source source;
    struct keyring *next = NULL;
    CU_TRY(root_source_of(r, shop, &source, err));
    CU_TRY(root_open(&source, &r->keyring, &next, err));
    keyring_close(next);
    return CU_OK;
}

static cu_code fetch_archive(struct restore *r, const char *path, struct backup_manifest *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text, bytes;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    cu_buf_init(&bytes, BACKUP_ARCHIVE_MAX);
    cu_code code = backup_choose(r->target, BACKUP_KEYS, NULL, INT64_MAX, ret, &text, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, code, "--keys",
            "the target has no key backup any more (they are destroyed after backup_key_days); "
                                            "name the living data folder, or a replica's, with --keys");
    CU_TRY(code);
    code = backup_archive_load(r->target, ret, &bytes, err);
    if (code == CU_OK)
        code = cu_file_replace(path, bytes.ptr, bytes.len, 0600, err);
    if (code != CU_OK)
        backup_manifest_clear(ret);
    return code;
}

// Without the kit the ratchet beside the root key must be the one of the archive: nobody was erased since.
static cu_code open_archive(struct restore *r, const char *path, const char *keys, const struct root_source *s,
    const char *kit,
    struct cu_error *err)
{
    char spare[sizeof s->ratchet + 16];
    bool root_there = s->kind != ROOT_FILE || access(s->place, F_OK) == 0;
    (void)snprintf(spare, sizeof spare, "%s.restored", s->ratchet);
    struct keys_archive_restore a = {.path = path, .kit = kit, .keyring = r->keyring, .target = keys};
    if (kit && !root_there)
        a.target_root = s->place;
    if (s->ratchet[0])
        a.target_ratchet = kit ? s->ratchet : spare;
    if (!kit && s->ratchet[0])
        a.ratchet_from = s->ratchet;
    if (kit && s->ratchet[0] && access(s->ratchet, F_OK) == 0)
        return cu_fail(err, CU_CONFLICT, "--root-key",
            "beside that root key lies the ratchet of a living shop: name a new file, which "
                                                       "the recovery kit fills");
    cu_code code = keys_archive_restore(&a, err);
    if (!kit && s->ratchet[0] && code == CU_OK)
        return cu_file_unlink(spare, err); // it is the one that is there
    if (code == CU_KEY && !kit)
        return cu_fail(err, code, "--recovery-kit",
            "somebody was erased since that key backup: it opens with the recovery kit and a new "
                                                    "--root-key only, or take the keys of the living folder with --keys");
    return code;
}

static cu_code restore_of(struct restore *r, const char *path, const struct backup_manifest *m, struct cu_error *err)
{
    struct root_source source;
    char keys[FOLDER_PATH_MAX + 64];
    struct cu_buf kit;
    CU_TRY(root_source_of(r, m->shop, &source, err));
    (void)snprintf(keys, sizeof keys, "%s/keys", r->o->data);
    bool root_there = source.kind != ROOT_FILE || access(source.place, F_OK) == 0;
    if (!r->keyring && root_there)
        CU_TRY(restore_keyring(r, m->shop, err));
    cu_buf_init(&kit, 64 << 10);
    cu_code code = r->o->kit ? cu_file_read_all(r->o->kit, &kit, err) : CU_OK;
    if (code == CU_NOT_FOUND)
        code = cu_fail(err, code, "--recovery-kit", "there is no such file");
    if (code == CU_OK)
        code = open_archive(r, path, keys, &source, r->o->kit ? kit.ptr : NULL, err);
    cu_buf_wipe(&kit);
    if (code == CU_OK && !r->keyring)
        code = restore_keyring(r, m->shop, err); // it is there now
    return code;
}

cu_code restore_archive(struct restore *r, struct cu_error *err)
{
    struct backup_manifest m;
    char path[FOLDER_PATH_MAX + 64];
    (void)snprintf(path, sizeof path, "%s/keys.restore", r->o->data);
    CU_TRY(fetch_archive(r, path, &m, err));
    cu_code code = restore_of(r, path, &m, err);
    struct cu_error late = {0};
    cu_code removed = cu_file_unlink(path, &late);
    if (code == CU_OK && removed != CU_OK)
        code = cu_fail(err, removed, "", "%s", late.text);
    (void)snprintf(r->report->keys, sizeof r->report->keys, "%s", m.id);
    r->report->keys_ms = m.made_ms;
    r->has_keys = code == CU_OK;
    backup_manifest_clear(&m);
    return code;
}

// ---- a key replica

static cu_code shop_of(struct restore *r, char ret[64], struct cu_error *err)
{
    struct backup_manifest m;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    CU_TRY(backup_choose(r->target, BACKUP_DATA, r->o->backup, r->o->at_ms, &m, &text, err));
    (void)snprintf(ret, 64, "%s", m.shop);
    backup_manifest_clear(&m);
    return CU_OK;
}

cu_code restore_replica(struct restore *r, struct cu_error *err)
{
    struct root_source source;
    struct keys_holder_info info;
    char shop[64], keys[FOLDER_PATH_MAX + 64];
    CU_TRY(shop_of(r, shop, err));
    CU_TRY(root_source_of(r, shop, &source, err));
    (void)snprintf(keys, sizeof keys, "%s/keys", r->o->data);
    const struct key_replica_take t = {.folder = r->o->replica, .kit = r->o->kit, .root = &source, .keys = keys};
    CU_TRY(key_replica_take(&t, &info, err));
    if (!r->keyring)
        CU_TRY(restore_keyring(r, shop, err));
    (void)snprintf(r->report->keys, sizeof r->report->keys, "key replica");
    r->report->keys_ms = info.made_ms;
    r->has_keys = true;
    return CU_OK;
}
