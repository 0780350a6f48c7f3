// SPDX-License-Identifier: Apache-2.0
// Backups of a shop: making, listing, checking and ageing them. Three classes, never in one archive: D data,
// K keys, C configuration (docs/explanation/backup.md). The format is in backup_manifest.h, the places in
// backup_target.h. Called by the service (backup_service.c), by commands and by restores.
#pragma once

#include "backup_known.h"
#include "engine.h"
#include "records_schema.h"
#include "store/cut.h"
#include "text/text.h"

#define BACKUP_CUT_MS_MAX 120000

struct backup_tally {
    int64_t bytes, sent;      // plain bytes of the files; stored bytes that were new
    int64_t files, pieces, reused;
};
// One piece of work on one target. Zeroed but for what the caller sets.
struct backup_work {
    struct engine *engine;      // set
    struct target *target;      // set, entered
    struct backup_key key;      // set
    char wanted_id[BACKUP_ID_MAX]; // of the backup to make; "": a new one
    const atomic_bool *stop;    // may be NULL
    _Atomic int64_t *progress;  // bytes done; may be NULL
    struct known known;
    struct backup_manifest manifest;
    struct backup_tally tally;
    struct cu_buf plain, sealed;
    bool carries;               // promises go to this target: the one that is configured
    char stage[FOLDER_PATH_MAX + 64]; // pieces on their way to a slow target; "" none
};
void backup_work_init(struct backup_work *w, struct engine *e, struct target *t);
void backup_work_clear(struct backup_work *w);
// Makes one backup; its id is w->manifest.id. What fails leaves the target as it was, but for pieces that no manifest
// names, which the next prune removes.
cu_code backup_make(struct backup_work *w, enum backup_class class_id, struct cu_error *err) CU_MUST;
void backup_make_id(char ret[BACKUP_ID_MAX]);

// --- pieces (backup_piece.c)
struct backup_source { // where the bytes of a file come from
    cu_code (*read)(void *context, void *at, size_t len, int64_t offset, struct cu_error *err);
    void *context;
};
cu_code backup_file_store(struct backup_work *w, const char *name, int64_t size, int64_t piece,
    const struct backup_source *from,
    struct cu_error *err) CU_MUST;
cu_code backup_stage_send(struct backup_work *w, struct cu_error *err) CU_MUST; // what was staged, to the target
void backup_stage_clear(struct backup_work *w);
// One piece, opened and checked, into w->plain. CU_CORRUPT, CU_NOT_FOUND, CU_KEY name the piece and the file.
cu_code backup_piece_load(struct backup_work *w, const struct backup_file *f, size_t piece, struct cu_error *err) CU_MUST;

// --- keys (backup_keys.c). The archive is one object by itself, keys/ID.custos-keys: it must open before the root key
// is there, by the recovery kit alone. In the manifest it is a file of that name, its pieces plain hashes of slices.
#define BACKUP_ARCHIVE "keys.archive"
#define BACKUP_ARCHIVE_MAX ((size_t)4 << 30)
void backup_archive_name(const char *id, char ret[80]);
// CU_CONFLICT, field recovery_kit: none was made yet, so nobody could open the archive.
cu_code backup_archive_store(struct backup_work *w, struct cu_error *err) CU_MUST;
cu_code backup_archive_load(struct target *t, const struct backup_manifest *m, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
cu_code backup_spool_heads(struct engine *e, struct cut *c, struct cu_error *err) CU_MUST;

// --- looking after what is there (backup_care.c)
struct backup_found { // one damage
    char text[256];   // which object of which file of which backup
};
enum { BACKUP_FOUND_MAX = 20 };
struct backup_check {
    int64_t pieces, bytes;
    size_t damage;    // how many; the first are in found
    struct backup_found found[BACKUP_FOUND_MAX];
};
// Reads every piece of a backup: hashes, seals, lengths. CU_OK also when damage was found.
cu_code backup_verify(struct backup_work *w, const char *id, struct backup_check *ret, struct cu_error *err) CU_MUST;
struct backup_policy {
    int64_t keep;     // data and configuration backups to keep; at least 1
    int64_t key_days; // older key backups go, but the newest of all while it is within them
    int64_t now_ms;
};
struct backup_pruned {
    int64_t backups, pieces, bytes, others;
};
// Drops what is too old, and every piece that no manifest names. Not beside a backup under way.
cu_code backup_prune(struct backup_work *w, const struct backup_policy *p, struct backup_pruned *ret,
    struct cu_error *err) CU_MUST;
// Which backup: newest of a class made at or before at_ms, or of that id. CU_NOT_FOUND. To be cleared after CU_OK.
cu_code backup_choose(struct target *t, enum backup_class class_id, const char *id, int64_t at_ms,
    struct backup_manifest *ret,
    struct cu_buf *ret_text, struct cu_error *err) CU_MUST;
