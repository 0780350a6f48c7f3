// SPDX-License-Identifier: Apache-2.0
// The order of a restore. See restore.h.
#include "restore.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "store/journal_archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static cu_code choose_shop(struct restore *r, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list shops");
    if (r->o->shop)
        return target_enter(r->target, r->o->shop, err);
    CU_TRY(target_shops(r->target, a, &names, &count, err));
    if (count == 0)
        return cu_fail(err, CU_NOT_FOUND, "--from", "there is no backup of a shop");
    if (count > 1)
        return cu_fail(err, CU_MISSING, "--shop", "%zu shops have backups there; name one: %s", count, names[0]);
    return target_enter(r->target, names[0], err);
}

static cu_code check_fingerprint(const struct restore *r, struct cu_error *err)
{
    uint8_t fingerprint[16];
    keyring_fingerprint(r->keyring, fingerprint);
    if (memcmp(fingerprint, r->data.fingerprint, sizeof fingerprint) != 0)
        return cu_fail(err, CU_KEY, "--root-key",
            "this root key belongs to another shop; name the right one with --root-key");
    return CU_OK;
}

static cu_code choose_backup(struct restore *r, struct cu_error *err)
{
    struct backup_key key;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    CU_TRY(backup_choose(r->target, BACKUP_DATA, r->o->backup, r->o->at_ms, &r->data, &text, err));
    r->has_data = true;
    if (r->data.class_id != BACKUP_DATA)
        return cu_fail(err, CU_INVALID, "--backup", "name a backup of class data");
    if (!r->keyring)
        CU_TRY(restore_keyring(r, r->data.shop, err));
    CU_TRY(check_fingerprint(r, err));
    CU_TRY(backup_key_of_manifest(&r->data, r->keyring, &key, err));
    r->work.key = key;
    explicit_bzero(&key, sizeof key);
    CU_TRY(backup_manifest_check(cu_buf_view(&text), &r->work.key.key, err));
    (void)snprintf(r->report->backup, sizeof r->report->backup, "%s", r->data.id);
    r->report->made_ms = r->data.made_ms;
    return CU_OK;
}

// The newest backup of another class: today's keys and configuration, not those of the data backup's day.
static cu_code restore_newest(struct restore *r, enum backup_class class_id, struct cu_error *err)
{
    struct backup_manifest m;
    struct backup_key mine = r->work.key, of_manifest;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    CU_TRY(backup_choose(r->target, class_id, NULL, INT64_MAX, &m, &text, err));
    cu_code code = backup_key_of_manifest(&m, r->keyring, &of_manifest, err);
    if (code == CU_OK)
        r->work.key = of_manifest;
    if (code == CU_OK)
        code = backup_manifest_check(cu_buf_view(&text), &r->work.key.key, err);
    if (code == CU_OK)
        code = restore_files(r, &m, err);
    r->work.key = mine;
    if (code == CU_OK && class_id == BACKUP_KEYS) {
        (void)snprintf(r->report->keys, sizeof r->report->keys, "%s", m.id);
        r->report->keys_ms = m.made_ms;
    }
    backup_manifest_clear(&m);
    return code;
}

static cu_code restore_keys(struct restore *r, struct cu_error *err)
{
    if (r->o->keys)
        return restore_keys_from_folder(r, err);
    if (!r->has_keys)
        CU_TRY(r->o->replica ? restore_replica(r, err) : restore_archive(r, err));
    const struct restore_report known = *r->report;
    cu_code code = restore_newest(r, BACKUP_KEYS, err); // the heads of spool files
    if (!r->o->replica)
        return code;
    *r->report = known;
    return code == CU_NOT_FOUND ? CU_OK : code;
}

// From here on nobody opens the folder.
static cu_code begin_folder(struct restore *r, struct cu_error *err)
{
    CU_TRY(folder_check_new(r->o->data, err));
    CU_TRY(cu_dir_make(r->o->data, 0700, err));
    CU_TRY(restore_state_set(r->o->data, "files", err));
    if (r->o->kit && r->o->replica)
        return restore_replica(r, err);
    return r->o->kit ? restore_archive(r, err) : CU_OK; // with the kit the root key comes first
}

static cu_code write_all(struct restore *r, struct cu_error *err)
{
    char journal[FOLDER_PATH_MAX + 64];
    CU_TRY(restore_files(r, &r->data, err));
    CU_TRY(restore_newest(r, BACKUP_CONFIGURATION, err));
    CU_TRY(restore_keys(r, err));
    (void)snprintf(journal, sizeof journal, "%s/journal", r->o->data);
    CU_TRY(journal_begin(journal, r->keyring, r->data.position + 1, err));
    struct backup_key next = r->work.key; // the same key, so that nothing is sent again; another life
    backup_key_new_line(&next);
    cu_code code = backup_key_store(r->o->data, &next, err);
    explicit_bzero(&next, sizeof next);
    CU_TRY(code);
    CU_TRY(cu_dir_sync(r->o->data, err));
    return restore_state_set(r->o->data, "replay", err);
}

static cu_code check_all(struct restore *r, struct engine *e, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX + 64];
    struct db *d = NULL;
    folder_file(&e->folder, "timeline", path);
    CU_TRY(timeline_verify(path, err));
    folder_file(&e->folder, "seen", path);
    CU_TRY(seen_verify(path, err));
    CU_TRY(audiences_verify(e->audiences, err));
    CU_TRY(people_read_take(e->people, &d, err));
    cu_code code = db_integrity(d, err);
    people_read_give(e->people, d);
    r->report->people = people_count(e->people);
    r->report->events = timeline_count(e->timeline);
    return code;
}

static cu_code open_and_replay(struct restore *r, struct cu_error *err)
{
    struct engine *e = NULL;
    restore_state_allow(r->o->data);
    cu_code code = engine_open(r->o->settings, r->o->data, &e, err);
    if (code == CU_OK) {
        guard_enter_system("upkeep", "restore");
        r->work.engine = e;
        code = restore_replay(r, e, err);
        r->report->people = people_count(e->people);
        r->report->events = timeline_count(e->timeline);
        if (code == CU_OK && r->o->verify)
            code = check_all(r, e, err);
        r->work.engine = NULL;
        engine_close(e);
        guard_leave();
    }
    restore_state_allow(NULL);
    return code;
}

static cu_code run(struct restore *r, struct cu_error *err)
{
    CU_TRY(choose_shop(r, err));
    if (!r->o->kit)
        CU_TRY(choose_backup(r, err)); // what cannot be restored at all leaves no folder behind
    CU_TRY(begin_folder(r, err));
    if (r->o->kit)
        CU_TRY(choose_backup(r, err));
    CU_TRY(write_all(r, err));
    CU_TRY(open_and_replay(r, err));
    return restore_state_set(r->o->data, NULL, err);
}

cu_code restore_run(const struct restore_options *o, struct restore_report *ret, struct cu_error *err)
{
    struct restore r = {.o = o, .report = ret};
    const struct target_options to = {.place = o->from, .settings = o->settings};
    *ret = (struct restore_report){0};
    cu_code code = target_open(&to, &r.target, err);
    backup_work_init(&r.work, NULL, r.target);
    if (code == CU_OK)
        code = run(&r, err);
    backup_work_clear(&r.work);
    if (r.has_data)
        backup_manifest_clear(&r.data);
    keyring_close(r.keyring);
    target_close(r.target);
    return code;
}
