// SPDX-License-Identifier: Apache-2.0
// Where backups go: a folder on another disk, or a bucket of an S3-compatible store. Both hold named
// byte strings below one prefix per shop (the folder's uuid):
//
//   backups/ID.manifest          what a backup consists of (backup_manifest.h)
//   objects/ab/abcd...           pieces of files (crypto/object.h), each stored once
//   keys/ID.custos-keys          key archives, destroyed after backup_key_days
//   journal/LINE/NNN.FROM.part   the journal, part after part; NNN.key its keys, destroyed after backup_key_days
//   promises/LINE/FROM-TO        what was promised (backup_promise.h); FROM-TO.tags destroyed likewise
//
// Threads: one at a time.
#pragma once

#include "base/memory.h"

#include <stdatomic.h>

struct settings;
struct target;
struct target_options {
    const char *place;        // "/mnt/other/custos", "s3://bucket/prefix"
    const char *data_folder;  // the place must not lie in it; NULL: there is none
    const struct settings *settings; // backup_s3_*
    const atomic_bool *stop;  // waits and retries end early; may be NULL
    bool make;                // make a folder that is not there yet
};
// CU_INVALID, CU_MISSING name the setting; CU_NOT_FOUND: no such folder.
cu_code target_open(const struct target_options *o, struct target **ret, struct cu_error *err) CU_MUST;
void target_close(struct target *t); // NULL is fine
// Every name is below this shop from here on.
cu_code target_enter(struct target *t, const char *shop, struct cu_error *err) CU_MUST;
const char *target_kind(const struct target *t);  // "folder", "s3"
const char *target_place(const struct target *t); // as given
bool target_is_slow(const struct target *t);      // over a network: do not hold locks meanwhile

// Stores bytes, replacing what was there. settled: durable and whole when it returns, or not there at all; else only
// after target_settle, and a crash before may leave a torn one. CU_FULL, CU_UNAVAILABLE, CU_FORBIDDEN.
cu_code target_put(struct target *t, const char *name, cu_str bytes, bool settled, struct cu_error *err) CU_MUST;
cu_code target_settle(struct target *t, struct cu_error *err) CU_MUST;
// Replaces out's content. CU_NOT_FOUND.
cu_code target_get(struct target *t, const char *name, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code target_drop(struct target *t, const char *name, struct cu_error *err) CU_MUST; // absent is fine
// Every name that starts with prefix ("objects/"), in any order; the name is relative to the shop.
typedef cu_code target_visit(void *context, cu_str name, int64_t bytes, struct cu_error *err);
cu_code target_list(struct target *t, const char *prefix, target_visit *visit, void *context, struct cu_error *err) CU_MUST;
// The shops that have backups here (before target_enter), in the arena.
cu_code target_shops(struct target *t, struct cu_arena *a, const char ***ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;

// --- for the two kinds
struct target_kind {
    const char *name;
    bool slow;
    cu_code (*put)(struct target *t, const char *name, cu_str bytes, bool settled, struct cu_error *err);
    cu_code (*settle)(struct target *t, struct cu_error *err);
    cu_code (*get)(struct target *t, const char *name, struct cu_buf *out, struct cu_error *err);
    cu_code (*drop)(struct target *t, const char *name, struct cu_error *err);
    cu_code (*list)(struct target *t, const char *prefix, target_visit *visit, void *context, struct cu_error *err);
    void (*close)(struct target *t);
};
struct target {
    const struct target_kind *kind;
    char place[1024];
    char root[1100]; // folder, or prefix in the bucket, with the shop; "" or without a slash at its end
    int settle_fd;   // folder
    struct s3 *s3;
    struct cu_arena *arena; // of lists
};
extern const struct target_kind target_folder, target_s3;
cu_code target_s3_open(struct target *t, const struct target_options *o, struct cu_error *err) CU_MUST;
cu_code target_folder_open(struct target *t, const struct target_options *o, struct cu_error *err) CU_MUST;
