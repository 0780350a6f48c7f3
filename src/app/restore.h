// SPDX-License-Identifier: Apache-2.0
// Restoring a shop from its backups into a new folder: the newest (or an older) data backup, the keys of today,
// the configuration. Before anything may be served: everybody whose key is gone is removed, the journal's copies
// are replayed up to a time, and what was promised since (erasures, withdrawals) is applied at its place. Until
// then the folder holds restore.state and nobody opens it.
#pragma once

#include "backup.h"
#include "restore_state.h"

struct restore_options {
    const char *from;   // target, as in backup_target
    const char *shop;   // uuid; NULL: the only one there
    const char *data;   // the new folder
    const char *backup; // id of a data backup; NULL: the newest
    int64_t at_ms;      // point in time; INT64_MAX: as late as possible
    const char *keys;   // data folder whose keys are taken; NULL: the newest key backup
    const char *replica; // folder of a key replica whose keys are taken; NULL: none
    const char *kit;    // file of the recovery kit, or NULL
    bool without_journal;
    bool verify;        // read everything once more at the end
    const struct settings *settings;
};
struct restore_report {
    char backup[BACKUP_ID_MAX], keys[BACKUP_ID_MAX]; // keys "": of a living folder
    int64_t made_ms, keys_ms;
    uint64_t position, replayed, last_seq; // replayed records
    uint64_t fenced, erased, withdrawn;    // profiles without a key any more; promises applied
    uint64_t people, events;
    int64_t bytes;
    bool journal_short; // copies of the journal ended before the point in time
};
cu_code restore_run(const struct restore_options *o, struct restore_report *ret, struct cu_error *err) CU_MUST;

// --- parts
struct restore {
    const struct restore_options *o;
    struct restore_report *report;
    struct keyring *keyring;
    struct target *target;
    struct backup_work work;
    struct backup_manifest data; // the data backup
    bool has_data, has_keys;
};
// restore_keyring.c: opens r->keyring for that shop.
cu_code restore_keyring(struct restore *r, const char *shop, struct cu_error *err) CU_MUST;
// What a key replica holds becomes DATA/keys, in the same way.
cu_code restore_replica(struct restore *r, struct cu_error *err) CU_MUST;
// The newest key archive becomes DATA/keys; with the recovery kit it brings root key and ratchet, too.
cu_code restore_archive(struct restore *r, struct cu_error *err) CU_MUST;
// restore_files.c: the folder's files of one manifest.
cu_code restore_files(struct restore *r, const struct backup_manifest *m, struct cu_error *err) CU_MUST;
cu_code restore_keys_from_folder(struct restore *r, struct cu_error *err) CU_MUST;
// restore_replay.c: on the opened engine.
cu_code restore_replay(struct restore *r, struct engine *e, struct cu_error *err) CU_MUST;
